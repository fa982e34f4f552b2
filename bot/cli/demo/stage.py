"""Where the demo plays: the sandbox and the real server on free local ports, and people who act over HTTP."""

import asyncio
import base64
import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import aiohttp
from aiohttp import web

from bot.core.document import MAX_BLOCKS, MAX_BYTES, DocumentTooLargeError
from bot.core.document.outline import outline_of
from bot.sandbox import Sandbox, Scene
from bot.settings import Settings, read_settings
from bot.wiring.running import Running, running

CHECK: Final = "tdd/review"
_PATIENCE: Final = 15.0
"""Seconds after which the demo says that something is wrong, rather than hang."""
_STEP: Final = 0.05


class DemoError(Exception):
    """The demo cannot go on; the message is for whoever started it."""


def opening(file: Path | None) -> str:
    """Return the text of a design to begin with: the half-filled example, or what is in a file.

    Raises:
        DemoError: it cannot be read.
    """
    if file is None:
        return files("bot.cli.demo").joinpath("example.md").read_text(encoding="utf-8")
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_BYTES + 1).decode("utf-8")
        outline_of(text)
    except OSError as error:
        raise DemoError(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DemoError(f"{file} is not UTF-8 text") from None
    except DocumentTooLargeError:
        raise DemoError(
            f"{file} is larger than a design may be ({MAX_BYTES // 1024} KiB, {MAX_BLOCKS:,} blocks)"
        ) from None
    return text


@dataclass(frozen=True, slots=True)
class Stage:
    """The running pieces, and what people do on them. All deeds and all answers go over HTTP."""

    sandbox: Sandbox
    scene: Scene
    server: Running
    http: aiohttp.ClientSession

    async def act(
        self, login: str, method: str, path: str, body: Mapping[str, object] | None = None
    ) -> tuple[int, Any]:
        """Let a person call GitHub's REST API; return the status and the answer."""
        headers = {"Authorization": f"token {self.sandbox.user_token(login)}"}
        url = f"{self.sandbox.url}/repos/acme/shop{path}"
        async with self.http.request(method, url, json=body, headers=headers) as answer:
            text = await answer.read()
            return answer.status, await answer.json() if text else None

    async def must(self, login: str, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - GitHub's JSON
        """Let a person do what GitHub has to accept.

        Raises:
            DemoError: GitHub refuses it.
        """
        status, answer = await self.act(login, method, path, body)
        if status >= web.HTTPBadRequest.status_code:
            said = answer.get("message") if isinstance(answer, dict) else answer
            raise DemoError(f"{login} could not {method} {path}: {status} {said}")
        return answer

    async def push(self, login: str, branch: str, path: str, text: str, message: str) -> None:
        """Let a person commit a file to a branch."""
        status, present = await self.act(login, "GET", f"/contents/{path}?ref={branch}")
        body: dict[str, object] = {
            "message": message,
            "branch": branch,
            "content": base64.b64encode(text.encode()).decode(),
        }
        if status == web.HTTPOk.status_code:
            body["sha"] = present["sha"]
        await self.must(login, "PUT", f"/contents/{path}", body)

    async def settled(self) -> None:
        """Wait until every webhook is delivered and the bot has nothing left to do.

        Raises:
            DemoError: it does not come to rest.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                while True:
                    await self.sandbox.settled()
                    seen = len(self.sandbox.deliveries)
                    if await self.server.idle() and len(self.sandbox.deliveries) == seen:
                        return
                    await asyncio.sleep(_STEP)
        except TimeoutError:
            raise DemoError(f"the bot has not come to rest within {_PATIENCE:.0f} seconds") from None

    async def comment(self, number: int) -> str:
        """Read the bot's checklist comment back from GitHub."""
        comments = await self.must("alice", "GET", f"/issues/{number}/comments")
        bodies = [one["body"] for one in comments if one["user"]["login"] == "tdd-bot[bot]"]
        return bodies[0] if bodies else ""

    async def replies(self, number: int) -> list[str]:
        """Read the bot's answers to commands back from GitHub, oldest first."""
        comments = await self.must("alice", "GET", f"/issues/{number}/comments")
        return [
            one["body"]
            for one in comments
            if one["user"]["login"] == "tdd-bot[bot]" and "tdd-bot:reply" in one["body"]
        ]

    async def check_text(self, number: int) -> str:
        """Read back what the check on the head says in full."""
        run = await self._run(number)
        return str(run["output"]["text"] or "") if run else ""

    async def check(self, number: int) -> tuple[str, str]:
        """Read the check on the head back from GitHub: its conclusion and its title."""
        run = await self._run(number)
        return (run["conclusion"], run["output"]["title"]) if run else ("none", "no check yet")

    async def _run(self, number: int) -> Any:  # noqa: ANN401 - GitHub's JSON, None where there is no run
        pull = await self.must("alice", "GET", f"/pulls/{number}")
        sha = pull["head"]["sha"]
        runs = await self.must("alice", "GET", f"/commits/{sha}/check-runs?check_name={CHECK}")
        return runs["check_runs"][0] if runs["check_runs"] else None

    async def asked(self, number: int) -> list[str]:
        """Read back which teams and people are asked to review now."""
        found = await self.must("alice", "GET", f"/pulls/{number}/requested_reviewers")
        return [f"acme/{one['slug']}" for one in found["teams"]] + [one["login"] for one in found["users"]]


@asynccontextmanager
async def stage(home: Path, *, pages: bool = False) -> AsyncIterator[Stage]:
    """Start everything; ``home`` takes the server's database. With ``pages`` the server shows them."""
    async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
        scene = sandbox.seed_acme()
        scene.rule.dismiss_stale_reviews = True
        # The server is told its own address before it begins to listen there.
        door = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{door.getsockname()[1]}"
        scene.app.callback_urls.append(f"{url}/callback")
        public = {"PUBLIC_URL": url, **_signing_in(scene)} if pages else {}
        async with running(_settings(sandbox, scene, home, public)) as server:
            runner = web.AppRunner(server.web, access_log=None)
            await runner.setup()
            try:
                await web.SockSite(runner, door).start()
                scene.app.webhook_url = f"{url}{server.settings.webhook_path}"
                yield Stage(sandbox, scene, server, http)
            finally:
                await runner.cleanup()


def _signing_in(scene: Scene) -> Mapping[str, str]:
    """What people sign in to the pages with; the secret lasts as long as the play."""
    return {
        "CLIENT_ID": scene.app.client_id,
        "CLIENT_SECRET": scene.app.client_secret,
        "SESSION_SECRET": secrets.token_urlsafe(32),
        "OPERATORS": "erin",
    }


def _settings(sandbox: Sandbox, scene: Scene, home: Path, public: Mapping[str, str]) -> Settings:
    """The same environment that an administrator would set."""
    return read_settings(
        {
            "APP_ID": str(scene.app.id),
            "PRIVATE_KEY": scene.app.private_key,
            "WEBHOOK_SECRET": scene.app.webhook_secret or "",
            "GITHUB_API_URL": sandbox.url,
            "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
            "TDD_BOT_HOME": str(home),
            "POLL_SECONDS": "0.1",
            # What the play asks of GitHub is counted; nothing goes missing in it.
            "SWEEP_SECONDS": "0",
            "LOG_LEVEL": "error",
            **public,
        }
    )
