"""Code that runs inside a kernel: it starts the kernel and notes what a lesson uses.

It imports the standard library only, so that the modules of a kernel are those of its lesson.
"""

import base64
import multiprocessing
import os
import signal
import sys
from dataclasses import asdict, dataclass
from threading import Thread
from typing import Any

READ_ON_IMPORT = ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "TQDM_DISABLE")
_WRITES = os.O_WRONLY | os.O_RDWR
_opened: set[str] = set()  # an audit hook cannot be removed, so one set serves the whole process


@dataclass(frozen=True)
class Used:
    """What a lesson used while it ran."""

    opened: list[str]  # the files that were opened for reading
    modules: list[str]  # the files of the imported modules
    data: str | None  # the data directory, if the lesson imported what reads from it
    peak: int  # the most memory that the kernel had, in MB


def run_kernel(connection_file: str, env: dict[str, str], folder: str) -> None:
    """Turn this process, which multiprocessing has just started, into a kernel."""
    read = {name: os.environ.get(name) for name in READ_ON_IMPORT}
    if "torch" in sys.modules and read != {name: env.get(name) for name in READ_ON_IMPORT}:
        raise RuntimeError(f"expected a forkserver with the kernel's environment, got {read}")
    if sys.platform != "win32":
        os.setsid()  # Ctrl-C ends the executor, which then ends its kernels
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    multiprocessing.current_process().daemon = False  # a lesson may start processes
    multiprocessing.set_start_method(None, force=True)  # by Python's default method
    Thread(target=_end_with_parent, daemon=True).start()
    sys.addaudithook(_note)
    from ipykernel.kernelapp import launch_new_instance  # a forkserver has imported it

    launch_new_instance(["-f", connection_file, "--log-level=50"])


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    if sys.platform != "win32":
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & _WRITES
        if isinstance(path, str | bytes | os.PathLike) and not writes:
            # Path.resolve() would follow links.
            _opened.add(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100


def report() -> Any:
    """Show as JSON what the lesson has used so far, a [`Used`][sitegen.execute.probe.Used]."""
    from IPython.display import JSON  # a kernel has imported it

    files = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
    data = sys.modules.get("mlp_tutorial.data")
    folder = str(data.data_directory()) if data else None
    return JSON(asdict(Used(sorted(_opened), sorted(filter(None, files)), folder, _peak())))


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
