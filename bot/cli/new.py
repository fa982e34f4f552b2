"""``tdd-bot new "Title"``: the next design, from the repository's template, with what is known filled in."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from bot.cli.console import FAILED, OK, complain, reason, show, show_exactly, tell
from bot.cli.git import setting
from bot.cli.house import HouseError, Wanted, house_of, likely_folder
from bot.cli.templates import TemplateError, text_at
from bot.core.document import labels, read_document, schema_of
from bot.core.document.edits import Edit, Places, apply_edits
from bot.core.document.header_edits import filled_field
from bot.core.model import Schema, Span
from bot.core.policy.lifecycle import DRAFT

_NUMBER: Final = re.compile(r"(\d{1,9})(?=\D|$)")
_DIGITS: Final = 4
_LONGEST_NAME: Final = 80
_LONGEST_TITLE: Final = 250
_NOT_IN_NAMES: Final = re.compile(r"[^\w]+|_+")
_GAP: Final = re.compile(r"\[[^\[\]]*\]|<[^<>]*>|\{[^{}]*\}")
_FENCES: Final = frozenset({"---", "+++"})
_PLAIN: Final = frozenset({labels.STATUS, labels.DATE})
"""Fields whose values mean themselves in YAML; a title may be anything."""
_NUMBER_GAP: Final = re.compile(r"\b(?:N{3,}|X{3,}|0{3,})\b")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a new document says of itself."""

    title: str
    number: str
    author: str | None
    date: date


def run(title: str, *, folder: Path | None, wanted: Wanted, only_print: bool) -> int:
    """Write the next document and print its path, or only print it; nothing is ever overwritten."""
    words = " ".join(_printable(title).split())
    name = kebab(words)
    if not name or len(words) > _LONGEST_TITLE:
        complain(f"a title has a letter or a digit, and at most {_LONGEST_TITLE} characters")
        return FAILED
    target = folder or Path()
    try:
        target = folder or likely_folder(wanted)
        number = _next_number(target)
        path = target / f"{number}-{name}.md"
        source = text_at(house_of(target.absolute(), wanted).template_of(path))
        text = written(source, Facts(words, number, _author(), datetime.now().astimezone().date()))
        if only_print:
            show_exactly(text)
            return OK
        target.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except (TemplateError, HouseError) as problem:
        for message in problem.args:
            complain(str(message))
        return FAILED
    except FileExistsError as problem:
        complain(f"{problem.filename}: is there already, and is left as it is")
        return FAILED
    except OSError as problem:
        complain(f"{target}: {reason(problem)}")
        return FAILED
    show(f"{path.as_posix()}\n")
    tell(f"Next: answer its sections; tdd-bot check {path.as_posix()} says what is left.")
    return OK


def _printable(title: str) -> str:
    return "".join(one if one.isprintable() else " " for one in title)


def kebab(title: str) -> str:
    """Return a title as a file's name: lower case, accents gone, letters of any script kept."""
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", title) if not unicodedata.combining(one)
    ).casefold()
    name = _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", plain)).strip("-")
    return name[:_LONGEST_NAME].rstrip("-")


def _next_number(folder: Path) -> str:
    """Return the number after the highest in a folder, as wide as its neighbours write theirs."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    taken = [found[1] for name in names if name.endswith(".md") and (found := _NUMBER.match(name))]
    width = min((len(one) for one in taken), default=_DIGITS)
    return str(max(map(int, taken), default=0) + 1).zfill(width)


def _author() -> str | None:
    """Return who git says the person is, with the login where the person has told git."""
    here = Path.cwd()
    name, login = setting(here, "user.name"), setting(here, "github.user")
    if login and re.fullmatch(r"[A-Za-z0-9-]{1,39}", login):
        return f"{_printable(name)} (@{login})" if name else f"@{login}"
    return _printable(name) if name else None


def written(template: str, facts: Facts) -> str:
    """Return a template with title, author, status and date filled in; all else stays as it is."""
    schema = schema_of(template)
    document = read_document("", template, schema)
    places = Places(template)
    front_matter, toml = _front_matter(template), template.removeprefix("\ufeff").startswith("+")
    edits: list[Edit] = []
    for name, value in _values(schema, facts):
        field = document.header.field(name)
        if field and field.raw and value:
            said = value
            if field.span.line <= front_matter and name not in _PLAIN:
                said = _in_front_matter(value, places.text(_around(field.span)), toml=toml)
            edits.append(places.replace(field.span, said))
        elif value and (edit := filled_field(document, name, value)):
            edits.append(edit)
    if document.title_line and document.title_line > front_matter:
        edits.append(_title_edit(places, document.title_line, facts))
    return apply_edits(template, edits)


def _front_matter(template: str) -> int:
    """Return the last line of the front matter, 0 where there is none."""
    lines = template.removeprefix("\ufeff").splitlines()
    fence = lines[0].rstrip() if lines else ""
    if fence not in _FENCES:
        return 0
    return next((at for at, line in enumerate(lines[1:], 2) if line.rstrip() == fence), 0)


def _around(span: Span) -> Span:
    return Span(span.line, max(1, span.column - 1), span.end_line, span.end_column + 1)


def _in_front_matter(value: str, around: str, *, toml: bool) -> str:
    """Return a value as it can be read whatever is in it: within the quotes that are there, else in its own.

    https://yaml.org/spec/1.2.2/#73-flow-scalar-styles and https://toml.io/en/v1.0.0#string, which has no way
    to write an apostrophe in a literal text: a typographic one stands for it.
    """
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    match around[:1], around.rstrip()[-1:]:
        case "'", "'":
            return value.replace("'", "’" if toml else "''")
        case '"', '"':
            return escaped
        case _:
            return f'"{escaped}"'


def _values(schema: Schema, facts: Facts) -> tuple[tuple[str, str | None], ...]:
    first = next((one for one, role in schema.roles.items() if role == DRAFT), schema.statuses[0])
    return (
        (labels.TITLE, facts.title),
        (labels.AUTHOR, facts.author),
        (labels.STATUS, first),
        (labels.DATE, facts.date.isoformat()),
    )


def _title_edit(places: Places, number: int, facts: Facts) -> Edit:
    """Fill the gap of the title's line: brackets, else what follows a colon, else all of it.

    Cut and joined, never substituted by a pattern: a title may hold any character.
    """
    line = places.text(Span(number, 1, number + 1, 1)).rstrip("\r\n")
    start = len(line) - len(line.lstrip("# "))
    gap = _GAP.search(line, start)
    number_gap = _NUMBER_GAP.search(line, start)
    if gap:
        cut, end = gap.span()
    else:
        colon = line.find(":", start)
        cut = colon + 1 + (line[colon + 1 : colon + 2] == " ") if colon >= 0 else start
        end = len(line)
    head = line[:cut]
    if number_gap and number_gap.end() <= cut:
        head = line[: number_gap.start()] + facts.number + line[number_gap.end() : cut]
    space = "" if not head or head.endswith((" ", "#", '"')) else " " if head.endswith(":") else ""
    return places.replace(Span(number, 1, number, len(line) + 1), f"{head}{space}{facts.title}{line[end:]}")
