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
TICK = getattr(signal, "SIGVTALRM", signal.SIGINT)  # Windows wakes for Ctrl-C alone
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
    importing. The main thread looks at its own stack when a signal reminds it, which wakes it from
    waiting too. It then raises KeyboardInterrupt, and if the code catches that, again at each
    further step. This never happens in an import, which would stay half done, nor in code that
    isn't called by theirs. Signals reach only the main thread, so in other threads there is no
    limit.

    Raises:
        Endless: If the block was stopped.
    """
    if current_thread() is not main_thread():
        yield
        return
    block, ended = sys._getframe(2), Event()
    last = time.monotonic()
    used = imported = 0.0
    loading = ""
    stopped = False

    def interrupt(_: int, frame: FrameType | None) -> None:
        """Look at what is running, and interrupt it if its time is over."""
        nonlocal last, used, imported, loading, stopped
        stubborn = used > seconds + GRACE
        what, now = _running(frame, block), time.monotonic()
        if what.startswith("import") and imported < IMPORTS:
            imported += now - last
            loading = what.removeprefix("import ") if imported > PATIENCE else ""
            what = ""
        elif what:
            used += now - last
        last = now
        if ended.is_set() or not what or used <= seconds:
            return
        stopped = True
        if stubborn:
            _interrupt_again()
        raise KeyboardInterrupt

    def watch() -> None:
        said: list[str] = []
        while not ended.wait(LOOK):
            stuck = time.monotonic() - last > seconds + STUCK
            for text in (loading and f"Loading {loading} …", CANNOT_STOP if stuck else ""):
                if text and not said:
                    said.append(text)
                    print(text, file=sys.stderr, flush=True)
            if hasattr(signal, "pthread_kill"):
                signal.pthread_kill(main_thread().ident or 0, TICK)
            else:
                _thread.interrupt_main(TICK)

    handler = signal.signal(TICK, interrupt)
    watcher = Thread(target=watch, daemon=True)
    try:
        watcher.start()
        yield
        if stopped:  # and the code went on as if nothing were
            raise Endless
    except KeyboardInterrupt:
        if stopped:
            raise Endless from None
        raise
    finally:
        ended.set()
        try:
            watcher.join()
        finally:
            if handler is not None:  # None was set by another language, which keeps its own
                signal.signal(TICK, handler)


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


# Makes Python handle another signal at its next step, once the current one has been raised.
# Without it, a loop with `try` and `except` could catch each, if it spends its time in `try`.
# It must not be a function in Python, and nothing may be called between it and `raise`.
_interrupt_again: Callable[[], object] = partial(
    ctypes.pythonapi.Py_AddPendingCall,
    ctypes.pythonapi.PyErr_SetInterruptEx,
    ctypes.c_void_p(int(TICK)),
)
