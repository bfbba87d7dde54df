"""What a lesson uses while it runs.

Its kernel imports this before the first cell, and is asked after the last.
"""

import base64
import json
import os
import sys
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR
_opened: set[str] = set()


def start() -> None:
    """Begin to note which files are opened for reading."""
    sys.addaudithook(_note)


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes | os.PathLike) and not (
            isinstance(flags, int) and flags & _WRITES
        ):
            _opened.add(os.path.abspath(os.fsdecode(path)))  # noqa: PTH100


def _peak() -> int:
    """Measure the most memory that this process had, in MB."""
    if sys.platform == "win32":
        import psutil  # noqa: PLC0415  # comes with ipykernel

        return psutil.Process().memory_info().peak_wset // 2**20
    import resource  # noqa: PLC0415  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (2**20 if sys.platform == "darwin" else 2**10)


def export(**values: Any) -> str:  # noqa: ANN401  # whatever the lesson calls so
    """Write tensors, or the parameters of networks, as JSON: shapes, and float32 in base64."""
    import torch  # noqa: PLC0415  # loaded by the lesson

    written = {}
    for name, value in values.items():
        model = isinstance(value, torch.nn.Module)
        tensors = [*value.parameters()] if model else [torch.as_tensor(value)]
        numbers = torch.cat([tensor.detach().flatten() for tensor in tensors]).float().cpu()
        written[name] = {
            "shapes": [list(tensor.shape) for tensor in tensors],
            "float32": base64.b64encode(numbers.numpy().tobytes()).decode(),
        }
    return json.dumps(written)


def report() -> str:
    """List as JSON the files read, the modules imported, the data directory, and the memory."""
    files = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    data = sys.modules.get("mlp_tutorial.data")
    return json.dumps(
        {
            "opened": sorted(_opened),
            "modules": sorted({os.path.abspath(file) for file in files if file}),  # noqa: PTH100
            "data": str(data.data_directory()) if data else None,
            "peak": _peak(),
        }
    )
