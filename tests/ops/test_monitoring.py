"""Alerts and dashboard speak of metrics that exist, and each alert fires when it has to and only then."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from bot.core.model import Verdict
from bot.ports import Allowance, Call, Ending, Level, Levels, Way
from bot.web.metrics import Metrics

ROOT = Path(__file__).parents[2]
OPS = ROOT / "ops"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NOT_OURS = {"up"}
"""Made by Prometheus itself."""


@pytest.fixture(scope="module")
def samples() -> dict[str, set[str]]:
    """Return every metric that a server shows once everything has happened, with its labels."""
    metrics = Metrics(NOW.timestamp)
    metrics.webhook("pull_request", "accepted", 0.1)
    metrics.call(Call(Way.REST, 11, 200, 0.1, Allowance("core", 5_000, 4_000)))
    metrics.decided(Verdict.PASS, ["TDD201"])
    metrics.job("pull-requests", Ending.DONE, 0.1)
    metrics.settled(0.1)
    metrics.chore("sweep", "done", 0.1)
    metrics.missed("sweep", 1)
    metrics.redelivered(1)
    one = Level(1, NOW)
    levels = Levels(
        one,
        {"pull-requests": one},
        {"pull-requests": one},
        {"pull-requests": one},
        1,
        {"backfill": 3},
        {"sweep": NOW},
        1,
        1,
        1,
    )
    page, _ = metrics.page("", levels)
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? ", page.decode(), flags=re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def alerts() -> list[dict[str, object]]:
    """Return the alert rules."""
    (group,) = yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    rules: list[dict[str, object]] = group["rules"]
    return rules


def panels() -> list[dict[str, object]]:
    """Return the dashboard's panels."""
    found: list[dict[str, object]] = json.loads((OPS / "dashboard.json").read_text(encoding="utf-8"))[
        "panels"
    ]
    return found


def expressions() -> Iterator[str]:
    """Return every expression of both files."""
    yield from (str(rule["expr"]) for rule in alerts())
    for panel in panels():
        targets = panel["targets"]
        assert isinstance(targets, list)
        yield from (target["expr"] for target in targets)


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_it_asks_for_metrics_and_labels_that_exist(expression: str, samples: dict[str, set[str]]) -> None:
    names = set(re.findall(r"\b(tdd_bot_\w+|process_\w+|up)\b", expression))
    assert names
    assert names - NOT_OURS <= set(samples), "no such metric"
    ours = set().union(*(samples[name] for name in names - NOT_OURS)) | {"job", "instance"}
    matched = {label for inside in re.findall(r"\{(.*?)\}", expression) for label in _labels(inside)}
    grouped = {
        label.strip() for inside in re.findall(r"by \((.*?)\)", expression) for label in inside.split(",")
    }
    assert matched | grouped <= ours, "no such label"


def _labels(inside: str) -> list[str]:
    return re.findall(r"(\w+)(?:=~|!~|!=|=)", inside)


@pytest.mark.parametrize("kind", ["check", "test"])
def test_promtool_plays_each_alert_firing_and_quiet(kind: str) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not on this machine")
    file = "alerts.yml" if kind == "check" else "alerts.test.yml"
    done = subprocess.run(
        ["promtool", kind, "rules", file], cwd=OPS, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_quiet() -> None:
    cases = yaml.safe_load((OPS / "alerts.test.yml").read_text(encoding="utf-8"))["tests"]
    played = {
        (case["alert_rule_test"][0]["alertname"], bool(case["alert_rule_test"][0]["exp_alerts"]))
        for case in cases
    }

    assert played == {(str(rule["alert"]), fires) for rule in alerts() for fires in (True, False)}


def test_the_runbook_has_a_paragraph_for_every_alert() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    headings = re.findall(r"^### (TddBot\w+)$", page, flags=re.MULTILINE)

    assert headings == [str(rule["alert"]) for rule in alerts()]
    for rule in alerts():
        annotations = rule["annotations"]
        assert isinstance(annotations, dict)
        assert annotations["runbook"] == f"docs/operations.md#{str(rule['alert']).lower()}"


def test_panels_do_not_lie_on_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        assert isinstance(place, dict)
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells, panel["title"]
        assert place["x"] + place["w"] <= 24
        taken |= cells
