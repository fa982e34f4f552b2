"""Buttons on the check: commands that one click gives, where they help, with the presser's own authority.

https://docs.github.com/en/rest/guides/using-the-rest-api-to-interact-with-checks#check-runs-and-requested-actions
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot.core.model import (
    Button,
    Document,
    DocumentDecision,
    Login,
    Outcome,
    Person,
    Press,
    PressResult,
    SectionState,
    Snapshot,
    Step,
)
from bot.core.policy.authority import answer
from bot.core.policy.commands import Command
from bot.core.policy.plea import Bench, Plea

GOOD_FOR: Final = timedelta(days=1)
"""A press that could not be dealt with for longer, on a pull request that was closed, is let go."""

BUTTONS: Final[Mapping[str, Button]] = MappingProxyType(
    {
        one.command: one
        for one in (
            Button("fix", "Add missing sections", "As the template has them, with prompts"),
            Button("submit", "Submit for review", "Set Status to In-Review"),
            Button("finalize", "Finalize", "Set Status to Approved and today's Date"),
        )
    }
)
"""By the command that each gives; GitHub takes three, with 20 characters to click and 40 to explain."""


def offered(documents: Sequence[DocumentDecision]) -> tuple[Button, ...]:
    """Return the buttons that help now: each with exactly one document that it would be about."""
    return tuple(one for one in BUTTONS.values() if len(_helped(one.command, documents)) == 1)


def press_results(
    snapshot: Snapshot,
    benches: Iterable[Bench],
    excluded: frozenset[int],
    documents: Sequence[DocumentDecision],
) -> tuple[PressResult, ...]:
    """Judge the presses that are still to be dealt with, oldest first; what each changes is added later."""
    settled = {one.id for one in snapshot.memory.settled}
    waiting = {one.id: one for one in snapshot.memory.pressed if one.id not in settled}
    known = tuple(benches)
    return tuple(
        _judged(snapshot, known, excluded, documents, one)
        for one in sorted(waiting.values(), key=lambda one: (one.at, one.id))
    )


def _judged(
    snapshot: Snapshot,
    benches: tuple[Bench, ...],
    excluded: frozenset[int],
    documents: Sequence[DocumentDecision],
    press: Press,
) -> PressResult:
    if press.command not in BUTTONS:
        return PressResult(press, Outcome.UNKNOWN, "there is no such button")
    if snapshot.now - press.at > GOOD_FOR:
        return PressResult(press, Outcome.DONE, "pressed too long ago")
    helped = _helped(press.command, documents)
    chosen = tuple(one for one in benches if one.path in helped) or benches[:1]
    person = Person(press.actor_id, Login(press.actor))
    command = Command(line=1, name=press.command, argument="")
    given = answer(Plea(snapshot, press.at, person, command, chosen, excluded))
    if not given.granted:
        return PressResult(press, Outcome.REFUSED, given.ground)
    if not helped:
        return PressResult(press, Outcome.DONE, "it is so already")
    return PressResult(press, Outcome.DONE, given.ground, path=given.paths[0])


def _helped(command: str, documents: Iterable[DocumentDecision]) -> list[str]:
    return [one.path for one in documents if one.document and _HELPS[command](one, one.document)]


def _misses(one: DocumentDecision, document: Document) -> bool:
    excused = {waiver.section for waiver in one.waivers}
    return one.step in {Step.WRITE, Step.MEND} and any(
        each.required and each.state is SectionState.MISSING and each.id not in excused
        for each in document.sections
    )


def _is_written(one: DocumentDecision, document: Document) -> bool:
    excused = {waiver.section for waiver in one.waivers}
    return one.step is Step.WRITE and all(
        each.state.answered or not each.required or each.id in excused
        for each in document.sections
        if each.leaf
    )


_HELPS: Final[Mapping[str, Callable[[DocumentDecision, Document], bool]]] = MappingProxyType(
    {
        "fix": _misses,
        "submit": _is_written,
        "finalize": lambda one, _: one.step is Step.FINALIZE,
    }
)
