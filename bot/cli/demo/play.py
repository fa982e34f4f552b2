"""The play: who does what, in order, and what the bot answers, read back from the sandbox after each step."""

import asyncio
import logging
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog
from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.text import Text

from bot.cli.demo.author import PATH, Design
from bot.cli.demo.stage import DemoError, Stage, opening, stage

BRANCH: Final = "price-cache"
_WIDTH: Final = 110
_MARKS: Final = {"success": ("✔", "green"), "failure": ("✘", "red"), "action_required": ("●", "yellow")}


def run(file: Path | None) -> int:
    """Play the review; return the exit code: 0 it was merged, 2 it could not be played."""
    console = Console(width=_WIDTH, highlight=False)
    try:
        design = Design(opening(file))
        asyncio.run(_play(console, design))
    except DemoError as error:
        console.print(f"tdd-bot demo: {error}", style="red", markup=False)
        return 2
    return 0


async def _play(console: Console, design: Design) -> None:
    began = time.monotonic()
    # The play is on the screen; the server's own log lines would be between the acts.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="tdd-bot-demo-") as home:
        async with stage(Path(home)) as theatre:
            _prologue(console, theatre)
            play = Play(theatre, console, design)
            for act in play.acts():
                await act()
            calls = sum(not one.actor.startswith("user ") for one in theatre.sandbox.log)
    seconds = time.monotonic() - began
    console.print(f"\nPlayed in {seconds:.1f} seconds. The bot made {calls} requests to GitHub.", style="dim")


def _prologue(console: Console, theatre: Stage) -> None:
    console.print(
        Text.assemble(
            ("A design review on a local GitHub\n", "bold"),
            f"GitHub (sandbox): {theatre.sandbox.url}   tdd-bot: {theatre.scene.app.webhook_url}\n",
            "acme/shop: alice writes; bob is the eng-lead, dana the security-team, carol the infrastructure "
            "team. main requires the check tdd/review from tdd-bot, and dismisses stale approvals.",
        )
    )


@dataclass(slots=True)
class Play:
    """One performance."""

    theatre: Stage
    console: Console
    design: Design
    number: int = 0
    step: int = 0
    shown: str = field(default="")

    def acts(self) -> list[Callable[[], Awaitable[None]]]:
        """Return the steps, in order."""
        return [
            self.opens,
            self.completes,
            self.tries_to_merge,
            self.objects,
            self.signs,
            self.comes_round,
            self.leads,
            self.approves,
            self.merges,
        ]

    async def opens(self) -> None:
        """The author opens a pull request with a half-filled design."""
        self.design = self.design.for_acme(datetime.now(tz=UTC).date())
        self._say("alice", "opens a pull request with a half-filled design, Status In-Review")
        main = await self.theatre.must("alice", "GET", "/git/ref/heads/main")
        await self.theatre.must(
            "alice", "POST", "/git/refs", {"ref": f"refs/heads/{BRANCH}", "sha": main["object"]["sha"]}
        )
        await self._push("Design of the price cache")
        opened = await self.theatre.must(
            "alice", "POST", "/pulls", {"title": "Design: a cache for prices", "head": BRANCH, "base": "main"}
        )
        self.number = opened["number"]
        await self._answer()

    async def completes(self) -> None:
        """The author writes what is missing.

        Raises:
            DemoError: the design has faults that take more than writing.
        """
        self.design = self.design.completed()
        self._say("alice", "writes the missing sections and pushes")
        await self._push("Complete the design")
        await self._answer()
        conclusion, title = await self.theatre.check(self.number)
        if conclusion == "failure":
            raise DemoError(f"this design has faults that the demo cannot mend by writing ({title})")
        asked = await self.theatre.asked(self.number)
        self.console.print(f"    GitHub has asked: {', '.join(asked) or 'nobody'}", style="dim")

    async def tries_to_merge(self) -> None:
        """The author does not want to wait."""
        self._say("alice", "tries to merge")
        status, answer = await self._merge()
        said = " ".join(answer["message"].split())
        self.console.print(f"    GitHub refuses ({status}): {said}", style="red", markup=False)

    async def objects(self) -> None:
        """Security is not content yet."""
        body = "Who may call the batch endpoint? Say so in 4.2."
        self._say("dana", f"of security requests changes: “{body}”")
        await self._review("dana", "REQUEST_CHANGES", body)
        await self._answer(brief=True)

    async def signs(self) -> None:
        """Infrastructure is content; that lifts nobody else's objection."""
        self._say("carol", "of infrastructure approves")
        await self._review("carol", "APPROVE")
        await self._answer(brief=True)

    async def comes_round(self) -> None:
        """Security is answered and approves."""
        self._say("dana", "has her answer and approves")
        await self._review("dana", "APPROVE")
        await self._answer(brief=True)

    async def leads(self) -> None:
        """The lead signs in the thread."""
        self._say("bob", "the lead, comments: /tdd approve")
        comment = await self.theatre.must(
            "bob",
            "POST",
            f"/issues/{self.number}/comments",
            {"body": "Good. Let us build it.\n\n/tdd approve"},
        )
        await self._answer(brief=True)
        reactions = await self.theatre.must("bob", "GET", f"/issues/comments/{comment['id']}/reactions")
        said = " ".join(one["content"] for one in reactions)
        self.console.print(f"    tdd-bot has reacted to the comment: {said}", style="dim")

    async def approves(self) -> None:
        """The author sets the status; the signatures stand, because nothing that they cover has changed."""
        self.design = self.design.with_status("Approved")
        self._say("alice", "sets Status to Approved and pushes")
        await self._push("Approved")
        await self._answer()
        reviews = await self.theatre.must("alice", "GET", f"/pulls/{self.number}/reviews")
        stale = sum(one["state"] == "DISMISSED" for one in reviews)
        self.console.print(
            f"    GitHub has dismissed {stale} reviews on this push, as the branch wants.\n"
            "    The signatures stand: what they cover has not changed.",
            style="dim",
        )

    async def merges(self) -> None:
        """The merge goes through.

        Raises:
            DemoError: it does not.
        """
        self._say("alice", "merges")
        status, answer = await self._merge()
        if not answer.get("merged"):
            raise DemoError(f"the merge did not go through: {status} {answer.get('message')}")
        self.console.print(f"    GitHub: {answer['message']} (merged as {answer['sha'][:7]})", style="green")

    async def _push(self, message: str) -> None:
        await self.theatre.push("alice", BRANCH, PATH, self.design.text, message)

    async def _merge(self) -> tuple[int, Any]:
        return await self.theatre.act(
            "alice", "PUT", f"/pulls/{self.number}/merge", {"merge_method": "squash"}
        )

    async def _review(self, login: str, event: str, body: str = "") -> None:
        await self.theatre.must(
            login, "POST", f"/pulls/{self.number}/reviews", {"event": event, "body": body}
        )

    def _say(self, who: str, what: str) -> None:
        self.step += 1
        self.console.print()
        self.console.print(Text.assemble((f"{self.step}. ", "bold"), (who, "bold cyan"), f" {what}"))

    async def _answer(self, *, brief: bool = False) -> None:
        """Show what the bot made of it: the check, and its comment; ``brief`` leaves the checklist out."""
        await self.theatre.settled()
        conclusion, title = await self.theatre.check(self.number)
        mark, style = _MARKS.get(conclusion, ("·", "dim"))
        self.console.print(Text.assemble("    check ", (f"{mark} {conclusion}", style), f": {title}"))
        body = readable(await self.theatre.comment(self.number))
        if body == self.shown:
            return
        self.shown = body
        text = "\n".join(seats(body)) if brief else body
        self._show(Markdown(text))

    def _show(self, rendered: Markdown) -> None:
        """Print a comment indented, without the blank lines that tables come with."""
        with self.console.capture() as capture:
            self.console.print(Padding(rendered, (0, 0, 0, 4)))
        lines = [line.rstrip() for line in capture.get().splitlines()]
        kept = [
            line for line, before in zip(lines, ["", *lines], strict=False) if line.strip() or before.strip()
        ]
        self.console.print(Text.from_ansi("\n".join(kept).strip("\n")))


def readable(comment: str) -> str:
    """Return a comment as GitHub shows it: without HTML comments, and what is folded away left folded."""
    text = re.sub(r"<!--.*?-->\n?", "", comment, flags=re.DOTALL)
    text = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    return re.sub(r"</?sub>", "", text).strip()


def seats(body: str) -> list[str]:
    """Return the table of seats out of a comment."""
    lines = body.splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith("| Seat |")), len(lines))
    return [line for line in lines[start:] if line.startswith("|")]
