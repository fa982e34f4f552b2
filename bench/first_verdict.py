"""``python bench/first_verdict.py``: from nothing to the first verdict, each part as somebody new does it.

A clone, a virtual environment, the libraries, ``tdd-bot sandbox``, and the page that shows the check of the
first design. Most of it is waiting for the libraries: the network, pip's cache and what else the machine does
decide about that, so what the processor took is printed beside it.

Exit codes: 0 measured; 1 with ``--need``: the target is missed.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.request import urlopen

sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.parts.conditions import ROOT, describe_machine
from bench.parts.targets import Target, judged

_TARGET: Final = 60.0
_PATIENCE: Final = 60.0
_VERDICT: Final = re.compile(r"tdd/review: ([^<]+)")


class Steps:
    """What has been done so far, and what each took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str, *, ends: bool = True) -> Iterator[None]:
        """Take the time of one; what the processor took is known of a step whose processes have ended."""
        wall, cpu = time.perf_counter(), _cpu()
        yield
        self.seconds[name] = time.perf_counter() - wall
        used = f"   processor {_cpu() - cpu:6.2f} s" if ends else ""
        print(f"  {name:34} {self.seconds[name]:7.2f} s{used}", flush=True)


def _cpu() -> float:
    """Return what finished processes have taken of a processor, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(folder: Path, source: str) -> Sequence[Target]:
    """Do it once in an empty folder; print, and return what is to be met."""
    steps, here = Steps(), folder / "tdd-bot"
    python = str(here / ".venv" / "bin" / "python")
    with steps.step("git clone"):
        subprocess.run(["git", "clone", "--quiet", source, str(here)], check=True)  # noqa: S603, S607 - as in the README
    with steps.step("python3 -m venv"):
        subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=here, check=True)
    with steps.step("pip install, with hashes"):
        install = [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.txt"]
        subprocess.run(install, cwd=here, check=True, capture_output=True)  # noqa: S603 - the same
    said = _playground(steps, here, python)
    total = sum(steps.seconds.values())
    print(f"  {'together':34} {total:7.2f} s\n\nThe first verdict: {said}\n")
    return [Target("from clone to the first verdict", total, _TARGET, "s")]


def _playground(steps: Steps, here: Path, python: str) -> str:
    """Start it, open its page, end it; return the verdict."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [python, "-m", "bot", "sandbox", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=here, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            with steps.step("tdd-bot sandbox, until it says so", ends=False):
                address = process.stdout.readline().removeprefix("Open ").strip()
            with steps.step("the page with the verdict", ends=False):
                return _verdict(address)
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _verdict(address: str) -> str:
    if not address.startswith("http://127.0.0.1:"):
        raise SystemExit(f"the playground has not started: {address!r}")
    with urlopen(f"{address}/checks", timeout=_PATIENCE) as answer:  # noqa: S310 - this machine, checked above
        found = _VERDICT.search(answer.read().decode())
    if found is None:
        raise SystemExit("the page shows no verdict")
    return found[1].strip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/first_verdict.py", description=__doc__)
    parser.add_argument("--source", default=str(ROOT), help="what is cloned (default: this checkout's)")
    parser.add_argument("--need", action="store_true", help="exit 1 where the target is missed")
    given = parser.parse_args(arguments)
    print(describe_machine(runs=1))
    with tempfile.TemporaryDirectory(prefix="tdd-bot-first-") as folder:
        targets = run(Path(folder), given.source)
    return judged(targets, need=given.need)


if __name__ == "__main__":
    sys.exit(main())
