"""The text has characters that change what a reader sees and cannot be seen themselves.

## What it does

It finds marks that turn the direction of text, and blanks without width, by line.

## Why

With a mark for right-to-left, "approved by nobody" can be shown as something else. Blanks without width make
two words that look alike differ, so that no search finds them.

## What it lets be

The joiner within an emoji or a word of a script that needs it, and a byte order mark at the very beginning.
"""

import re
from collections.abc import Iterator

from bot.core.model import Document, Schema, Severity, Span
from bot.core.rules.context import RuleContext
from bot.core.rules.rule import BODY_FRAME, Fault, Rule, Setting, always

# Unicode Standard Annex #9: explicit formatting; then zero width space, word joiner, a late byte order mark.
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff]")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_MOST = 20
"""Lines that are told of one document."""


def _check(document: Document, schema: Schema, context: RuleContext) -> Iterator[Fault]:
    del schema, context
    source = document.source.removeprefix("\ufeff")
    if source.isascii() or not _HIDDEN.search(source):
        return
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    told = 0
    for number, line in enumerate(lines, start=1):
        found = _TURNS.search(line) or _HIDDEN.search(line)
        if found:
            turns = bool(_TURNS.match(found[0]))
            what = "turns the direction of the text" if turns else "has no width"
            yield Fault(
                Span(number, found.start() + 1, number, found.end() + 1),
                f"a character that cannot be seen (U+{ord(found[0]):04X}) {what}",
                "here",
                RULE.help,
                severity=None if turns else Severity.NOTE,
            )
            told += 1
            if told == _MOST:
                return


RULE = Rule(
    code="TDD502",
    name="hidden-characters",
    summary="The text has characters that cannot be seen and change what a reader sees.",
    severity=always(Severity.WARNING),
    check=_check,
    help="Delete it; writing the line anew is the surest way.",
    good="## 2.2 Goals\n\nA page in 200 ms.",
    bad="## 2.2 Goals\n\nA page in \u202e200 ms.",
    setting=Setting(frame=BODY_FRAME),
)
