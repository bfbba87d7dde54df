"""Runs the cells of a lesson in a fresh kernel.

A kernel is forked from a process that has imported PyTorch and matplotlib, because these imports
take longer than most lessons do. A forked kernel is as fresh as any other: the modules come from
the environment, not from this repository, and nothing was computed. Windows cannot fork, so there
each kernel imports everything itself.
"""

import ast
import asyncio
import json
import multiprocessing
import os
import signal
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar
from unittest.mock import patch

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file
from nbclient import NotebookClient, exceptions
from nbformat import NotebookNode
from nbformat.v4 import new_output

from mlp_tutorial.lessons import Lesson
from sitegen.execute import probe
from sitegen.execute.failure import MAY_FAIL, Failure, find_fault
from sitegen.execute.probe import Used

EXPORTED = "application/vnd.mlp-tutorial.tensors+json"  # what a cell with `export` offers
OUTPUT_LIMIT = 2_000_000  # characters of one cell; a page of the site has a fortieth of them
PATIENCE = 5  # seconds for a kernel to end by itself
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
# torchvision brings what PyTorch's optimizers import on their first step.
PRELOADED = [
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "matplotlib.pyplot",
    "torch",
    "torchvision",
]
PRELOADING = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # as a kernel sets it
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # no warning that nobody can debug frozen modules
}
T = TypeVar("T")


class DeadKernelError(RuntimeError):
    """The kernel died."""


def warm_up(env: dict[str, str]) -> None:
    """Start importing for the kernels with this environment, unless that is done."""
    if METHOD == "forkserver":
        from multiprocessing.forkserver import ensure_running  # not on Windows

        multiprocessing.set_forkserver_preload(PRELOADED)
        with patch.dict(os.environ, env | PRELOADING):
            ensure_running()


async def run_cells(
    lesson: Lesson, env: dict[str, str], root: Path, limit: float, done: Callable[[], object]
) -> Used | Failure:
    """Run the cells of a lesson; its notebook receives the outputs.

    Args:
        lesson: The lesson.
        env: The environment of the kernel.
        root: The working directory.
        limit: Seconds that one cell may take.
        done: Called after each cell.
    """
    try:
        async with _start_kernel(env, root) as kernel:
            for index in range(len(lesson.notebook.cells)):
                what = await _run_cell(kernel, lesson.notebook, index, limit)
                what = what or find_fault(lesson, index)
                if what:
                    return Failure.in_cell(lesson, index, what)
                done()
            used = Used(**await kernel.ask("report()"))
            await kernel.shut_down()
            return used
    except DeadKernelError as error:  # before the first cell or after the last
        return Failure(f"{lesson}:1", f"DeadKernelError: {error}", "", [])


async def _run_cell(
    kernel: "Kernel", notebook: NotebookNode, index: int, limit: float
) -> str | None:
    """Run a cell and return what went wrong, if anything did."""
    cell = notebook.cells[index]
    if cell.cell_type != "code":
        return None
    try:
        await kernel.run(notebook, index, limit)
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors and MAY_FAIL not in cell.metadata.get("tags", []):
            return f"{errors[0].ename}: {errors[0].evalue}"
        if names := cell.metadata.get("export", "").split():
            exported = await kernel.ask(f"export({', '.join(f'{name}={name}' for name in names)})")
            if not exported:
                return f"TypeError: expected tensors or a network to export, by name, got {names}"
            cell.outputs.append(new_output("display_data", {EXPORTED: exported}))
    except (DeadKernelError, OverflowError, TimeoutError) as error:
        return f"{type(error).__name__}: {error}"
    return None


class Cells(NotebookClient):
    """Runs cells in a kernel that has started, and notices when one floods its output."""

    def __init__(self, notebook: NotebookNode, channels: AsyncKernelClient) -> None:
        """Take the cells, and the channels to the kernel."""
        super().__init__(notebook, allow_errors=True, record_timing=False)
        self.kc = channels
        self.sizes: Counter[int] = Counter()
        self.flood = asyncio.Event()

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        """Add a message to the outputs of its cell, unless there are too many."""
        self.sizes[cell_index] += len(str(msg["content"]))
        if self.sizes[cell_index] <= OUTPUT_LIMIT:
            return super().process_message(msg, cell, cell_index)
        self.flood.set()
        return None


class Kernel:
    """A kernel, and the channels to it."""

    def __init__(self, client: AsyncKernelClient, death: "asyncio.Task[None]") -> None:
        """Take the channels, and a task that ends when the kernel does."""
        self._client = client
        self._death = death

    async def wait_until_ready(self) -> None:
        """Wait until the kernel answers on both channels.

        Raises:
            DeadKernelError: If it dies before.
        """
        await self._while_alive(_ask_until_answered(self._client))

    async def run(self, notebook: NotebookNode, index: int, limit: float) -> None:
        """Run a cell of a notebook, which receives the outputs.

        Raises:
            DeadKernelError: If the kernel dies.
            OverflowError: If the cell puts out more than `OUTPUT_LIMIT`.
            TimeoutError: If the cell takes longer than `limit` seconds.
        """
        cells = Cells(notebook, self._client)
        flood = asyncio.create_task(cells.flood.wait())

        async def execute() -> None:
            with suppress(exceptions.DeadKernelError):  # nbclient's name for an interrupt, too
                await cells.async_execute_cell(notebook.cells[index], index)

        try:
            await self._while_alive(execute(), limit, flood)
        finally:
            flood.cancel()
        if cells.flood.is_set():
            raise OverflowError(f"the cell put out more than {OUTPUT_LIMIT:,} characters")
        _join_pieces(notebook.cells[index])

    async def ask(self, call: str) -> dict[str, Any]:
        """Call a function of `sitegen.execute.probe` without leaving a trace in the lesson.

        Returns:
            What the function wrote as JSON; nothing if it failed.
        """
        module = f"__import__({probe.__name__!r}, fromlist=['report'])"
        asked = self._client.execute_interactive(
            "",
            silent=True,
            user_expressions={"answer": f"{module}.{call}"},
            output_hook=lambda _: None,
        )
        reply = await self._while_alive(asked)
        assert reply
        answer = reply["content"]["user_expressions"]["answer"]
        written = answer.get("data", {"text/plain": "'{}'"})["text/plain"]
        return dict(json.loads(ast.literal_eval(written)))

    async def shut_down(self) -> None:
        """Let the kernel end by itself, so that it can remove its temporary files."""
        self._client.shutdown()
        await asyncio.wait({self._death}, timeout=PATIENCE)

    async def _while_alive(
        self, work: Awaitable[T], limit: float | None = None, *events: "asyncio.Task[Any]"
    ) -> T | None:
        """Wait for work of the kernel, until it dies, the time is up, or something else happens."""
        task = asyncio.ensure_future(work)
        ends = {task, self._death, *events}
        try:
            await asyncio.wait(ends, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
        finally:
            task.cancel()
        if self._death.done():
            raise DeadKernelError("the kernel died (out of memory, or a crash)")
        if not any(event.done() for event in events):
            raise TimeoutError(f"the cell took longer than {limit:g} s")
        return None


def _join_pieces(cell: NotebookNode) -> None:
    """Make text that arrived in pieces one output: how a kernel cuts it depends on the moment.

    The option `coalesce_streams` of nbclient joins text across a figure, too.
    """
    outputs: list[NotebookNode] = []
    for output in cell.get("outputs", []):
        if outputs and output.get("name") and output.get("name") == outputs[-1].get("name"):
            outputs[-1].text += output.text
        else:
            outputs.append(output)
    if "outputs" in cell:
        cell.outputs = outputs


async def _ask_until_answered(client: AsyncKernelClient) -> None:
    while True:
        client.kernel_info()
        with suppress(Empty):
            await client.get_shell_msg(timeout=1)
            await client.get_iopub_msg(timeout=1)
            return


@asynccontextmanager
async def _start_kernel(env: dict[str, str], root: Path) -> AsyncIterator[Kernel]:
    """Start a kernel, and end it with all its children."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        # Two kernels that start at once may pick the same port, but never the same folder.
        transport, ip = ("ipc", f"{folder}/kernel") if os.name == "posix" else ("tcp", "")
        connection_file, _ = write_connection_file(
            f"{folder}/kernel.json", transport=transport, ip=ip
        )
        env = env | {"IPYTHONDIR": folder}  # without the start-up files of whoever builds the site
        process = multiprocessing.get_context(METHOD).Process(  # type: ignore[attr-defined]
            target=probe.run_kernel,
            args=(connection_file, env, str(root)),
            daemon=True,  # if a second Ctrl-C interrupts the end of this, Python kills it
        )
        client = AsyncKernelClient()
        client.load_connection_file(connection_file)
        client.start_channels(stdin=False, hb=False)
        # Ctrl-C cannot stop this thread, so the kernel starts in any case and is killed below.
        starting = asyncio.create_task(asyncio.to_thread(process.start))
        try:
            await asyncio.shield(starting)
            death = asyncio.create_task(asyncio.to_thread(process.join))
            kernel = Kernel(client, death)
            await kernel.wait_until_ready()
            yield kernel
        finally:
            await asyncio.gather(starting, return_exceptions=True)
            client.stop_channels()
            if process.pid:
                _kill(process)
                await asyncio.to_thread(process.join)


def _kill(process: multiprocessing.process.BaseProcess) -> None:
    """Kill a kernel with its children, which share its session."""
    if os.name == "posix" and process.pid:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
