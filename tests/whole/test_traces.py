"""With a collector every run is a trace: its steps, its requests, and nothing that has to stay inside."""

import builtins
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import ModuleType
from typing import Any

import pytest
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from bot.sandbox import Failure
from bot.web.traces import MissingExtraError, traces_to
from bot.wiring.adapters import REAL
from tests.builders import design
from tests.whole.server import Bot, until
from tests.whole.test_engine import served

PATH = "docs/tdd/0007-price-cache.md"
THREE = "Waiting for acme/eng-lead and 2 more"


@asynccontextmanager
async def collector() -> AsyncIterator[tuple[str, list[Span]]]:
    """Listen as a collector does; give its address, and the spans as they come."""
    spans: list[Span] = []

    async def take(request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                spans.extend(scope.spans)
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", spans
    finally:
        await runner.cleanup()


def attribute(span: Span, name: str) -> str:
    """Return an attribute as text; empty where there is none."""
    for one in span.attributes:
        if one.key == name:
            kind = one.value.WhichOneof("value")
            return str(getattr(one.value, kind)) if kind else ""
    return ""


def children(spans: list[Span], parent: Span) -> Iterator[Span]:
    """Return the spans directly below one."""
    return (one for one in spans if one.parent_span_id == parent.span_id)


async def test_a_run_is_a_trace_of_its_steps_and_requests(bot: Bot) -> None:
    async with collector() as (url, spans):
        bot.changes["OTEL_EXPORTER_OTLP_ENDPOINT"] = url
        async with served(bot, REAL) as (server, _):
            bot.sandbox.faults.fail_next(Failure(status=502, path="Snapshot"))
            pull = bot.scene.open_pull({PATH: design(bodies={"1": "Quokkas keep the ledger."})})
            await bot.says(pull, THREE)
            await until(server.idle)
        opened = next(one.guid for one in bot.sandbox.deliveries if one.action == "opened")

    jobs = sorted((one for one in spans if one.name == "job"), key=lambda one: one.start_time_unix_nano)
    assert [attribute(one, "delivery") for one in jobs[:2]] == [opened, opened]
    failed, done = jobs[:2]
    (read,) = [one for one in children(spans, failed) if one.name == "read"]
    assert attribute(read, "error.type") == "UnavailableError"
    assert [attribute(one, "http.response.status_code") for one in children(spans, read)][-1] == "502"
    steps = sorted(children(spans, done), key=lambda one: one.start_time_unix_nano)
    assert [one.name for one in steps if one.name != "github"][:2] == ["read", "decide"]
    applied = [one for one in steps if one.name == "apply"]
    assert {attribute(one, "action") for one in applied} == {"WriteCheck", "RequestReviews", "WriteComment"}
    assert all([one.name for one in children(spans, each)] == ["github"] for each in applied)
    assert all(one.trace_id == done.trace_id for one in (*steps, *applied))
    text = str(spans).lower()
    assert "quokka" not in text
    assert "alice" not in text
    assert "ghs_" not in text


async def test_without_a_collector_nothing_is_traced(bot: Bot) -> None:
    async with served(bot, REAL) as (server, _):
        assert server.settings.traces_url is None
        pull = bot.scene.open_pull({PATH: design()})
        await bot.says(pull, THREE)


def test_without_the_extra_the_start_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *given: Any) -> ModuleType:  # noqa: ANN401 - as the real one takes them
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *given)

    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", absent)

    with pytest.raises(MissingExtraError, match=r"pip install 'tdd-bot\[otel\]'"):
        traces_to("http://localhost:4318", "1")
