"""One webhook: verified on its raw bytes, reduced to jobs, stored, then answered."""

import asyncio
import logging
import math
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

import structlog
from aiohttp import StreamReader, web

from bot.core.intake import PayloadError, told_by
from bot.core.model import App, Job
from bot.ports import UNMETERED, Inbox, Meter, UnavailableError
from bot.web.signature import HEADER, OLD_HEADER, Signature, judge_signature

_log = structlog.get_logger(__name__)

BODY_CAP: Final = 25 * 1024 * 1024
"""Bytes: GitHub does not send a webhook that is larger."""
_HELD_CAP: Final = 10 * BODY_CAP
"""Bytes of bodies held at once: any stranger can send one, and it is read before it is verified."""
_READ_TIME: Final = 30
"""Seconds in which a body has to arrive; GitHub itself gives up after ten."""
_BY_THE_WAY: Final = 256 * 1024
"""Bytes up to which a body is hashed and parsed on the event loop: about a millisecond."""
_COME_BACK: Final = timedelta(seconds=10)
_JSON: Final = "application/json"

_EVENT = re.compile(r"[a-z_]{1,64}")
_DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}")
_ACTION = re.compile(r"[a-z_]{1,64}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender is told, and the one word for the log."""

    status: int
    outcome: str
    text: str = ""
    headers: Mapping[str, str] | None = None


_ACCEPTED: Final = Answer(202, "accepted")
_NOTHING_TO_DO: Final = Answer(204, "nothing-to-do")


class RefusedError(Exception):
    """The request is answered at once; nothing of it is kept."""

    def __init__(
        self, status: int, outcome: str, text: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(text)
        self.answer = Answer(status, outcome, text, headers)


@dataclass(slots=True)
class _Seen:
    """What the log may say of a webhook, as far as it has been understood."""

    event: str = ""
    delivery: str = ""
    action: str = ""
    jobs: int = 0


class Webhooks:
    """Receives webhooks for one app."""

    def __init__(
        self, inbox: Inbox, secrets: Sequence[str], app: Callable[[], App | None], meter: Meter = UNMETERED
    ) -> None:
        self._meter = meter
        self._inbox = inbox
        self._secrets = tuple(secrets)
        self._app = app
        self._held = 0
        # Bound once: on the way of every webhook even finding out that a line is not wanted would tell.
        self._log = _log.bind()

    async def handle(self, request: web.Request) -> web.Response:
        """Answer one request: 202 means that its jobs are durable, 204 that it leads to none."""
        began = time.perf_counter()
        seen = _Seen()
        try:
            jobs = await self._receive(request, seen)
            # The payload is gone by now: what waits for the disk is small, however many wait.
            await self._inbox.accept(jobs, seen.delivery)
            answer = _ACCEPTED if jobs else _NOTHING_TO_DO
        except RefusedError as refused:
            answer = refused.answer
        except PayloadError as error:
            answer = Answer(400, "bad-payload", f"{error}.")
        except UnavailableError as error:
            answer = _unavailable(str(error), error.retry_after)
        except Exception:
            self._meter.webhook(seen.event, "failed", time.perf_counter() - began)
            raise
        seconds = time.perf_counter() - began
        self._meter.webhook(seen.event, answer.outcome, seconds)
        self._tell(seen, answer, seconds)
        text = answer.text or None
        return web.Response(status=answer.status, text=text, headers=answer.headers)

    def _tell(self, seen: _Seen, answer: Answer, seconds: float) -> None:
        # Whatever is accepted is named by the pump as it moves on: a line here would cost as much as parsing.
        level = logging.DEBUG if answer.status < HTTPStatus.BAD_REQUEST else logging.WARNING
        if not self._log.is_enabled_for(level):
            return
        self._log.log(
            level,
            "webhook",
            delivery=seen.delivery,
            github_event=seen.event,
            action=_word(seen.action, _ACTION),
            jobs=seen.jobs,
            outcome=answer.outcome,
            status=answer.status,
            ms=round(seconds * 1000, 1),
        )

    async def _receive(self, request: web.Request, seen: _Seen) -> Sequence[Job]:
        """Return the jobs that a webhook leads to, and note in ``seen`` what it is.

        Raises:
            RefusedError: it is not from GitHub, or not as GitHub sends it.
            PayloadError: a known event lacks what it must have.
        """
        size = self._room(request)
        self._held += size
        try:
            body = await _read(request)
            if len(body) > _BY_THE_WAY:
                return await asyncio.to_thread(self._understand, body, request.headers, seen)
            return self._understand(body, request.headers, seen)
        finally:
            self._held -= size

    def _understand(self, body: bytes, headers: Mapping[str, str], seen: _Seen) -> Sequence[Job]:
        """Judge a webhook that has come whole; see ``_receive``."""
        signature = judge_signature(body, headers.get(HEADER), headers.get(OLD_HEADER), self._secrets)
        if signature is not Signature.GOOD:
            raise RefusedError(401, f"signature-{signature.name.lower()}", signature.value)
        seen.event, seen.delivery = _names(headers)
        told = told_by(seen.event, _json(body, headers.get("Content-Type", "")), self._app())
        seen.action, seen.jobs = told.action, len(told.jobs)
        return told.jobs

    def _room(self, request: web.Request) -> int:
        """Return the bytes that the body may take, to be counted among those held in memory.

        Raises:
            RefusedError: it is too large, or there is no room left at the moment.
        """
        length = request.content_length
        if length is not None and length > BODY_CAP:
            raise _too_large()
        size = BODY_CAP if length is None else length
        if self._held + size > _HELD_CAP:
            refused = _unavailable("Too much is being received at the moment.", _COME_BACK)
            raise RefusedError(refused.status, refused.outcome, refused.text, refused.headers)
        return size


async def _read(request: web.Request) -> bytes:
    """Return the body as it came.

    Raises:
        RefusedError: it is compressed, too large, too slow or cut off.
    """
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        # GitHub sends none, and aiohttp would unpack it before the signature is judged.
        raise RefusedError(415, "encoded", "The body must not be compressed.")
    content = request.content
    try:
        if content.is_eof():
            # It came with the headers: nothing has to be waited for, and no clock to be set.
            body = content.read_nowait()
        else:
            async with asyncio.timeout(_READ_TIME):
                body = await _arriving(content)
    except TimeoutError:
        raise RefusedError(408, "slow", f"The body did not arrive within {_READ_TIME} seconds.") from None
    except (web.RequestPayloadError, ConnectionError):
        raise RefusedError(400, "truncated", "The body ended too early.") from None
    if len(body) > BODY_CAP:
        raise _too_large()
    return body


async def _arriving(content: StreamReader) -> bytes:
    """Return a body that is still under way; not by ``request.read``, which would copy it, and keep it."""
    blocks: list[bytes] = []
    size = 0
    while block := await content.readany():
        size += len(block)
        if size > BODY_CAP:
            raise _too_large()
        blocks.append(block)
    return b"".join(blocks)


def _names(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the event's name and the delivery's identifier."""
    event = _word(headers.get("X-GitHub-Event"), _EVENT)
    delivery = _word(headers.get("X-GitHub-Delivery"), _DELIVERY)
    if not event:
        raise RefusedError(400, "no-event", "The X-GitHub-Event header is missing or is no event's name.")
    if not delivery:
        raise RefusedError(400, "no-delivery", "The X-GitHub-Delivery header is missing or is no identifier.")
    return event, delivery


def _json(body: bytes, content_type: str) -> bytes:
    """Return the payload of a body: JSON itself, or a form with JSON in its field ``payload``."""
    # What GitHub sends is compared first: to take a header apart costs more than all the rest of it.
    kind = content_type if content_type == _JSON else content_type.partition(";")[0].strip().lower()
    if kind == _JSON:
        return body
    if kind == "application/x-www-form-urlencoded":
        return _payload_field(body)
    raise RefusedError(
        415, "content-type", "Content-Type must be application/json or application/x-www-form-urlencoded."
    )


def _payload_field(body: bytes) -> bytes:
    try:
        fields = parse_qs(body, max_num_fields=10, keep_blank_values=True)
    except ValueError:
        fields = {}
    values = fields.get(b"payload", [])
    if len(values) != 1:
        raise RefusedError(400, "no-payload", "The form has no field named payload.")
    return values[0]


def _word(value: object, shape: re.Pattern[str]) -> str:
    """Return a value that may go into the log, or nothing."""
    return value if isinstance(value, str) and shape.fullmatch(value) else ""


def _too_large() -> RefusedError:
    return RefusedError(413, "too-large", f"The body is larger than {BODY_CAP} bytes, GitHub's own limit.")


def _unavailable(text: str, wait: timedelta | None) -> Answer:
    seconds = math.ceil((wait or _COME_BACK).total_seconds())
    return Answer(
        503, "unavailable", f"{text} Nothing was accepted: send it again.", {"Retry-After": str(seconds)}
    )
