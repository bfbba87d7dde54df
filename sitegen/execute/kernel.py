"""Runs the cells of a lesson in a fresh kernel.

A kernel is forked from a process that has imported PyTorch and matplotlib, because these imports
take longer than most lessons do. A forked kernel is as fresh as any other: the modules come from
the environment, not from this repository, and nothing was computed. Windows cannot fork, so there
each kernel imports everything itself.
"""

import asyncio
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from mlp_tutorial.lessons import Lesson
from sitegen.execute import probe
from sitegen.execute.environment import copy_project, isolated, short_folder
from sitegen.execute.failure import EXPORTED, Failure, find_fault
from sitegen.execute.probe import Used

OUTPUT_LIMIT = 2_000_000  # characters of one cell; a page of the site has a fortieth of them
METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
# torchvision imports PyTorch, and what PyTorch's optimizers import on their first step.
PRELOADED = ["ipykernel.debugger", "ipykernel.kernelapp", "matplotlib.pyplot", "torchvision"]


def warm_up(env: dict[str, str]) -> None:
    """Start importing for the kernels with this environment, unless that is done."""
    if METHOD == "forkserver":
        from multiprocessing import forkserver, resource_tracker  # not on Windows

        multiprocessing.set_forkserver_preload(PRELOADED)
        resource_tracker.ensure_running()  # or it would unblock the signal
        # A terminal sends Ctrl-C to the new process, too, which ignores it only after its imports.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            with isolated(env):
                forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])


async def run_cells(
    lesson: Lesson, env: dict[str, str], root: Path, limit: float, done: Callable[[], object]
) -> Used | Failure:
    """Run the cells of a lesson, whose notebook receives the outputs; call `done` after each."""
    with tempfile.TemporaryDirectory(dir=short_folder(), ignore_cleanup_errors=True) as folder:
        client = AsyncKernelClient(connection_file=f"{folder}/kernel.json")
        if os.name == "posix":
            # Two kernels that start at once may pick the same port, but never the same folder.
            client.transport, client.ip = "ipc", f"{folder}/kernel"
        client.write_connection_file()
        lessons = lesson.path.parent.absolute()
        copy_project(root, Path(folder, probe.COPY))
        process = multiprocessing.get_context(METHOD).Process(  # type: ignore[attr-defined]
            target=probe.run_kernel,
            args=(folder, env, str(root), str(lessons)),
            daemon=True,  # if a second Ctrl-C interrupts the end of this, Python kills it
        )
        with isolated(env):
            process.start()  # waits for the imports, and Ctrl-C waits for that
        kernel = Kernel(lesson, client, process)
        try:
            client.start_channels(stdin=False, hb=False)
            return await kernel.run_all(limit, done)
        except DeadKernelError as error:  # before the first cell or after the last
            return Failure(f"{lesson}:1", f"DeadKernelError: {error}")
        finally:
            client.stop_channels()
            kernel.kill()
            await kernel.death


class Kernel(NotebookClient):
    """Runs the cells of a lesson in a kernel that has been started."""

    kc: AsyncKernelClient

    def __init__(self, lesson: Lesson, client: AsyncKernelClient, process: BaseProcess) -> None:
        """Take the lesson, the channels to the kernel, and its process."""
        super().__init__(
            lesson.notebook, allow_errors=True, record_timing=False, on_cell_executed=self.hear
        )
        self.lesson = lesson
        self.kc = client
        self.process = process
        self.death = asyncio.create_task(asyncio.to_thread(process.join))
        self.size = 0  # characters that the cell put out so far
        self.reply: dict[str, Any] = {}  # of the kernel about the cell

    async def run_all(self, limit: float, done: Callable[[], object]) -> Used | Failure:
        """Run all cells as soon as the kernel answers; say what they used."""
        await self.while_alive(self.greet())
        for index in range(len(self.nb.cells)):
            if what := await self.run(index, limit):
                return Failure.in_cell(self.lesson, index, what)
            done()
        for index in range(len(self.nb.cells)):  # a later cell may change what an earlier showed
            if what := find_fault(self.lesson, index):
                return Failure.in_cell(self.lesson, index, what)
        used = Used(**await self.ask("report()"))
        if used.figures:
            what = f"expected pyplot to show or close its figures, got {used.figures} still open"
            return Failure(f"{self.lesson}:1", f"ValueError: {what}; use mlp_tutorial.plots")
        self.kc.shutdown()  # a kernel that ends by itself removes its temporary files
        await asyncio.wait({self.death}, timeout=5)
        return used

    async def greet(self) -> None:
        """Ask the kernel who it is, until it has answered on both channels."""
        while True:
            self.kc.kernel_info()
            with suppress(Empty):
                await self.kc.get_shell_msg(timeout=1)
                await self.kc.get_iopub_msg(timeout=1)
                return

    async def run(self, index: int, limit: float) -> str | None:
        """Run a cell and return what went wrong, if anything did."""
        cell = self.nb.cells[index]
        self.size = 0
        try:
            await self.while_alive(self.async_execute_cell(cell, index), limit)
            if fault := find_fault(self.lesson, index):
                return fault
            if asked := [each["source"] for each in self.reply.get("payload", [])]:
                what = f"expected output below the cell, got a request to Jupyter, {asked[0]}"
                return f"ValueError: {what}; use print"
            if names := cell.metadata.get("export", "").split():
                values = ", ".join(f"{name}={name}" for name in names)
                exported = await self.ask(f"export({values})")
                if not exported:
                    return f"TypeError: expected tensors or a network to export, got {names}"
                cell.outputs.append(new_output("display_data", {EXPORTED: exported}))
        except (DeadKernelError, OverflowError, TimeoutError) as error:
            return f"{type(error).__name__}: {error}"
        return None

    def hear(self, cell: NotebookNode, execute_reply: dict[str, Any], **_: Any) -> None:
        """Keep the kernel's reply; add an error that it says but did not show, such as a group."""
        self.reply = execute_reply["content"]
        kinds = {output.output_type for output in cell.outputs}
        if self.reply["status"] == "error" and "error" not in kinds:
            said = {key: self.reply[key] for key in ("ename", "evalue", "traceback")}
            cell.outputs.append(new_output("error", **said))

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Add a message to the outputs of its cell, or kill a kernel that sends too many.

        Text that arrives in pieces becomes one output, because how a kernel cuts it depends on the
        moment. The option `coalesce_streams` of nbclient joins text across a figure, too.
        """
        self.size += len(str(msg["content"]))
        if self.size > OUTPUT_LIMIT:
            self.kill()
            return None
        output = super().process_message(msg, cell, cell_index)
        match cell.outputs:
            case [*_, {"name": before} as text, {"name": name} as more] if name == before:
                text.text += more.text
                cell.outputs.pop()
        return output

    async def ask(self, call: str) -> Any:
        """Call a function of `sitegen.execute.probe` without a trace; return None if it fails."""
        call = f"__import__({probe.__name__!r}, fromlist=['report']).{call}"
        asked = self.kc.execute_interactive(
            "", silent=True, user_expressions={"answer": call}, output_hook=lambda _: None
        )
        answer = (await self.while_alive(asked))["content"]["user_expressions"]["answer"]
        return answer.get("data", {}).get("application/json")

    async def while_alive(self, work: Awaitable[Any], limit: float | None = None) -> Any:
        """Wait for work of the kernel, but not after its death or longer than the limit."""
        task = asyncio.ensure_future(work)
        ends = {task, self.death}
        try:
            await asyncio.wait(ends, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
            if self.size > OUTPUT_LIMIT:
                raise OverflowError(f"the cell put out more than {OUTPUT_LIMIT:,} characters")
            if task.done():
                return task.result()
            if self.death.done():
                raise DeadKernelError("the kernel died (out of memory, or a crash)")
            raise TimeoutError(f"the cell took longer than {limit:g} s")
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def kill(self) -> None:
        """Kill the kernel with its children, which share its session."""
        if os.name == "posix" and self.process.pid:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
