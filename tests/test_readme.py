"""The README shows what is: its outputs are run, its tables are held against the code."""

import os
import re
import subprocess
import sys
from pathlib import Path

from bot.core.policy.commands import REGISTRY
from bot.settings import Settings, read_settings
from tests.keys import rsa_pem

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return the text under a second-level heading."""
    return README.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def blocks(heading: str) -> list[str]:
    """Return the fenced blocks under a heading."""
    return re.findall(r"```\w*\n(.*?)```", section(heading), flags=re.DOTALL)


def ran(*arguments: str) -> str:
    """Return what a command prints, run as a reader would in the checkout."""
    environ = {"PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )
    assert not done.stderr
    return done.stdout


def settled(text: str) -> list[str]:
    """Return the lines of an output without what differs each time."""
    text = re.sub(r"127\.0\.0\.1:\w+", "HERE", text)
    # Whether two webhooks of one moment make one run or two is a matter of milliseconds.
    text = re.sub(r"made \d+ requests", "made SOME requests", text)
    text = re.sub(r"\b[0-9a-f]{7}\b", "COMMIT", text)
    text = re.sub(r"\d{4}-\d{2}-\d{2}", "DAY", text)
    return [line.rstrip() for line in re.sub(r"\d+\.\d seconds", "SECONDS", text).strip().splitlines()]


def test_the_demos_output_is_what_the_demo_prints() -> None:
    assert settled(blocks("See it work")[1]) == settled(ran("demo"))


def test_the_tree_is_what_explain_prints() -> None:
    assert settled(blocks("Ask why")[1]) == settled(ran("explain", "--replay", "docs/examples/stale.json"))


def test_the_checks_output_is_what_check_prints() -> None:
    assert settled(blocks("Check a design on your machine")[1]) == settled(
        ran("check", "bot/cli/demo/example.md")
    )


def test_a_demo_of_ones_own_design_is_merged(tmp_path: Path) -> None:
    design = tmp_path / "mine.md"
    design.write_text("# My own design\n\nIt says little.\n", encoding="utf-8")

    assert "successfully merged" in ran("demo", str(design))


def test_every_command_is_in_the_table() -> None:
    rows = [f"| `/tdd {spec.usage}` | {spec.who} | {spec.effect} |" for spec in REGISTRY.values()]

    assert [row for row in section("How a design gets through").splitlines() if "| `/tdd" in row] == rows


def test_every_variable_of_the_server_is_in_the_table() -> None:
    table = section("Put it before your own repository")
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", table))
    made: Settings = read_settings({"APP_ID": "1", "PRIVATE_KEY": rsa_pem(), "WEBHOOK_SECRET": "x"})

    assert {
        name.upper() for name in ("host", "port", "webhook_path", "worker_slots", "poll_seconds")
    } <= named
    assert {"APP_ID", "CLIENT_ID", "PRIVATE_KEY", "PRIVATE_KEY_PATH", "WEBHOOK_SECRET"} <= named
    assert {"GITHUB_API_URL", "GITHUB_GRAPHQL_URL", "GITHUB_SERVER_URL", "DATABASE_URL"} <= named
    assert {"TDD_BOT_HOME", "LOG_LEVEL", "LOG_FORMAT", "PUBLIC_URL"} <= named
    for shown in (f"`{made.host}`", f"`{made.port}`", f"`{made.webhook_path}`", f"({made.worker_slots})"):
        assert shown in table
