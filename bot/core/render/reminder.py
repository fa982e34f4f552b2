"""The reminder: one comment for all seats that are due, which mentions them, so that they hear of it."""

from collections.abc import Sequence
from hashlib import sha256

from bot.core.model import App
from bot.core.policy.reminders import Nudge
from bot.core.render.checklist import where
from bot.core.render.marks import mark
from bot.core.render.safe import inline


def reminder_kind(nudges: Sequence[Nudge]) -> str:
    """Return what its mark tells this reminder by, so that a lost answer does not double it."""
    said = [(one.state.seat.key, one.document.path, one.document.content, one.number) for one in nudges]
    return f"reminder {sha256(repr(said).encode()).hexdigest()[:32]}"


def render_reminder(app: App, nudges: Sequence[Nudge]) -> str:
    """Return the comment's Markdown."""
    parts = [mark(app.name, reminder_kind(nudges))]
    for path in dict.fromkeys(one.document.path for one in nudges):
        some = [one for one in nudges if one.document.path == path]
        parts.append(f"{where(some[0].document)} still waits for a review:")
        parts.append("\n".join(f"- {_line(one)}" for one in some))
    or_comment = ", or comment `/tdd approve`" if all(one.by_comment for one in nudges) else ""
    parts.append(
        f"Approve in a review{or_comment}; request changes in a review to object. "
        "`/tdd decline` or `/tdd delegate @user` hands it on."
    )
    told = dict.fromkeys(one.told for one in nudges if one.told)
    parts += [f"@{name}: this is the last reminder, and it is still open." for name in told]
    return "\n\n".join(parts)


def _line(one: Nudge) -> str:
    since = f"asked on {one.asked:%Y-%m-%d}"
    if one.away is None:
        return f"@{one.to}, {since}"
    stands_in = f": @{one.to}, can somebody stand in?" if one.to else ""
    return f"{inline(one.state.seat.label)}, {since}, is away until {one.away:%Y-%m-%d}{stands_in}"
