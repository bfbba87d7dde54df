"""Code that runs inside a kernel: it starts the kernel and notes what a lesson uses.

It imports only the standard library and what every kernel has already imported, so that the modules
of a kernel are those of its lesson.
"""

import base64
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Any

COPY = "project"  # in the folder of a kernel, the copy of the project that its lesson works in
# They choose how PyTorch computes: as another processor would, or how exactly on a GPU.
COMPUTES = (
    "ATEN_CPU_CAPABILITY",
    "CUBLAS_WORKSPACE_CONFIG",
    "NVIDIA_TF32_OVERRIDE",
    "ONEDNN_MAX_CPU_ISA",
    "PYTORCH_ENABLE_MPS_FALLBACK",
)
READ_ON_IMPORT = ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", *COMPUTES)
_WRITES = os.O_WRONLY | os.O_RDWR
_opened: set[str] = set()  # an audit hook cannot be removed, so one set serves the whole process


@dataclass(frozen=True)
class Used:
    """What a lesson used while it ran."""

    opened: list[str]  # the files that were opened for reading
    modules: list[str]  # the files of the imported modules
    data: str | None  # the data directory, if the lesson imported what reads from it
    peak: int  # the most memory that the kernel had, in MB
    figures: int = 0  # that pyplot still holds, so no cell has shown them


def run_kernel(folder: str, env: dict[str, str], root: str, lessons: str) -> None:
    """Turn this process, which multiprocessing has just started, into a kernel.

    Its files are in `folder`. It imports from the folder of the lessons first, as a script does.
    """
    if sys.flags.optimize or sys.warnoptions:
        raise RuntimeError("expected a Python that checks assertions and shows warnings")
    read = {name: os.environ.get(name) for name in READ_ON_IMPORT}
    if "torch" in sys.modules and read != {name: env.get(name) for name in READ_ON_IMPORT}:
        raise RuntimeError(f"expected a forkserver with the kernel's environment, got {read}")
    if sys.platform != "win32":
        os.setsid()  # Ctrl-C ends the executor, which then ends its kernels
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    os.environ.clear()
    os.environ.update(env | {"IPYTHONDIR": folder})
    tempfile.tempdir = None  # it was another for sockets
    os.chdir(Path(folder, COPY))
    if env.get("CUDA_VISIBLE_DEVICES") == "":
        _hide_gpu()
    sys.path[:] = [lessons, *sys.path, root, ""]
    sys.argv[:] = [""]
    multiprocessing.current_process().daemon = False  # a lesson may start processes
    multiprocessing.set_start_method(None, force=True)  # by Python's default method
    Thread(target=_end_with_parent, args=(folder,), daemon=True).start()
    sys.addaudithook(_watch(root, str(Path.cwd())))
    from ipykernel.kernelapp import launch_new_instance  # a forkserver has imported it
    from IPython.core import application

    application.ENV_CONFIG_DIRS.clear()  # no settings of whoever builds the site
    application.SYSTEM_CONFIG_DIRS.clear()
    launch_new_instance(["-f", str(Path(folder, "kernel.json")), "--log-level=50"])


def _hide_gpu() -> None:
    """Let PyTorch find no GPU; no variable hides that of a Mac, for example."""
    import torch  # a forkserver has imported it

    if torch.accelerator.is_available():
        torch.accelerator.is_available = lambda: False
        torch.accelerator.device_count = lambda: 0
        torch.accelerator.current_accelerator = lambda check_available=False: None


def _end_with_parent(folder: str) -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _watch(root: str, copy: str) -> Callable[[str, tuple[Any, ...]], None]:
    """Return a hook that notes which files are read; those of the copy by their real names."""

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & _WRITES
            if isinstance(path, str | bytes | os.PathLike) and not writes:
                # Path.resolve() would follow links.
                name = os.path.abspath(os.fsdecode(path))  # noqa: PTH100
                _opened.add(f"{root}{name[len(copy) :]}" if name.startswith(copy) else name)

    return watch


def report() -> Any:
    """Show as JSON what the lesson has used so far, a [`Used`][sitegen.execute.probe.Used]."""
    from IPython.display import JSON  # a kernel has imported it

    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    data = sys.modules.get("mlp_tutorial.data")
    folder = str(data.data_directory()) if data else None
    pyplot = sys.modules.get("matplotlib.pyplot")
    figures = len(pyplot.get_fignums()) if pyplot else 0
    modules = sorted(filter(None, files))
    return JSON(asdict(Used(sorted(_opened), modules, folder, _peak(), figures)))


def _peak() -> int:
    """Measure the most memory that this process had, in MB."""
    if sys.platform == "win32":
        import psutil  # comes with ipykernel

        return psutil.Process().memory_info().peak_wset // 2**20
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)


def export(**values: Any) -> Any:
    """Show tensors, or the parameters of networks, as JSON: shapes, and float32 in base64."""
    import torch  # the lesson has imported it
    from IPython.display import JSON

    written = {}
    for name, value in values.items():
        model = isinstance(value, torch.nn.Module)
        tensors = [*value.parameters()] if model else [torch.as_tensor(value)]
        numbers = torch.cat([tensor.detach().flatten() for tensor in tensors]).float().cpu()
        written[name] = {
            "shapes": [list(tensor.shape) for tensor in tensors],
            "float32": base64.b64encode(numbers.numpy().tobytes()).decode(),
        }
    return JSON(written)
