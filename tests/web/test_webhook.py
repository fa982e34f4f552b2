"""What a sender is answered, and what is kept of it."""

import asyncio
import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
import structlog
from aiohttp import ClientResponse

from bot.core.model import PullRequestRef, Reconcile
from bot.web.webhook import BODY_CAP
from tests.web.conftest import Door
from tests.web.sender import PATH, SECRETS, body_of, headers_of, payload_of, signature

JOB = Reconcile(PullRequestRef(1, 2, "acme", "shop", 7))


async def _refused(answer: ClientResponse, status: int, sentence: str) -> None:
    text = await answer.text()
    assert (answer.status, sentence in text) == (status, True), text
    assert "Traceback" not in text


async def test_a_good_webhook_is_accepted_with_its_job(door: Door) -> None:
    answer = await door.send()

    assert answer.status == 202
    assert await door.accepted() == [JOB]


@pytest.mark.parametrize("secret", SECRETS)
async def test_each_of_two_secrets_is_accepted(door: Door, secret: str) -> None:
    assert (await door.send(secret=secret)).status == 202


async def test_an_unsigned_webhook_is_refused(door: Door) -> None:
    answer = await door.send(without=("X-Hub-Signature-256",))

    await _refused(answer, 401, "X-Hub-Signature-256 header is missing")
    assert await door.accepted() == []


async def test_a_webhook_signed_with_another_secret_is_refused(door: Door) -> None:
    await _refused(await door.send(secret="another"), 401, "does not match")
    assert await door.accepted() == []


async def test_a_webhook_signed_with_sha1_alone_is_refused_saying_so(door: Door) -> None:
    answer = await door.send(
        without=("X-Hub-Signature-256",), changed={"X-Hub-Signature": "sha1=" + "0" * 40}
    )

    await _refused(answer, 401, "SHA-1")
    assert await door.accepted() == []


async def test_a_body_that_lost_its_end_is_refused(door: Door) -> None:
    body = body_of()

    await _refused(
        await door.send(body[:-1], changed={"X-Hub-Signature-256": signature(body)}), 401, "does not match"
    )


async def test_a_sender_that_breaks_off_leaves_nothing(door: Door) -> None:
    body = body_of()
    reader, writer = await asyncio.open_connection("127.0.0.1", door.client.port)
    head = "".join(f"{name}: {value}\r\n" for name, value in headers_of(body).items())
    length = f"Content-Length: {len(body)}\r\n"
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\n{head}{length}\r\n".encode() + body[:20])
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()

    assert b"202" not in answer
    assert await door.accepted() == []


async def test_a_body_above_githubs_limit_is_refused_by_its_length(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b"x"

    answer = await door.client.post(PATH, data=endless(), headers={"Content-Length": str(BODY_CAP + 1)})

    await _refused(answer, 413, "larger than")


@pytest.mark.parametrize("size", [BODY_CAP + 1, BODY_CAP + 4 * 1024 * 1024])
async def test_a_body_that_does_not_tell_its_length_is_refused_once_it_is_too_large(
    door: Door, size: int
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, size, 1024 * 1024):
            yield b"x" * min(1024 * 1024, size - start)

    try:
        answer = await door.client.post(PATH, data=chunks())
    except ConnectionError:
        # The server has closed the connection before the client was done: refused as well.
        return
    await _refused(answer, 413, "")


async def test_the_largest_body_that_github_sends_is_accepted(door: Door) -> None:
    payload = payload_of() | {"filler": ""}
    room = BODY_CAP - len(json.dumps(payload))
    body = json.dumps(payload | {"filler": "x" * room}).encode()
    assert len(body) == BODY_CAP

    assert (await door.send(body)).status == 202


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "Invalid JSON"),
        (b"", "Invalid JSON"),
        (b"\xff\xfe", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "Invalid JSON"),
        (b"[]", "should be an object"),
        (b'"text"', "should be an object"),
        (b"{}", "action"),
        (b'{"action": "opened"}', "installation"),
        (json.dumps(payload_of(number=-1)).encode(), "number"),
    ],
)
async def test_a_body_that_is_no_payload_is_refused_with_the_fault(
    door: Door, body: bytes, sentence: str
) -> None:
    await _refused(await door.send(body), 400, sentence)
    assert await door.accepted() == []


@pytest.mark.parametrize("header", ["X-GitHub-Event", "X-GitHub-Delivery"])
@pytest.mark.parametrize("value", [None, "", "a b", "x" * 65, "é"])
async def test_a_missing_or_strange_header_is_refused(door: Door, header: str, value: str | None) -> None:
    answer = await (door.send(without=(header,)) if value is None else door.send(changed={header: value}))

    await _refused(answer, 400, header)
    assert await door.accepted() == []


@pytest.mark.parametrize("event", ["ping", "star", "from_the_future"])
async def test_an_event_that_leads_to_nothing_is_answered_and_dropped(door: Door, event: str) -> None:
    assert (await door.send(event=event)).status == 204
    assert await door.accepted() == []


async def test_a_form_with_the_payload_in_its_field_is_accepted(door: Door) -> None:
    body = urlencode({"payload": json.dumps(payload_of())}).encode()
    answer = await door.send(
        body, changed={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    )

    assert answer.status == 202
    assert await door.accepted() == [JOB]


@pytest.mark.parametrize("body", [b"", b"other=1", b"payload=1&payload=2", b"a=1&" * 50])
async def test_a_form_without_exactly_one_payload_is_refused(door: Door, body: bytes) -> None:
    answer = await door.send(body, changed={"Content-Type": "application/x-www-form-urlencoded"})

    await _refused(answer, 400, "no field named payload")


async def test_another_content_type_is_refused(door: Door) -> None:
    await _refused(await door.send(changed={"Content-Type": "text/xml"}), 415, "Content-Type must be")


async def test_a_compressed_body_is_refused_before_it_is_unpacked(door: Door) -> None:
    await _refused(await door.send(changed={"Content-Encoding": "gzip"}), 415, "compressed")


async def test_nothing_is_answered_before_the_row_is_committed(door: Door) -> None:
    entered, leave = threading.Event(), threading.Event()

    def hold(_: sa.Connection) -> None:
        entered.set()
        leave.wait(120)

    holding = asyncio.create_task(door.database.write(hold))
    await asyncio.to_thread(entered.wait, 120)
    sending = asyncio.create_task(door.send())
    done, _ = await asyncio.wait([sending], timeout=0.2)
    assert not done
    assert await asyncio.to_thread(_rows_for_another_process, door.file) == 0

    leave.set()
    answer = await sending

    await holding
    assert answer.status == 202
    assert await asyncio.to_thread(_rows_for_another_process, door.file) == 1


def _rows_for_another_process(file: Path) -> int:
    count = """
import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("SELECT count(*) FROM inbox").fetchone()[0])
"""
    return int(subprocess.run([sys.executable, "-c", count, file], check=True, capture_output=True).stdout)


async def test_a_store_that_is_down_is_answered_with_a_time_to_come_back(door: Door) -> None:
    gone = sa.text("ALTER TABLE inbox RENAME TO elsewhere")
    await door.database.write(lambda connection: connection.execute(gone))

    answer = await door.send()

    await _refused(answer, 503, "send it again")
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_burst_is_accepted_whole(door: Door) -> None:
    bodies = [body_of(number) for number in range(1, 101)]

    answers = await asyncio.gather(*(door.send(body) for body in bodies))

    assert {answer.status for answer in answers} == {202}
    with sqlite3.connect(door.file) as connection:
        assert connection.execute("SELECT count(*) FROM inbox").fetchone() == (100,)
    connection.close()


async def test_each_webhook_is_one_line_of_the_log_without_its_payload(door: Door) -> None:
    with structlog.testing.capture_logs() as lines:
        await door.send()
        await door.send(secret="another")

    good, bad = lines
    milliseconds = good.pop("ms")
    assert milliseconds >= 0
    assert good == {
        "event": "webhook",
        "log_level": "debug",
        "github_event": "pull_request",
        "delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "action": "opened",
        "jobs": 1,
        "outcome": "accepted",
        "status": 202,
    }
    assert (bad["log_level"], bad["outcome"], bad["status"]) == ("warning", "signature-wrong", 401)
    assert bad["delivery"] == ""
