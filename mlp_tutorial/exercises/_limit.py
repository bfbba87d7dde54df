"""An end to code that does not come to one."""

import _thread
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer, current_thread, main_thread


class Endless(Exception):  # noqa: N818  # what it says of the code
    """The code took longer than it may."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop what runs in here, in the main thread, when its time is over.

    It is interrupted as by Ctrl-C, which reaches every loop of Python on every system. In another
    thread, which Ctrl-C does not reach, it has all the time it wants.

    Raises:
        Endless: If it was stopped.
    """
    if current_thread() is not main_thread():
        yield
        return
    over = Event()

    def stop() -> None:
        over.set()
        _thread.interrupt_main()

    timer = Timer(seconds, stop)
    timer.daemon = True
    try:
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
    except KeyboardInterrupt:
        if not over.is_set():
            raise
        raise Endless from None
