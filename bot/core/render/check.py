"""The check run: the same sentence as its title, the checklist as its text, the findings on their lines."""

from hashlib import sha256
from typing import Final

from bot.core.model import (
    Annotation,
    Conclusion,
    Creation,
    Decision,
    DocumentDecision,
    Severity,
    Snapshot,
    Step,
    Verdict,
    WriteCheck,
)
from bot.core.policy.buttons import offered
from bot.core.policy.lifecycle import DRAFT
from bot.core.render.changes import change_lines
from bot.core.render.checklist import block_lines, finding_lines, seat_rows, section_rows, where
from bot.core.render.configuration import closed, proposal_annotations, proposal_lines
from bot.core.render.demand import demand_lines
from bot.core.render.headline import STANDS, by_urgency, document_headline, headline
from bot.core.render.implementation import implementation_headline, implementation_lines
from bot.core.render.links import page_lines, why_url
from bot.core.render.safe import code, counted, inline, listed, plain, prose

MOST_ANNOTATIONS: Final = 50
"""GitHub takes no more in one request, and adds those of a later request to them."""
LONGEST_OUTPUT: Final = 65_000
"""Summary and text may have 65,535 characters each; the rest is kept for the note that says it was cut."""

CONCLUSIONS: Final = {
    Verdict.PASS: Conclusion.SUCCESS,
    Verdict.WAITING: Conclusion.ACTION_REQUIRED,
    Verdict.BLOCKED: Conclusion.FAILURE,
    Verdict.ERROR: Conclusion.ACTION_REQUIRED,
}


def render_check(
    snapshot: Snapshot, decision: Decision, held: frozenset[Creation] = frozenset()
) -> WriteCheck:
    """Return the run that the head should carry: the worst over the open pull requests on this commit.

    Args:
        snapshot: What was read.
        decision: What was made of it.
        held: What is due and not created in this run, so that its text says so.
    """
    number, verdict = gate(snapshot, decision)
    title = headline(decision)
    summary = _summary(snapshot, decision)
    if number != snapshot.pull_request.number:
        title = f"Pull request {number} on the same commit is not through"
        summary = (
            f"This commit is also the head of #{number}, which is {STANDS[verdict]}. A check belongs to a "
            f"commit, so it shows the worse of both. Alone, this one says: {inline(headline(decision), 300)}."
        )
    if held:
        summary = f"{summary}\n\n{held_sentence(snapshot, held)}"
    if snapshot.outdated:
        summary = f"{summary}\n\n{_OUTDATED.format(', '.join(snapshot.outdated))}"
    if snapshot.muted:
        summary = f"{summary}\n\n{_LOCKED}"
    if snapshot.merging:
        title, verdict, summary = _in_queue(snapshot, title, verdict, summary)
    closing = (
        ["", *implementation_lines(snapshot, decision.implementation)] if decision.implementation else []
    )
    closing += _uncompared(snapshot, decision)
    closing += [*demand_lines(snapshot, decision), *page_lines(snapshot)]
    text = "\n".join([_text(snapshot, decision), *closing]).strip()
    annotations = _annotations(decision)
    conclusion = CONCLUSIONS[verdict]
    if decision.advice and conclusion is Conclusion.SUCCESS:
        # The same text, but a required check is satisfied by it.
        conclusion = Conclusion.NEUTRAL
        summary = f"Advice only (`mode: advise`), nothing is blocked.\n\n{summary}"
    # What speaks for another pull request has no button: it would be pressed for this one.
    buttons = offered(decision.documents) if number == snapshot.pull_request.number else ()
    name = digest((conclusion, title, summary, text, annotations, buttons))
    return WriteCheck(
        run_id=None,
        head=snapshot.merging or snapshot.pull_request.head_sha,
        conclusion=conclusion,
        title=title,
        summary=summary,
        text=text,
        annotations=annotations,
        external_id=f"{snapshot.pull_request.number}:{name}:{digest(annotations)}",
        buttons=buttons,
        details_url=why_url(snapshot),
    )


_OUTDATED: Final = (
    "GitHub fails to give what the default branch says at this moment. This is judged by what it said when "
    "it could last be read: {}. It is judged again within minutes."
)

_LOCKED: Final = (
    "The conversation is locked, to this app too: what a comment would say stands here alone, and commands "
    "are not answered until it is unlocked."
)


def _uncompared(snapshot: Snapshot, decision: Decision) -> list[str]:
    """Say that somebody may be kept from signing without having touched a design."""
    if not snapshot.uncompared or not decision.documents:
        return []
    commits = counted(snapshot.uncompared, "commit")
    said = (
        f"{commits} by others than the author could not be compared with what stood there before. Whoever "
        "wrote or pushed them is taken for an author of the design, and does not sign it."
    )
    return ["", said]


def _in_queue(snapshot: Snapshot, title: str, verdict: Verdict, summary: str) -> tuple[str, Verdict, str]:
    """Say that the merge queue's commit is judged, and let it speak for the groups that land with it."""
    number, branch = snapshot.pull_request.number, code(snapshot.pull_request.base_ref)
    lines = [f"This is #{number} as the merge queue would put it on {branch}, with all that is ahead of it."]
    failed = [one for one, passed in (snapshot.group.ahead if snapshot.group else {}).items() if not passed]
    if failed and verdict is Verdict.PASS:
        title, verdict = (
            f"Pull request {failed[0]}, ahead in the merge queue, is not through",
            Verdict.WAITING,
        )
        lines.append(f"#{failed[0]} would land together with it, and has not passed there.")
    elif verdict is not Verdict.PASS:
        lines.append(
            f"Once it is out of the queue: merge {branch} into the pull request's branch, so that everybody "
            "sees there what would land, and queue it again when the check has passed."
        )
    return title, verdict, "\n\n".join([" ".join(lines), summary])


def digest(said: object) -> str:
    """Return a short name for what is said, the same for the same."""
    return sha256(repr(said).encode()).hexdigest()[:32]


NO_LINES: Final = digest(())
"""The part of a run's external id that stands for its annotations, where it has none."""


def lines_of(external_id: str) -> str:
    """Return the part of a run's external id that tells of its annotations; ``""`` where none does."""
    return external_id.rpartition(":")[2] if external_id.count(":") > 1 else ""


_HELD: Final = {
    Creation.REQUEST: "review requests",
    Creation.REPLY: "answers to commands",
    Creation.COMMENT: "the checklist comment",
}


def held_sentence(snapshot: Snapshot, held: frozenset[Creation]) -> str:
    """Say what is still to come, and what it waits for. It has no time in it: that would change every run."""
    what = listed([name for kind, name in _HELD.items() if kind in held], "and")
    if snapshot.withheld and snapshot.withheld.until_event:
        return f"To come when something happens on this pull request: {what}."
    return (
        f"To come: {what}. GitHub lets an app create only so much a minute and an hour here, and that is "
        f"used up for the moment."
    )


def gate(snapshot: Snapshot, decision: Decision) -> tuple[int, Verdict]:
    """Return which open pull request on this commit has the worst verdict, and that verdict."""
    worst = snapshot.pull_request.number, decision.counted
    for number, verdict in sorted(snapshot.memory.others.items()):
        # One that has not been judged yet may turn out to be anything but a pass.
        known = Verdict.WAITING if verdict is None else verdict
        if known > worst[1]:
            worst = number, known
    return worst


def _summary(snapshot: Snapshot, decision: Decision) -> str:
    if decision.problem:
        return closed(snapshot) if snapshot.configuration_problems else inline(decision.problem, 400)
    lines = [f"- {code(one.path)}: {prose(document_headline(one))}" for one in by_urgency(decision)]
    if decision.implementation:
        lines.append(f"- {prose(implementation_headline(decision.implementation))}")
    if decision.proposal:
        lines += ["", *proposal_lines(snapshot, decision.proposal)]
    elif not lines:
        return "Nothing to read here: no changed file is a design document."
    return _fit("\n".join(lines).strip())


def _text(snapshot: Snapshot, decision: Decision) -> str:
    blocks = []
    for one in by_urgency(decision):
        lines = [
            f"### {where(one)}",
            "",
            *section_rows(one),
            *block_lines(one),
            *seat_rows(one),
            *finding_lines(one),
            *change_lines(snapshot, one, share=len(decision.documents)),
        ]
        blocks.append("\n".join(lines).rstrip())
    left = sum(len(one.findings) for one in decision.documents) - MOST_ANNOTATIONS
    if left > 0:
        blocks.append(f"{counted(left, 'finding')} more than GitHub shows on lines at once.")
    return _fit("\n\n".join(blocks))


def _fit(text: str) -> str:
    if len(text) <= LONGEST_OUTPUT:
        return text
    return text[: text.rfind("\n", 0, LONGEST_OUTPUT)] + "\n\n*Cut here: GitHub takes no longer text.*"


def _annotations(decision: Decision) -> tuple[Annotation, ...]:
    found = [
        (document, finding)
        for document in decision.documents
        for finding in document.findings
        if finding.severity > Severity.OFF
    ]
    found.sort(key=lambda pair: (-pair[1].severity, pair[1].path, pair[1].span))
    about_documents = (
        Annotation(
            path=finding.path,
            start_line=finding.span.line,
            end_line=max(finding.span.line, finding.span.end_line),
            severity=_level(document, finding.severity),
            title=f"{finding.rule} {finding.name}",
            message=plain(f"{finding.message}. {finding.help}".rstrip(". ") + ".", 2000),
        )
        for document, finding in found
    )
    return (*proposal_annotations(decision.proposal), *about_documents)[:MOST_ANNOTATIONS]


def _level(document: DocumentDecision, severity: Severity) -> Severity:
    """A draft is a to-do list: nothing on its lines is louder than a note."""
    draft = document.document is not None and document.document.header.stage == DRAFT
    return Severity.NOTE if draft and document.step is not Step.MEND else severity
