"""``tdd-bot explain OWNER/REPO#N`` and ``simulate``: the server's own decision, with its reasons, for people.

What is read is what the server reads, through the same adapter; what is decided is decided by the same core.
Nothing here can write to GitHub or to the server's database.
"""

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.cli.console import FAILED, OK, complain, has_colors, reason, show, tell
from bot.core.decide import decide
from bot.core.document import DocumentTooLargeError
from bot.core.model import Configuration, File, Snapshot
from bot.core.model.recording import RecordingError, record, replay
from bot.core.plan import plan
from bot.core.policy.hiding import hidden
from bot.core.policy.suppositions import Supposition, SuppositionError, parse_supposition, supposed
from bot.core.render.headline import STANDS, headline
from bot.core.render.outstanding import outstanding
from bot.core.render.why import to_text, why

_NAMED: Final = re.compile(
    r"(?:https?://[^/\s]+/)?(?P<owner>[\w.-]{1,100})/(?P<name>[\w.-]{1,100})(?:#|/pull/)(?P<number>[1-9]\d{0,9})/?",
    re.ASCII,
)
_LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a recording that are read: twenty documents of the largest size in fifty versions are fewer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for."""

    what: str | None
    """A pull request."""
    record: Path | None = None
    replay: Path | None = None
    config: Path | None = None
    wishes: Sequence[str] = ()


class WantedError(Exception):
    """It cannot be shown; each line of the message says one reason."""


def explained(wanted: Wanted, environ: Mapping[str, str] = os.environ) -> int:
    """Show why a pull request is decided on as it is; return the exit code."""
    try:
        snapshot = _recorded(wanted, _snapshots(wanted, environ, None)[0])
        show(_explanation(snapshot))
    except WantedError as error:
        return _refused(error)
    except DocumentTooLargeError:
        return _refused(WantedError("its template is larger than one may be"))
    return OK


def simulated(wanted: Wanted, environ: Mapping[str, str] = os.environ) -> int:
    """Show what would be decided if something were different; return the exit code."""
    try:
        wishes = _wishes(wanted)
        file = _configuration(wanted.config) if wanted.config else None
        now, then = _snapshots(wanted, environ, file)
        _recorded(wanted, now)
        show(_comparison(now, _supposed(then, wishes)))
    except WantedError as error:
        return _refused(error)
    except DocumentTooLargeError:
        return _refused(WantedError("its template is larger than one may be"))
    return OK


def _refused(error: WantedError) -> int:
    for line in str(error).splitlines():
        complain(line)
    return FAILED


def _explanation(snapshot: Snapshot) -> str:
    decision = decide(snapshot)
    tree = to_text(why(snapshot, decision), color=has_colors(sys.stdout))
    return f"{tree}\n{outstanding(plan(snapshot, decision))}\n"


def _comparison(now: Snapshot, then: Snapshot) -> str:
    before, after = decide(now), decide(then)
    tree = to_text(why(then, after), color=has_colors(sys.stdout))
    lines = [
        f"Now:  {STANDS[before.verdict]}: {headline(before)}",
        f"Then: {STANDS[after.verdict]}: {headline(after)}",
    ]
    return "\n".join([*lines, "", tree])


def _supposed(snapshot: Snapshot, wishes: Sequence[Supposition]) -> Snapshot:
    try:
        return supposed(snapshot, wishes)
    except SuppositionError as error:
        raise WantedError(str(error)) from None


def _wishes(wanted: Wanted) -> list[Supposition]:
    if wanted.config is None and not wanted.wishes:
        raise WantedError("say what is to be different: --config FILE, or --as-if approve:LOGIN")
    try:
        return [parse_supposition(one) for one in wanted.wishes]
    except SuppositionError as error:
        raise WantedError(f"--as-if: {error}") from None


# --- where the snapshot comes from -------------------------------------------------------------------


def _snapshots(wanted: Wanted, environ: Mapping[str, str], file: File | None) -> tuple[Snapshot, Snapshot]:
    """Return what is, and what would be by another configuration."""
    if wanted.replay is not None:
        if wanted.what is not None or wanted.record is not None:
            raise WantedError("--replay takes the place of a pull request, and is a recording already")
        now = _replayed(wanted.replay)
        return now, _configured(now, file) if file else now
    if wanted.what is None:
        raise WantedError("name a pull request as OWNER/REPO#N, or a recording with --replay")
    found = _NAMED.fullmatch(wanted.what.strip())
    if found is None:
        raise WantedError(f"{wanted.what[:200]} is no pull request: write OWNER/REPO#N")
    # A recording needs no server's code, which takes longer to import than this to decide.
    from bot.cli.looking import LookError, look  # noqa: PLC0415 - see above

    try:
        return look(environ, (found["owner"], found["name"], int(found["number"])), file)
    except LookError as error:
        raise WantedError(str(error)) from None


def _replayed(path: Path) -> Snapshot:
    try:
        return replay(_text(path))
    except RecordingError as error:
        raise WantedError(f"{path} cannot be replayed: {error}") from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise WantedError(f"{path} has more than {_LARGEST // 1024**2} MiB")
        return content.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WantedError(f"{path} cannot be read: {reason(error)}") from None


def _recorded(wanted: Wanted, snapshot: Snapshot) -> Snapshot:
    """Keep the snapshot where that is asked for; return what is decided on: what was kept."""
    if wanted.record is None:
        return snapshot
    bare = hidden(snapshot)
    try:
        # For nobody else: it holds the texts of a repository that may be private.
        wanted.record.touch(mode=0o600)
        wanted.record.write_text(record(bare), encoding="utf-8")
    except OSError as error:
        raise WantedError(f"{wanted.record} cannot be written: {reason(error)}") from None
    tell(f"recorded in {wanted.record}: the texts of the designs and the thread, without addresses of people")
    return bare


# --- another configuration ---------------------------------------------------------------------------


def _configuration(path: Path) -> File:
    """Return the file, found to be valid."""
    text = _text(path)
    file = File(str(path), len(text.encode()), text)
    _valid(file)
    return file


def _valid(file: File) -> Configuration:
    from bot.core.policy.configuration import read_configuration_file  # noqa: PLC0415 - its parser is heavy
    from bot.core.rules import RULES  # noqa: PLC0415 - beside it

    said = read_configuration_file(file, file.path, [rule.code for rule in RULES])
    if not isinstance(said, Configuration):
        raise WantedError("\n".join(str(one) for one in said))
    return said


def _configured(snapshot: Snapshot, file: File) -> Snapshot:
    """Judge a recording by another configuration, as far as what was read then is enough."""
    tell("a recording holds the documents, the template and the names that its own configuration led to")
    return replace(snapshot, configuration=_valid(file), configuration_problems=())
