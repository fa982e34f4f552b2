"""Slash commands: one registry drives parsing, ``/tdd help``, who may, and the documentation.

A line that begins with ``/tdd`` is a command, unless it stands in code, a quote, a list or HTML; so the
comment is parsed as the Markdown that it is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

PREFIX: Final = "/tdd"
MOST_PER_COMMENT: Final = 20
LONGEST_COMMENT: Final = 65_536
"""GitHub's own limit for a comment, in characters; more is not parsed."""


class Authority(StrEnum):
    """Who may give a command."""

    ANYONE = "anyone who can comment"
    SEAT_HOLDER = "a holder of a seat"
    THAT_SEAT = "a holder of that seat"
    RESOLVER = "who raised it, a holder of the same seat; an admin when neither is left"
    SEAT_OR_WRITE = "a holder of a seat, or write access"
    HOLD_LIFTER = "who set it, a holder of the same seat, or an admin"
    WAIVER = "the section's owner, else a required seat's holder, else write access; never author or pusher"
    AUTHOR_OR_WRITE = "the author, or write access"
    ADMIN = "an admin other than author and pushers"

    @property
    def rests_on_permission(self) -> bool:
        """Whether the person's permission on the repository has to be known."""
        return self not in {Authority.ANYONE, Authority.SEAT_HOLDER, Authority.THAT_SEAT}


@dataclass(frozen=True, slots=True)
class CommandSpec:
    """A command as the registry knows it."""

    name: str
    usage: str
    who: Authority
    effect: str
    replies: bool = False
    """It answers with a comment, at most once an hour."""
    act: bool = False
    """It changes a document, once: with a commit where this app may, else as a patch in an answer."""
    lasting: bool = False
    """It blocks: once seen it stands until its counter-command, whatever becomes of its comment. All others
    count only while their comment stands unedited."""


REGISTRY: Final[Mapping[str, CommandSpec]] = MappingProxyType(
    {
        one.name: one
        for one in (
            CommandSpec("help", "help", Authority.ANYONE, "list the commands", replies=True),
            CommandSpec(
                "status", "status", Authority.ANYONE, "say what is missing and on whom", replies=True
            ),
            CommandSpec("check", "check", Authority.ANYONE, "judge the pull request anew"),
            CommandSpec("submit", "submit", Authority.AUTHOR_OR_WRITE, "set Status to In-Review", act=True),
            CommandSpec("draft", "draft", Authority.AUTHOR_OR_WRITE, "set Status to Draft", act=True),
            CommandSpec(
                "fix", "fix", Authority.AUTHOR_OR_WRITE, "add what is missing from the template", act=True
            ),
            CommandSpec(
                "finalize",
                "finalize",
                Authority.AUTHOR_OR_WRITE,
                "all seats signed: set Status to Approved and today's Date",
                act=True,
            ),
            CommandSpec(
                "supersede",
                "supersede PATH",
                Authority.AUTHOR_OR_WRITE,
                "this design takes that one's place: link both",
                act=True,
            ),
            CommandSpec(
                "approve",
                "approve [SHA]",
                Authority.SEAT_HOLDER,
                "sign the design as it stands, or as it stood at that commit",
            ),
            CommandSpec(
                "withdraw", "withdraw", Authority.SEAT_HOLDER, "take your sign-off back", lasting=True
            ),
            CommandSpec(
                "concern",
                "concern NAME [TEXT]",
                Authority.SEAT_HOLDER,
                "block with a named objection",
                lasting=True,
            ),
            CommandSpec("resolve", "resolve NAME", Authority.RESOLVER, "lift a concern"),
            CommandSpec(
                "hold", "hold [REASON]", Authority.SEAT_OR_WRITE, "block, with a reason", lasting=True
            ),
            CommandSpec("unhold", "unhold", Authority.HOLD_LIFTER, "lift holds"),
            CommandSpec("release", "release @SEAT", Authority.THAT_SEAT, "let a seat leave"),
            CommandSpec(
                "decline",
                "decline [@SEAT]",
                Authority.THAT_SEAT,
                "leave a team's seat to its other members",
                lasting=True,
            ),
            CommandSpec(
                "delegate", "delegate @USER", Authority.THAT_SEAT, "hand your own seat on to somebody else"
            ),
            CommandSpec(
                "waive",
                "waive SECTION REASON",
                Authority.WAIVER,
                'excuse a section (number or "title") until it changes',
            ),
            CommandSpec("unwaive", "unwaive SECTION", Authority.WAIVER, "take a waiver back", lasting=True),
            CommandSpec("request", "request @NAME", Authority.AUTHOR_OR_WRITE, "add a seat", lasting=True),
            CommandSpec(
                "unrequest",
                "unrequest @NAME",
                Authority.AUTHOR_OR_WRITE,
                "take an added seat back while it has said nothing",
            ),
            CommandSpec(
                "override",
                "override REASON",
                Authority.ADMIN,
                "let this head pass, said loudly; gone with the next push",
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as written."""

    line: int
    """From 1, in the comment."""
    name: str
    """In lower case; not necessarily one of the registry."""
    argument: str
    document: str = ""
    """What stands after ``in`` at the end: a path, or its unique tail."""


_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_DOCUMENT = re.compile(r"(?:^|\s)in\s+(\S{1,400}\.md)$", re.IGNORECASE)
_TITLE = re.compile(r'["“](?P<title>[^"”]{1,200})["”]\s*(?P<rest>.*)')
_CALL = re.compile(rf"{re.escape(PREFIX)}(?:[ \t]+(?P<name>\S+)(?:[ \t]+(?P<argument>.*))?)?[ \t]*$")


def parse_commands(body: str) -> tuple[Command, ...]:
    """Return the comment's commands in order, at most twenty; a bare ``/tdd`` asks for help."""
    if PREFIX not in body or len(body) > LONGEST_COMMENT:
        return ()
    found: list[Command] = []
    for number, line in _own_lines(_MARKDOWN.parse(body)):
        # Keyboards put a blank that does not break where two keys are pressed at once.
        match = _CALL.match(line.replace("\xa0", " "))
        if match:
            name = (match["name"] or "help").casefold()
            argument, document = _split((match["argument"] or "").strip())
            found.append(Command(number, name, argument, document))
    return tuple(found[:MOST_PER_COMMENT])


def section_and_reason(argument: str) -> tuple[str, str]:
    """Return the section that an argument names first, by number or by quoted title, and the rest."""
    quoted = _TITLE.match(argument)
    name, rest = (quoted["title"], quoted["rest"]) if quoted else argument.partition(" ")[::2]
    return name.strip().rstrip("."), rest.strip()


def _split(argument: str) -> tuple[str, str]:
    """Take ``in PATH`` off the end of an argument."""
    match = _DOCUMENT.search(argument)
    return (argument[: match.start()].strip(), match[1]) if match else (argument, "")


def _own_lines(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    """Yield (line number, text) of the lines of plain text in top-level paragraphs and setext headings."""
    for opening, inline in pairwise(tokens):
        paragraph = opening.type == "paragraph_open" or opening.markup in {"-", "="}
        if inline.type == "inline" and paragraph and opening.level == 0 and inline.map:
            yield from _lines(inline, inline.map[0] + 1)


def _lines(inline: Token, number: int) -> Iterator[tuple[int, str]]:
    text, plain = "", True
    for child in inline.children or ():
        if child.type in {"softbreak", "hardbreak"}:
            if plain:
                yield number, text
            number, text, plain = number + 1, "", True
        elif child.type == "text":
            text += child.content
        else:
            # Code, HTML or a link may follow a command on its line, but not begin it.
            plain = plain and text.startswith(PREFIX)
            text += child.content
            number += child.content.count("\n")
    if plain:
        yield number, text
