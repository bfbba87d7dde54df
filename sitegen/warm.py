"""Kernels that start warm: Jupyter forks them from the process of `sitegen.preload`."""

import asyncio
import atexit
import gc
import multiprocessing
import os
import sys
from importlib.metadata import EntryPoint
from multiprocessing.connection import wait
from subprocess import Popen
from threading import Thread
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from sitegen.collector import USUAL
from sitegen.preload import is_for

_state = ""  # then "importing", then "ready"


@atexit.register  # before multiprocessing's own, which waits for them
def _end_kernels() -> None:
    """End what an interrupt left behind while it was starting or ending."""
    for process in multiprocessing.active_children():
        process.kill()


def use_warm_kernels() -> None:
    """Start further kernels warm, where they can be."""
    factory = KernelProvisionerFactory.instance()
    factory.default_provisioner_name = "warm"
    factory.provisioners["warm"] = EntryPoint("warm", f"{__name__}:WarmProvisioner", "")


class _Process:
    """A forked process with the methods of `subprocess.Popen` that Jupyter calls."""

    stdin = stdout = stderr = None

    def __init__(self, process: multiprocessing.process.BaseProcess) -> None:
        self._process = process
        assert process.pid
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


class WarmProvisioner(LocalProvisioner):
    """Launches a kernel by forking; while the imports go on, others start cold beside them."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:  # noqa: ANN401
        """Launch a kernel with a command."""
        global _state  # noqa: PLW0603
        env = kwargs["env"]
        if not is_for(env) or _state == "importing":
            return await super().launch_kernel(cmd, **kwargs)
        _state = _state or "importing"
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        context = multiprocessing.get_context("forkserver")
        process = context.Process(target=_run_kernel, args=(arguments, dict(env), kwargs["cwd"]))
        await asyncio.to_thread(process.start)  # returns when the imports are done
        _state = "ready"
        self.process = cast("Popen[Any]", _Process(process))
        self.pid = self.pgid = process.pid
        return self.connection_info


def _run_kernel(arguments: list[str], env: dict[str, str], folder: str) -> None:
    """Be a kernel."""
    os.setsid()  # signals for the kernel reach its children, and Ctrl-C reaches neither
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    gc.freeze()  # what was imported is no garbage
    gc.set_threshold(*USUAL)
    multiprocessing.set_start_method(None, force=True)
    parent = multiprocessing.parent_process()
    assert parent
    Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()

    sys.modules["debugpy"] = None  # type: ignore[assignment]  # half a start, for nobody's debugger
    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415  # imported already

    launch_new_instance(arguments)
