"""Every line that a server logs in a full run is a JSON object, and none tells what has to stay inside."""

import json
import re
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Failure
from tests.builders import design
from tests.whole.server import Bot, until

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"
SENTENCE = "Quokkas keep the ledger of prices."
REMARK = "the wombat objects"
FORBIDDEN = {
    "a token of an installation": r"ghs_\w+",
    "a JSON Web Token": r"eyJ[\w-]{10,}\.",
    "a private key": r"PRIVATE KEY",
    "an e-mail address": r"[\w.+-]+@[\w-]+\.[\w.-]*\w",
    "an authorization": r"(?i)\b(bearer|authorization)\b",
    "a document's text": r"(?i)quokka",
    "a comment's text": r"(?i)wombat",
}


def told(log: Path) -> list[dict[str, object]]:
    """Return the log's lines; each has to be one object."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert all(isinstance(line, dict) for line in lines)
    return lines


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log.jsonl"


async def test_a_full_run_tells_no_secret_no_address_and_no_text(bot: Bot, log: Path) -> None:
    bot.changes |= {"LOG_LEVEL": "debug", "LOG_FORMAT": "json", "SWEEP_SECONDS": "60"}
    with log.open("wb") as stream:
        bot.log = stream.fileno()
        await bot.start()
        url = bot.scene.app.webhook_url or ""
        faults = bot.sandbox.faults
        faults.fail_next(Failure(status=502, path="Snapshot"))
        faults.fail_next(Failure(status=None, after=True, method="POST", path="/comments"))
        pull = bot.scene.open_pull({PATH: design(bodies={"1": SENTENCE})})
        await bot.says(pull, THREE)
        bot.scene.person("dana").comment(pull, f"/tdd concern auth {REMARK}")
        bot.scene.person("mallory").comment(pull, f"/tdd override {REMARK}")
        bot.scene.person("bob").review(pull, "APPROVE", REMARK)
        async with aiohttp.ClientSession() as session:
            forged = {"X-Hub-Signature-256": "sha256=" + "0" * 64, "X-GitHub-Event": "push"}
            await session.post(url, data=SENTENCE.encode(), headers=forged)

        async def objected() -> bool:
            run = bot.run(pull)
            return run is not None and run.conclusion is not None and "concern" in (run.title or "").lower()

        await until(objected)
        await bot.sandbox.settled()
        assert await bot.terminate() == 0

    lines = told(log)
    assert len(lines) > 20
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    for what, pattern in FORBIDDEN.items():
        found = re.search(pattern, text)
        assert not found, f"{what}: {text[max(0, found.start() - 200) : found.end() + 50]}"
    for secret in (bot.scene.app.webhook_secret or "", *bot.scene.app.private_key.splitlines()[1:3]):
        assert secret
        assert secret not in text


async def test_a_webhooks_id_goes_from_its_arrival_to_the_decision(bot: Bot, log: Path) -> None:
    bot.changes |= {"LOG_LEVEL": "info", "LOG_FORMAT": "json"}
    with log.open("wb") as stream:
        bot.log = stream.fileno()
        await bot.start()
        pull = bot.scene.open_pull({PATH: design()})
        await bot.says(pull, THREE)
        await bot.sandbox.settled()
        await bot.terminate()

    opened = next(
        one.guid for one in bot.sandbox.deliveries if (one.event, one.action) == ("pull_request", "opened")
    )
    events = [line["event"] for line in told(log) if line.get("delivery") == opened]
    assert events[:2] == ["job submitted", "decided"]
    assert "job done" in events
