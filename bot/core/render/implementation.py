"""The implementation gate as people read it: which design is missing, and whose move it is."""

from typing import Final

from bot.core.model import Implementation, NamedDesign, Snapshot, Verdict
from bot.core.render.safe import code, counted, inline, listed, plain, prose

_MOST_FILES: Final = 10


def implementation_headline(one: Implementation) -> str:
    """Return the sentence, in plain text."""
    if one.override:
        reason = plain(one.override.reason, 120).rstrip(".")
        return f"Passed by override of {one.override.person.login}: {reason}. Open: {_missing(one)}"
    return _missing(one)


def _missing(one: Implementation) -> str:
    if not one.designs:
        return f"{_files(one)} an approved design, and the description names none"
    worst = max(one.designs, key=lambda each: each.verdict)
    name = plain(worst.path or worst.name, 80)
    if worst.verdict is Verdict.PASS:
        return f"Implements {listed([plain(each.path, 80) for each in one.designs])}, which is approved"
    if worst.file is None:
        return f"“{name}”, named in the description, is no design on the base branch"
    if worst.verdict is Verdict.BLOCKED:
        return f"The design {name} is superseded: name the one that took its place"
    return f"The design {name} {_status(worst)}: it has to be approved on the base branch first"


def _status(one: NamedDesign) -> str:
    return f"is {plain(one.status, 40)}" if one.status else "has no known status"


def _files(one: Implementation) -> str:
    first = plain(one.files[0], 80)
    return f"{first} needs" if len(one.files) == 1 else f"{first} and {len(one.files) - 1} more files need"


def implementation_lines(snapshot: Snapshot, one: Implementation) -> list[str]:
    """Return the block for the comment and the check's text."""
    first = prose(implementation_headline(one))
    if one.override:
        return [f"**{first}**"]
    if one.verdict is Verdict.PASS:
        return [f"✔ **{first}**"]
    branch = code(snapshot.pull_request.base_ref)
    shown = [code(path) for path in one.files[:_MOST_FILES]]
    left = len(one.files) - len(shown)
    more = [f"{left} more"] if left else []
    why = (
        f"On {branch} the configuration asks for an approved design where "
        f"{counted(len(one.files), 'file')} of this pull request changes: {', '.join([*shown, *more])}."
    )
    return [
        f"**{first}**",
        "",
        why,
        "",
        _next(snapshot, one),
    ]


def _next(snapshot: Snapshot, one: Implementation) -> str:
    author = snapshot.pull_request.author
    who = f"@{author.login}" if author and not author.is_bot else "author"
    if one.verdict is not Verdict.WAITING:
        example = "`TDD: docs/tdd/0007-name.md`"
        return f"**Next, {who}:** name one in the description, on a line of its own like {example}."
    waiting = [inline(each.path) for each in one.designs if each.verdict is Verdict.WAITING]
    return (
        f"**Next, whoever writes and signs {listed(waiting)}:** bring it in as approved. This pull request "
        "is judged again by itself then."
    )
