"""A sandbox for tests, and the fixture `sandbox`, which a folder gets by importing it in its `conftest.py`.

When a test is over, all that the sandbox answered and sent is held against GitHub's own descriptions, if they
are fetched; the environment variable SANDBOX_VALIDATE=off leaves that out. They are those of GitHub.com: what
plays GitHub Enterprise Server is not held against them.
"""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.sandbox import Clock, RequestRecord, Sandbox, SetClock
from tests.sandbox.official.descriptions import (
    missing,
    validate_request,
    validate_rest,
    validate_webhook,
)

REMOVED = r"'(merge_commit_sha|assignee|rate)' is a required property"
SWITCH = "SANDBOX_VALIDATE"


def _rest_faults(record: RequestRecord) -> list[str]:
    if record.route in (None, "/graphql") or record.status in (0, 304, 401, 410) or record.status >= 500:
        return []
    if record.path.startswith("/repositories/"):
        return []  # where redirects of renamed repositories lead; no description has it
    faults = validate_rest(record.method, record.path, record.status, record.answer)
    if record.version == "2026-03-10":
        # The descriptions are of 2022-11-28; what the newer version took away may be absent.
        faults = [fault for fault in faults if not re.search(REMOVED, fault)]
    if record.status < 300 and isinstance(record.body, dict) and record.method != "GET":
        faults += validate_request(record.method, record.path, record.body)
    return faults


def faults_of(sandbox: Sandbox) -> list[str]:
    """Return every way in which a sandbox's traffic departs from GitHub's descriptions."""
    faults = [fault for record in sandbox.log for fault in _rest_faults(record)]
    for delivery in [*sandbox.deliveries, *sandbox.hooks.waiting]:
        if not delivery.redelivery:
            faults += validate_webhook(delivery.event, delivery.body)
    return sorted(set(faults))


@asynccontextmanager
async def described(clock: Clock | None = None, wall: Clock | None = None) -> AsyncIterator[Sandbox]:
    """Yield a listening sandbox without anybody in it; in the end its traffic has to be as GitHub's is."""
    async with Sandbox(clock=clock, wall=wall) as started:
        yield started
        faults = list(started.gate.problems)
        if os.environ.get(SWITCH) != "off" and not missing():
            faults += faults_of(started)
        if faults:
            pytest.fail("the sandbox is not as GitHub is:\n" + "\n".join(faults), pytrace=False)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A listening sandbox without anybody in it; every event has a second of its own."""
    async with described(SetClock(step=timedelta(seconds=1))) as started:
        yield started
