"""The configuration as people read it: what is wrong with it, and what a pull request would change of it."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from bot.core.model import Annotation, Configuration, Problem, Proposal, Severity, Snapshot
from bot.core.policy.precedence import differences
from bot.core.render.safe import code, counted, inline, plain, prose

_MOST_LISTED: Final = 10


def problem_lines(problems: Iterable[Problem]) -> list[str]:
    """Return a list of faults by line."""
    faults = list(problems)
    lines = [f"- {prose(str(one))}" for one in faults[:_MOST_LISTED]]
    left = len(faults) - _MOST_LISTED
    return [*lines, *([f"- … and {counted(left, 'more fault')}"] if left > 0 else [])]


def closed(snapshot: Snapshot) -> str:
    """Say what an invalid configuration means and the way out of it."""
    first, *others = snapshot.configuration_problems
    branch = code(snapshot.repository.default_branch)
    way_out = (
        f"**Next, administrator:** mend it on {branch}; until then no design can pass. A pull request that "
        "changes nothing but this file, into a valid one, passes."
    )
    lines = [f"**{prose(str(first))}**", "", way_out]
    return "\n".join([*lines, *(["", *problem_lines(others)] if others else [])])


def proposal_lines(snapshot: Snapshot, proposal: Proposal) -> list[str]:
    """Return what the pull request does to the configuration: its faults, or what would be different."""
    return [f"### {code(proposal.path)}", "", *_effect(snapshot, proposal), ""]


def _effect(snapshot: Snapshot, proposal: Proposal) -> list[str]:
    if proposal.problems:
        first = "This configuration is not valid; merged, it would let no design pass:"
        return [first, "", *problem_lines(proposal.problems), "", "**Next, author:** mend it and push."]
    if snapshot.configuration_problems:
        return ["It is valid: once it is merged, designs are judged again."]
    rows = list(_rows(snapshot.configuration, proposal.configuration or Configuration()))
    if not rows:
        return ["It is valid, and nothing is different once it is merged."]
    table = ["| Key | Now | Then |", "|---|---|---|", *rows]
    return ["It is valid. Once it is merged:", "", *table, "", *_on_open_designs(proposal)]


def _on_open_designs(proposal: Proposal) -> list[str]:
    """Say what would be different for the designs that are open now."""
    if not proposal.open:
        return ["No other pull request is open here that this app has judged."]
    if not proposal.looked_at:
        number = counted(proposal.open, "other open pull request")
        return [f"What it changes for {number} cannot be told now."]
    some = f"{proposal.looked_at} of " if proposal.looked_at < proposal.open else ""
    looked = f"{some}{counted(proposal.open, 'other open pull request')} looked at"
    if not proposal.effects:
        return [f"{looked}: nothing changes there."]
    rows = [
        f"| #{one.number} | {inline(one.before, 200)} | {inline(one.after, 200)} |"
        for one in proposal.effects
    ]
    return [f"{looked}, {len(rows)} would stand differently:", "", "| | Now | Then |", *_LINE, *rows]


_LINE: Final = ("|---|---|---|",)


def proposal_annotations(proposal: Proposal | None) -> tuple[Annotation, ...]:
    """Return the faults of a proposed configuration, on its lines."""
    return tuple(
        Annotation(
            path=proposal.path,
            start_line=one.line,
            end_line=one.line,
            severity=Severity.ERROR,
            title="configuration",
            message=plain(one.message, 2000),
        )
        for one in (proposal.problems if proposal else ())
        # A fault of the whole, or of the organisation's file, has no line here.
        if proposal is not None and one.path == proposal.path
    )


def _rows(now: Configuration, then: Configuration) -> Iterable[str]:
    for key, before, after in differences(now, then):
        yield f"| {code(key)} | {_shown(before, key)} | {_shown(after, key)} |"


def _shown(value: object, key: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return inline(str(value.value))
    if isinstance(value, Mapping):
        return (
            ", ".join(code(f"{_named(name)}: {_plain(one)}") for name, one in list(value.items())[:8]) or "–"
        )
    if isinstance(value, tuple):
        return ", ".join(code(_plain(one), 60) for one in value[:8]) or (
            "the built-in ones" if key == "paths" else "–"
        )
    return "–" if value is None else inline(str(value))


def _named(key: object) -> str:
    return f"{key[0]} ({key[1]})" if isinstance(key, tuple) else str(key)


def _plain(value: object) -> str:
    if isinstance(value, Severity):
        return value.label
    return str(getattr(value, "name", value)) if not isinstance(value, str) else value
