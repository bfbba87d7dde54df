"""Kernels that start warm: forked from a process that has imported what lessons import.

Importing torch and matplotlib takes longer than most lessons do. A kernel is as fresh as any other:
what was imported is not of this repository, and nothing was computed. Where processes cannot be
forked, on Windows, kernels start as they always do.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Mapping
from importlib.metadata import EntryPoint
from multiprocessing.connection import wait
from subprocess import Popen
from threading import Thread
from typing import Any, cast

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

PRELOADED = [
    *("ipykernel.kernelapp", "matplotlib.pyplot", "torch", "torchvision"),
    *("sitegen.compare", "sitegen.kernel", "sitegen.report"),  # of the main module
]
READ_ON_IMPORT = ("CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS", "TQDM_DISABLE")
BACKEND = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # as a kernel has it
COLD = "local-provisioner"
_forked_with: dict[str, str | None] = {}
_state = ""  # then "importing", then "ready"


def use_warm_kernels(env: Mapping[str, str] | None) -> None:
    """Start further kernels warm, if they have this environment; or all of them cold.

    Only the first environment counts: there is one process to fork from.
    """
    factory = KernelProvisionerFactory.instance()
    possible = "forkserver" in multiprocessing.get_all_start_methods()
    factory.default_provisioner_name = "warm" if env and possible else COLD
    factory.provisioners["warm"] = EntryPoint("warm", f"{__name__}:WarmProvisioner", "")
    if env and not _forked_with:
        _forked_with.update({name: env.get(name) for name in READ_ON_IMPORT})


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
        other = _forked_with != {name: env.get(name) for name in READ_ON_IMPORT}
        if other or _state == "importing":
            return await super().launch_kernel(cmd, **kwargs)
        _state = _state or "importing"
        arguments = cmd[cmd.index("ipykernel_launcher") + 1 :]
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        process = context.Process(target=_run_kernel, args=(arguments, dict(env), kwargs["cwd"]))
        await asyncio.to_thread(_start, process)
        _state = "ready"
        self.process = cast("Popen[Any]", _Process(process))
        self.pid = self.pgid = process.pid
        return self.connection_info


def _start(process: multiprocessing.process.BaseProcess) -> None:
    """Fork; the first time, this starts the process to fork from, in the right environment."""
    wanted = {**BACKEND, **_forked_with}
    before = {name: os.environ.get(name) for name in wanted}
    _set(wanted)
    process.start()
    _set(before)


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _run_kernel(arguments: list[str], env: dict[str, str], folder: str) -> None:
    """Be a kernel."""
    os.setsid()  # signals for the kernel reach its children, and Ctrl-C reaches neither
    os.environ.clear()
    os.environ.update(env)
    os.chdir(folder)
    multiprocessing.set_start_method(None, force=True)
    parent = multiprocessing.parent_process()
    assert parent
    Thread(target=lambda: (wait([parent.sentinel]), os._exit(1)), daemon=True).start()

    from ipykernel.kernelapp import launch_new_instance  # noqa: PLC0415  # imported already

    launch_new_instance(arguments)
