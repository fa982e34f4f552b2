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
from bot.core.model import Section

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
    left: Section | None = None
    """A section that stays empty and is excused."""

    def acts(self) -> list[Callable[[], Awaitable[None]]]:
        """Return the steps, in order."""
        return [
            self.opens,
            self.completes,
            self.tries_to_merge,
            self.waives,
            self.is_refused,
            self.worries,
            self.leads,
            self.objects,
            self.amends,
            self.resolves,
            self.agrees,
            self.signs_again,
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
        """The author writes what is missing, but for one section that nobody can write yet."""
        self.left = self.design.left_for_later()
        self.design = self.design.completed(but=self.left)
        but = f", all but {self.left.label}" if self.left else ""
        self._say("alice", f"writes the sections{but}, and pushes")
        await self._push("Complete the design")
        await self._answer()
        asked = await self.theatre.asked(self.number)
        self.console.print(f"    GitHub has asked: {', '.join(asked) or 'nobody'}", style="dim")

    async def tries_to_merge(self) -> None:
        """The author does not want to wait."""
        self._say("alice", "tries to merge")
        status, answer = await self._merge()
        said = " ".join(answer["message"].split())
        self.console.print(f"    GitHub refuses ({status}): {said}", style="red", markup=False)

    async def waives(self) -> None:
        """Somebody who may excuses the section; it is excused until somebody writes in it.

        Raises:
            DemoError: the design has faults that take more than writing.
        """
        if self.left is not None:
            await self._comment("dana", f"/tdd waive {self.left.id} known after the load test", "of security")
            await self._answer()
        conclusion, title = await self.theatre.check(self.number)
        if conclusion == "failure":
            raise DemoError(f"this design has faults that the demo cannot mend by writing ({title})")

    async def is_refused(self) -> None:
        """The author would like to sign as well."""
        comment = await self._comment("alice", "/tdd approve")
        await self._reactions(comment)
        said = await self.theatre.replies(self.number)
        self.console.print(f"    tdd-bot answers: {readable(said[-1]) if said else 'nothing'}", markup=False)

    async def worries(self) -> None:
        """Infrastructure names what is in the way."""
        await self._comment(
            "carol", "/tdd concern stampede Do all prices expire at once?", "of infrastructure"
        )
        await self._verdict()

    async def leads(self) -> None:
        """The lead is content; that lifts nobody else's concern."""
        self._say("bob", "the lead approves in a review")
        await self._review("bob", "APPROVE")
        await self._answer(brief=True)

    async def objects(self) -> None:
        """Security objects as well, without a command: it requests changes in a review."""
        why = "Whoever knows when they expire can bring the service down."
        self._say("dana", f"of security requests changes in a review: {why}")
        await self._review("dana", "REQUEST_CHANGES", why)
        await self._answer(brief=True)

    async def amends(self) -> None:
        """The author answers both in the design: what was signed is not what stands there any more."""
        self.design = self.design.amended()
        self._say("alice", "answers in the design and pushes")
        await self._push("Spread the expiry")
        await self._answer(brief=True)
        for line in changes(await self.theatre.check_text(self.number)):
            self._show(Markdown(line))

    async def resolves(self) -> None:
        """Who raised the concern lifts it, and signs in the same comment."""
        await self._comment("carol", "/tdd resolve stampede\n/tdd approve")
        await self._answer(brief=True)

    async def agrees(self) -> None:
        """Security is content with what stands there now: its approval lifts its own objection."""
        self._say("dana", "approves in a review")
        await self._review("dana", "APPROVE")
        await self._answer(brief=True)

    async def signs_again(self) -> None:
        """The lead has read the change and signs again, this time in the thread."""
        comment = await self._comment("bob", "/tdd approve")
        await self._answer(brief=True)
        await self._reactions(comment)

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
        # An approval in a comment of the very second of a push signs nothing; people take longer to read.
        await asyncio.sleep(1 - time.time() % 1)

    async def _merge(self) -> tuple[int, Any]:
        return await self.theatre.act(
            "alice", "PUT", f"/pulls/{self.number}/merge", {"merge_method": "squash"}
        )

    async def _comment(self, login: str, body: str, part: str = "") -> int:
        """Let a person comment; return the comment's id."""
        self._say(login, f"{part} comments: {' and '.join(body.splitlines())}".strip())
        said = await self.theatre.must(login, "POST", f"/issues/{self.number}/comments", {"body": body})
        return int(said["id"])

    async def _reactions(self, comment: int) -> None:
        await self.theatre.settled()
        reactions = await self.theatre.must("alice", "GET", f"/issues/comments/{comment}/reactions")
        said = " ".join(one["content"] for one in reactions)
        self.console.print(f"    tdd-bot has reacted to the comment: {said}", style="dim")

    async def _review(self, login: str, event: str, body: str = "") -> None:
        await self.theatre.must(
            login, "POST", f"/pulls/{self.number}/reviews", {"event": event, "body": body}
        )

    def _say(self, who: str, what: str) -> None:
        self.step += 1
        self.console.print()
        self.console.print(Text.assemble((f"{self.step}. ", "bold"), (who, "bold cyan"), f" {what}"))

    async def _answer(self, *, brief: bool = False) -> None:
        """Show what the bot made of it: the check, and its comment.

        ``brief``: of the comment only the seats and whose move it is.
        """
        await self._verdict()
        body = readable(await self.theatre.comment(self.number))
        if body == self.shown:
            return
        self.shown = body
        text = "\n".join([*seats(body), "", *next_move(body)]) if brief else body
        self._show(Markdown(text))

    async def _verdict(self) -> None:
        await self.theatre.settled()
        conclusion, title = await self.theatre.check(self.number)
        mark, style = _MARKS.get(conclusion, ("·", "dim"))
        said = Text.assemble("check ", (f"{mark} {conclusion}", style), f": {title}")
        self._show(said)

    def _show(self, rendered: Markdown | Text) -> None:
        """Print what the bot said indented, without the blank lines that tables come with."""
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


def next_move(body: str) -> list[str]:
    """Return the sentence that says whose move it is."""
    return [line for line in body.splitlines() if line.startswith("**Next, ")]


def changes(text: str) -> list[str]:
    """Return what the check's text shows of changes since somebody signed, each unfolded, as Markdown."""
    found = re.findall(
        r"<details><summary>(What changed.*?)</summary>\s*> (.*?)\s*</details>", text, flags=re.DOTALL
    )
    return [_marked(f"The check: *{title}*\n\n> {said}") for title, said in found]


def _marked(text: str) -> str:
    """Return our HTML as ``git diff --word-diff`` marks it, which every terminal can show."""
    for tag, mark in (("<del>", "[-"), ("</del>", "-]"), ("<ins>", "{+"), ("</ins>", "+}")):
        text = text.replace(tag, mark)
    return re.sub(r"</?code>", "`", text)
