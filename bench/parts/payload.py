"""Signed ``pull_request`` webhooks as large as GitHub's, each about another pull request."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from bot.sandbox import Sandbox

SIZE: Final = 24 * 1024
"""Bytes of each body: what GitHub sends for a pull request of an organisation's repository."""
SECRET: Final = "a-secret-of-the-benchmark"  # noqa: S105 - a sample, worth nothing
_DIGITS: Final = 9
"""Digits of each pull request's number, so that all bodies have one length."""


class Case(StrEnum):
    """What the webhooks of one burst lead to."""

    DISTINCT = "distinct"
    """Each leads to a job for a pull request that no other names."""
    WITHOUT_JOB = "without-job"
    """A label was set: none leads to a job."""


_ACTIONS: Final[Mapping[Case, str]] = {Case.DISTINCT: "opened", Case.WITHOUT_JOB: "labeled"}


@dataclass(frozen=True, slots=True)
class Webhook:
    """One body with the headers that GitHub sends beside it."""

    body: bytes
    headers: Mapping[str, str]


class Webhooks:
    """Makes webhooks cheaply: what they share is hashed once, so that the sender costs little."""

    def __init__(self, shared: bytes) -> None:
        self._shared = shared
        self._mac = hmac.new(SECRET.encode(), shared, hashlib.sha256)

    @classmethod
    def of(cls, folder: Path, case: Case) -> Self:
        """Read what ``write_payloads`` wrote."""
        return cls(_file(folder, case).read_bytes())

    def make(self, number: int) -> Webhook:
        """Return the webhook about pull request ``number``, counted from 1."""
        tail = b"%d}}" % (10**_DIGITS + number)
        mac = self._mac.copy()
        mac.update(tail)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/0000000",
            "X-GitHub-Event": "pull_request",
            "X-GitHub-Delivery": f"00000000-0000-4000-8000-{number:012x}",
            "X-Hub-Signature-256": f"sha256={mac.hexdigest()}",
        }
        return Webhook(self._shared + tail, headers)


async def write_payloads(folder: Path) -> None:
    """Write each case's body, up to the number at its end: as the sandbox renders it, padded to ``SIZE``."""
    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme(webhook_url="http://127.0.0.1:9/")
        sandbox.hooks.hold()
        scene.open_pull({"docs/tdd/0001-a-design.md": "# TDD: A design\n"})
        opened = next(one.body for one in sandbox.hooks.waiting if one.event == "pull_request")
    for case, action in _ACTIONS.items():
        _file(folder, case).write_bytes(_shared({**opened, "action": action}))


def _shared(payload: Mapping[str, object]) -> bytes:
    """Return the payload up to the pull request's number, which goes to the end."""
    pull = payload["pull_request"]
    assert isinstance(pull, dict)
    rest = {name: value for name, value in payload.items() if name not in {"number", "pull_request"}}
    inner = {name: value for name, value in pull.items() if name != "number"}
    text = _joined(rest, {**inner, "body": ""})
    missing = SIZE - len(text) - _DIGITS - len("1}}")
    assert missing >= 0, "the sandbox renders more than GitHub sends"
    return _joined(rest, {**inner, "body": "x" * missing}).encode()


def _joined(rest: Mapping[str, object], pull: Mapping[str, object]) -> str:
    outer, inner = json.dumps(rest), json.dumps(pull)
    return f'{outer[:-1]}, "pull_request": {inner[:-1]}, "number": '


def _file(folder: Path, case: Case) -> Path:
    return folder / f"{case.value}.json.part"
