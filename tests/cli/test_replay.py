"""A stored webhook, sent again: in each form that it may be stored in, and what is said of what is none."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli import replay
from bot.cli.replay import StoredWebhookError, stored_webhook
from bot.settings import Settings, read_settings
from bot.web.signature import Signature, judge_signature
from tests.keys import rsa_pem

PAYLOAD = {"action": "opened", "number": 7}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    environ = {"APP_ID": "1", "PRIVATE_KEY": rsa_pem(), "WEBHOOK_SECRET": "new,old"}
    return read_settings({**environ, "TDD_BOT_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("stored", "event"),
    [
        (
            {"id": 1, "guid": "g", "event": "pull_request", "request": {"headers": {}, "payload": PAYLOAD}},
            None,
        ),
        ({"event": "pull_request", "payload": PAYLOAD}, None),
        (PAYLOAD, "pull_request"),
        ({"event": "issues", "payload": PAYLOAD}, "pull_request"),
    ],
)
def test_each_form_is_read(stored: dict[str, Any], event: str | None) -> None:
    found = stored_webhook(json.dumps(stored).encode(), event)

    assert (found.event, found.payload) == ("pull_request", PAYLOAD)


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"action": "opened"}', b'{"event": "x", "payload": []}'])
def test_what_is_no_webhook_is_told(text: bytes) -> None:
    with pytest.raises(StoredWebhookError):
        stored_webhook(text, None)


def test_a_file_that_is_not_there_or_no_webhook_ends_with_two(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "no.json").write_text("[]", "utf-8")

    assert replay.run(tmp_path / "none.json", settings, event=None, url=None) == 2
    assert replay.run(tmp_path / "no.json", settings, event=None, url=None) == 2
    told = capsys.readouterr().err
    assert "none.json: no such file" in told
    assert "no.json holds no webhook" in told


@pytest.mark.parametrize(("status", "code"), [(202, 0), (401, 2)])
async def test_it_is_signed_with_the_first_secret_and_the_answer_is_shown(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str], status: int, code: int
) -> None:
    taken: list[tuple[bytes, Any]] = []

    async def door(request: web.Request) -> web.Response:
        taken.append((await request.read(), request.headers))
        return web.Response(status=status, text="Answered.")

    app = web.Application()
    app.router.add_post("/hook", door)
    file = tmp_path / "stored.json"
    file.write_text(json.dumps({"event": "pull_request", "payload": PAYLOAD}), "utf-8")
    async with TestServer(app) as server:
        # The command runs a loop of its own: in a thread.
        url = str(server.make_url("/hook"))
        ended = await asyncio.to_thread(replay.run, file, settings, event=None, url=url)

    ((body, headers),) = taken
    assert judge_signature(body, headers["X-Hub-Signature-256"], None, ["new"]) is Signature.GOOD
    assert (headers["X-GitHub-Event"], json.loads(body)) == ("pull_request", PAYLOAD)
    assert (ended, capsys.readouterr().out) == (code, f"pull_request: {status} Answered.\n")


def test_a_server_that_is_not_there_is_told(
    tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "stored.json"
    file.write_text(json.dumps({"event": "ping", "payload": {}}), "utf-8")

    assert replay.run(file, settings, event=None, url="http://127.0.0.1:9/hook") == 2
    assert "http://127.0.0.1:9/hook does not answer" in capsys.readouterr().err
