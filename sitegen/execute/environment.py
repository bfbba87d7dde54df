"""The surroundings of a kernel: the same for whoever builds the site, wherever they do.

A variable of the environment reaches a kernel only if it is listed here, and the record of a run
holds those that change numbers. The working directory is a copy of the project, so what a lesson
writes there is neither left in the project nor read by its next run.
"""

import multiprocessing.util
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

from sitegen import ROOT
from sitegen.execute.probe import COMPUTES

CACHE = ROOT / "build" / "matplotlib"
# Where programs, libraries, GPUs, proxies and the folders of Windows are.
PASSED = (
    *("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
    *("HOME", "USER", "LOGNAME", "XDG_CACHE_HOME"),
    *("CUDA_DEVICE_ORDER", "CUDA_HOME", "CUDA_PATH", "CUDA_VISIBLE_DEVICES"),
    *("HIP_VISIBLE_DEVICES", "ROCM_PATH", "ROCR_VISIBLE_DEVICES"),
    *("ONEAPI_DEVICE_SELECTOR", "ONEAPI_ROOT", "ZE_AFFINITY_MASK"),
    *("NVIDIA_DRIVER_CAPABILITIES", "NVIDIA_VISIBLE_DEVICES", "SSL_CERT_DIR", "SSL_CERT_FILE"),
    *("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"),
    *("APPDATA", "COMSPEC", "LOCALAPPDATA", "PATHEXT", "PROGRAMDATA", "SYSTEMDRIVE"),
    *("SYSTEMROOT", "USERNAME", "USERPROFILE", "WINDIR"),
)
RECORDED = (*COMPUTES, "MLP_TUTORIAL_DATA", "PYTHONPATH")
FIXED = {
    "COLUMNS": "80",
    "LINES": "24",
    "LC_ALL": "C.UTF-8",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as a kernel sets it
    "MPLCONFIGDIR": str(CACHE),  # without the settings of whoever builds the site
    "OMP_NUM_THREADS": "1",  # sums depend on it
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no warning that nobody can debug frozen modules
    "PYTHONHASHSEED": "0",  # sets of words are printed in the same order
    "PYTHONUTF8": "1",
    "TQDM_DISABLE": "1",
    "TZ": "UTC",
}


def recorded_variables() -> dict[str, str]:
    """Return the variables that a kernel gets and a record holds."""
    return {name: os.environ[name] for name in RECORDED if name in os.environ}


def make_variables(device: str) -> dict[str, str]:
    """Return the environment variables of a kernel."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    made = passed | recorded_variables() | FIXED
    made |= dict.fromkeys(["TMPDIR", "TEMP", "TMP"], tempfile.gettempdir())
    if data := made.get("MLP_TUTORIAL_DATA"):
        made["MLP_TUTORIAL_DATA"] = str(Path(data).absolute())
    return made | {"CUDA_VISIBLE_DEVICES": ""} if device == "cpu" else made


def short_folder() -> str:
    """Return a temporary folder for sockets, whose paths may have about a hundred bytes."""
    folder = tempfile.gettempdir()
    return folder if os.name == "nt" or len(os.fsencode(folder)) < 60 else "/tmp"


@contextmanager
def isolated(variables: dict[str, str]) -> Iterator[None]:
    """Let processes start as if nobody had set an option of Python or a variable.

    A `matplotlibrc` in the working directory would count, so the directory is another one.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with (
        patch.dict(os.environ, variables, clear=True),
        patch.object(tempfile, "tempdir", short_folder()),
        # Otherwise a new process gets the options of this one, such as -O and -W.
        patch.object(multiprocessing.util, "_args_from_interpreter_flags", list),
        chdir(CACHE),
    ):
        yield


def copy_project(root: Path, copy: Path) -> None:
    """Make the working directory of a lesson; a file that cannot be read is left out."""
    apart = shutil.ignore_patterns(
        ".*", "__pycache__", "build", "matplotlibrc", "node_modules", "site"
    )
    with suppress(shutil.Error):  # everything else has been copied
        shutil.copytree(root, copy, ignore=apart)
