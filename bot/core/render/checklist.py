"""A document's block: what is written and what is to be, who has signed and who is asked."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.core.model import (
    Block,
    BlockKind,
    DocumentDecision,
    Finding,
    Origin,
    Seat,
    SeatState,
    Section,
    SectionState,
    Severity,
    Step,
    Waiver,
)
from bot.core.render.headline import block_sentence, leaves, to_write
from bot.core.render.safe import code, counted, inline, listed, prose
from bot.core.rules import shortage

_MARKS: Final = {
    SectionState.FILLED: "✔",
    SectionState.PLACEHOLDER: "✎",
    SectionState.EMPTY: "✗",
    SectionState.MISSING: "✗",
    SectionState.NOT_APPLICABLE: "–",
}
_NAMED: Final = 4
"""Finished sections named before "and N more"."""
_PROMPT_LENGTH: Final = 240
_MOST_FINDINGS: Final = 12


def section_rows(one: DocumentDecision) -> list[str]:
    """Return the table of sections: one row for all that are written, one for each that is not."""
    sections = leaves(one.document)
    excused = {waiver.section: waiver for waiver in one.waivers}
    rest = [each for each in sections if each.state is not SectionState.FILLED]
    rows = [_row(each, excused.get(each.id)) for each in rest]
    written = [each for each in sections if each.state is SectionState.FILLED]
    if not sections:
        return []
    if not to_write(one):
        lines = [f"{_MARKS[SectionState.FILLED]} {_all_answered(len(sections), len(rest))}", ""]
        return [*lines, *_TABLE, *rows, ""] if rows else lines
    first = [_written_row(written)] if written else []
    return [*_TABLE, *first, *rows, ""]


_TABLE: Final = ("| | Section | |", "|---|---|---|")


def _all_answered(number: int, differently: int) -> str:
    verb = "answered" if differently else "written"
    return f"The only section is {verb}." if number == 1 else f"All {number} sections are {verb}."


def _written_row(written: Sequence[Section]) -> str:
    names = ", ".join(inline(one.label) for one in written[:_NAMED])
    more = f", *and {len(written) - _NAMED} more*" if len(written) > _NAMED else ""
    return f"| {_MARKS[SectionState.FILLED]} | {names}{more} | |"


def _row(section: Section, waiver: Waiver | None) -> str:
    where = f" (line {section.line})" if section.line else ""
    mark = _MARKS[section.state]
    if waiver and not section.state.answered:
        by = f"excused by {inline(waiver.person.login)} until it changes: “{inline(waiver.reason)}”"
        return f"| – | {inline(section.label)}{where} | {by} |"
    if section.state is SectionState.NOT_APPLICABLE:
        reason = f": “{inline(section.reason)}”" if section.reason else ", without a reason"
        return f"| {mark} | {inline(section.label)}{where} | not applicable{reason} |"
    if not section.required:
        return f"| – | {inline(section.label)}{where} | optional |"
    name = f"**{inline(section.label)}**{where}"
    return f"| {mark} | {name} | {_STATES[section.state]}{_near(section)}{_asked(section)} |"


_STATES: Final = {
    SectionState.PLACEHOLDER: "still the template's text.",
    SectionState.EMPTY: "empty.",
    SectionState.MISSING: "missing.",
}


def _near(section: Section) -> str:
    return f" Is it “{inline(section.suggestion)}”?" if section.suggestion else ""


def _asked(section: Section) -> str:
    asked = inline(" ".join(section.prompts), _PROMPT_LENGTH)
    return f" *{asked}*" if asked else ""


def finding_lines(one: DocumentDecision) -> list[str]:
    """Return a list of the faults that the table of sections does not show already, worst first."""
    shown = {section.id for section in to_write(one)}
    rest = [
        finding
        for finding in one.findings
        if finding.section not in shown and finding.severity >= _least(one.step)
    ]
    rest.sort(key=lambda finding: (-finding.severity, finding.span))
    lines = [_finding(finding) for finding in rest[:_MOST_FINDINGS]]
    if len(rest) > _MOST_FINDINGS:
        lines.append(f"- … and {counted(len(rest) - _MOST_FINDINGS, 'more finding')}; the check lists them")
    return [*lines, ""] if lines else []


def _least(step: Step) -> Severity:
    """While a design is being written notes help; later only what weighs."""
    return Severity.NOTE if step is Step.WRITE else Severity.WARNING


def _finding(finding: Finding) -> str:
    way_out = f" {prose(finding.help)}" if finding.help else ""
    return f"- Line {finding.span.line}: {prose(finding.message.rstrip('.'))}.{way_out}"


def block_lines(one: DocumentDecision) -> list[str]:
    """Return a list of the concerns and holds, and of who can lift each."""
    lines = [_block(block, one) for block in one.blocks]
    if one.outgrown:
        who = _who(one.outgrown.person.login, one.outgrown.url)
        lines.append(
            f"- The override of {who} was for less than stands in the way now, or for another base branch."
        )
    return [*lines, ""] if lines else []


def _block(block: Block, one: DocumentDecision) -> str:
    sharing = [state.seat.label for state in one.seats if state.seat.key in block.seats]
    who = listed([inline(name) for name in (block.person.login, *sharing)], "or")
    command = f"/tdd resolve {block.name}" if block.kind is BlockKind.CONCERN else "/tdd unhold"
    gone = "" if block.untouched else " Its comment was edited or deleted; that lifts nothing."
    said = inline(block_sentence(block), 300)
    return f"- {f'[{said}]({block.url})' if block.url else said}. {who} can lift it: {code(command)}.{gone}"


def seat_rows(one: DocumentDecision) -> list[str]:
    """Return the table of seats: who must sign, why, and how it stands."""
    if one.step in {Step.WRITE, Step.UNREADABLE} or not any(_stirred(state) for state in one.seats):
        return []
    rows = [
        f"| {inline(state.seat.label)} | {_origins(state.seat)} | {_standing(state, one)} |"
        for state in one.seats
    ]
    return ["| Seat | From | State |", "|---|---|---|", *rows, ""]


def _stirred(state: SeatState) -> bool:
    """Tell whether anything has happened for the seat; before that a list of names is enough."""
    happened = state.asked_at or state.signed or state.stale or state.objections or state.refusal
    return bool(happened) or state.seat.anyone or not state.seat.fillable


_ORIGINS: Final = tuple(Origin)
_WRITTEN_DOWN: Final = frozenset({Origin.HEAD, Origin.BASE, Origin.CONFIGURATION, Origin.OWNER})


def _origins(seat: Seat) -> str:
    """Say why the seat is there; that it was asked or heard matters only where it is written nowhere now."""
    shown = seat.origins & _WRITTEN_DOWN or seat.origins
    return ", ".join(one.value for one in sorted(shown, key=_ORIGINS.index))


def _standing(state: SeatState, one: DocumentDecision) -> str:
    return "; ".join(_sayings(state, one))


def _sayings(state: SeatState, one: DocumentDecision) -> Iterable[str]:
    for objection in state.objections:
        yield f"{_who(objection.person.login, objection.url)} asked for changes"
    for sign_off in state.signed:
        commit = f" on `{sign_off.commit[:7]}`" if sign_off.commit else ""
        yield f"signed by {_who(sign_off.person.login, sign_off.url)}{commit}"
    for stale in state.stale:
        changed = f"{_changed(stale.changed)} changed since"
        what = "the signed commit is gone" if stale.unreachable else changed
        yield f"{_who(stale.sign_off.person.login, stale.sign_off.url)} signed before, but {what}"
    for declined in state.declined:
        yield f"{inline(declined.person.login)} leaves it to the others"
    if state.is_signed or state.objections:
        return
    if state.signed:
        yield f"{len(state.signed)} of {state.seat.approvals} approvals"
    yield _asked_state(state, one)


def _asked_state(state: SeatState, one: DocumentDecision) -> str:
    seat = state.seat
    if seat.unverified:
        return f"could not be verified: {inline(seat.unverified)}"
    if not seat.fillable:
        return f"{'too few' if seat.eligible else 'nobody'} can sign it: {shortage(seat)}"
    if state.refusal:
        return f"could not be asked: {inline(state.refusal)}"
    if seat.anyone:
        needed = counted(seat.approvals, "approval") if seat.approvals > 1 else "one approval"
        who = "people" if seat.approvals > 1 else "a person"
        are = "are" if seat.approvals > 1 else "is"
        return f"open: it has no reviewer, so {needed} by {who} with write access {are} needed"
    if state.asked_at:
        return f"asked {'again ' if state.stale else ''}on {state.asked_at:%Y-%m-%d}"
    return "to be asked" if not one.asks else "not asked: the request was taken back"


_MOST_CHANGED: Final = 4
"""Sections that one row names."""


def _changed(sections: Sequence[str]) -> str:
    more = ["more"] if len(sections) > _MOST_CHANGED else []
    return listed([inline(one) for one in sections[:_MOST_CHANGED]] + more)


def _who(login: str, url: str) -> str:
    name = inline(login)
    return f"[{name}]({url})" if url.startswith(("https://", "http://")) and ")" not in url else name


def where(one: DocumentDecision) -> str:
    """Return the document's path and status, for the end of its headline."""
    status = one.document.header.status if one.document else None
    parts = [code(one.path), inline(one.kind), status or "", "advice only" if one.kind and one.advice else ""]
    return " · ".join(part for part in parts if part)
