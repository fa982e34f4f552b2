"""(Snapshot, Decision) -> the tree of reasons. Whatever is said here was decided elsewhere."""

from collections.abc import Iterator
from typing import Final

from bot.core.model import (
    Block,
    BlockKind,
    CommandSeen,
    Decision,
    DocumentDecision,
    Finding,
    Mode,
    Opinion,
    Severity,
    Snapshot,
    Step,
    Verdict,
    Waiver,
)
from bot.core.policy.kinds import view_of
from bot.core.policy.lifecycle import explain_move, move_allowed
from bot.core.policy.seats import holds
from bot.core.render.headline import STANDS, block_sentence, document_headline, headline, leaves, to_write
from bot.core.render.implementation import implementation_headline
from bot.core.render.safe import counted, listed, plain
from bot.core.render.why.node import Mark, Node, Topic
from bot.core.render.why.seats import ground_of_exclusion, seat_node, when

_MOST_FAULTS: Final = 50
_MOST_UNCOUNTED: Final = 20

_MARKS: Final = {
    Verdict.PASS: Mark.GOOD,
    Verdict.WAITING: Mark.OPEN,
    Verdict.BLOCKED: Mark.BAD,
    Verdict.ERROR: Mark.BAD,
}


def why(snapshot: Snapshot, decision: Decision) -> Node:
    """Return the whole decision: its root is the pull request, below it stand the documents."""
    repository, pull = snapshot.repository, snapshot.pull_request
    name = f"{repository.owner}/{repository.name}#{pull.number}"
    return Node(
        Topic.PULL_REQUEST,
        _MARKS[decision.verdict],
        f"{name} is {STANDS[decision.verdict]}{'' if decision.documents else ': ' + headline(decision)}",
        pull.url,
        (
            Node(Topic.PULL_REQUEST, Mark.NOTE, _judged(snapshot)),
            *_configuration(snapshot, decision),
            *_twins(snapshot),
            *_implementation(snapshot, decision),
            *(_document(snapshot, decision, one) for one in decision.documents),
            *_uncounted(snapshot, decision),
        ),
    )


def _judged(snapshot: Snapshot) -> str:
    pull = snapshot.pull_request
    author = pull.author.login if pull.author else "a deleted account"
    state = "" if pull.open else " (merged)" if pull.merged else " (closed)"
    draft = " as a draft" if pull.draft else ""
    return (
        f"head {pull.head_sha[:7]} into {plain(pull.base_ref, 60)}, opened by {author}{draft}{state}, "
        f"judged {when(snapshot.now)}"
    )


def _configuration(snapshot: Snapshot, decision: Decision) -> Iterator[Node]:
    given = sorted(snapshot.configuration.given)
    says = f"configuration of {plain(snapshot.repository.default_branch, 60)}: "
    says += f"{', '.join(given)}; all else has its default" if given else "every key has its default"
    faults = tuple(
        Node(Topic.CONFIGURATION, Mark.BAD, plain(str(one), 400)) for one in snapshot.configuration_problems
    )
    yield Node(Topic.CONFIGURATION, Mark.BAD if faults else Mark.NOTE, says, below=faults)
    if snapshot.configuration.mode is not Mode.ENFORCE:
        mode = snapshot.configuration.mode.value
        yield Node(Topic.CONFIGURATION, Mark.NOTE, f"mode {mode}: the verdict blocks nothing")
    if decision.proposal:
        faulty = decision.proposal.problems
        outcome = "it is not valid" if faulty else "it is valid, and takes effect once it is merged"
        yield Node(
            Topic.CONFIGURATION,
            Mark.BAD if faulty else Mark.GOOD,
            f"the pull request changes {plain(decision.proposal.path)}: {outcome}",
            below=tuple(Node(Topic.CONFIGURATION, Mark.BAD, plain(str(one), 400)) for one in faulty),
        )


_NO_DESIGN: Final = "no design with a known status"


def _implementation(snapshot: Snapshot, decision: Decision) -> Iterator[Node]:
    one = decision.implementation
    if one is None:
        return
    files = f"{counted(len(one.files), 'file')} under the key gate: {plain(one.files[0], 80)}"
    branch = plain(snapshot.pull_request.base_ref, 60)
    named = tuple(
        Node(
            Topic.IMPLEMENTATION,
            _MARKS[each.verdict],
            f"named as {plain(each.name, 120)}: {plain(each.status, 40) or _NO_DESIGN} on {branch}",
        )
        for each in one.designs
    )
    yield Node(
        Topic.IMPLEMENTATION,
        _MARKS[one.verdict],
        implementation_headline(one),
        below=(Node(Topic.IMPLEMENTATION, Mark.NOTE, files), *named),
    )


def _twins(snapshot: Snapshot) -> Iterator[Node]:
    for number, verdict in sorted(snapshot.memory.others.items()):
        label = STANDS[verdict] if verdict is not None else "not judged yet"
        mark = Mark.OPEN if verdict is None else _MARKS[verdict]
        yield Node(Topic.TWIN, mark, f"#{number} has the same head and is {label}; the check shows the worse")


def _document(snapshot: Snapshot, decision: Decision, one: DocumentDecision) -> Node:
    return Node(
        Topic.DOCUMENT,
        _MARKS[one.verdict],
        f"{plain(one.path, 300)}: {document_headline(one)}",
        below=(
            _move(snapshot, one),
            *_sections(one),
            *_faults(one),
            *(_block(block) for block in one.blocks),
            *(_waiver(waiver) for waiver in one.waivers),
            *(seat_node(snapshot, one, state) for state in one.seats),
            *_departed(decision, one),
            *_override(one),
        ),
    )


def _move(snapshot: Snapshot, one: DocumentDecision) -> Node:
    base = plain(snapshot.pull_request.base_ref, 60)
    new = any(each.path == one.path and each.base is None for each in snapshot.changes)
    before = f"{one.base_status or 'no known status'} on {base}" if not new else f"not yet on {base}"
    if one.document is None:
        gone = "is refused at the head" if one.step is Step.UNREADABLE else "is gone at the head"
        return Node(Topic.MOVE, Mark.NOTE, f"the document {gone}; {before}")
    header = one.document.header
    if header.stage is None:
        raw = f"“{plain(header.status_raw, 60)}”" if header.status_raw else "none"
        return Node(Topic.MOVE, Mark.BAD, f"Status is {raw}, which stands for nothing known; {before}")
    if not move_allowed(one.base_status, header.stage):
        return Node(Topic.MOVE, Mark.BAD, explain_move(one.base_status, header.stage).rstrip("."))
    land = view_of(snapshot, one.path).configuration.land
    may = "may be merged with it" if header.stage in land else f"merges as {listed(land, 'or')}"
    named = f" (as {header.stage})" if header.status and header.status != header.stage else ""
    return Node(Topic.MOVE, Mark.NOTE, f"Status {header.status or header.stage}{named}; {before}; {may}")


def _sections(one: DocumentDecision) -> Iterator[Node]:
    sections, unwritten = leaves(one.document), to_write(one)
    if not sections:
        return
    says = f"{len(sections) - len(unwritten)} of {counted(len(sections), 'section')} done"
    below = tuple(
        Node(Topic.SECTIONS, Mark.OPEN, f"{each.label}: {each.state.value}{_line(each.line)}")
        for each in unwritten
    )
    yield Node(Topic.SECTIONS, Mark.OPEN if unwritten else Mark.GOOD, says, below=below)


def _line(line: int | None) -> str:
    return f", line {line}" if line else ""


def _faults(one: DocumentDecision) -> Iterator[Node]:
    found = sorted(one.findings, key=lambda each: (-each.severity, each.span))
    if not found:
        return
    blocking = sum(each.severity is Severity.ERROR for each in found)
    says = f"{counted(len(found), 'finding')}, {blocking or 'none'} blocking"
    below = [_fault(each) for each in found[:_MOST_FAULTS]]
    left = len(found) - _MOST_FAULTS
    if left > 0:
        below.append(Node(Topic.FAULT, Mark.NOTE, f"and {left} more"))
    yield Node(Topic.FAULT, Mark.BAD if blocking else Mark.NOTE, says, below=tuple(below))


def _fault(finding: Finding) -> Node:
    mark = Mark.BAD if finding.severity is Severity.ERROR else Mark.NOTE
    where = f"line {finding.span.line}"
    return Node(
        Topic.FAULT, mark, f"{finding.severity.label} {finding.rule} {where}: {plain(finding.message, 300)}"
    )


def _block(block: Block) -> Node:
    lift = f"/tdd resolve {block.name}" if block.kind is BlockKind.CONCERN else "/tdd unhold"
    kept = "" if block.untouched else "; its comment was edited or deleted, which lifts nothing"
    return Node(
        Topic.BLOCK, Mark.BAD, f"{block_sentence(block)}, {when(block.at)}; {lift} lifts it{kept}", block.url
    )


def _waiver(waiver: Waiver) -> Node:
    return Node(
        Topic.WAIVER,
        Mark.NOTE,
        f"section {waiver.section} is excused by {waiver.person.login} until it changes: "
        f"“{plain(waiver.reason)}”",
    )


def _override(one: DocumentDecision) -> Iterator[Node]:
    if one.override:
        who, reason = one.override.person.login, plain(one.override.reason)
        yield Node(
            Topic.OVERRIDE,
            Mark.GOOD,
            f"{who} lets this head pass, {when(one.override.at)}: “{reason}”; the next push ends it",
            one.override.url,
        )


def _departed(decision: Decision, one: DocumentDecision) -> Iterator[Node]:
    """Name the seats that a command has taken out."""
    present = {state.seat.key for state in one.seats}
    for command in decision.counting:
        about = not command.paths or one.path in command.paths
        if command.name == "release" and about and command.subject not in present:
            yield Node(Topic.COMMAND, Mark.NOTE, _told(command, "has left"))


def _told(command: CommandSeen, outcome: str) -> str:
    seat = plain(command.argument.removeprefix("@"), 100)
    by = f"/tdd {command.name} by {command.actor} ({plain(command.ground)})"
    return f"seat {seat} {outcome}: {by}, {when(command.at)}"


def _uncounted(snapshot: Snapshot, decision: Decision) -> Iterator[Node]:
    """Name the opinions of people who hold no seat: they ask most often why."""
    seats = [state.seat for one in decision.documents for state in one.seats]
    if not seats:
        return
    found = [
        review
        for review in snapshot.reviews
        if review.author
        and review.opinion in {Opinion.APPROVED, Opinion.CHANGES_REQUESTED}
        and not any(holds(seat, review.author, writer=review.writer) for seat in seats)
    ]
    for review in found[-_MOST_UNCOUNTED:]:
        author = review.author
        if author is None:
            continue
        did = "approved" if review.opinion is Opinion.APPROVED else "asked for changes"
        why_not = (
            "a bot" if author.is_bot else ground_of_exclusion(snapshot, author.id) or "holds no seat here"
        )
        says = f"{author.login} {did} {when(review.submitted_at)}, which counts for no seat: {why_not}"
        yield Node(Topic.UNCOUNTED, Mark.NOTE, says, review.url)
