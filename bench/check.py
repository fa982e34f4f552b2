"""``python bench/check.py``: what judging a document costs, beside a full parse of the same text.

The whole check of a text (parse, schema, all rules, nothing remembered of the text) against
``MarkdownIt("commonmark").parse``, turn by turn in one process: over a set of documents together, and on
100 KB of prose. Then the command itself over many files, that set again and again, on one core and on two.

Exit codes: 0 every claim holds, 1 one does not. What a machine does not allow to measure is said.
"""

import argparse
import gc
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from markdown_it import MarkdownIt

from bench.parts.conditions import ROOT, describe_machine
from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.document.outline import outline_of
from bot.core.model import Severity
from bot.core.rules import RuleContext, judgement

LABELLED: Final = ROOT.parent / "shared" / "corpus" / "docs"
OWN: Final = ROOT / "tests"
MOST_TOGETHER: Final = 2.0
"""Times a full parse that a check of the set may cost."""
MOST_PROSE: Final = 1.0
LEAST_FASTER: Final = 1.7
"""Times that two cores are faster than one."""
PROSE: Final = 100_000
"""Characters of the document of prose."""
BUSY: Final = 0.7
"""Load before the run from which a second core is not ours to measure with."""
_LINKS: Final = ("TDD503", "TDD504")
_SENTENCE: Final = (
    "the cache keeps prices for a short time and the service reads them again when it has to so nobody waits "
    "for long while the queue behind it grows at most by what one region sends in a minute of an outage"
)

SCHEMA: Final = schema_of(template())
FULL: Final = MarkdownIt("commonmark")
CONTEXT: Final = RuleContext(today=date(2026, 11, 24))


def check(text: str, *, links: bool = False) -> None:
    """Judge a text as the command does, with nothing remembered of it."""
    outline_of.cache_clear()
    document = read_document("docs/tdd/0001-it.md", text, SCHEMA)
    judgement(document, SCHEMA, CONTEXT, severities=None if links else dict.fromkeys(_LINKS, Severity.OFF))


def compare(texts: Sequence[str], rounds: int) -> tuple[float, float, float]:
    """Return the seconds of a parse, and what a check costs beside it without and with the rules on links.

    The turns alternate, and the best of each counts: what else the machine does, it does to all of them.
    """
    best = [float("inf")] * 3
    turns: Sequence[Callable[[str], object]] = (FULL.parse, check, lambda text: check(text, links=True))
    for _ in range(rounds):
        for at, turn in enumerate(turns):
            gc.collect()
            began = time.process_time()
            for text in texts:
                turn(text)
            best[at] = min(best[at], time.process_time() - began)
    return best[0], best[1] / best[0], best[2] / best[0]


def prose(dice: random.Random) -> str:
    """Return a document of plain paragraphs, a heading before every tenth, some words set off."""
    parts = ["# TDD: A cache\n\n**Author:** Alice (@alice)\n**Status:** In-Review\n**Date:** 2026-03-01\n"]
    written = count = 0
    while written < PROSE:
        if count % 10 == 0:
            parts.append(f"## {count // 10 + 1}. Part {count // 10 + 1}\n")
        words = dice.choices(_SENTENCE.split(), k=dice.randint(40, 120))
        if count % 5 == 0:
            words[7] = f"**{words[7]}**"
            words[21] = f"`{words[21]}`"
        parts.append(textwrap.fill(f"{' '.join(words).capitalize()}.", 100) + "\n")
        written += len(parts[-1])
        count += 1
    return "\n".join(parts)


def report(name: str, texts: Sequence[str], rounds: int, most: float | None) -> bool:
    """Print one comparison; return whether its claim holds."""
    parse, ratio, linked = compare(texts, rounds)
    size = sum(len(text.encode()) for text in texts)
    claim = "not judged" if most is None else f"claim: at most {most:.1f}"
    print(f"{name}: {len(texts)} of {size:,} bytes")
    print(f"    full parse {parse * 1000:8.1f} ms")
    print(f"    check      {ratio:8.2f} times that, {claim}")
    print(f"               {linked:8.2f} times with the rules on links")
    return most is None or ratio <= most


def many(paths: Sequence[Path], count: int) -> bool:
    """Print how much faster two cores check so many files; return whether the claim holds."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) < 2:  # noqa: PLR2004 - two are compared with one
        print("Many files: not measured, which takes two cores to choose from")
        return True
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="tdd-bot-bench-") as folder:
        for at in range(count):
            place = Path(folder, f"{at // 1000:03}")
            place.mkdir(exist_ok=True)
            os.link(*_linked(paths[at % len(paths)], place / f"{at:05}.md", Path(folder)))
        one, two = (_command(folder, cores[:number]) for number in (1, 2))
    judged = load < BUSY
    print(f"Many files: {count:,} with `tdd-bot check --format json`")
    print(f"    one core   {one:8.1f} s, {count / one:,.0f} a second")
    print(f"    two cores  {two:8.1f} s, {count / two:,.0f} a second")
    claim = f"claim: at least {LEAST_FASTER}" if judged else f"not judged: the load was {load:.1f} before"
    print(f"    ratio      {one / two:8.2f}, {claim}")
    return not judged or one / two >= LEAST_FASTER


def _linked(original: Path, name: Path, folder: Path) -> tuple[Path, Path]:
    """Return a copy in the folder's own file system, which a file may be linked to, and the new name."""
    copy = folder / f".{original.stem}-{hash(original):x}"
    if not copy.exists():
        copy.write_bytes(original.read_bytes())
    return copy, name


def _command(folder: str, cores: Sequence[int]) -> float:
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _ON_CORES.format(cores=set(cores)), "check", folder, "--format", "json"],
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode in {0, 1}, f"the command failed with {done.returncode}"
    return time.perf_counter() - began


_ON_CORES: Final = "import os, sys; os.sched_setaffinity(0, {cores}); from bot.cli.app import main; main()"


def documents(folder: Path | None) -> tuple[list[Path], bool]:
    """Return the documents to measure with, and whether the claim is about such."""
    if folder is None and LABELLED.is_dir():
        folder = LABELLED
    if folder is not None:
        return sorted(folder.glob("**/*.md")), True
    print(
        "No set of labelled documents beside the checkout: measured with the short ones of the tests, which"
    )
    print("the claim on a set is not about.\n")
    return sorted(OWN.glob("cases/**/input.md")), False


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(prog="bench/check.py", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="documents (default: a labelled set, if there)")
    parser.add_argument(
        "--documents", type=int, default=20_000, help="how many files to check (default 20000)"
    )
    parser.add_argument("--rounds", type=int, default=9, help="turns of each comparison (default 9)")
    parser.add_argument("--seed", type=int, default=1, help="of the prose")
    given = parser.parse_args(arguments)
    paths, labelled = documents(given.folder)
    if not paths:
        parser.error(f"no documents in {given.folder}")
    print(describe_machine(rounds=given.rounds, seed=given.seed))
    texts = [path.read_bytes().decode() for path in paths]
    dice = random.Random(given.seed)  # noqa: S311 - repeatable on purpose
    held = [
        report("Documents", texts, given.rounds, MOST_TOGETHER if labelled else None),
        report("Prose", [prose(dice)], given.rounds, MOST_PROSE),
        given.documents == 0 or many(paths, given.documents),
    ]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
