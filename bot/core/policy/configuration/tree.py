"""YAML to plain values that know their places, without anything by which YAML can hurt.

Only what JSON has as well is read: no anchors (a few lines of them can mean gigabytes), no tags, no second
document; depth is bounded, and a key that is written twice is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

MOST_LEVELS: Final = 8
"""Mappings and lists within one another; the deepest key has five."""

Keys = tuple[str | int, ...]
"""The way to a value: keys of mappings, indices of lists."""

_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


class FaultError(Exception):
    """The text is no YAML, or more than is read; nothing after this place was looked at."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


@dataclass(frozen=True, slots=True)
class Tree:
    """What a file holds, and where everything in it stands (line and column from 1)."""

    value: Any
    keys: dict[Keys, tuple[int, int]]
    """Where the key of a value is; of a list's item, the item."""
    values: dict[Keys, tuple[int, int]]
    twice: list[tuple[Keys, int, int]] = field(default_factory=list)
    """Keys that are written a second time, and where."""


def tree_of(text: str) -> Tree:
    """Read a YAML text.

    Raises:
        FaultError: with the reason and its place.
    """
    tree = Tree(None, {}, {})
    events = _events(text)
    first = next(events, None)
    value = _value(tree, events, first, ()) if first else None
    extra = next(events, None)
    if extra is not None:
        raise FaultError("a second document begins here; one is read", *_place(extra))
    return Tree(value, tree.keys, tree.values, tree.twice)


def _events(text: str) -> Iterator[Event]:
    """Yield the events that hold content, one by one: what is wrong far down does not hide what is above."""
    wanted = (
        AliasEvent,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )
    try:
        for event in YAML(typ="rt", pure=True).parse(text):
            if isinstance(event, DocumentStartEvent) and event.version:
                raise FaultError("a %YAML line is not read: take it out", *_place(event))
            if isinstance(event, wanted):
                yield event
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - (text.rfind("\n", 0, error.position) + 1) + 1
        raise FaultError("a control character stands here", line, column) from None
    except MarkedYAMLError as error:
        raise _understood(text, error) from None
    except (YAMLError, ValueError, LookupError, AttributeError) as error:
        # The parser's own failures on a broken text: https://yaml.dev/doc/ruamel.yaml/
        raise FaultError(f"this is no YAML ({type(error).__name__})", 1, 1) from None


def _understood(text: str, error: MarkedYAMLError) -> FaultError:
    """Say what the parser found in words for whoever wrote it."""
    mark: StringMark | None = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines() or [""]
    here = lines[line][column : column + 1] if line < len(lines) else ""
    if here == "\t" or "'\\t'" in str(error.problem):
        message = "a tab stands here; YAML is indented with spaces"
    elif here in {"@", "`", "*", "&", "%"}:
        message = f"a value that begins with `{here}` has to be in quotes"
    else:
        message = f"this is no YAML: {error.problem or error.context}"
    return FaultError(message, min(line, len(lines) - 1) + 1, column + 1 if line < len(lines) else 1)


def _value(tree: Tree, events: Iterator[Event], event: Event, at: Keys) -> Any:  # noqa: ANN401 - any value
    _refuse(event, at)
    tree.values[at] = _place(event)
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    if isinstance(event, SequenceStartEvent):
        return _list(tree, events, at)
    return _mapping(tree, events, at)


def _refuse(event: Event, at: Keys) -> None:
    if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
        raise FaultError(
            "anchors and aliases (`&`, `*`) are not read; quote a glob that begins so", *_place(event)
        )
    # A quoted text has the tag `!` in some versions of the parser, which says nothing.
    if str(getattr(event, "tag", None) or "!") != "!":
        raise FaultError("tags (`!`) are not read", *_place(event))
    if len(at) > MOST_LEVELS:
        raise FaultError("this is nested too deeply", *_place(event))


def _list(tree: Tree, events: Iterator[Event], at: Keys) -> list[Any]:
    found: list[Any] = []
    for event in events:
        if isinstance(event, SequenceEndEvent):
            break
        here = (*at, len(found))
        tree.keys[here] = _place(event)
        found.append(_value(tree, events, event, here))
    return found


def _mapping(tree: Tree, events: Iterator[Event], at: Keys) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        if isinstance(event, MappingEndEvent):
            break
        _refuse(event, at)
        if not isinstance(event, ScalarEvent):
            raise FaultError("a key is to be one word", *_place(event))
        key, here = event.value, (*at, event.value)
        if key in found:
            tree.twice.append((here, *_place(event)))
        tree.keys.setdefault(here, _place(event))
        found[key] = _value(tree, events, next(events), here)
    return found


def _scalar(event: ScalarEvent) -> str | int | bool | None:
    """Return a text, or what an unquoted one stands for in JSON's YAML (1.2, core schema)."""
    text: str = event.value
    if event.style is not None:
        return text
    word = text if text.islower() else text.lower() if text in {text.title(), text.upper()} else text
    if word in _WORDS:
        return _WORDS[word]
    digits = text.removeprefix("-").removeprefix("+")
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:  # noqa: PLR2004 - no key counts further
        return int(text)
    return text


def _place(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return mark.line + 1, mark.column + 1
