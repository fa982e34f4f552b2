"""``tdd-bot serve --reload``: the server as a child that is started anew when the code changes."""

import sys
from pathlib import Path

from bot.cli.console import FAILED, OK, complain


def run() -> int:
    """Serve until interrupted; each change of the code stops the child gently and starts another."""
    try:
        from watchfiles import run_process  # noqa: PLC0415 - a tool of development, not installed on servers
    except ImportError:
        complain("--reload needs the package watchfiles: pip install 'tdd-bot[dev]'")
        return FAILED
    code = Path(__file__).parents[1]
    # SIGINT drains as SIGTERM does; a job that takes longer than the drain goes on after the restart.
    run_process(code, target=f"{sys.executable} -m bot serve", target_type="command", grace_period=0.5)
    return OK
