"""Whatever is lost, doubled, late or cut off: GitHub ends as if all had come in order.

Real webhooks, the real adapter over HTTP. What people do is drawn, and so is when the bot hears of it: at
once, twice, later, never, or in the middle of what it is writing. What has to depend on what the bot has seen
(whether a seat was asked before the design went back to a draft, how a section stood when it was waived) is
played with doubles and deaths alone: of that nothing may come late. What decides for a time alone whom the
bot asks and whether it writes at all (a draft, a closed pull request, another base, who is in a team) may be
lost as well: those stories end with the pull request open, ready and on main, later than the caches last.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bot.core.model import Action, PullRequestRef, Receipt, Reconcile
from bot.github import GitHubAdapter
from bot.sandbox import Happened
from bot.sandbox.state.accounts import Account
from tests.builders import design
from tests.scenarios.deeds import (
    Deed,
    Play,
    approves,
    comments,
    objects,
    opens,
    pushes,
    readies,
    reviews,
    void,
)
from tests.scenarios.stage import staged

EXAMPLES: Final = 150 if os.environ.get("FUZZ") else 6
"""Each plays two reviews over HTTP, which takes a second or two."""


STRIDE: Final = 1 if os.environ.get("FUZZ") else 4
"""Of the writes at which the process dies: every fourth one takes a fourth of the time."""

PHASES: Final = tuple(Phase) if os.environ.get("FUZZ") else (Phase.explicit, Phase.reuse, Phase.generate)
"""To make a failing story shorter takes minutes: that is for who looks for one."""


class CutError(Exception):
    """The process has died."""


class Disturbed(GitHubAdapter):
    """The real adapter, between whose writes something happens, or whose process dies there."""

    writes = 0
    cut_before: int | None = None
    cut_after: int | None = None
    between: Callable[[], None] | None = None
    between_at = 0

    async def apply(self, ref: PullRequestRef, action: Action) -> Receipt:
        """Carry out one action."""
        self.writes += 1
        if self.between is not None and self.writes > self.between_at:
            happens, self.between = self.between, None
            happens()
        if self.writes == self.cut_before:
            raise CutError
        receipt = await super().apply(ref, action)
        if self.writes == self.cut_after:
            raise CutError
        return receipt


# --- what people do ----------------------------------------------------------------------------------


def text(number: int, status: str = "In-Review") -> str:
    """Return the design as it stands after so many edits: never again as it was."""
    return design(status, bodies={"4.2": f"Tokens are kept for {number} days."})


DEEDS: Final[dict[str, Callable[[int], Deed]]] = {
    "edits": lambda number: pushes(text(number)),
    "sets Approved": lambda number: pushes(text(number, "Approved")),
    "bob approves": lambda _: approves("bob"),
    "carol approves": lambda _: approves("carol"),
    "dana approves": lambda _: approves("dana"),
    "dana objects": lambda _: objects("dana"),
    "bob signs": lambda _: comments("bob", "/tdd approve"),
    "bob withdraws": lambda _: comments("bob", "/tdd withdraw"),
    "carol has a concern": lambda _: comments("carol", "/tdd concern keys Who rotates them?"),
    "carol resolves it": lambda _: comments("carol", "/tdd resolve keys"),
    "dana holds": lambda _: comments("dana", "/tdd hold the freeze"),
    "dana lets go": lambda _: comments("dana", "/tdd unhold"),
    "mallory tries": lambda _: comments("mallory", "/tdd approve"),
    "erin talks": lambda number: comments("erin", f"Nice, number {number}."),
    "bob reviews in words": lambda _: reviews("bob", "COMMENT", "Hm.\n\n/tdd approve"),
    "the title changes": lambda number: (
        lambda play: play.stage.scene.person("erin").edit(play.it, title=f"Title {number}")
    ),
}


def drafts(play: Play) -> None:
    """Turn the pull request into a draft."""
    play.stage.scene.person("alice").draft(play.it)


def closes(play: Play) -> None:
    """Close the pull request and open it again."""
    play.stage.scene.person("alice").close(play.it)
    play.stage.scene.person("alice").reopen(play.it)


def joins_loudly(play: Play) -> None:
    """Add carol to the team that bob is in; GitHub tells of it."""
    scene = play.stage.scene
    scene.person("erin").add_to_team(scene.team("eng-lead"), "carol")


def named(number: int, reviewers: str) -> str:
    """Return the design with other reviewers."""
    return design("In-Review", reviewers, bodies={"4.2": f"Tokens are kept for {number} days."})


def open_section(number: int) -> str:
    """Return the design with a section that is not written."""
    return design("In-Review", bodies={"4.2": f"Tokens are kept for {number} days.", "7": "TBD"})


SEEN_DEEDS: Final[dict[str, Callable[[int], Deed]]] = {
    **DEEDS,
    "back to Draft": lambda number: pushes(text(number, "Draft")),
    "a draft pull request": lambda _: drafts,
    "ready for review": lambda _: readies(),
    "leaves a section open": lambda number: pushes(open_section(number)),
    "dana waives it": lambda _: comments("dana", "/tdd waive 7 known after the load test"),
    "bob takes the waiver back": lambda _: comments("bob", "/tdd unwaive 7"),
    "names one reviewer": lambda number: pushes(named(number, "@infrastructure")),
    "names a person": lambda number: pushes(named(number, "@eng-lead, @dana")),
    "dana leaves the seat": lambda _: comments("dana", "/tdd release @security-team"),
    "bob declines": lambda _: comments("bob", "/tdd decline"),
    "dana hands on": lambda _: comments("dana", "/tdd delegate @carol"),
    "alice requests": lambda _: comments("alice", "/tdd request @erin"),
    "alice takes it back": lambda _: comments("alice", "/tdd unrequest @erin"),
    "erin overrides": lambda _: comments("erin", "/tdd override the shop is down"),
    "carol joins": lambda _: joins_loudly,
    "closed and opened again": lambda _: closes,
}
"""What people do, with that of which it counts how things stood when the bot saw it."""


def becomes_draft(play: Play) -> None:
    """Make a draft of an open pull request."""
    if play.it.open and not play.it.draft:
        drafts(play)


def is_ready(play: Play) -> None:
    """Mark an open draft ready for review."""
    if play.it.open and play.it.draft:
        readies()(play)


def is_closed(play: Play) -> None:
    """Close it."""
    if play.it.open:
        play.stage.scene.person("alice").close(play.it)


def is_reopened(play: Play) -> None:
    """Open it again."""
    if not play.it.open:
        play.stage.scene.person("alice").reopen(play.it)


def retargets(base: str) -> Deed:
    """Have it merge somewhere else, into a branch that is made for it."""

    def deed(play: Play) -> None:
        scene, repository = play.stage.scene, play.it.repository
        if base not in repository.branches:
            scene.person("erin").commit(repository, base, {"README.md": "A shop.\n"})
        if play.it.open and play.it.base_ref != base:
            scene.person("alice").edit(play.it, base=base)

    return deed


def changes_team(team: str, login: str, *, joins: bool) -> Deed:
    """Add somebody to a team or take them out; GitHub tells of it."""

    def deed(play: Play) -> None:
        erin, found = play.stage.scene.person("erin"), play.stage.scene.team(team)
        (erin.add_to_team if joins else erin.remove_from_team)(found, login)

    return deed


PASSING_DEEDS: Final[dict[str, Callable[[int], Deed]]] = {
    **DEEDS,
    "becomes a draft": lambda _: becomes_draft,
    "is ready": lambda _: is_ready,
    "is closed": lambda _: is_closed,
    "is reopened": lambda _: is_reopened,
    "is to merge elsewhere": lambda _: retargets("release"),
    "is to merge into main": lambda _: retargets("main"),
    "erin joins": lambda _: changes_team("security-team", "erin", joins=True),
    "erin leaves": lambda _: changes_team("security-team", "erin", joins=False),
    "erin approves": lambda _: approves("erin"),
}
"""What people do, with that of which only how it stands at the end counts. Erin gives no command: who may is
judged when the bot sees it."""


def rests(play: Play) -> None:
    """Let everything cached expire, and leave the pull request open, ready and on main."""
    play.stage.clock.present += timedelta(minutes=16)
    for deed in (is_reopened, is_ready, retargets("main")):
        deed(play)


class Hearing(StrEnum):
    """When the bot learns of a deed."""

    AT_ONCE = auto()
    TWICE = auto()
    LATER = auto()
    NEVER = auto()
    WHILE_WRITING = auto()


Story = Sequence[tuple[str, Hearing, int]]
"""Deed, when the bot hears of it, and after how many writes it comes where that is in between."""


def stories(deeds: Sequence[str]) -> st.SearchStrategy[Story]:
    """Draw stories of these deeds."""
    return st.lists(
        st.tuples(st.sampled_from(sorted(deeds)), st.sampled_from(list(Hearing)), st.integers(0, 3)),
        min_size=2,
        max_size=8,
    )


DOES: Final[dict[str, Callable[[int], Deed]]] = SEEN_DEEDS | PASSING_DEEDS


# --- playing -----------------------------------------------------------------------------------------


@dataclass
class Ending:
    """What GitHub shows at the end, without what differs from one sandbox to another."""

    check: tuple[str, ...] = ()
    annotations: tuple[str, ...] = ()
    comment: str = ""
    asked: frozenset[str] = frozenset()
    reactions: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    ours: int = 0


def ending(play: Play) -> Ending:
    """Read the sandbox."""
    stage, pull = play.stage, play.it
    run = stage.check(pull)
    bot = stage.scene.app.bot
    return Ending(
        check=tuple(_plain(str(one)) for one in (run.conclusion, run.title, run.summary, run.text)),
        annotations=tuple(f"{one.start_line} {one.message}" for one in run.annotations),
        comment=_plain(stage.comment(pull)),
        asked=frozenset(stage.asked(pull)),
        reactions=[
            f"{said.body[:20]}: {sorted(one.content for one in said.reactions if one.user is bot)}"
            for said in (*pull.comments, *pull.reviews)
            if said.author is not bot
        ],
        replies=sorted(_plain(one) for one in stage.replies(pull)),
        ours=sum(one.author is bot for one in pull.comments),
    )


def _plain(said: str) -> str:
    said = re.sub(r"\b[0-9a-f]{7,40}\b", "COMMIT", said)
    said = re.sub(r"\d{4}-\d\d-\d\d", "DAY", said)
    return re.sub(r"127\.0\.0\.1:\d+|(?<=[a-z]-)\d+|(?<=thread )\d+|(?<=review )\d+", "N", said)


async def sweep(play: Play) -> None:
    """Judge once more, as the sweep for lost webhooks does."""
    stage = play.stage
    repository = play.it.repository
    ref = PullRequestRef(stage.scene.installation.id, repository.id, "acme", "shop", play.it.number)
    await stage.sandbox.settled()
    stage.queue.jobs.append(Reconcile(ref))
    await stage.run()


async def in_order(story: Story, last: Deed = void) -> Ending:
    """Play a story as it should be: the bot deals with each deed before the next, and with the last one."""
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder)) as stage:
            play = Play(stage)
            opens(text(0))(play)
            await stage.run()
            for number, (name, _, _) in enumerate(story, start=1):
                DOES[name](number)(play)
                await stage.run()
            last(play)
            await stage.run()
            await sweep(play)
            return ending(play)


async def disturbed(story: Story, last: Deed = void) -> Ending:
    """Play the same story as it was drawn; at its end the sweep comes, and finds nothing the second time.

    Of the last deed the bot hears nothing but the sweep.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), Disturbed) as stage:
            play = Play(stage)
            opens(text(0))(play)
            await stage.run()
            for number, (name, hearing, at) in enumerate(story, start=1):
                await _hear(play, DOES[name](number), hearing, at)
            await stage.sandbox.settled()
            late = list(stage.queue.jobs)
            last(play)
            await stage.sandbox.settled()
            stage.queue.jobs = late
            await sweep(play)
            seen = ending(play)
            stage.count()
            await sweep(play)
            assert stage.count().writes == 0
            return seen


async def _hear(play: Play, deed: Deed, hearing: Hearing, at: int) -> None:
    stage = play.stage
    if hearing is Hearing.WHILE_WRITING:
        await _between_writes(play, deed, at)
        return
    deed(play)
    await stage.sandbox.settled()
    match hearing:
        case Hearing.NEVER:
            stage.queue.jobs.clear()
        case Hearing.TWICE:
            again = list(stage.queue.jobs)
            await stage.run()
            stage.queue.jobs += again
            await stage.run()
        case Hearing.AT_ONCE:
            await stage.run()
        case _:
            stage.queue.jobs.reverse()


async def _between_writes(play: Play, deed: Deed, at: int) -> None:
    """Have it happen while the bot writes of what it has heard before; where it writes less, after that."""
    adapter = play.stage.adapter
    assert isinstance(adapter, Disturbed)
    adapter.between, adapter.between_at = partial(deed, play), adapter.writes + at
    await play.stage.run()
    happens, adapter.between = adapter.between, None
    if happens is not None:
        happens()


@settings(max_examples=EXAMPLES, deadline=None, phases=PHASES)
@example(
    [
        ("bob approves", Hearing.NEVER, 0),
        ("edits", Hearing.LATER, 0),
        ("bob withdraws", Hearing.AT_ONCE, 0),
    ]
)
@given(stories(list(DEEDS)))
def test_any_interleaving_ends_as_the_clean_order_does(story: Story) -> None:
    async def both() -> None:
        assert await disturbed(story) == await in_order(story)

    asyncio.run(both())


@settings(max_examples=EXAMPLES, deadline=None, phases=PHASES)
@example(
    [
        ("is closed", Hearing.NEVER, 0),
        ("mallory tries", Hearing.AT_ONCE, 0),
        ("is reopened", Hearing.LATER, 0),
        ("becomes a draft", Hearing.NEVER, 0),
        ("edits", Hearing.TWICE, 0),
    ]
)
@example(
    [
        ("erin joins", Hearing.NEVER, 0),
        ("erin approves", Hearing.AT_ONCE, 0),
        ("is to merge elsewhere", Hearing.WHILE_WRITING, 1),
        ("erin leaves", Hearing.NEVER, 0),
    ]
)
@given(stories(list(PASSING_DEEDS)))
def test_what_passes_may_be_lost_as_well(story: Story) -> None:
    async def both() -> None:
        assert await disturbed(story, rests) == await in_order(story, rests)

    asyncio.run(both())


SeenStory = Sequence[tuple[str, bool, int]]
"""Deed, whether the bot hears of it twice, and at which of the writes that follow it dies; 0: at none."""

SEEN_STORIES = st.lists(
    st.tuples(st.sampled_from(sorted(SEEN_DEEDS)), st.booleans(), st.integers(0, 4)), min_size=2, max_size=8
)


async def doubled_and_cut(story: SeenStory) -> Ending:
    """Play a story whose webhooks come in order, some twice, to a bot that dies in between."""
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), Disturbed) as stage:
            adapter = stage.adapter
            assert isinstance(adapter, Disturbed)
            play = Play(stage)
            opens(text(0))(play)
            await stage.run()
            for number, (name, twice, cut) in enumerate(story, start=1):
                SEEN_DEEDS[name](number)(play)
                await stage.sandbox.settled()
                again = list(stage.queue.jobs) if twice else []
                adapter.cut_after = adapter.writes + cut if cut else None
                try:
                    await stage.run()
                except CutError:
                    await sweep(play)
                adapter.cut_after = None
                stage.queue.jobs += again
                await stage.run()
            await sweep(play)
            seen = ending(play)
            stage.count()
            await sweep(play)
            assert stage.count().writes == 0
            return seen


@settings(max_examples=EXAMPLES, deadline=None, phases=PHASES)
@example([("leaves a section open", False, 1), ("dana waives it", True, 2), ("edits", False, 1)])
@example([("back to Draft", True, 1), ("bob approves", False, 2), ("edits", True, 3)])
@example([("a draft pull request", True, 1), ("names one reviewer", False, 1), ("ready for review", True, 2)])
@given(SEEN_STORIES)
def test_what_the_bot_has_seen_ends_alike_through_doubles_and_deaths(story: SeenStory) -> None:
    async def both() -> None:
        clean = [(name, Hearing.AT_ONCE, 0) for name, _, _ in story]
        assert await doubled_and_cut(story) == await in_order(clean)

    asyncio.run(both())


# --- a process that dies -----------------------------------------------------------------------------

REVIEW: Final = (
    opens(text(0)),
    approves("bob"),
    comments("mallory", "/tdd approve"),
    objects("dana"),
    pushes(text(1)),
    comments("carol", "/tdd concern keys Who rotates them?"),
    comments("carol", "/tdd resolve keys\n/tdd approve"),
    approves("dana"),
    approves("bob"),
    pushes(text(1, "Approved")),
)
"""A review in which the bot makes every kind of write but a commit."""


async def reviewed(cut: int | None = None, *, before: bool = False) -> tuple[Ending, list[str], int]:
    """Play it; the process dies once, at its write number ``cut``, and is started again.

    Returns:
        How it ended, whom the bot has asked in the order it did, and how many writes it made.
    """
    with tempfile.TemporaryDirectory() as folder:
        async with staged(Path(folder), Disturbed) as stage:
            adapter = stage.adapter
            assert isinstance(adapter, Disturbed)
            adapter.cut_before, adapter.cut_after = (cut, None) if before else (None, cut)
            play = Play(stage)
            for deed in REVIEW:
                deed(play)
                try:
                    await stage.run()
                except CutError:
                    await sweep(play)
            await sweep(play)
            return ending(play), _asked(play), adapter.writes


def _asked(play: Play) -> list[str]:
    return [
        one.reviewer.login if isinstance(one.reviewer, Account) else one.reviewer.slug
        for one in play.it.timeline
        if one.kind is Happened.REVIEW_REQUESTED and one.reviewer is not None
    ]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
async def test_a_death_at_any_single_write_ends_where_the_clean_run_ends(*, before: bool) -> None:
    clean, asked, writes = await reviewed()
    assert writes > 20
    for cut in range(1, writes + 1, STRIDE):
        found, again, _ = await reviewed(cut, before=before)
        assert (found, again) == (clean, asked), f"cut at write {cut}"
