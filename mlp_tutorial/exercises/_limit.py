"""A time limit for code that may never finish."""

import _thread
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Timer, current_thread, main_thread


class Endless(Exception):  # noqa: N818  # it is no error of ours
    """The code ran longer than its limit."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop the block when its time is over.

    It is interrupted as by Ctrl-C, which stops any loop in Python on every system. Ctrl-C reaches
    only the main thread, so in other threads there is no limit.

    Raises:
        Endless: If the block was stopped.
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
