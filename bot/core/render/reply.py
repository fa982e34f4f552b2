"""Answers to commands: one comment for one comment, however many commands it holds."""

import re
from collections.abc import Sequence
from difflib import unified_diff
from typing import Final

from bot.core.document.likeness import nearest_in_part
from bot.core.model import (
    App,
    CommandedComment,
    CommandResult,
    Comment,
    Decision,
    Outcome,
    PressResult,
    Rewrite,
)
from bot.core.policy.buttons import BUTTONS
from bot.core.policy.commands import REGISTRY
from bot.core.render.checklist import where
from bot.core.render.headline import document_headline, headline, open_seats
from bot.core.render.marks import mark
from bot.core.render.safe import code, inline, prose

_LONGEST_PATCH: Final = 50_000
_NO_NEWLINE: Final = "\n\\ No newline at end of file\n"
_NEAR: Final = 60
"""Similarity, of 100, from which another command is offered."""


def reply_kind(comment: Comment) -> str:
    """Return what its mark tells an answer by, so that a crash before the reaction doubles none."""
    return f"reply {comment.kind} {comment.id}"


def render_reply(app: App, decision: Decision, one: CommandedComment) -> str:
    """Return the answer's Markdown."""
    parts = [_answer(result, decision) for result in one.results if result.answers or result.rewrites]
    return "\n\n".join([mark(app.name, reply_kind(one.comment)), *dict.fromkeys(parts)])


def press_kind(one: PressResult) -> str:
    """Return what its mark tells the answer to a press by; a refusal is told the same person once a day."""
    press = one.press
    which = f"{press.command} {press.actor_id} {press.at:%Y-%m-%d}" if one.refused else press.id
    return f"reply button {which}"


def render_press(app: App, one: PressResult) -> str:
    """Return the answer to a press of a button; nothing where what it changes says enough."""
    button = BUTTONS.get(one.press.command)
    if button is None or not (one.refused or one.rewrites):
        return ""
    pressed = f"**{button.label}**, pressed by {inline(one.press.actor)}"
    said = f", is refused: {prose(one.ground)}." if one.refused else f". {_patch(one.rewrites)}"
    return f"{mark(app.name, press_kind(one))}\n\n{pressed}{said}"


def _answer(result: CommandResult, decision: Decision) -> str:
    seen = result.seen
    match result.outcome:
        case Outcome.UNKNOWN:
            return _unknown(seen.name)
        case Outcome.REFUSED:
            why = prose(result.remark or seen.ground)
            return f"`/tdd {seen.name}` by {inline(seen.actor)} is refused: {why}."
        case Outcome.DONE if result.rewrites:
            return _patch(result.rewrites)
        case Outcome.DONE:
            return _HELP if seen.name == "help" else _status(decision)


def _patch(rewrites: Sequence[Rewrite]) -> str:
    """Show what this app may not commit, as a patch that ``git apply`` takes."""
    diff = "".join(_diff(one) for one in rewrites)
    longest = max((len(run) for run in re.findall(r"`+", diff)), default=0)
    fence = "`" * max(3, longest + 1)
    if len(diff) > _LONGEST_PATCH:
        return "This app may not commit here, and the change is too long to show. `tdd-bot fix` makes it."
    return (
        "This app may not commit to this branch. Save this as a file and `git apply` it:\n\n"
        f"{fence}diff\n{diff}{fence}"
    )


def _diff(made: Rewrite) -> str:
    lines = unified_diff(
        made.before.splitlines(keepends=True),
        made.after.splitlines(keepends=True),
        f"a/{made.path}",
        f"b/{made.path}",
    )
    return "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in lines)


def _unknown(name: str) -> str:
    near = nearest_in_part(name, REGISTRY.keys(), _NEAR)
    hint = f"Did you mean `/tdd {near}`?" if near else "`/tdd help` lists them."
    return f"There is no command {code('/tdd ' + name, 60)}. {hint}"


def _status(decision: Decision) -> str:
    lines = [f"**{inline(headline(decision), 300)}**"]
    for one in decision.documents:
        lines.append(f"- {where(one)}: {prose(document_headline(one))}")
        lines += [f"  - open: {inline(state.seat.label)}" for state in open_seats(one)]
    return "\n".join(lines)


_HELP: Final = "\n".join(
    [
        "| Command | Who | Effect |",
        "|---|---|---|",
        *(f"| `/tdd {spec.usage}` | {spec.who} | {spec.effect} |" for spec in REGISTRY.values()),
        "",
        "A command is a line of its own that begins with `/tdd`, outside code and quotes.",
    ]
)
