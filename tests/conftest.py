"""What the whole suite shares: how it ends, and that nothing here depends on the caller's environment."""

import os
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from coverage import Coverage
from hypothesis import settings

from tests.store.databases import running_postgresql

SETTINGS = (
    "APP_ID",
    "APP_SLUG",
    "CLIENT_ID",
    "PRIVATE_KEY",
    "PRIVATE_KEY_PATH",
    "WEBHOOK_SECRET",
    "DATABASE_URL",
    "TDD_BOT_HOME",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what is asked of a machine, which expected files are rewritten, which storms are played."""
    parser.addoption("--no-skips", action="store_true", help="fail when any test was skipped")
    parser.addoption("--rewrite", action="store_true", help="write what is shown into the expected files")
    parser.addoption("--seed", default="1", help="which storms the chaos suite plays: 7, or 1-10")
    parser.addoption("--storm", default="120/8", help="how large they are: webhooks/pull requests")


def pytest_configure(config: pytest.Config) -> None:
    """Forget the caller's own app, so that a test never speaks for it; draw the same examples each time.

    With ``FUZZ`` set the examples are new ones: what they find is a finding, and no change's fault. None
    has a deadline: how long one takes on a busy machine says nothing of the code.
    """
    del config
    settings.register_profile("steady", derandomize=True, deadline=None)
    settings.register_profile("fuzz", max_examples=2_000, deadline=None)
    settings.load_profile("fuzz" if os.environ.get("FUZZ") else "steady")
    for name in SETTINGS:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Give one server for all tests of this process: it takes seconds to start, a database of it does not."""
    with running_postgresql() as socket:
        yield socket


HERE = Path(__file__).parent
TRACED = (
    *("core", "cli"),
    *(f"scenarios/test_{name}.py" for name in ("commands", "configuration", "handing_on", "supersede")),
    "scenarios/test_implementation.py",
)
"""The tests that have to reach all of the core, and those alone: where a tool traces what runs, a scenario
takes almost twice as long, and most of them go the same ways through the core."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Have what the others run traced by nobody, their fixtures included."""
    coverage = Coverage.current()
    if coverage is None or any(item.path.is_relative_to(HERE / one) for one in TRACED):
        return (yield)
    coverage.stop()
    try:
        return (yield)
    finally:
        coverage.start()


NOT_TO_BE_HAD = ("no set of labelled documents beside the checkout",)
"""Reasons that nothing installed mends: what is asked for is no part of this project."""


def _skips(reporter: pytest.TerminalReporter) -> Counter[str]:
    reasons = [
        report.longrepr[2]
        for report in reporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    ]
    return Counter(reason.removeprefix("Skipped: ") for reason in reasons)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with one line for each group of tests that this machine does not allow."""
    for reason, number in _skips(terminalreporter).items():
        terminalreporter.write_line(f"not run here: {number} tests: {reason}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn skips into a failure where the machine is meant to have everything."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not session.config.getoption("--no-skips") or not reporter or session.exitstatus:
        return
    if set(_skips(reporter)) - set(NOT_TO_BE_HAD):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
