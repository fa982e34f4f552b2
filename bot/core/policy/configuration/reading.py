"""A text to a configuration, or to all that is wrong with it, each fault with its line and the way out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.core.document.likeness import nearest_in_part
from bot.core.model import (
    AskWhen,
    Configuration,
    File,
    FileProblem,
    Kind,
    Mode,
    Problem,
    Reminders,
    SectionSettings,
    Severity,
)
from bot.core.model.configuration import name_key
from bot.core.policy.configuration.models import (
    ALWAYS,
    BY_STATUS,
    CODE,
    FileKeys,
    KindKeys,
    ReminderKeys,
    SectionKeys,
    dump,
)
from bot.core.policy.precedence import KEYS

if TYPE_CHECKING:
    from bot.core.policy.configuration.tree import Keys, Tree

PATH: Final = ".github/tdd-bot.yml"

MOST_BYTES: Final = 64 * 1024
MOST_PROBLEMS: Final = 50

_NEAR: Final = 70
"""Of 100: how alike a word must be to be suggested."""

_KEYS_AT: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    (): tuple(KEYS),
    ("sections",): tuple(SectionKeys.model_fields),
    ("kinds",): ("name", *(key for key in KEYS if key != "kinds")),
    ("kinds", "sections"): tuple(SectionKeys.model_fields),
    ("reminders",): tuple(ReminderKeys.model_fields),
    ("kinds", "reminders"): tuple(ReminderKeys.model_fields),
}


def read_configuration(
    text: str, path: str, codes: Collection[str] = ()
) -> Configuration | tuple[Problem, ...]:
    """Read a configuration file's text.

    Args:
        text: What the file holds.
        path: How the file is called in messages.
        codes: The codes of the rules that there are; without them any well-formed one is taken.

    Returns:
        The configuration, or every fault, in the order of their places.
    """
    return _read(text, path, frozenset(codes))


@lru_cache(maxsize=64)
def _read(text: str, path: str, codes: frozenset[str]) -> Configuration | tuple[Problem, ...]:
    """The same file is read for every event of its repository."""
    # A server that waits, and one whose repositories have no configuration, does without the parser's 2 MB.
    from bot.core.policy.configuration.tree import FaultError, tree_of  # noqa: PLC0415 - see above

    if len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        return (_whole(path, f"it is larger than {MOST_BYTES // 1024} KiB"),)
    try:
        tree = tree_of(text.removeprefix("\ufeff"))
    except FaultError as fault:
        return (Problem(path, fault.line, fault.column, "", fault.message),)
    if tree.value is None:
        return Configuration()
    if not isinstance(tree.value, dict):
        return (_whole(path, "it has to hold keys and values, such as `mode: advise`"),)
    problems = [*_twice(path, tree), *_unknown_codes(path, tree, codes)]
    try:
        keys = FileKeys.model_validate(tree.value)
    except ValidationError as error:
        problems += [_problem(path, tree, one) for one in error.errors(include_url=False)]
    else:
        problems += _same_names(path, tree, keys)
        if not problems:
            return _configuration(keys, tree)
    return tuple(sorted(set(problems)))[:MOST_PROBLEMS]


def read_configuration_file(
    file: File | None, path: str, codes: Collection[str] = ()
) -> Configuration | tuple[Problem, ...]:
    """Read a configuration as it was found in a repository; no file is a configuration too."""
    if file is None:
        return Configuration()
    if file.text is None:
        return (_whole(path, _UNREADABLE[file.problem or FileProblem.NOT_TEXT]),)
    return read_configuration(file.text, path, codes)


_UNREADABLE: Final = {
    FileProblem.SYMLINK: "it is a symbolic link, which is not followed; put the file itself here",
    FileProblem.SUBMODULE: "it is a submodule, not a file",
    FileProblem.NOT_TEXT: "it is not UTF-8 text",
    FileProblem.TOO_LARGE: f"it is larger than {MOST_BYTES // 1024} KiB",
}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the end of a sentence that names the nearest of these, or nothing."""
    words = sorted(known)
    near = nearest_in_part(word.casefold(), map(str.casefold, words), _NEAR)
    meant = next((one for one in words if one.casefold() == near), None)
    return f", did you mean `{meant}`?" if meant is not None else ""


def _whole(path: str, message: str) -> Problem:
    return Problem(path, 1, 1, "", message)


def _twice(path: str, tree: "Tree") -> Iterator[Problem]:
    for at, line, column in tree.twice:
        before = tree.keys[at][0]
        yield Problem(path, line, column, _dotted(at), f"`{at[-1]}` stands in line {before} already")


def _unknown_codes(path: str, tree: "Tree", codes: Collection[str]) -> Iterator[Problem]:
    """Yield codes of rules that there are not: a typing error there would leave a rule as it is."""
    if not codes:
        return
    for at, (line, column) in tree.keys.items():
        code = str(at[-1])
        if at[-2:-1] == ("rules",) and len(at) in {2, 4} and CODE.fullmatch(code) and code not in codes:
            message = f"there is no rule `{code}`{did_you_mean(code, codes)}"
            yield Problem(path, line, column, _dotted(at), message)


def _same_names(path: str, tree: "Tree", keys: FileKeys) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, kind in enumerate(keys.kinds):
        if kind.name in seen:
            at: Keys = ("kinds", index, "name")
            yield Problem(path, *tree.values[at], _dotted(at), f"there is a kind `{kind.name}` already")
        seen.add(kind.name)


def _problem(path: str, tree: "Tree", error: ErrorDetails) -> Problem:
    """Return a fault that pydantic found, at its key or value, in words for whoever wrote the file."""
    of_key = error["loc"][-1:] == ("[key]",)
    said = error["loc"][:-1] if of_key else error["loc"]
    at: Keys = tuple(one for one in said if one not in {ALWAYS, BY_STATUS})
    about_key = of_key or error["type"] == "extra_forbidden" or error["input"] is None
    places = tree.keys if about_key else tree.values
    line, column = places.get(at) or tree.values.get(at[:-1], (1, 1))
    return Problem(path, line, column, _dotted(at), _message(at, error, of_key=of_key))


def _message(at: "Keys", error: ErrorDetails, *, of_key: bool) -> str:
    last = str(at[-1]) if at else ""
    name = f"an entry of `{_dotted(at[:-1])}`" if at and isinstance(at[-1], int) else f"`{_dotted(at)}`"
    context: Mapping[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "extra_forbidden":
            level = tuple(str(one) for one in at[:-1] if one in {"kinds", "sections", "reminders"})
            return f"unknown key `{last}`{did_you_mean(last, _KEYS_AT.get(level, ()))}"
        case "missing":
            return f"{name} has to be there"
        case "value_error":
            shown = f"the key {_shown(last)} in `{_dotted(at[:-1])}`" if of_key else name
            return f"{shown} {context['error']}"
        case "literal_error":
            choices = [one.strip("'") for one in str(context["expected"]).replace(" or ", ", ").split(", ")]
            near = did_you_mean(str(error["input"]), choices) if isinstance(error["input"], str) else ""
            return f"{name} is {_shown(error['input'])}; it can be {_either(choices)}{near}"
    if error["input"] is None:
        return f"{name} has no value; give it one or take the line out"
    if error["type"] == "string_too_short":
        return f"{name} is empty"
    wanted = _wanted(error["type"], context)
    if error["type"] in {"too_long", "too_short", "string_too_long"}:
        return f"{name} has to be {wanted}"
    return f"{name} is {_shown(error['input'])}; it has to be {wanted}"


def _wanted(kind: str, context: Mapping[str, Any]) -> str:
    simple = {
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "int_type": "a whole number",
        "string_type": "a text: put it in quotes",
        "list_type": "a list: [one, another]",
        "dict_type": "keys and values",
        "model_type": "keys and values",
        "string_too_long": f"at most {context.get('max_length')} characters long",
        "too_long": f"at most {context.get('max_length')} entries long",
        "too_short": "at least one entry long",
        "greater_than_equal": f"at least {context.get('ge')}",
        "less_than_equal": f"at most {context.get('le')}",
    }
    return simple.get(kind, "something else")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a group of keys"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"  # noqa: PLR2004 - enough to find it by


def _either(choices: list[str]) -> str:
    *most, last = (f"`{one}`" for one in choices)
    return f"{', '.join(most)} or {last}" if most else last


def _dotted(at: "Keys") -> str:
    return ".".join(str(one + 1) if isinstance(one, int) else one for one in at)


def _configuration(keys: FileKeys, tree: "Tree") -> Configuration:
    said = dump(keys)
    kinds = tuple(
        Kind(one.name, _converted(_kind_keys(one), tree, ("kinds", index)))
        for index, one in enumerate(said.pop("kinds", ()))
    )
    made = _converted(said, tree, ())
    if not kinds:
        return made
    return replace(made, kinds=kinds, given=made.given | {"kinds"})


def _kind_keys(kind: KindKeys) -> dict[str, Any]:
    return {name: value for name, value in dump(kind).items() if name != "name"}


def _severities(rules: Mapping[str, str | Mapping[str, str]]) -> dict[str | tuple[str, str], Severity]:
    """Return what rules weigh, by code, or by code and status."""
    found: dict[str | tuple[str, str], Severity] = {}
    for code, weight in rules.items():
        if isinstance(weight, str):
            found[code] = Severity[weight.upper()]
        else:
            found |= {(code, status): Severity[one.upper()] for status, one in weight.items()}
    return found


def _converted(said: Mapping[str, Any], tree: "Tree", at: "Keys") -> Configuration:
    """Return the values of the core for what was written down."""
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
    makers: dict[str, Any] = {
        "mode": Mode,
        "ask_when": AskWhen,
        "rules": _severities,
        "aliases": lambda aliases: {name_key(name): target for name, target in aliases.items()},
        "reminders": lambda keys: Reminders(**keys.model_dump()) if keys else None,
        "sections": lambda sections: {
            name: SectionSettings(
                owners=tuple(one.owners),
                required=one.required,
                reason=one.reason,
                aliases=tuple(one.aliases),
                line=tree.keys[*at, "sections", name][0],
            )
            for name, one in sections.items()
        },
    }
    values |= {name: makers[name](value) for name, value in values.items() if name in makers}
    spelled = {name: key for key, name in KEYS.items()}
    given = frozenset(spelled[name] for name in said)
    return Configuration(**values, given=given, lines={key: tree.keys[*at, key][0] for key in given})
