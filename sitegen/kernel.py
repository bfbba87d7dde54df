"""Run the cells of a lesson in a fresh kernel, and say what went wrong."""

import ast
import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from traitlets.config import Config

from sitegen.failure import ANSI, Failure, find_fault
from sitegen.lesson import EXPORTED, Lesson
from sitegen.warm import use_warm_kernels

LONGEST_SOCKET = 100  # characters of its name; systems allow a few more
MOST_OUTPUT = 2_000_000  # bytes of one cell; a page of the site has a fortieth of it


class _Channels(AsyncKernelClient):
    """What messages pass through; ready when the kernel answers.

    Jupyter's own waits until nothing has come for a fifth of a second. Here every message names the
    request it belongs to, so that what the kernel says while it starts is passed over.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109
        async with asyncio.timeout(timeout):
            while await self.is_alive():
                self.kernel_info()
                with suppress(Empty):
                    await self.get_shell_msg(timeout=1)
                    await self.get_iopub_msg(timeout=1)
                    return
        raise RuntimeError("the kernel died before it answered")


class _Client(NotebookClient):
    """Runs cells; stops one that floods its output, before the memory is full."""

    flooded: dict[int, int]

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        size = self.flooded.get(cell_index, 0) + len(str(msg["content"]))
        self.flooded[cell_index] = size
        if size <= MOST_OUTPUT:
            return super().process_message(msg, cell, cell_index)
        if msg["msg_type"] in {"stream", "display_data", "execute_result", "clear_output"}:
            if size - len(str(msg["content"])) <= MOST_OUTPUT:
                assert self.km
                self._stopping = asyncio.ensure_future(ensure_async(self.km.interrupt_kernel()))
            return None
        return super().process_message(msg, cell, cell_index)


async def run_cells(
    lesson: Lesson,
    *,
    env: dict[str, str],
    limit: float,
    root: Path,
    began: Callable[[int], None],
) -> dict[str, Any] | Failure:
    """Run the cells of a lesson; its notebook receives the outputs.

    Args:
        lesson: The lesson.
        env: The environment of the kernel; its `IPYTHONDIR` is a folder of its own.
        limit: Seconds that one cell may take.
        root: The working directory.
        began: Called with the number of each cell, from 1, before it runs.

    Returns:
        What the kernel used, as [`report`][sitegen.probe.report] says it; or what went wrong.
    """
    config = Config()
    config.KernelManager.client_class = f"{__name__}.{_Channels.__name__}"
    sockets = str(Path(env["IPYTHONDIR"], "kernel"))
    if os.name == "posix" and len(sockets) < LONGEST_SOCKET:
        # Sockets in a folder of the kernel's own: two that start at once may pick the same port.
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = sockets
    client = _Client(
        lesson.notebook,
        config=config,
        kernel_name="python3",
        timeout=limit,
        record_timing=False,
        coalesce_streams=True,  # where a kernel cuts its output depends on the moment
        extra_arguments=["--log-level=50"],  # what a kernel says of itself is no output
        resources={"metadata": {"path": str(root)}},
    )
    client.flooded = {}
    use_warm_kernels()
    async with _kernel(client, env):
        await _evaluate(client, "__import__('sitegen.probe').probe.start()")
        for index, (cell, line) in enumerate(zip(lesson.notebook.cells, lesson.lines, strict=True)):
            began(index + 1)
            try:
                await client.async_execute_cell(cell, index)
                error = find_fault(cell)
                if not error and (names := cell.metadata.get("export")):
                    error = await _export(client, cell, names.split())
            except CellExecutionError as caught:
                error = f"{caught.ename}: {caught.evalue}"
            except CellTimeoutError:
                error = f"TimeoutError: the cell took longer than {limit:g} s"
            except DeadKernelError:
                task = asyncio.current_task()
                if task and task.cancelling():  # the client takes an interrupt for a death
                    raise asyncio.CancelledError from None
                error = "DeadKernelError: the kernel died (out of memory, or a crash)"
            if client.flooded.get(index, 0) > MOST_OUTPUT:
                error = (
                    f"OverflowError: the cell put out more than {MOST_OUTPUT:,} bytes; cut there"
                )
            if error:
                at, frames = _traceback(cell)
                return Failure(f"{lesson.path}:{line + at - 1}", error, cell.source, frames)
        used: dict[str, Any] = json.loads(
            await _evaluate(client, "__import__('sitegen.probe').probe.report()")
        )
        return used


@asynccontextmanager
async def _kernel(client: NotebookClient, env: dict[str, str]) -> AsyncIterator[None]:
    """Start a kernel for a client, and end it.

    Like the client's own `async_setup_kernel`, which catches Ctrl-C too: one lesson would fail, and
    the others go on. Here all end.
    """
    client.create_kernel_manager()
    try:
        await client.async_start_new_kernel(env=env)
        await client.async_start_new_kernel_client()
        yield
    finally:
        if client.km:
            await client._async_cleanup_kernel()  # noqa: SLF001


async def _export(client: NotebookClient, cell: NotebookNode, names: list[str]) -> str | None:
    """Add what a cell offers to the elements of the site to its outputs; say what is wrong."""
    offered = ", ".join(f"{name}={name}" for name in names)
    try:
        written = await _evaluate(client, f"__import__('sitegen.probe').probe.export({offered})")
    except KeyError:
        return f"TypeError: expected tensors or a network to export, by name, got {names}"
    cell.outputs.append(new_output("display_data", {EXPORTED: json.loads(written)}))
    return None


async def _evaluate(client: NotebookClient, expression: str) -> Any:  # noqa: ANN401
    """Evaluate an expression in the kernel without leaving a trace in the lesson."""
    assert client.kc
    asked = client.kc.execute("", silent=True, user_expressions={"answer": expression})
    reply = await client.async_wait_for_reply(await ensure_async(asked))
    assert reply
    return ast.literal_eval(reply["content"]["user_expressions"]["answer"]["data"]["text/plain"])


def _traceback(cell: NotebookNode) -> tuple[int, list[str]]:
    """Find the failing line of a cell, from 1, and the frames inside this repository."""
    errors = [output for output in cell.get("outputs", []) if output.output_type == "error"]
    text = ANSI.sub("", "\n".join(line for error in errors for line in error.traceback))
    in_cell = re.search(r"Cell In\[\d+\], line (\d+)", text)
    files = re.findall(r"^File (\S+?):(\d+), in (\w+)", text, re.MULTILINE)
    frames = [f"{file}:{line}, in {function}" for file, line, function in files]
    outside = ("site-packages", "/lib/python")
    frames = [frame for frame in frames if not any(part in frame for part in outside)]
    return int(in_cell[1]) if in_cell else 1, frames
