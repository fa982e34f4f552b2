"""``tdd-bot check``: the gate's judgement on files of this machine, as far as it needs no GitHub."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from bot.builtin import template as built_in_template
from bot.core.document import MAX_BYTES, DocumentTooLargeError, read_document, schema_of
from bot.core.model import FileProblem, Schema, Severity
from bot.core.render.report import Judged, to_json
from bot.core.render.terminal import safe, to_text
from bot.core.rules import RuleContext, judge, refused

_NO_DOCUMENTS = frozenset({"readme.md", "index.md", "template.md", "tdd_template.md"})
"""Markdown files in a folder that are about documents and none themselves, in lower case."""

OK, FINDINGS, FAILED = 0, 1, 2


def run(paths: Sequence[Path], *, as_json: bool, template: Path | None) -> int:
    """Judge files, and those in folders, and print what was found.

    Returns:
        The exit code: 0 nothing at error severity, 1 findings, 2 something could not be judged at all.
    """
    try:
        schema = _schema(template)
    except (OSError, ValueError) as problem:
        _complain(f"template {template}: {_reason(problem)}")
        return FAILED
    judged: list[Judged] = []
    failed = False
    for path in paths:
        try:
            judged += [_judge(file, schema) for file in _files(path)]
        except (OSError, ValueError) as problem:
            _complain(f"{path}: {_reason(problem)}")
            failed = True
    if judged or as_json:
        _print(judged, as_json=as_json)
    if failed:
        return FAILED
    errors = any(one.severity is Severity.ERROR for found in judged for one in found.findings)
    return FINDINGS if errors else OK


def _schema(template: Path | None) -> Schema:
    if template is None:
        return schema_of(built_in_template())
    text = _read(template)
    if isinstance(text, FileProblem):
        raise ValueError(f"it cannot be used: {text.value}")  # noqa: TRY004 - the file is wrong, not a type
    schema = schema_of(text)
    if not schema.sections:
        raise ValueError("it has no headings, so it asks for no sections")
    return schema


def _files(path: Path) -> list[Path]:
    """Return the files that a path means: itself, or the documents in a folder.

    Raises:
        OSError: there is no such path.
        ValueError: a folder without documents.
    """
    if not path.is_dir():
        path.lstat()
        return [path]
    found = sorted(_below(path))
    if not found:
        raise ValueError("no documents (.md files other than README, index and TEMPLATE) in this folder")
    return found


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if not one.startswith(".") and one != "node_modules"]
        for name in names:
            if name.casefold().endswith(".md") and name.casefold() not in _NO_DOCUMENTS:
                yield Path(root, name)


def _judge(path: Path, schema: Schema) -> Judged:
    shown = path.as_posix()
    text = _read(path)
    if isinstance(text, FileProblem):
        return Judged(shown, None, (refused(shown, text, path.lstat().st_size),))
    try:
        document = read_document(shown, text, schema)
    except DocumentTooLargeError:
        return Judged(shown, None, (refused(shown, FileProblem.TOO_LARGE, len(text.encode())),))
    return Judged(shown, document, judge(document, schema, RuleContext(today=_today())))


def _today() -> date:
    return datetime.now(tz=UTC).date()


def _read(path: Path) -> str | FileProblem:
    """Return a file's text, or why the gate would not read it.

    Raises:
        OSError: it is not there, may not be read, or is no file at all.
    """
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return FileProblem.SYMLINK
    if not stat.S_ISREG(status.st_mode):
        raise OSError("not a file")  # a pipe would be waited for without end
    if status.st_size > MAX_BYTES:
        return FileProblem.TOO_LARGE
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return FileProblem.TOO_LARGE
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return FileProblem.NOT_TEXT


def _reason(problem: Exception) -> str:
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror.lower()
    return str(problem)


def _complain(message: str) -> None:
    print(f"tdd-bot: {safe(message)}", file=sys.stderr)


def _print(judged: Sequence[Judged], *, as_json: bool) -> None:
    if as_json:
        print(to_json(judged))
        return
    # https://no-color.org: set and not empty means none.
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    print(_encodable(to_text(judged, color=color)), end="")


def _encodable(text: str) -> str:
    """Return text that the terminal's encoding has characters for."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, errors="replace").decode(encoding)
