"""Traces by OpenTelemetry: what a run consists of, and where its time goes. Only with the extra ``otel``.

What is sent: names of steps, the pull request, the webhook's id, kinds of writes and GitHub's status. Never
a document's text, a person or a token.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import time_ns
from typing import TYPE_CHECKING, Final

from bot.ports import Call

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_NANO: Final = 1_000_000_000
_FAILED: Final = 400


class MissingExtraError(Exception):
    """Traces are asked for, and what sends them is not installed."""

    def __init__(self) -> None:
        super().__init__("OTEL_EXPORTER_OTLP_ENDPOINT is set: install the extra, pip install 'tdd-bot[otel]'")


class Traces:
    """Spans of one server."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("tdd-bot")

    @contextmanager
    def span(self, name: str, attributes: dict[str, str | int | bool]) -> Iterator[None]:
        """Time what happens inside; spans inside become its children. Of a failure its kind is noted."""
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except Exception as error:
                # Its text may hold what GitHub has said of a person's words.
                span.set_attribute("error.type", type(error).__name__)
                raise

    def call(self, call: Call) -> None:
        """Note a request to GitHub that has just ended."""
        end = time_ns()
        attributes: dict[str, str | int | bool] = {
            "github.api": call.way.value,
            "http.response.status_code": call.status,
        }
        if call.installation_id is not None:
            attributes["github.installation"] = call.installation_id
        if call.status == 0 or call.status >= _FAILED:
            attributes["error.type"] = str(call.status or "no answer")
        begin = end - int(call.seconds * _NANO)
        self._tracer.start_span("github", attributes=attributes, start_time=begin).end(end)

    def close(self) -> None:
        """Send what is left, and stop."""
        self._provider.shutdown()


def traces_to(endpoint: str, release: str) -> Traces:
    """Return traces that go to a collector's address, in batches, by OTLP over HTTP.

    Raises:
        MissingExtraError: the extra is not installed.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - the same
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - the same
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - the same
    except ImportError:
        raise MissingExtraError from None
    resource = Resource.create({"service.name": "tdd-bot", "service.version": release})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    return Traces(provider)
