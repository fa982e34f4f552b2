"""Which process this is, and whether another one on this machine still lives."""

import os
import socket
import uuid
from pathlib import Path
from typing import Final

from bot.ports import Executor

_PROC: Final = Path("/proc")


def this_process() -> Executor:
    """Describe this process. Its id is new at every call: an engine that starts again is another executor."""
    pid = os.getpid()
    return Executor(
        id=f"{socket.gethostname()}:{pid}:{uuid.uuid4().hex[:12]}",
        place=_place(),
        pid=pid,
        started=_started(pid) or "",
    )


def is_gone(executor: Executor) -> bool:
    """Tell whether an executor of this place has ended: its process is gone, or is another one by now."""
    return executor.place == _place() and _started(executor.pid) != executor.started


def _place() -> str:
    """Name where a process id means something; elsewhere than on Linux no two processes share a place."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        namespace = (_PROC / "self/ns/pid").readlink()
    except OSError:
        return f"unknown {uuid.uuid4().hex}"
    return f"{socket.gethostname()} {boot} {namespace}"


def _started(pid: int) -> str | None:
    """Return when a process began, in clock ticks since boot; None where it has ended (proc_pid_stat(5))."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return None
    # The command's name stands in parentheses and may hold anything; the state is the field after it.
    fields = stat.rpartition(")")[2].split()
    state, began = fields[0], fields[19]
    return None if state in {"Z", "X"} else began
