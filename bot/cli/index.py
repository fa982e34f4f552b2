"""``tdd-bot index``: the table of a folder's designs, kept between two markers in a README."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.cli.console import FAILED, FINDINGS, OK, complain, has_colors, reason, show_exactly, tell
from bot.cli.diff import unified
from bot.cli.files import expand, read, write
from bot.cli.house import HouseError, Wanted, house_of, likely_folder
from bot.cli.templates import TemplateError
from bot.core.document import DocumentTooLargeError, read_document
from bot.core.model import FileProblem
from bot.core.render.index import Entry, MarkersError, entry_of, fresh, place, render_index
from bot.core.render.safe import counted


def run(folder: Path | None, *, readme: Path | None, wanted: Wanted, check: bool) -> int:
    """Write the index, or with ``check`` only tell whether it is stale.

    Returns:
        The exit code: 0 written, or not stale; 1 stale; 2 could not.
    """
    try:
        target = folder or likely_folder(wanted)
    except HouseError as problem:
        for message in problem.args:
            complain(message)
        return FAILED
    page = readme or target / "README.md"
    try:
        entries = list(_entries(target, page, wanted))
        before = _before(page)
        index = render_index(entries)
        after = fresh(index) if before is None else place(before, index)
        if check:
            return _check(page, before or "", after)
        if after != before:
            write(page, after)
    except HouseError as problem:
        for message in problem.args:
            complain(message)
        return FAILED
    except (TemplateError, MarkersError, OSError, ValueError) as problem:
        told = reason(problem)
        complain(told if isinstance(problem, TemplateError) else f"{_blamed(problem, page, target)}: {told}")
        return FAILED
    tell(f"{counted(len(entries), 'design')} in {page}{'' if after != before else ', which was up to date'}")
    return OK


def _blamed(problem: Exception, page: Path, target: Path) -> Path:
    if isinstance(problem, OSError) and problem.filename:
        return Path(problem.filename)
    return page if isinstance(problem, MarkersError) else target


def _before(page: Path) -> str | None:
    if not os.path.lexists(page):
        return None
    text = read(page)
    if isinstance(text, FileProblem):
        raise MarkersError(f"it cannot be written: {text.value}")
    return text


def _entries(target: Path, page: Path, wanted: Wanted) -> Iterator[Entry]:
    """Read the designs; what the gate would refuse is no design, and is said.

    Raises:
        HouseError: the configuration is wrong.
        TemplateError: the template cannot be used.
        OSError: the folder, or a file in it, cannot be read.
        ValueError: there is no design in it.
    """
    if not target.is_dir():
        raise ValueError("no such folder")
    root = page.absolute().parent
    house = house_of(target.absolute(), wanted)
    for path in expand(str(target)):
        if path.absolute() == page.absolute() or house.is_excluded(path):
            continue
        text = read(path)
        if isinstance(text, FileProblem):
            complain(f"{path}: left out: {text.value}")
            continue
        shown = Path(os.path.relpath(path.absolute(), root)).as_posix()
        try:
            document = read_document(shown, text, house_of(path.absolute().parent, wanted).schema_of(path))
        except DocumentTooLargeError as problem:
            complain(f"{path}: left out: {problem}")
            continue
        yield entry_of(document, shown)


def _check(page: Path, before: str, after: str) -> int:
    if before == after:
        return OK
    show_exactly(unified(page.as_posix(), before, after, color=has_colors(sys.stdout)))
    complain(f"{page}: the index is stale; `tdd-bot index` writes it anew")
    return FINDINGS
