"""A pull request as the merge queue's group has it: what lands is judged, not what was proposed.

The members' sign-offs count there by content, like everywhere: what the group made of a document is signed if
it says what was signed, whatever else has been merged beside it.
"""

from dataclasses import replace

from bot.core.model import Snapshot


def as_merged(snapshot: Snapshot) -> Snapshot | None:
    """Return the snapshot of the pull request's merge group; None where there is none to judge."""
    group = snapshot.group
    if group is None:
        return None
    proposed = {(snapshot.pull_request.head_sha, one.path): one.head for one in snapshot.changes}
    return replace(
        snapshot,
        merging=group.head,
        changes=group.changes,
        beside=group.beside,
        check=group.check,
        history={**snapshot.history, **proposed},
        others=(),
        memory=replace(snapshot.memory, others={}),
    )
