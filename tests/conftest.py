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


LONG = (
    "test_runs_as_a_script",
    "test_a_killed_build",
    "test_a_file_is_judged",
    "test_a_notebook_of_the_site",
)


def pytest_collection_modifyitems(items):
    """Begin with what takes longest, so that no process ends alone: two of them share the list by halves."""
    long = [item for item in items if item.name.startswith(LONG)]
    rest = [item for item in items if not item.name.startswith(LONG)]
    items[:] = long[::2] + rest
    middle = len(items) // 2
    items[middle:middle] = long[1::2]
