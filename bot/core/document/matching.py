"""Which heading of a document answers which section of the schema."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.core.document.asked import Asked, asked_by
from bot.core.document.heading_words import conjuncts, key_of, number_of, words_of
from bot.core.document.likeness import nearest
from bot.core.document.outline import Part
from bot.core.model import Schema, SchemaSection, SectionId

_NEAR = 80
"""Similarity, of 100, from which a heading is named as "did you mean"."""
_MAX_FUZZY = 400
"""Headings that are compared by similarity: a document with more is beyond a typing error."""


@dataclass(frozen=True, slots=True)
class Matches:
    """The headings found for each section, by index, in order of the document."""

    by_section: Mapping[SectionId, tuple[int, ...]]
    by_heading: Mapping[int, tuple[SectionId, ...]]
    suggestions: Mapping[SectionId, str]
    """For a section without a heading: the heading that nearly says it."""

    def owner(self, at: int, parts: Sequence[Part]) -> int | None:
        """Return the heading whose section a text belongs to: its own, or the nearest matched one above."""
        above: int | None = at
        while above is not None and above not in self.by_heading:
            above = parts[above].parent
        return above


def match(schema: Schema, parts: Sequence[Part]) -> Matches:
    """Assign headings to sections by what they say; level and order do not matter."""
    sections, asked = schema.sections, asked_by(schema)
    free = [at for at, part in enumerate(parts) if not part.in_header]
    found: dict[SectionId, list[int]] = defaultdict(list)
    _by_title(asked, parts, free, found)
    taken = {at for ats in found.values() for at in ats}
    _by_alias(asked, parts, [at for at in free if at not in taken], found)
    missing = [one.id for one in sections if one.id not in found]
    _by_words(asked, missing, parts, [at for at in free if at not in taken], found)
    headings: dict[int, list[SectionId]] = defaultdict(list)
    for section, ats in found.items():
        for at in ats:
            headings[at].append(section)
    rest = [at for at in free if at not in headings][:_MAX_FUZZY]
    return Matches(
        by_section={section: tuple(sorted(ats)) for section, ats in found.items()},
        by_heading={at: tuple(ids) for at, ids in headings.items()},
        suggestions=_suggestions([one for one in sections if one.id not in found], parts, rest),
    )


def _by_title(
    asked: Asked, parts: Sequence[Part], free: Sequence[int], found: dict[SectionId, list[int]]
) -> None:
    headings: dict[str, list[int]] = defaultdict(list)
    for at in free:
        headings[key_of(parts[at].text)].append(at)
    for key, same in asked.by_title.items():
        if len(same) == 1 and key in headings:
            found[same[0].id].extend(headings[key])
    for key, same in asked.by_title.items():
        if len(same) > 1:  # after the others, because their parents tell them apart
            _among_namesakes(same, headings.get(key, []), parts, found)


def _among_namesakes(
    same: Sequence[SchemaSection],
    ats: Sequence[int],
    parts: Sequence[Part],
    found: dict[SectionId, list[int]],
) -> None:
    """A template that asks for "Risks" under two options: the parent tells, else number, else order."""
    left = list(ats)
    for section in same:
        chosen = next((at for at in left if _under(section, at, parts, found)), None)
        if chosen is None:
            chosen = next((at for at in left if number_of(parts[at].text) == section.id), None)
        if chosen is not None:
            found[section.id].append(chosen)
            left.remove(chosen)
    for section in same:
        if section.id not in found and left:
            found[section.id].append(left.pop(0))


def _under(
    section: SchemaSection, at: int, parts: Sequence[Part], found: Mapping[SectionId, list[int]]
) -> bool:
    parent = parts[at].parent
    return section.parent is not None and parent is not None and parent in found.get(section.parent, ())


def _by_alias(
    asked: Asked, parts: Sequence[Part], free: Sequence[int], found: dict[SectionId, list[int]]
) -> None:
    headings: dict[str, list[int]] = defaultdict(list)
    before_colon: dict[str, list[int]] = defaultdict(list)
    for at in free:
        headings[key_of(parts[at].text)].append(at)
        label, colon, _ = parts[at].text.partition(":")
        if colon:  # "Phase 1: Foundations" is a "Phase 1"
            before_colon[key_of(label)].append(at)
    used: set[int] = set()
    for section, names in asked.names.items():
        if section in found:
            continue
        for key in names:
            if key not in headings and key not in before_colon:
                continue
            ats = [at for at in (*headings.get(key, ()), *before_colon.get(key, ())) if at not in used]
            if ats:
                found[section].extend(ats[:1])
                used.update(ats[:1])
                break


def _by_words(
    asked: Asked,
    missing: Sequence[SectionId],
    parts: Sequence[Part],
    free: Sequence[int],
    found: dict[SectionId, list[int]],
) -> None:
    """Let "Goals / Non-Goals" answer both: it carries the words of each, and no word of another meaning.

    One that is a section's very title answers nothing else: "Context & Requirements" is not its own parts.
    """
    for at in free:
        told = [words_of(key) for key in conjuncts(parts[at].text)]
        whole = words_of(key_of(parts[at].text))
        if whole <= asked.words:
            carried = [name for name in asked.by_words if name <= whole]
            # "Design Details" says that, and not "Design" as well.
            told += [name for name in carried if not any(name < other for other in carried)]
        meant = frozenset().union(*(asked.by_words.get(name, frozenset()) for name in told))
        for section in missing if meant else ():
            if section in meant and (section not in found or at in found[section]):
                found[section].append(at)


def _suggestions(
    missing: Sequence[SchemaSection], parts: Sequence[Part], rest: Sequence[int]
) -> dict[SectionId, str]:
    keys = {at: key_of(parts[at].text) for at in rest}
    near: dict[SectionId, str] = {}
    for section in missing:
        wanted = key_of(section.title)
        best = nearest(wanted, keys.values(), _NEAR)
        if best and ("non" in best) == ("non" in wanted):
            near[section.id] = next(parts[at].text for at, key in keys.items() if key == best)
    return near
