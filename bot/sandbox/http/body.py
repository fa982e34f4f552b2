"""A request's JSON body, read with the strictness and the words of GitHub's validation."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from bot.sandbox.errors import malformed

NAMES: Final = {str: "string", bool: "boolean", int: "integer", list: "array", dict: "object"}


class Body:
    """Reads fields of a JSON object; each reader raises `Refused` (422) for a bad value."""

    def __init__(self, fields: Mapping[str, object], place: str = "") -> None:
        """Wrap an object; `place` names it in messages about nested ones."""
        self.fields = fields
        self._place = place

    def __contains__(self, name: object) -> bool:
        """Tell whether a field was sent, null included."""
        return name in self.fields

    def only(self, *names: str) -> None:
        """Refuse fields that the endpoint does not know."""
        for name in self.fields:
            if name not in names:
                raise malformed(f'"{name}" is not a permitted key.')

    def _get(self, name: str, kind: type, *, required: bool) -> object:
        value = self.fields.get(name)
        if value is None:
            if required:
                raise malformed(f'"{name}" wasn\'t supplied.')
            return None
        wrong = not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        if wrong:
            shown = "null" if value is None else repr(value)[:40]
            article = "an" if NAMES[kind][0] in "aeiou" else "a"
            raise malformed(f"For 'properties/{name}', {shown} is not {article} {NAMES[kind]}.")
        return value

    def text(self, name: str, *, limit: int | None = None) -> str | None:
        """Return an optional string of at most `limit` characters."""
        value = self._get(name, str, required=False)
        if value is None:
            return None
        text = str(value)
        if limit is not None and len(text) > limit:
            raise malformed(f"Only {limit} characters are allowed; {len(text)} were supplied.")
        return text

    def needed(self, name: str, *, limit: int | None = None) -> str:
        """Return a required string."""
        self._get(name, str, required=True)
        return self.text(name, limit=limit) or ""

    def choice(self, name: str, allowed: Collection[str]) -> str | None:
        """Return an optional string that must be one of `allowed`."""
        value = self.text(name)
        if value is not None and value not in allowed:
            shown = ", ".join(allowed)
            raise malformed(f"{value} is not a member of [{shown}].")
        return value

    def whole(self, name: str, *, required: bool = False) -> int | None:
        """Return an optional integer."""
        value = self._get(name, int, required=required)
        return value if isinstance(value, int) else None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a boolean, `default` where it is not sent."""
        value = self._get(name, bool, required=False)
        return value if isinstance(value, bool) else default

    def strings(self, name: str, *, required: bool = False) -> list[str]:
        """Return a list of strings, empty where it is not sent."""
        value = self._get(name, list, required=required)
        items = value if isinstance(value, list) else []
        for item in items:
            if not isinstance(item, str):
                raise malformed(f"For 'items', {item!r} is not a string.")
        return [str(item) for item in items]

    def object(self, name: str) -> Body | None:
        """Return an optional nested object."""
        value = self._get(name, dict, required=False)
        return Body(value, name) if isinstance(value, dict) else None

    def objects(self, name: str, *, limit: int | None = None) -> Iterator[Body]:
        """Yield the objects of an optional list of at most `limit` items."""
        value = self._get(name, list, required=False)
        items = value if isinstance(value, list) else []
        if limit is not None and len(items) > limit:
            raise malformed(f"No more than {limit} items are allowed; {len(items)} were supplied.")
        for item in items:
            if not isinstance(item, dict):
                raise malformed(f"For 'items', {item!r:.40} is not an object.")
            yield Body(item, name)
