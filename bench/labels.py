"""Prints how often ``tdd-bot check`` agrees with people on a folder of documents that they have labelled.

``python bench/labels.py [FOLDER] [--show N] [--need]``, without FOLDER on the set in ``tests/corpus/own``

FOLDER holds ``labels.jsonl``, one JSON object a line, and each document as ``docs/ID.md``. A label tells

- ``id``, ``title``, ``author`` and ``reviewers`` (lists of names as written, or null), ``status_raw``,
  ``date_raw``, and ``status_normalized``: a status of the built-in template, "other", or null;
- ``placeholders``: header fields that still hold their template's text; such people are not compared;
- ``sections``: each heading with ``heading_text_as_written``, ``line``, ``state`` (filled, empty,
  placeholder or na), and, where they apply, ``why``, ``is_title`` and ``accidental`` (a heading to Markdown
  alone, which is not compared);
- ``template_map``: number of a section of the built-in template -> its state, or "missing".

Exit code 0; with ``--need`` 1 where a measure misses its target; 2 where the labels cannot be read.
"""

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_CHUNK = 200
"""Documents in one run of the command."""
_UNKNOWABLE = frozenset({"prompt", "stub", "children"})
"""Reasons for a state that only the document's own template tells, which the command is not given."""
_STATES = {"na": "not-applicable"}


@dataclass(frozen=True, slots=True)
class Target:
    """What a measure has to reach."""

    share: float = 100.0
    """Per cent."""
    wrong: int | None = None
    """Instead: so many may be wrong."""

    def is_met(self, right: int, total: int) -> bool:
        """Whether so many right ones are enough."""
        if self.wrong is not None:
            return total - right <= self.wrong
        return right * 100 >= self.share * total

    def __str__(self) -> str:
        return f"{self.share:g} %" if self.wrong is None else f"{self.wrong} wrong"


TARGETS: Mapping[str, Target] = {
    "answered": Target(),
    "header.title": Target(wrong=1),
    "header.status": Target(wrong=1),
    "header.status_raw": Target(wrong=2),
    "header.date_raw": Target(wrong=2),
    "header.authors": Target(wrong=2),
    "header.reviewers.named": Target(),
    "header.reviewers.none": Target(wrong=1),
    "headings.found": Target(),
    "headings.real": Target(),
    "states": Target(98),
    "states.not-filled": Target(95),
    "template.present": Target(90),
}


class LabelError(Exception):
    """The labelled set cannot be used; the message says why."""


@dataclass(slots=True)
class Tally:
    """What one measure has come to."""

    right: int = 0
    total: int = 0
    misses: list[str] = field(default_factory=list)

    def add(self, *, ok: bool, remark: str) -> None:
        """Count one more comparison."""
        self.total += 1
        self.right += ok
        if not ok:
            self.misses.append(remark)


Label = Mapping[str, Any]
Answer = Mapping[str, Any]
Compared = tuple[str, bool, str]
"""Measure, whether both agree, what to show where they do not."""


def labels_of(folder: Path) -> list[Label]:
    """Read the labels of a set.

    Raises:
        LabelError: there are none, or a line is no label of a document that is there.
    """
    source = folder / "labels.jsonl"
    try:
        lines = source.read_text("utf-8").splitlines()
    except OSError as problem:
        raise LabelError(f"{source}: {problem.strerror}") from None
    found: list[Label] = []
    for number, line in enumerate(lines, start=1):
        try:
            label = json.loads(line)
            document = folder / "docs" / f"{label['id']}.md"
            list(label["sections"])
        except (ValueError, KeyError, TypeError) as problem:
            raise LabelError(f"{source}:{number}: no label: {problem!r}") from None
        if not document.is_file():
            raise LabelError(f"{source}:{number}: {document} is not there")
        found.append(label)
    if not found:
        raise LabelError(f"{source}: no labels")
    return found


def answers_of(paths: Sequence[Path]) -> dict[str, Answer]:
    """Return what the command says of each document, by the path it was given."""
    found: dict[str, Answer] = {}
    for at in range(0, len(paths), _CHUNK):
        command = [sys.executable, "-m", "bot", "check", "--format", "json"]
        done = subprocess.run(  # noqa: S603 - this project's own command on files that were named
            [*command, *(str(path.resolve()) for path in paths[at : at + _CHUNK])],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        try:
            rows = json.loads(done.stdout)["documents"]
        except (ValueError, KeyError):
            sys.stderr.write(done.stderr)
            continue
        found |= {row["path"]: row for row in rows}
    return found


def compared(label: Label, answer: Answer | None) -> Iterator[Compared]:
    """Compare what the command says of a document with what people say."""
    yield "answered", answer is not None, "no answer"
    if answer is not None:
        yield from _header(label, answer)
        yield from _headings(label, answer)
        yield from _template(label, answer)


def _same(measure: str, want: object, got: object, where: str = "") -> Compared:
    return measure, want == got, f"{where}want {want!r}, got {got!r}"


def _header(label: Label, answer: Answer) -> Iterator[Compared]:
    header = answer["header"]
    if label.get("title"):
        want, got = _plain(label["title"]), _plain(answer["title"])
        # A title may be labelled together with the number before it.
        yield "header.title", bool(got) and want.endswith(got), f"want {want!r}, got {got!r}"
    status = label.get("status_normalized")
    yield _same("header.status", None if status == "other" else status, header["status"])
    for name in ("status_raw", "date_raw"):
        yield _same(f"header.{name}", _plain(label.get(name)), _plain(header[name]))
    unfilled = label.get("placeholders") or ()
    if "author" not in unfilled:
        yield _same("header.authors", _people(label.get("author")), _people(header["authors"]))
    if "reviewers" not in unfilled:
        people = _people(label.get("reviewers"))
        measure = "header.reviewers.named" if people else "header.reviewers.none"
        yield _same(measure, people, _people(header["reviewers"]))


def _headings(label: Label, answer: Answer) -> Iterator[Compared]:
    skipped = {one["line"] for one in label["sections"] if one.get("accidental")}
    real = {one["line"]: one for one in label["sections"] if one["line"] not in skipped}
    found = {one["line"]: one for one in answer["headings"] if one["line"] not in skipped}
    for line, heading in real.items():
        yield "headings.found", line in found, f"line {line}: {heading['heading_text_as_written']}"
    for line, heading in found.items():
        yield "headings.real", line in real, f"line {line}: {heading['text']}"
        if line in real and not real[line].get("is_title"):
            yield from _state(real[line], heading)


def _state(want: Label, got: Answer) -> Iterator[Compared]:
    state = _STATES.get(want["state"], want["state"])
    where = f"line {want['line']}: "
    if want.get("why") in _UNKNOWABLE:
        yield _same("states.own-template", state, got["state"], where)
        return
    yield _same("states", state, got["state"], where)
    if state != "filled":
        yield _same("states.not-filled", state, got["state"], where)


def _template(label: Label, answer: Answer) -> Iterator[Compared]:
    rows = {row["id"]: row["state"] for row in answer["sections"]}
    for number, state in (label.get("template_map") or {}).items():
        there = rows.get(number, "missing") != "missing"
        yield _same("template.present", state != "missing", there, f"section {number}: ")


def _plain(text: str | None) -> str:
    """Return a text without marks of emphasis, code and escapes, its blanks squeezed."""
    return " ".join(re.sub(r"[*_`\\]", "", text or "").split())


def _people(names: Sequence[str] | None) -> list[str]:
    return [_plain(name).lstrip("@").casefold() for name in names or ()]


def measured(folder: Path) -> dict[str, Tally]:
    """Compare all documents of a set.

    Raises:
        LabelError: the set cannot be used.
    """
    labels = labels_of(folder)
    paths = {label["id"]: folder / "docs" / f"{label['id']}.md" for label in labels}
    answers = answers_of(list(paths.values()))
    tallies: dict[str, Tally] = {}
    for label in labels:
        answer = answers.get(str(paths[label["id"]].resolve()))
        for measure, ok, remark in compared(label, answer):
            tallies.setdefault(measure, Tally()).add(ok=ok, remark=f"{label['id']}: {remark}")
    return tallies


def report(tallies: Mapping[str, Tally], show: int) -> Iterator[str]:
    """Return a line for each measure, with some of what differs below it."""
    yield f"{'measure':24}{'right':>12}{'share':>10}   target"
    for measure, tally in sorted(tallies.items()):
        target = TARGETS.get(measure)
        missed = target is not None and not target.is_met(tally.right, tally.total)
        yield (
            f"{measure:24}{f'{tally.right}/{tally.total}':>12}{100 * tally.right / tally.total:>8.2f} %"
            f"   {target or '-'}{'  MISSED' if missed else ''}"
        )
        yield from (f"    {remark}"[:200] for remark in tally.misses[:show])


def missed(tallies: Mapping[str, Tally]) -> list[str]:
    """Return the measures that miss their targets."""
    return [
        measure
        for measure, target in TARGETS.items()
        if measure in tallies and not target.is_met(tallies[measure].right, tallies[measure].total)
    ]


def main() -> int:
    """Measure a set and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "tests" / "corpus" / "own")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="show N disagreements of each measure"
    )
    parser.add_argument("--need", action="store_true", help="exit 1 where a measure misses its target")
    asked = parser.parse_args()
    try:
        tallies = measured(asked.folder)
    except LabelError as problem:
        print(f"labels: {problem}", file=sys.stderr)
        return 2
    print("\n".join(report(tallies, asked.show)))
    return 1 if asked.need and missed(tallies) else 0


if __name__ == "__main__":
    sys.exit(main())
