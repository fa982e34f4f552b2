"""What the repository around a document asks of it: configuration and template, as the working tree has them.

The gate reads both from default branches; here the branch that is checked out counts, so that a change of
them can be tried before it is pushed. What an organisation asks of all its repositories is not at hand.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.cli.files import read
from bot.cli.git import root_of
from bot.cli.read_before import read_before
from bot.cli.templates import TemplateError, find, is_template, schema_at
from bot.core.document.paths import ANYWHERE, DocumentPlaces, compile_globs, is_document_by_title
from bot.core.model import Configuration, File, FileProblem, Mode, Problem, Schema
from bot.core.policy.kinds import for_document, places_of
from bot.core.policy.sections import configured, unknown_sections, unknown_statuses
from bot.core.rules import RULES

CONFIGURATION: Final = ".github/tdd-bot.yml"
FOLDERS: Final = ("docs/tdd", "docs/tdds", "docs/design", "docs/designs", "tdd", "tdds")
"""Where designs are kept, the likeliest first."""
_WILD: Final = frozenset("*?[{")


class HouseError(Exception):
    """What the repository asks cannot be told; each argument is a sentence that says where and why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the call says about it."""

    file: Path | None = None
    """This configuration instead of the repository's."""
    none: bool = False
    """No configuration at all."""
    template: Path | None = None
    """This template instead of the repository's."""


@dataclass(frozen=True, slots=True)
class House:
    """A repository, or the working directory outside of any."""

    root: Path
    wanted: Wanted
    configuration: Configuration
    places: DocumentPlaces = ANYWHERE

    def place_of(self, path: Path) -> str:
        """Return a file's path from the root, with forward slashes; as it was given where it is outside."""
        absolute = path.absolute().parent.resolve() / path.name
        return absolute.relative_to(self.root).as_posix() if absolute.is_relative_to(self.root) else str(path)

    def settings_of(self, path: Path) -> Configuration:
        """Return the configuration of a document's kind."""
        if not self.configuration.kinds:
            return self.configuration
        return for_document(self.configuration, self.place_of(path))

    def template_of(self, path: Path) -> Path | None:
        """Return the template that a document is judged by, None for the built-in one."""
        if self.wanted.template is not None:
            return self.wanted.template
        named = self.settings_of(path).template
        return self.root / named if named else find(path.absolute().parent)

    def schema_of(self, path: Path) -> Schema:
        """Return the schema that a document is judged by.

        Raises:
            TemplateError: its template cannot be used.
        """
        return configured(schema_at(self.template_of(path)), self.settings_of(path))

    def is_template(self, path: Path) -> bool:
        """Whether a file is a template and no document."""
        named = {one.template for one in _all(self.configuration) if one.template}
        return is_template(path) or self.place_of(path) in named

    def is_document(self, place: str, text: str | FileProblem) -> bool:
        """Whether the gate would take a file for a document: by its place, else by its title."""
        if self.is_let_be(place):
            return False
        if self.places.has(place):
            return True
        return self.places.may_have(place) and isinstance(text, str) and is_document_by_title(text)

    def is_let_be(self, place: str) -> bool:
        """Whether a file is of a kind that is no document: one in mode ``off``."""
        settings = self.configuration
        return bool(settings.kinds) and for_document(settings, place).mode is Mode.OFF

    def is_excluded(self, path: Path) -> bool:
        """Whether the configuration says that a file in a folder of documents is none."""
        place = self.place_of(path)
        if place == self.places.template or self.is_let_be(place):
            return True
        return bool(self.places.exclude) and compile_globs(self.places.exclude).match(place)


def likely_folder(wanted: Wanted) -> Path:
    """Return the folder of the designs of the repository here, by a path from here where it is below.

    Raises:
        HouseError: its configuration is wrong.
    """
    here = Path.cwd()
    root = root_of(here) or here
    configured = [_literal(glob) for glob in house_of(here, wanted).configuration.paths]
    names = [name for name in configured if name] or FOLDERS
    found = next((root / name for name in names if (root / name).is_dir()), root / names[0])
    return Path(os.path.relpath(found))


def _literal(glob: str) -> str:
    """Return the folders at the beginning of a glob that it names outright."""
    parts = glob.split("/")[:-1]
    wild = next((at for at, part in enumerate(parts) if _WILD & set(part)), len(parts))
    return "/".join(parts[:wild])


@lru_cache(maxsize=4096)
def house_of(folder: Path, wanted: Wanted) -> House:
    """Return the house of the documents in a folder; read once.

    Raises:
        HouseError: its configuration is wrong, or cannot be read.
    """
    return _house(root_of(folder) or Path.cwd().resolve(), wanted)


@lru_cache(maxsize=64)
def _house(root: Path, wanted: Wanted) -> House:
    file = wanted.file or root / CONFIGURATION
    if wanted.none or (wanted.file is None and not file.is_file() and not file.is_symlink()):
        return House(root, wanted, Configuration())
    configuration = _read(file, CONFIGURATION if wanted.file is None else str(wanted.file))
    house = House(root, wanted, configuration, places_of(configuration))
    problems = tuple(_unknown(house))
    if problems:
        raise HouseError(*problems)
    return house


def _read(file: Path, label: str) -> Configuration:
    try:
        text = read(file)
    except OSError as problem:
        raise HouseError(f"{label}: {(problem.strerror or str(problem)).lower()}") from None
    codes = tuple(rule.code for rule in RULES)
    words, fault = (None, text) if isinstance(text, FileProblem) else (text, None)

    def anew() -> Configuration | tuple[Problem, ...]:
        # It brings a validator that takes longer to import than a document to judge.
        from bot.core.policy.configuration import read_configuration_file  # noqa: PLC0415 - see above

        return read_configuration_file(File(label, len(words or ""), words, fault), label, codes)

    said = anew() if words is None else read_before(words, label, codes, anew)
    if isinstance(said, Configuration):
        return said
    raise HouseError(*(_line(one) for one in said))


def _line(problem: Problem) -> str:
    return f"{problem.path}:{problem.line}:{problem.column}: {problem.message}"


def _unknown(house: House) -> Iterator[str]:
    """Say which templates are not there, and which sections they do not have."""
    if house.wanted.template is not None:
        return
    label = house.wanted.file or CONFIGURATION
    for settings in _all(house.configuration):
        named = settings.template or house.configuration.template
        line = settings.lines.get("template", 1)
        try:
            schema = schema_at(house.root / named if named else find(house.root / "docs" / "tdd"))
        except TemplateError as problem:
            yield f"{label}:{line}: {problem}"
            continue
        titles = [one.title for one in schema.sections]
        for name, one in unknown_sections(schema, settings):
            hint = _hint(name, titles)
            yield f"{label}:{one.line or line}: the template has no section `{name}`{hint}"
        for status in unknown_statuses(schema, settings):
            hint = _hint(status, schema.statuses)
            yield f"{label}:{settings.lines.get('rules', 1)}: the template has no status `{status}`{hint}"


def _hint(word: str, known: Iterable[str]) -> str:
    from bot.core.policy.configuration.reading import did_you_mean  # noqa: PLC0415 - as in _read

    return did_you_mean(word, known)


def _all(configuration: Configuration) -> Iterator[Configuration]:
    yield configuration
    yield from (one.configuration for one in configuration.kinds)
