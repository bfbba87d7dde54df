"""A time limit for a learner's code, which may never end and may catch what should stop it."""

import _thread
import ctypes
import signal
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread, current_thread, main_thread
from types import FrameType

LOOK = 0.02  # seconds between looks at what is running
PATIENCE = 0.5  # seconds of an import after which a learner wants to know what takes so long
GRACE = 1.0  # seconds in which code may end after an interrupt
STUCK = 5.0  # seconds after which code seems impossible to stop
CANNOT_STOP = "Your code can't be stopped from here. Restart the kernel, or end the program."
IMPORTS = 60.0  # seconds that imports may take together, on a slow disk
LIBRARIES = (  # where files begin whose code isn't a learner's
    *(
        str(Path(folder) / "_")[:-1]
        for folder in (
            Path(__file__).parents[1],
            sysconfig.get_path("purelib"),
            sysconfig.get_path("platlib"),
            sys.base_prefix,
        )
    ),
    "<frozen",
)


class Endless(Exception):  # noqa: N818  # it is no error of ours
    """The code ran longer than its limit."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop a learner's code in the block when its time is over.

    Only the time counts in which a function of theirs is running, and none that it spends on
    importing. Their code is interrupted as by Ctrl-C, which stops any loop in Python on every
    system. If it catches that, it is interrupted at each further step. An interrupt never reaches
    an import, which would stay half done, nor code that isn't called by theirs. Ctrl-C reaches
    only the main thread, so in other threads there is no limit.

    Raises:
        Endless: If the block was stopped.
    """
    if current_thread() is not main_thread():
        yield
        return
    block, main = sys._getframe(2), _thread.get_ident()
    over, stubborn, stopped, ended = Event(), Event(), Event(), Event()

    def interrupt(_: int, frame: FrameType | None) -> None:
        if over.is_set():
            what = _running(frame, block)
            if ended.is_set() or not what or (what != "theirs" and not importing_forever()):
                return  # the watch tries again
            stopped.set()
            if stubborn.is_set():
                _interrupt_again()
        raise KeyboardInterrupt

    used = imported = 0.0

    def importing_forever() -> bool:
        return imported >= IMPORTS

    def watch() -> None:
        nonlocal used, imported
        last = time.monotonic()
        while not ended.wait(LOOK):
            now = time.monotonic()
            what = _running(sys._current_frames()[main], block)
            if what.startswith("import") and not importing_forever():
                if imported < PATIENCE <= imported + now - last:
                    print(f"Loading {what.partition(' ')[2]} …", file=sys.stderr, flush=True)
                imported += now - last
            elif what:
                used += now - last
                if used > seconds + STUCK > used - (now - last):
                    print(CANNOT_STOP, file=sys.stderr, flush=True)
            last = now
            if used > seconds:
                over.set()
                if used > seconds + GRACE:
                    stubborn.set()
                _interrupt_main()

    # In the background of a shell, Ctrl-C may be ignored.
    handler = signal.signal(signal.SIGINT, interrupt)
    watcher = Thread(target=watch, daemon=True)
    try:
        watcher.start()
        yield
        if stopped.is_set():  # and the code went on as if nothing were
            raise Endless
    except KeyboardInterrupt:
        if stopped.is_set():
            raise Endless from None
        raise
    finally:
        ended.set()
        try:
            watcher.join()
        finally:
            if handler is not None:  # None was set by another language, which keeps its own
                signal.signal(signal.SIGINT, handler)


def _running(frame: FrameType | None, block: FrameType) -> str:
    """Say whether a frame of a block belongs to `import NAME`, to `theirs` or to neither."""
    what = ""
    while frame is not None and frame is not block:
        file = frame.f_code.co_filename
        if file == __file__:
            return ""
        if file.startswith("<frozen importlib"):
            if frame.f_code.co_name == "_find_and_load":
                what = f"import {frame.f_locals.get('name', '')}"
        elif not what and not file.startswith(LIBRARIES):
            what = "theirs"
        frame = frame.f_back
    return what


def _interrupt_main() -> None:
    """Send Ctrl-C to the main thread. A signal, where there are any, also ends its waiting."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()


# Makes Python handle another Ctrl-C at its next step, once the current one has been raised.
# Without it, a loop with `try` and `except` could catch each, if it spends its time in `try`.
# It must not be a function in Python, and nothing may be called between it and `raise`.
_interrupt_again: Callable[[], object] = partial(
    ctypes.pythonapi.Py_AddPendingCall,
    ctypes.pythonapi.PyErr_SetInterruptEx,
    ctypes.c_void_p(int(signal.SIGINT)),
)
