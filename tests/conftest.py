"""Setup for all tests: one thread each, no deadlines, and Ctrl-C."""

import os
import signal
from importlib.util import find_spec

from hypothesis import settings

# Workers run side by side: with a thread for each core, they would wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# In the background of a shell Ctrl-C is ignored, also by the processes that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("course", deadline=None)  # no test depends on the speed of the machine
settings.load_profile("course")

# The tests in a browser are a session of their own, which installs Playwright.
collect_ignore = [] if find_spec("playwright") else ["browser"]


# These take longest. One process sets up what the tests of such a file share.
FIRST = {"test_files.py", "test_kills_of_build.py"}
SECOND = {"test_wheel.py"}


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that no process ends alone: two of them share the list by halves."""
    scripts = [item for item in items if item.name.startswith("test_runs_as_a_script")]
    one = [item for item in items if item.path.name in FIRST] + scripts[::2]
    other = [item for item in items if item.path.name in SECOND] + scripts[1::2]
    long = {*one, *other}
    rest = [item for item in items if item not in long]
    cut = max(0, len(items) // 2 - len(one))
    items[:] = one + rest[:cut] + other + rest[cut:]
