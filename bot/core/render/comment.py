"""The one checklist comment: the sentence that matters, the checklist, the seats, whose move it is."""

from typing import Final

from bot.core.model import (
    BlockKind,
    Decision,
    DocumentDecision,
    Implementation,
    Proposal,
    PullRequest,
    SeatState,
    SectionState,
    Snapshot,
    Step,
    Verdict,
)
from bot.core.policy.commands import REGISTRY
from bot.core.policy.kinds import view_of
from bot.core.render.checklist import block_lines, finding_lines, seat_rows, section_rows, where
from bot.core.render.configuration import closed, proposal_lines
from bot.core.render.headline import (
    by_urgency,
    document_headline,
    is_refused_move,
    more_designs,
    open_seats,
    signers,
    to_write,
)
from bot.core.render.implementation import implementation_lines
from bot.core.render.links import page_lines
from bot.core.render.marks import bears, mark
from bot.core.render.safe import code, inline, listed, prose

CHECKLIST: Final = "checklist"
"""The kind of comment, in its mark."""
MOST_NAMED: Final = 3
"""Seats that the sentence about the next step names."""
LONGEST_COMMENT: Final = 65_000
"""GitHub refuses more than 65,536 characters; the rest is kept for the note that says it was cut."""


def render_comment(snapshot: Snapshot, decision: Decision) -> str | None:
    """Return the comment's Markdown, or None where none is wanted: no design, and none was there before."""
    had = any(one.own and bears(one.body, CHECKLIST) for one in snapshot.comments)
    begin = mark(snapshot.app.name, CHECKLIST)
    if decision.problem and snapshot.configuration_problems:
        # The fault is not this pull request's: the check says it, and a comment only where there is one.
        return f"{begin}\n{closed(snapshot)}\n" if had else None
    if decision.problem:
        return f"{begin}\n**{inline(decision.problem, 400)}**\n"
    if not decision.documents:
        if decision.proposal and decision.proposal.problems:
            return _fit(f"{begin}\n{_proposal(snapshot, decision.proposal)}\n")
        one = decision.implementation
        if one and (had or one.override or one.verdict is not Verdict.PASS):
            return f"{begin}\n{_implementation(snapshot, one)}\n"
        return f"{begin}\nNo design document is left in this pull request.\n" if had else None
    first, *rest = by_urgency(decision)
    parts = [_block(snapshot, first, more_designs(decision)), *(_block(snapshot, one) for one in rest)]
    parts += [_implementation(snapshot, decision.implementation)] if decision.implementation else []
    blocks = "\n\n---\n\n".join(parts)
    proposal = f"\n\n---\n\n{_proposal(snapshot, decision.proposal)}" if decision.proposal else ""
    links = "\n".join(["", *page_lines(snapshot)])
    return _fit(f"{begin}\n{blocks}{proposal}{links.rstrip()}\n")


def _implementation(snapshot: Snapshot, implementation: Implementation) -> str:
    return "\n".join(implementation_lines(snapshot, implementation))


def _proposal(snapshot: Snapshot, proposal: Proposal) -> str:
    return "\n".join(proposal_lines(snapshot, proposal)).rstrip()


def _fit(body: str) -> str:
    if len(body) <= LONGEST_COMMENT:
        return body
    cut = body[: body.rfind("\n", 0, LONGEST_COMMENT)]
    return f"{cut}\n\n*Cut here: GitHub takes no longer comment. The check has the rest.*\n"


def _block(snapshot: Snapshot, one: DocumentDecision, more: str = "") -> str:
    first = f"**{prose(document_headline(one))}{more}** · {where(one)}"
    if one.verdict is Verdict.PASS:
        return f"✔ {first}"
    lines = [
        first,
        "",
        *section_rows(one),
        *block_lines(one),
        *finding_lines(one),
        *seat_rows(one),
        _next(snapshot, one),
    ]
    return "\n".join([*lines, *_commands(one, or_comment=_or_comment(snapshot, one))])


def _next(snapshot: Snapshot, one: DocumentDecision) -> str:
    author = _author(snapshot.pull_request)
    match one.step:
        case Step.WRITE:
            return f"Nobody is asked yet. **Next, {author}:** {_writing(one)}."
        case Step.MEND:
            then = "" if is_refused_move(one) else _then(one)
            return f"{then}**Next, {author}:** {_work(one)}."
        case Step.UNKNOWN_STATUS | Step.UNREADABLE:
            return f"Until then nobody is asked. **Next, {author}:** mend it and push."
        case Step.DRAFT_PULL_REQUEST:
            return f"Nobody is asked yet. **Next, {author}:** mark the pull request ready for review."
        case Step.FINALIZE:
            return (
                f"**Next, {author}:** set Status to Approved, or comment `/tdd finalize`; signatures stand."
            )
        case Step.SUCCEED:
            return f"**Next, {author}:** name the design that supersedes this one under Superseded-By."
        case Step.HELD:
            lands = listed(view_of(snapshot, one.path).configuration.land, "or")
            return f"**Next, {author}:** set Status to {lands}; the signatures stand."
        case Step.OBJECTION:
            return _answer_objection(one, author, or_comment=_or_comment(snapshot, one))
        case _:
            return _sign(one, or_comment=_or_comment(snapshot, one))


def _or_comment(snapshot: Snapshot, one: DocumentDecision) -> bool:
    """Tell whether a comment signs the document as well as a review does."""
    return view_of(snapshot, one.path).configuration.comment_approvals


def _sign(one: DocumentDecision, *, or_comment: bool) -> str:
    paragraphs = []
    to_sign = _to_sign(one)
    if to_sign:
        approve = "approve in a review" + (", or comment `/tdd approve`" if or_comment else "")
        paragraphs.append(f"**Next, {to_sign}:** {approve}; request changes in a review to object.")
    else:
        paragraphs.append("**Next, administrator:** mend what keeps this from being signed.")
    refused = [inline(state.seat.label) for state in one.seats if state.refusal]
    if refused:
        paragraphs.append(
            f"{listed(refused)} could not be asked: once an administrator has mended that, or once somebody "
            "of it approves unasked, nothing more is needed."
        )
    unverified = [inline(state.seat.label) for state in open_seats(one) if state.seat.unverified]
    if unverified:
        paragraphs.append(
            f"{listed(unverified)} could not be verified, so that nobody can sign for "
            f"{'it' if len(unverified) == 1 else 'them'} yet: the table says why, `/tdd check` looks again."
        )
    return _untouched(one) + "\n\n".join(paragraphs)


def _to_sign(one: DocumentDecision) -> str:
    """Name whose move it is, as the first line does who has to sign again first; the table names the rest.

    Empty where nobody could make it.
    """
    able = [state for state in open_seats(one) if state.seat.fillable and not state.seat.unverified]
    waiting = sorted(able, key=lambda state: not state.stale or bool(state.signed))
    names = [inline(state.seat.label) for state in waiting]
    if one.one_suffices and len(names) > 1:
        return f"one of {listed(names, 'or')}"
    left = len(names) - MOST_NAMED
    return listed([*names[:MOST_NAMED], *([f"{left} more"] if left > 0 else [])])


def _untouched(one: DocumentDecision) -> str:
    """Say, where some have to sign again, whose signatures stand, and where to see what has changed."""
    standing = [inline(name) for name in signers(one)]
    again = [stale for state in one.seats if not state.is_signed for stale in state.stale]
    said = []
    if standing and again:
        said.append(f"What {listed(standing)} signed stands: nothing that it covers has changed.")
    if any(stale.changed for stale in again):
        said.append("The check shows what changed, word by word.")
    return " ".join(said) + "\n\n" if said else ""


_ANSWER: Final = "answer it in the design and push, unless it is answered there by now"
"""Whether an answer is one, only who objects can tell; so this is right before it and after it."""


def _answer_objection(one: DocumentDecision, author: str, *, or_comment: bool) -> str:
    """Say who is next about what the first line names; the list tells of the rest."""
    objections = [(state.seat, each.person) for state in one.seats for each in state.objections]
    # Who is gone, or has left the seat, comes back to it perhaps never.
    left = [person for seat, person in objections if not seat.anyone and person.id not in seat.eligible]
    if left:
        people = listed(list(dict.fromkeys(person.login for person in left)), "and")
        return (
            f"**Next, {author}:** {_ANSWER}. {people} cannot sign here any more: a holder of the same seat, "
            "or an admin other than the author, lifts the change request by dismissing that review."
        )
    if objections:
        people = listed(list(dict.fromkeys(person.login for _, person in objections)), "or")
        again = "a new review" + (" or `/tdd approve`" if or_comment else "")
        return (
            f"**Next, {author}:** {_ANSWER}. Then {people} lifts it with {again}; "
            "nobody else's approval does."
        )
    like = [block for block in one.blocks if block.kind is one.blocks[0].kind]
    people = listed(list(dict.fromkeys(inline(block.person.login) for block in like)), "or")
    if like[0].kind is not BlockKind.CONCERN:
        return f"**Next, {people}:** lift it with `/tdd unhold` once its reason is gone."
    name = like[0].name if len(like) == 1 else "NAME"
    return f"**Next, {author}:** {_ANSWER}; then {people} lifts it with {code(f'/tdd resolve {name}')}."


def _writing(one: DocumentDecision) -> str:
    if to_write(one):
        return "write the sections marked above and push; `/tdd submit` once it is ready to be read"
    return "comment `/tdd submit` once it is ready to be read"


def _work(one: DocumentDecision) -> str:
    sections = to_write(one)
    parts = []
    if sections:
        parts.append("write the section" + ("s" if len(sections) > 1 else "") + " marked above")
    if any(finding_lines(one)):
        parts.append("mend what is listed")
    add = any(section.state is SectionState.MISSING for section in sections)
    fix = ", or comment `/tdd fix` to have the missing headings added" if add else ""
    return f"{listed(parts) or 'mend it'} and push{fix}"


def _then(one: DocumentDecision) -> str:
    names = [inline(state.seat.label) for state in open_seats(one) if _to_be_asked(state)]
    return f"Then these will be asked: {', '.join(names)}.\n\n" if names and not one.asks else ""


def _to_be_asked(state: SeatState) -> bool:
    return state.asked_at is None and state.seat.fillable and not state.seat.anyone


def _author(pull_request: PullRequest) -> str:
    author = pull_request.author
    return f"@{author.login}" if author and not author.is_bot else "author"


_HELPFUL: Final = {
    Step.WRITE: ("submit", "fix", "help"),
    Step.SIGN: ("approve", "withdraw", "concern", "release", "help"),
    Step.FINALIZE: ("finalize", "withdraw", "concern", "help"),
}
"""Which commands help with the next step, where that does not depend on what stands in the way."""


def _helpful(one: DocumentDecision) -> tuple[str, ...]:
    """Return the commands that help with the next step; of those that lift something, what it takes here."""
    if one.step is not Step.OBJECTION:
        return _HELPFUL.get(one.step, ())
    kinds = {block.kind for block in one.blocks}
    lifts = {
        "approve": any(state.objections for state in one.seats),
        "resolve": BlockKind.CONCERN in kinds,
        "unhold": BlockKind.HOLD in kinds,
        "help": True,
    }
    return tuple(name for name, helps in lifts.items() if helps)


def _commands(one: DocumentDecision, *, or_comment: bool) -> list[str]:
    """Return the commands folded away, where somebody is to sign: elsewhere ``/tdd help`` is enough."""
    specs = [REGISTRY[name] for name in _helpful(one) if or_comment or name != "approve"]
    if not specs:
        return ["", "<sub>`/tdd help` lists the commands.</sub>"]
    rows = [f"| `/tdd {spec.usage}` | {spec.who} | {spec.effect} |" for spec in specs]
    return [
        "",
        "<details><summary>Commands</summary>",
        "",
        "| Command | Who | Effect |",
        "|---|---|---|",
        *rows,
        "",
        "</details>",
    ]
