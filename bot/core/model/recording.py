"""A snapshot as JSON, so that it can be decided on again somewhere else and later.

The form follows from the types of the model: nothing has to be said twice, and what a later release adds
with a default is still read. Reading trusts nothing: each value has the type that the model says, or the
whole is refused.
"""

import dataclasses
import json
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from bot.core.model.configuration import Configuration
from bot.core.model.snapshot import Snapshot

VERSION: Final = 1
"""Of the form: raised when files of before would be read as something else."""

_KIND: Final = "tdd-bot snapshot"
_TAG: Final = "is"
"""Which of several classes a value is, where the model leaves that open."""
_PLAIN: Final = {str: "text", int: "a whole number", bool: "true or false", float: "a number"}
"""What JSON has as it is, with its name in a sentence."""


class RecordingError(ValueError):
    """The text is no recording that this release can read; the message says why, and where."""


def record(snapshot: Snapshot) -> str:
    """Return a snapshot as JSON; the same snapshot gives the same text."""
    said = {"kind": _KIND, "version": VERSION, "snapshot": _encoded(snapshot, Snapshot)}
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def replay(text: str) -> Snapshot:
    """Return the snapshot that was recorded.

    Raises:
        RecordingError: it is no recording, one of another form, or not whole.
    """
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"it is not JSON ({_short(error)})") from None
    if not isinstance(said, dict) or said.get("kind") != _KIND:
        raise RecordingError("it is no recording of a pull request")
    version = said.get("version")
    if version != VERSION:
        raise RecordingError(
            f"it was recorded in form {version!r}, and this release reads form {VERSION}: record it again"
        )
    try:
        decoded = _decoded(said.get("snapshot"), Snapshot, "snapshot")
    except RecursionError:
        raise RecordingError("it is nested too deep") from None
    assert isinstance(decoded, Snapshot)  # noqa: S101 - `_decoded` has made it
    return decoded


def record_configuration(configuration: Configuration) -> str:
    """Return a configuration as JSON, for a release that is the same."""
    return json.dumps(_encoded(configuration, Configuration), ensure_ascii=False)


def replay_configuration(text: str) -> Configuration:
    """Return the configuration that was recorded.

    Raises:
        RecordingError: it is none.
    """
    try:
        decoded = _decoded(json.loads(text), Configuration, "configuration")
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"it is no configuration ({_short(error)})") from None
    assert isinstance(decoded, Configuration)  # noqa: S101 - `_decoded` has made it
    return decoded


def _short(error: Exception) -> str:
    return str(error)[:80] or type(error).__name__


# --- writing ---------------------------------------------------------------------------------------


def _encoded(value: Any, kind: Any) -> Any:  # noqa: ANN401 - values of any type of the model
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return _encoded_object(value, type(value), tagged=len(_classes(kind)) > 1)
    if isinstance(value, frozenset):
        (item,) = get_args(_member(kind, frozenset))
        return sorted(_encoded(one, item) for one in value)
    if isinstance(value, Mapping):
        key, item = get_args(_member(kind, Mapping))
        pairs = [(_encoded(one, key), _encoded(each, item)) for one, each in value.items()]
        return dict(pairs) if _is_text(key) else [list(pair) for pair in pairs]
    arguments = get_args(_member(kind, tuple))
    return [
        _encoded(one, arguments[0] if arguments[1:] == (...,) else arguments[number])
        for number, one in enumerate(value)
    ]


def _encoded_object(value: Any, cls: Any, *, tagged: bool) -> dict[str, Any]:  # noqa: ANN401 - as above
    fields = {name: _encoded(getattr(value, name), one) for name, one in _fields(cls).items()}
    return {_TAG: cls.__name__, **fields} if tagged else fields


# --- reading ---------------------------------------------------------------------------------------


def _decoded(said: Any, kind: Any, at: str) -> Any:  # noqa: ANN401 - one return for each kind of type
    kind = _bare(kind)
    if _is_union(kind):
        return _one_of(said, kind, at)
    if kind is type(None):
        return _checked(said, said is None, "null", at)
    if kind in _PLAIN:
        return _plain(said, kind, at)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _made(lambda: kind(said), f"one of {[one.value for one in kind]}", at)
    if kind in {datetime, date}:
        return _moment(said, kind, at)
    if dataclasses.is_dataclass(kind):
        return _object(said, kind, at)
    origin = get_origin(kind)
    if origin is tuple:
        return _tuple(said, get_args(kind), at)
    if origin is frozenset:
        return frozenset(_tuple(said, (*get_args(kind), ...), at))
    return _mapping(said, get_args(kind), at)


def _one_of(said: Any, union: Any, at: str) -> Any:  # noqa: ANN401 - as above
    members = [_bare(one) for one in get_args(union)]
    if said is None and type(None) in members:
        return None
    classes = _classes(union)
    if len(classes) > 1:
        tag = said.get(_TAG) if isinstance(said, dict) else None
        found = next((one for one in classes if one.__name__ == tag), None)
        _checked(said, found is not None, f"one of {[one.__name__ for one in classes]}", at)
        return _object({name: one for name, one in said.items() if name != _TAG}, found, at)
    rest = [one for one in members if one is not type(None)]
    # What is left differs in its JSON: text, or a list.
    listed = [one for one in rest if get_origin(one) is tuple]
    chosen = listed if isinstance(said, list) and listed else [one for one in rest if one not in listed]
    return _decoded(said, (chosen or rest)[0], at)


def _plain(said: Any, kind: type, at: str) -> Any:  # noqa: ANN401 - as above
    # Not isinstance: to Python true is a number.
    _checked(said, type(said) is kind, _PLAIN[kind], at)
    if kind is str:
        # Half a character, as JSON can write it, can be neither printed nor digested.
        _made(said.encode, "text that can be written", at)
    return said


def _moment(said: Any, kind: type[date], at: str) -> date:  # noqa: ANN401 - as above
    text = _plain(said, str, at)
    moment = _made(lambda: kind.fromisoformat(text), "a time as ISO 8601 writes it", at)
    aware = not isinstance(moment, datetime) or moment.tzinfo is not None
    _checked(said, aware, "a time with its zone", at)
    assert isinstance(moment, date)  # noqa: S101 - `kind` has made it
    return moment


def _object(said: Any, kind: Any, at: str) -> Any:  # noqa: ANN401 - as above
    _checked(said, isinstance(said, dict), "an object", at)
    fields = _fields(kind)
    unknown = next((name for name in said if name not in fields), None)
    if unknown is not None:
        raise RecordingError(f"{at} has {unknown[:40]!r}, which this release does not know")
    values = {name: _decoded(said[name], one, f"{at}.{name}") for name, one in fields.items() if name in said}
    try:
        return kind(**values)
    except TypeError:
        missing = [name for name in fields if name not in said]
        raise RecordingError(f"{at} lacks {', '.join(missing)}") from None


def _tuple(said: Any, arguments: tuple[Any, ...], at: str) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    _checked(said, isinstance(said, list), "a list", at)
    if arguments[1:] == (...,):
        return tuple(_decoded(one, arguments[0], f"{at}[{number}]") for number, one in enumerate(said))
    _checked(said, len(said) == len(arguments), f"{len(arguments)} values", at)
    pairs = zip(said, arguments, strict=True)
    return tuple(_decoded(one, kind, f"{at}[{number}]") for number, (one, kind) in enumerate(pairs))


def _mapping(said: Any, arguments: tuple[Any, ...], at: str) -> Mapping[Any, Any]:  # noqa: ANN401 - as above
    key, item = arguments
    if _is_text(key):
        _checked(said, isinstance(said, dict), "an object", at)
        return {_plain(name, str, at): _decoded(one, item, f"{at}.{name[:80]}") for name, one in said.items()}
    return dict(_tuple(said, (types.GenericAlias(tuple, (key, item)), ...), at))


def _checked(said: Any, holds: bool, wanted: str, at: str) -> Any:  # noqa: ANN401 - as above
    if not holds:
        raise RecordingError(f"{at} is not {wanted}")
    return said


def _made(make: Callable[[], Any], wanted: str, at: str) -> Any:  # noqa: ANN401 - as above
    try:
        return make()
    except (ValueError, TypeError):
        raise RecordingError(f"{at} is not {wanted}") from None


# --- types -----------------------------------------------------------------------------------------


@cache
def _fields(cls: type) -> Mapping[str, Any]:
    hints = get_type_hints(cls)
    return {one.name: hints[one.name] for one in dataclasses.fields(cls)}


def _bare(kind: Any) -> Any:  # noqa: ANN401 - types, which have no common type
    """Return what a NewType is underneath."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    return kind


def _is_union(kind: Any) -> bool:  # noqa: ANN401 - as above
    return get_origin(kind) in {types.UnionType, Union}


def _is_text(kind: Any) -> bool:  # noqa: ANN401 - as above
    return _bare(kind) is str


def _classes(kind: Any) -> list[Any]:  # noqa: ANN401 - as above
    """Return the classes that a value of this type may be of."""
    return [one for one in get_args(kind) if dataclasses.is_dataclass(one)] if _is_union(kind) else []


def _member(kind: Any, origin: type) -> Any:  # noqa: ANN401 - as above
    """Return the part of a type that is a collection of this kind."""
    kinds = get_args(kind) if _is_union(kind) else (kind,)
    return next(one for one in kinds if issubclass(get_origin(_bare(one)) or object, origin))
