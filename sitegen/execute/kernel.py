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
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any, TypeVar
from unittest.mock import patch

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import write_connection_file
from nbformat import NotebookNode
from nbformat.v4 import new_output, output_from_msg

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
            for index, cell in enumerate(lesson.notebook.cells):
                what = await _run_cell(kernel, cell, limit) or find_fault(lesson, index)
                if what:
                    return Failure.in_cell(lesson, index, what)
                done()
            used = Used(**await kernel.ask("report()"))
            await kernel.shut_down()
            return used
    except DeadKernelError as error:  # before the first cell or after the last
        return Failure(f"{lesson}:1", f"DeadKernelError: {error}", "", [])


async def _run_cell(kernel: "Kernel", cell: NotebookNode, limit: float) -> str | None:
    """Run a cell and return what went wrong, if anything did."""
    if cell.cell_type != "code":
        return None
    try:
        await kernel.run(cell, limit)
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


class Kernel:
    """A kernel, and the channels to it."""

    def __init__(self, client: AsyncKernelClient, death: "asyncio.Task[None]") -> None:
        """Take the channels, and a task that ends when the kernel does."""
        self._client = client
        self._death = death
        self._displays: dict[str, NotebookNode] = {}

    async def wait_until_ready(self) -> None:
        """Wait until the kernel answers on both channels.

        Raises:
            DeadKernelError: If it dies before.
        """
        await self._while_alive(_ask_until_answered(self._client))

    async def run(self, cell: NotebookNode, limit: float) -> None:
        """Run a cell and collect its outputs.

        Raises:
            DeadKernelError: If the kernel dies.
            OverflowError: If the cell puts out more than `OUTPUT_LIMIT`.
            TimeoutError: If the cell takes longer than `limit` seconds.
        """
        cell.outputs, cell.execution_count = [], None
        size = 0

        def collect(message: dict[str, Any]) -> None:
            nonlocal size
            size += len(str(message["content"]))
            if size > OUTPUT_LIMIT:
                raise OverflowError(f"the cell put out more than {OUTPUT_LIMIT:,} characters")
            self._collect(cell, message)

        if cell.source.strip():
            running = self._client.execute_interactive(cell.source, output_hook=collect)
            await self._while_alive(running, limit)

    def _collect(self, cell: NotebookNode, message: dict[str, Any]) -> None:
        """Add a message to the outputs of a cell.

        Text that arrives in pieces becomes one output: how a kernel cuts it depends on the moment.
        """
        kind, content = message["msg_type"], message["content"]
        name: str = (content.get("transient") or {}).get("display_id", "")
        if kind == "execute_input":
            cell.execution_count = content["execution_count"]
        elif kind == "clear_output":
            cell.outputs = []
        elif kind == "update_display_data" and name in self._displays:
            self._displays[name].update(data=content["data"], metadata=content["metadata"])
        elif kind in {"stream", "display_data", "execute_result", "error"}:
            output = output_from_msg(message)
            if name:
                self._displays[name] = output
            last = cell.outputs[-1] if cell.outputs else None
            if last and kind == "stream" and last.get("name") == output.name:
                last.text += output.text
            else:
                cell.outputs.append(output)

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
        answer = (await self._while_alive(asked))["content"]["user_expressions"]["answer"]
        written = answer.get("data", {"text/plain": "'{}'"})["text/plain"]
        return dict(json.loads(ast.literal_eval(written)))

    async def shut_down(self) -> None:
        """Let the kernel end by itself, so that it can remove its temporary files."""
        self._client.shutdown()
        await asyncio.wait({self._death}, timeout=PATIENCE)

    async def _while_alive(self, work: Awaitable[T], limit: float | None = None) -> T:
        """Wait for work of the kernel, until it dies or the time is up."""
        task = asyncio.ensure_future(work)
        first = asyncio.FIRST_COMPLETED
        try:
            await asyncio.wait({task, self._death}, timeout=limit, return_when=first)
            if task.done():
                return task.result()
        finally:
            task.cancel()
        if self._death.done():
            raise DeadKernelError("the kernel died (out of memory, or a crash)")
        raise TimeoutError(f"the cell took longer than {limit:g} s")


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
