"""A time limit for code that may never finish."""

import _thread
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread, current_thread, main_thread

GRACE = 1.0  # seconds in which code may end after an interrupt
AGAIN = 0.01  # seconds between further interrupts, since it may catch them


class Endless(Exception):  # noqa: N818  # it is no error of ours
    """The code ran longer than its limit."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop the block when its time is over.

    It is interrupted as by Ctrl-C, which stops any loop in Python on every system, and again if it
    catches that. Ctrl-C reaches only the main thread, so in other threads there is no limit.

    Raises:
        Endless: If the block was stopped.
    """
    if current_thread() is not main_thread():
        yield
        return
    over, ended = Event(), Event()

    def stop() -> None:
        if ended.wait(seconds):
            return
        over.set()
        _thread.interrupt_main()
        ended.wait(GRACE)
        while not ended.wait(AGAIN):
            _thread.interrupt_main()

    # In the background of a shell, Ctrl-C may be ignored.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    watch = Thread(target=stop, daemon=True)
    try:
        watch.start()
        try:
            yield
        finally:
            ended.set()
            watch.join()
    except KeyboardInterrupt:
        if not over.is_set():
            raise
        ended.set()
        while watch.is_alive():
            with suppress(KeyboardInterrupt):
                watch.join()
        with suppress(KeyboardInterrupt):  # the last interrupt may still be on its way
            time.sleep(0.001)
        raise Endless from None
    finally:
        if handler is not None:  # None was set by another language, which keeps its own
            signal.signal(signal.SIGINT, handler)
