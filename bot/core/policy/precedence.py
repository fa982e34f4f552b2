"""One configuration over another, key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, Final

from bot.core.model import Configuration, Kind

_SPELLED: Final = {"imports": "import"}
"""Attribute -> key, where the key is a word of Python."""

KEYS: Final[Mapping[str, str]] = {
    _SPELLED.get(one.name, one.name): one.name
    for one in fields(Configuration)
    if one.name not in {"given", "lines"}
}
"""Key, as the file spells it -> attribute."""


def merge(organisation: Configuration, repository: Configuration) -> Configuration:
    """Return the repository's configuration over the organisation's.

    A key that the repository gives wins; of a mapping (aliases, sections, rules, away) each entry does.
    """
    changes: dict[str, Any] = {}
    for key in organisation.given:
        name = KEYS[key]
        shared, own = getattr(organisation, name), getattr(repository, name)
        if key not in repository.given:
            changes[name] = shared
        elif isinstance(shared, Mapping):
            there = {_entry(one) for one in own}
            changes[name] = {**{one: shared[one] for one in shared if _entry(one) not in there}, **own}
    return replace(
        repository,
        **changes,
        given=organisation.given | repository.given,
        lines={**organisation.lines, **repository.lines},
    )


def _entry(key: str | tuple[str, str]) -> str:
    """Return which entry of the file a value belongs to: a rule's weights by status are one."""
    return key if isinstance(key, str) else key[0]


def of_kind(configuration: Configuration, kind: Kind) -> Configuration:
    """Return what holds for one kind of document: its own keys over everybody's."""
    return replace(merge(configuration, kind.configuration), kinds=())


def differences(before: Configuration, after: Configuration) -> Iterator[tuple[str, object, object]]:
    """Yield (key, value before, value after) of what a change of the configuration would change."""
    for key, name in KEYS.items():
        was, now = getattr(before, name), getattr(after, name)
        switched = key == "paths" and before.by_title != after.by_title
        if was != now or switched:
            yield key, was, now
