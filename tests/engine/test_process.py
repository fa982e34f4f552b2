"""Whether another process on this machine still lives."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.engine.process import is_gone, this_process
from bot.ports import Executor

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/ns/pid").exists(), reason="process ids are judged on Linux only"
)

_DESCRIBE = """
from bot.engine.process import this_process
one = this_process()
print(one.id, one.pid, one.started, flush=True)
input()
"""


@pytest.fixture
def other() -> Iterator[tuple[subprocess.Popen[str], Executor]]:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", _DESCRIBE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as process:
        assert process.stdout is not None
        name, pid, started = process.stdout.readline().split()
        yield process, Executor(name, this_process().place, int(pid), started)
        process.kill()


def test_this_process_lives_under_a_new_id_each_time() -> None:
    assert not is_gone(this_process())
    assert this_process().id != this_process().id


def test_another_process_lives_until_it_is_killed(other: tuple[subprocess.Popen[str], Executor]) -> None:
    process, executor = other
    assert not is_gone(executor)

    process.send_signal(signal.SIGKILL)
    # Not reaped yet: /proc still shows it, as a zombie.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

    assert is_gone(executor)
    process.wait()
    assert is_gone(executor)


def test_a_later_process_with_the_same_number_is_not_mistaken_for_it() -> None:
    assert is_gone(replace(this_process(), started="1"))


def test_a_process_elsewhere_is_never_judged() -> None:
    assert not is_gone(replace(this_process(), place="another machine", started="1"))
