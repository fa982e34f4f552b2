"""``tdd-bot setup --adopt``: which old designs would be blocked, and a way to begin anyway."""

import difflib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import orjson

from bot.cli.check import today
from bot.cli.console import FAILED, FINDINGS, OK, Progress, complain, reason, show
from bot.cli.files import read, write
from bot.cli.git import GitError, files, root_of
from bot.cli.house import CONFIGURATION, House, HouseError, Wanted, house_of
from bot.cli.judging import How, Job, judge_all
from bot.cli.setup.baseline import Baseline, CannotNameError, globs_of, with_baseline, without
from bot.core.document.paths import compile_globs
from bot.core.policy.configuration import read_configuration
from bot.core.policy.kinds import kind_for
from bot.core.render.formats import Format
from bot.core.rules import RULES

_NAMES: Final = {one.code: one.name for one in RULES}
_NO_WEIGHT_HELPS: Final = frozenset({"TDD103", "TDD104", "TDD105", "TDD302", "TDD305", "TDD307", "TDD501"})
"""Faults with which the gate cannot tell what a document's state is: no weight of a rule lets it pass."""

_MISSING: Final = "TDD201"
_ANOTHER_TEMPLATE: Final = """More than half of the designs lack sections of the template. If they were
written from another one, name that first, as docs/tdd/TEMPLATE.md or with
`template:` in .github/tdd-bot.yml, and begin anew."""
"""Said where it is likelier that we have the wrong template than that all of them are wrong."""

Blocked = Mapping[str, Counter[str]]
"""Place in the repository -> how often each rule finds an error there."""


class _CannotAdoptError(Exception):
    """Nothing can be said or written; each argument is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands in the checkout, judged without the baseline."""

    number: int
    """Of designs."""
    blocked: Blocked
    elsewhere: frozenset[str]
    """Blocked ones of a kind that the repository has itself."""
    before: frozenset[str]
    """Designs that are on the baseline now."""
    stray: tuple[str, ...]
    """Globs of the baseline that mean no design any more."""
    begun: bool
    """There is a baseline."""

    @property
    def mended(self) -> list[str]:
        """Those on the baseline that nothing holds any more."""
        return sorted(self.before - self.blocked.keys())

    @property
    def baseline(self) -> Baseline:
        """What is to be let be: at the beginning all that is blocked, later only what is on it already."""
        named = (self.blocked.keys() & self.before) if self.begun else self.blocked.keys()
        named = named - self.elsewhere
        unjudged = {one for one in named if self.blocked[one].keys() & _NO_WEIGHT_HELPS}
        return Baseline({one: set(self.blocked[one]) for one in named - unjudged}, frozenset(unjudged))


def adopt(*, force: bool) -> int:
    """Say what would be blocked, and write a configuration with a baseline; return the exit code.

    A configuration that is there already is changed only with ``force``; without it the change is shown.
    """
    try:
        root = root_of(Path.cwd())
        if root is None:
            complain("this is no git checkout; go to the repository with the designs")
            return FAILED
        file = root / CONFIGURATION
        text = _text(file)
        found = _found(root, text)
        show(_told(found))
        made = _made(text, found.baseline)
    except (_CannotAdoptError, CannotNameError, HouseError, GitError) as problem:
        for message in problem.args:
            complain(str(message))
        return FAILED
    if text and made == text:
        show(f"\n{CONFIGURATION} stays as it is.\n")
        return OK
    if text and not force:
        show(f"\n{_diff(text, made)}\nNothing is written. To change {CONFIGURATION} so, add --force.\n")
        return FINDINGS
    return _write(root, file, made)


def _text(file: Path) -> str:
    """Return the configuration's text, empty where there is none; that it is valid is told later."""
    try:
        text = read(file)
    except FileNotFoundError:
        return ""
    except OSError as problem:
        raise _CannotAdoptError(f"{CONFIGURATION}: {reason(problem)}") from None
    if not isinstance(text, str):
        raise _CannotAdoptError(f"{CONFIGURATION}: it cannot be used: {text.value}")
    return text


def _found(root: Path, text: str) -> _Found:
    # Judged as it stands first: what is broken is told with its place in the file that is there.
    house_of(root, Wanted())
    with TemporaryDirectory() as folder:
        bare = Path(folder, "tdd-bot.yml")
        bare.write_text(without(text), "utf-8")
        wanted = Wanted(bare)
        house = house_of(root, wanted)
        places = tuple(_designs(root, house))
        if not places:
            raise _CannotAdoptError("no designs are in this repository; begin with one: tdd-bot new TITLE")
        blocked = _blocked(root, places, wanted)
        own = frozenset(one for one in blocked if kind_for(house.configuration, one))
    globs = globs_of(text)
    before = frozenset(filter(compile_globs(globs).match, places))
    stray = tuple(
        one for one in globs if one not in before and not any(map(compile_globs((one,)).match, before))
    )
    return _Found(len(places), blocked, own, before, stray, bool(globs))


def _designs(root: Path, house: House) -> Iterator[str]:
    """Yield the place of each design."""
    for place in sorted(files(root)):
        if not place.endswith(".md") or house.is_template(root / place):
            continue
        try:
            text = read(root / place)
        except OSError as problem:
            raise _CannotAdoptError(f"{place}: {reason(problem)}") from None
        if house.is_document(place, text):
            yield place


def _blocked(root: Path, places: Collection[str], wanted: Wanted) -> Blocked:
    """Judge each design as ``check`` does, and the gate where one is new or moves on."""
    jobs = [Job(root / one, one, wanted) for one in places]
    blocked: dict[str, Counter[str]] = {}
    with Progress(len(jobs)) as progress:
        for result in judge_all(jobs, How(form=Format.JSON, today=today()), progress):
            if result.problem:
                raise _CannotAdoptError(result.problem)
            if result.piece and result.piece.tally.errors:
                findings = orjson.loads(result.piece.text)["findings"]
                blocked[result.job.shown] = Counter(
                    one["rule"] for one in findings if one["severity"] == "error"
                )
    return blocked


def _made(text: str, baseline: Baseline) -> str:
    """Return the configuration with the baseline, read again as the gate will read it."""
    made = with_baseline(text, baseline)
    problems = read_configuration(made, CONFIGURATION, tuple(_NAMES))
    if isinstance(problems, tuple):
        raise _CannotAdoptError(
            *(f"with the baseline, {CONFIGURATION} line {one.line}: {one.message}" for one in problems)
        )
    return made


def _told(found: _Found) -> str:
    lines = [f"{len(found.blocked)} of {found.number} designs would be blocked today."]
    rules = Counter(code for codes in found.blocked.values() for code in codes)
    ordered = sorted(rules, key=lambda code: (-rules[code], code))
    if ordered:
        lines += ["", "Designs  Rule", *(f"{rules[code]:7}  {code} {_NAMES[code]}" for code in ordered), ""]
    by_rule = sorted(
        found.blocked, key=lambda one: (min(ordered.index(code) for code in found.blocked[one]), one)
    )
    if 2 * rules[_MISSING] > found.number:
        lines += [_ANOTHER_TEMPLATE, ""]
    lines += [f"{one}: {', '.join(_counted(found.blocked[one], ordered))}" for one in by_rule]
    baseline = found.baseline
    for title, places in (
        ("Let be, and not judged at all, since their state cannot be told", sorted(baseline.unjudged)),
        ("Of a kind of yours, and not let be: weigh the rules in that kind, or mend them", found.elsewhere),
        ("On the baseline and mended: they can be taken out", found.mended),
        ("On the baseline and gone: they can be taken out", found.stray),
        ("Blocked, and not on the baseline, which only shrinks: mend them", _newly(found)),
    ):
        if places:
            lines += ["", f"{title}:", *(f"  {one}" for one in sorted(places))]
    return "\n".join(lines) + "\n"


def _newly(found: _Found) -> Collection[str]:
    return found.blocked.keys() - found.before - found.elsewhere if found.begun else ()


def _counted(codes: Counter[str], ordered: list[str]) -> Iterator[str]:
    for code in sorted(codes, key=ordered.index):
        yield code if codes[code] == 1 else f"{code} ({codes[code]})"


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"a/{CONFIGURATION}", f"b/{CONFIGURATION}", lineterm=""
    )
    return "\n".join(lines) + "\n"


def _write(root: Path, file: Path, text: str) -> int:
    try:
        file.parent.mkdir(exist_ok=True)
        if file.parent.resolve() != root.resolve() / file.parent.name:
            complain(f"{file.parent.name} is a link to elsewhere; put the folder itself here")
            return FAILED
        write(file, text)
    except OSError as problem:
        complain(f"{CONFIGURATION}: {reason(problem)}")
        return FAILED
    show(
        f"\nWritten: {CONFIGURATION}.\nNext:\n"
        "  1. Look at it, and commit it to the default branch.\n"
        "  2. Ask whether the gate is ready: tdd-bot doctor OWNER/REPO\n"
        "  3. When you trust what it says, take `mode: advise` out.\n"
        "  4. Now and then: tdd-bot setup --adopt --force takes out what has been mended.\n"
    )
    return OK
