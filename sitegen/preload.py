"""The process that warm kernels are forked from: it imports what lessons import, once.

Importing torch and matplotlib takes longer than most lessons do. A forked kernel is as fresh as any
other: what was imported is not of this repository, and nothing was computed. Where processes cannot
be forked, on Windows, there is none.
"""

import multiprocessing
import os
from collections.abc import Mapping

PRELOADED = [
    "sitegen.collector",  # before what is large
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "torch",
]
FOR_SOME = "torchvision"  # takes as long as PyTorch, and not every lesson needs it
READ_ON_IMPORT = ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "TQDM_DISABLE")
BACKEND = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as a kernel has it
_environment: dict[str, str | None] = {}


def preload(env: Mapping[str, str], *, lessons: int) -> None:
    """Begin to import for the kernels of so many lessons; only the first call counts.

    Args:
        env: The environment of these kernels.
        lessons: How many there are; one alone imports itself what not all need.
    """
    if _environment or "forkserver" not in multiprocessing.get_all_start_methods():
        return
    from multiprocessing.forkserver import ensure_running  # noqa: PLC0415  # not for Windows

    _environment.update({name: env.get(name) for name in READ_ON_IMPORT})
    modules = [*PRELOADED, FOR_SOME] if lessons > 1 else PRELOADED
    multiprocessing.get_context("forkserver").set_forkserver_preload(modules)
    wanted = {**BACKEND, **_environment}
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    ensure_running()
    _set(before)


def is_for(env: Mapping[str, str]) -> bool:
    """Tell whether a kernel with this environment can be forked."""
    return _environment == {name: env.get(name) for name in READ_ON_IMPORT}


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
