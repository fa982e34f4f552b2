"""What an administrator has to know: whether anything waits for this check."""

from collections.abc import Mapping
from typing import Final

from bot.core.model import Decision, Demand, Snapshot
from bot.core.render.safe import code

_WORDS: Final[Mapping[Demand, str]] = {
    Demand.NONE: (
        "{branch} does not require this check, so nothing keeps a design from being merged unsigned. Require "
        "it in a ruleset, with this app as the expected source."
    ),
    Demand.ANY_SOURCE: (
        "{branch} requires a check of this name from any source, so a workflow of this repository could "
        "report it as passed. Choose this app as the expected source in the branch's rules."
    ),
    Demand.OTHER_SOURCE: (
        "{branch} requires a check of this name from another app, so what is said here does not count. "
        "Choose this app as the expected source in the branch's rules."
    ),
}


def demand_lines(snapshot: Snapshot, decision: Decision) -> list[str]:
    """Return a line where the branch's rules hold no merge for this check; it goes into no comment."""
    words = _WORDS.get(snapshot.demand)
    if words is None or not decision.documents or decision.advice or snapshot.merging:
        return []
    return ["", f"**For an administrator:** {words.format(branch=code(snapshot.pull_request.base_ref))}"]
