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
