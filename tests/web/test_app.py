"""Health, and what a mistake of ours looks like from outside."""

from collections.abc import Sequence

import structlog
from aiohttp.test_utils import TestClient, TestServer

from bot.core.model import Job
from bot.web.app import Parts, create_app
from tests.web.conftest import Door
from tests.web.sender import PATH, SECRETS, body_of, headers_of


class Broken:
    """An inbox with a mistake in it."""

    async def accept(self, jobs: Sequence[Job], delivery: str) -> None:
        raise ZeroDivisionError(f"a mistake with {delivery} and {len(jobs)}")


async def test_a_living_process_says_so(door: Door) -> None:
    answer = await door.client.get("/healthz")

    assert (answer.status, await answer.json()) == (200, {"status": "alive"})


async def test_a_process_is_ready_until_it_has_a_reason_not_to_be() -> None:
    reasons = ["", "the engine has not started"]

    async def unready() -> str:
        return reasons.pop(0)

    app = create_app(Parts(Broken(), SECRETS, PATH, lambda: None, unready))
    async with TestClient(TestServer(app)) as client:
        ready, not_ready = await client.get("/readyz"), await client.get("/readyz")

        assert (ready.status, await ready.json()) == (200, {"status": "ready"})
        assert not_ready.status == 503
        assert await not_ready.json() == {"status": "not ready", "reason": "the engine has not started"}


async def test_a_mistake_of_ours_is_logged_and_not_shown(door: Door) -> None:
    async def well() -> str:
        return ""

    body = body_of()
    app = create_app(Parts(Broken(), SECRETS, PATH, lambda: None, well))
    with structlog.testing.capture_logs() as lines:
        async with TestClient(TestServer(app)) as client:
            answer = await client.post(PATH, data=body, headers=headers_of(body))
            text = await answer.text()

    assert (answer.status, text) == (500, "Something went wrong here; it has been logged.")
    assert [line["event"] for line in lines] == ["request failed"]
    assert (await door.client.get("/healthz")).status == 200


async def test_an_unknown_path_and_a_wrong_method_are_told_plainly(door: Door) -> None:
    assert (await door.client.get("/nowhere")).status == 404
    assert (await door.client.get(PATH)).status == 405
