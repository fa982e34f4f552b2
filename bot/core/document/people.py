"""Names of people and teams out of a header's value, in whatever way they are listed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.core.document.inline import plain, runs
from bot.core.document.raw_fields import Piece, RawField
from bot.core.model import Span

_MAX_VALUE = 8_192
"""Characters of one value that are read for names."""
# A handle is no part of an address, a path or a longer word; `@@org/team` is a slip that means `@org/team`.
_HANDLE = re.compile(
    r"(?<![\w./@-])@{1,2}(?P<name>[A-Za-z0-9](?:[\w.-]*\w)?(?:/[A-Za-z0-9](?:[\w.-]*\w)?)?)", re.ASCII
)
_FULL_NAME = re.compile(r"^(?:[^\W\d_][\w.'’-]*\s+){1,3}[^\W\d_][\w.'’-]*$|^@[\w-]+$")
_BARE = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?(?:/[A-Za-z0-9](?:[\w.-]*\w)?)?$", re.ASCII)
_PROFILE = re.compile(r"^https?://[\w.-]+/(?P<name>(?:orgs/[\w-]+/teams/)?[A-Za-z0-9][\w-]*)/?$", re.ASCII)
_EMAIL = re.compile(r"<?[\w.+-]+@[\w-]+(?:\.[\w-]+)+>?|\{[^{}@]*\}@[\w.-]+", re.ASCII)
_ANGLED = re.compile(r"<([\w.+-]+@[\w.-]+)>")
_CHECKBOX = re.compile(r"^\\?\[[ xX]\\?\]\s+|\s*\\?\[[ xX]?\\?\]$")
_NOBODY = re.compile(
    r"^\W*(?:tbd|tba|tbc|to be (?:determined|decided|announced|assigned|confirmed|added)|todo|none|n/?a"
    r"|nobody|no one|unassigned|pending|unknown|not (?:assigned|applicable)|xxx+|your[- ]handle|handle"
    r"|username|github[- ]?(?:handle|username))"
    r"\b(?!\s*@)(?:\W.*)?$|^\W*$",
    re.IGNORECASE | re.DOTALL,
)
_STAND_IN = re.compile(r"^\W*[\[<{(].*[\]>})]\W*$|^@<", re.DOTALL)
_SAMPLE_HANDLES = frozenset(
    {
        "tbd",
        "tba",
        "todo",
        "handle",
        "username",
        "user",
        "login",
        "your-handle",
        "github-handle",
        "github",
        "reviewer",
    }
)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_AFTER_NAME = re.compile(r"[,(:;–—]|\s-\s|<br")
_NAME_WORDS = 3
_PAIRS = {"(": ")", "[": "]", "<": ">", "{": "}"}
_NOTE = re.compile(
    r"^(?:for|on|as|re|from|to|with|regarding|about|who|the|and)\b|^[a-z]+ (?:for|on|of|regarding)\b"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One person or team as listed."""

    written: str
    """The whole entry as a reader sees it."""
    names: tuple[tuple[str, Span], ...]
    """Handles in it without ``@``; the whole entry where it has none."""
    handles: bool
    """It names handles outright."""


def entries(field: RawField, references: dict[str, object]) -> tuple[Entry, ...]:
    """Return who a field lists, each once; stand-ins such as TBD or brackets are nobody."""
    found: dict[str, Entry] = {}
    for piece in map(_bare, field.pieces):
        parts = [piece] if field.listed and not _several(piece.text) else list(_split(piece))
        for part in (one for joined in _with_notes(parts) for one in _pair(joined)):
            entry = _entry(part, references)
            if entry:
                found.setdefault(entry.written.casefold(), entry)
    return tuple(found.values())


def is_stand_in(value: str) -> bool:
    """Whether a value names nobody: empty, TBD, brackets to fill in."""
    named = {found["name"].casefold() for found in _HANDLE.finditer(value)} - _SAMPLE_HANDLES
    return not named and bool(_NOBODY.match(value) or _STAND_IN.match(value) or _HANDLE.search(value))


def is_prose(text: str) -> bool:
    """Whether a line below a label of people names nobody by a handle, and has more words than a name."""
    name = _AFTER_NAME.split(text, maxsplit=1)[0]
    return not _HANDLE.search(text) and len(name.split()) > _NAME_WORDS


def _several(text: str) -> bool:
    return len(_HANDLE.findall(text)) > 1 or ";" in text


def _bare(piece: Piece) -> Piece:
    """Return a value with separators for its line breaks and without its comments, all else in its place."""
    if "<" not in piece.text:
        return piece
    text = _COMMENT.sub(lambda found: " " * len(found[0]), piece.text[:_MAX_VALUE])
    return replace(piece, text=_BREAK.sub(lambda found: ";".ljust(len(found[0])), text))


def _split(piece: Piece) -> Iterator[Piece]:
    """Cut a line at commas, semicolons and plus signs outside brackets, and between handles."""
    text = piece.text[:_MAX_VALUE]
    start = 0
    for at in _cuts(text):
        yield _part(piece, text, start, at)
        start = at + 1
    yield _part(piece, text, start, len(text))


def _cuts(text: str) -> Iterator[int]:
    closing: list[str] = []
    for at, one in enumerate(text):
        if one in _PAIRS and _PAIRS[one] in text[at:]:
            closing.append(_PAIRS[one])
        elif closing and one == closing[-1]:
            closing.pop()
        elif not closing and _is_cut(text, at):
            yield at


def _is_cut(text: str, at: int) -> bool:
    one = text[at]
    if one == "/" and text[at + 1 : at + 2] == "@":
        return True
    if one in "+&|/":  # part of a name unless blanks stand around it
        return text[max(0, at - 1) : at + 2].strip() == one
    return one in ",;、，·" or (one == " " and _between_handles(text, at))


_AFTER_HANDLE = re.compile(r"@[\w./-]+$", re.ASCII)


def _between_handles(text: str, at: int) -> bool:
    after = text[at + 1 : at + 6]
    if not after.startswith(("@", "and @")):
        return False
    return bool(_AFTER_HANDLE.search(text[max(0, at - 100) : at]))


def _part(piece: Piece, text: str, start: int, end: int) -> Piece:
    raw = text[start:end]
    lead = len(raw) - len(raw.lstrip())
    words = raw.strip()
    if words.startswith("and "):
        lead, words = lead + 4, words[4:]
    return Piece(words, piece.line, piece.column + start + lead)


def _pair(part: Piece) -> Iterator[Piece]:
    """Cut "Ann Lee and Bo Lind" in two; "Research and Development" stays one."""
    before, word, after = part.text.partition(" and ")
    if word and _FULL_NAME.match(before) and _FULL_NAME.match(after):
        yield Piece(before, part.line, part.column)
        yield Piece(after, part.line, part.column + len(before) + len(word))
    else:
        yield part


def _with_notes(parts: Sequence[Piece]) -> Iterator[Piece]:
    """Join `@a`, `for the network` to one entry again."""
    held: Piece | None = None
    for part in parts:
        if not part.text:
            continue
        if held and "@" not in part.text and _NOTE.match(part.text):
            held = Piece(f"{held.text}, {part.text}", held.line, held.column)
            continue
        if held:
            yield held
        held = part
    if held:
        yield held


def _entry(part: Piece, references: dict[str, object]) -> Entry | None:
    source = _ANGLED.sub(r"\\<\1\\>", part.text)  # an address keeps its brackets, as it is written
    shown = _CHECKBOX.sub("", plain(source, references)).strip().strip("\"'“”‘’").strip()
    if not shown or is_stand_in(shown):
        return None
    if shown[0] == "[" and shown.find("]") == len(shown) - 1:  # real names in the template's brackets
        shown = shown[1:-1].strip()
    names = tuple(_handles(part))
    if not names and (profile := _profile(part, references)):
        names = ((profile, part.span),)
    if names:
        return Entry(shown.lstrip("@"), names, handles=True)
    bare = shown.rstrip(".")
    return Entry(bare, ((bare, part.span),), handles=bool(_BARE.match(bare)) and "/" in bare)


def _handles(part: Piece) -> Iterator[tuple[str, Span]]:
    masked = _EMAIL.sub(lambda found: " " * len(found[0]), part.text)
    for found in _HANDLE.finditer(masked):
        if found["name"].casefold() in _SAMPLE_HANDLES:
            continue
        column = part.column + found.start()
        yield found["name"], Span(part.line, column, part.line, part.column + found.end())


def _profile(part: Piece, references: dict[str, object]) -> str:
    for run in runs(part.text, references):
        found = _PROFILE.match(run.href)
        if found:
            return found["name"].replace("orgs/", "").replace("/teams", "")
    return ""
