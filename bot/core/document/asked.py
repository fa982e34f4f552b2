"""What a schema asks, in the forms in which headings and lines are compared with it: made once a schema."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.core.document.heading_words import key_of, words_of
from bot.core.document.prompts import Prompts
from bot.core.model import Schema, SchemaSection, SectionId

_LONG_PROMPT = 3
"""Words from which a prompt is known as the template's even in another section."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A schema's titles, other names and prompts."""

    prompts: Mapping[SectionId, Prompts]
    """What may stand in a section without being an answer: its own prompts, and long ones of the others."""
    anywhere: Prompts
    """Those long ones."""
    by_title: Mapping[str, tuple[SchemaSection, ...]]
    """Key of a title -> the sections that have it."""
    names: Mapping[SectionId, tuple[str, ...]]
    """The keys of a section's title and of its other names."""
    by_words: Mapping[frozenset[str], frozenset[SectionId]]
    """The words of a title, or of another name, -> the sections that they mean."""
    words: frozenset[str]
    """All of them."""
    below: Mapping[SectionId, tuple[SectionId, ...]]
    """The sections right under a section."""


def asked_by(schema: Schema) -> Asked:
    """Return what a schema asks; the last few are kept."""
    return _asked(_Same(schema))


class _Same:
    """A schema told from others by being itself: cheaper than by all that is in it."""

    __slots__ = ("schema",)

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __hash__(self) -> int:
        return id(self.schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema


@lru_cache(maxsize=64)
def _asked(same: _Same) -> Asked:
    sections = same.schema.sections
    anywhere = Prompts.of(
        line for section in sections for line in section.prompts if len(line.split()) >= _LONG_PROMPT
    )
    by_title: dict[str, list[SchemaSection]] = defaultdict(list)
    by_words: dict[frozenset[str], set[SectionId]] = defaultdict(set)
    below: dict[SectionId, list[SectionId]] = defaultdict(list)
    for section in sections:
        by_title[key_of(section.title)].append(section)
        for name in _names(section):
            by_words[name].add(section.id)
        if section.parent is not None:
            below[section.parent].append(section.id)
    return Asked(
        prompts={one.id: Prompts.joined((Prompts.of(one.prompts), anywhere)) for one in sections},
        anywhere=anywhere,
        by_title={key: tuple(same) for key, same in by_title.items()},
        names={one.id: tuple(key_of(name) for name in (one.title, *one.aliases)) for one in sections},
        by_words={name: frozenset(ids) for name, ids in by_words.items()},
        words=frozenset(word for name in by_words for word in name),
        below={above: tuple(ids) for above, ids in below.items()},
    )


def _names(section: SchemaSection) -> list[frozenset[str]]:
    return [words_of(key_of(section.title)), *(frozenset(key_of(alias).split()) for alias in section.aliases)]
