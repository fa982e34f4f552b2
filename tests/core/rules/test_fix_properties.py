"""Whatever a text is like, mending it comes to an end, and loses nothing of what its author has written."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.builtin import template
from bot.core.document import DocumentTooLargeError, apply_edits, complete, read_document, schema_of
from bot.core.document.outline import outline_of
from bot.core.rules import RuleContext, fixes
from tests.builders import design
from tests.core.document.any_text import examples, many_lines, texts

SCHEMA = schema_of(template())
TODAY = date(2026, 11, 24)
ROUNDS = 4
"""After so many the command gives up; a text that still changes then is a fault."""

designs = st.builds(
    lambda status, at, piece: (
        (source := design(status))[: at % len(source)] + piece + source[at % len(source) :]
    ),
    st.sampled_from(["Draft", "In-Review", "Approved"]),
    st.integers(0, 100_000),
    st.one_of(texts, many_lines),
)
"""A whole design with anything at all in the midst of it."""
any_text = st.one_of(texts, many_lines, designs)


def once(text: str, *, completing: bool) -> str:
    """Mend a text as one round of the command does."""
    if completing:
        text = apply_edits(text, complete(read_document("a.md", text, SCHEMA), SCHEMA, today=TODAY))
    document = read_document("a.md", text, SCHEMA)
    return apply_edits(text, fixes(document, SCHEMA, RuleContext(today=TODAY)))


def mended(text: str, *, completing: bool) -> str:
    """Mend a text as the command does."""
    for _ in range(ROUNDS):
        after = once(text, completing=completing)
        if after == text:
            break
        text = after
    return text


@examples(120)
@given(any_text, st.booleans())
def test_mending_comes_to_an_end(text: str, completing: bool) -> None:
    try:
        done = mended(text, completing=completing)
    except DocumentTooLargeError:
        return
    assert once(done, completing=completing) == done


@examples(120)
@given(any_text, st.booleans())
def test_no_line_of_a_section_is_lost_or_changed(text: str, completing: bool) -> None:
    try:
        done = mended(text, completing=completing)
    except DocumentTooLargeError:
        return
    after = iter(_lines(done))
    missing = [line for line in _body(text) if not any(line == one for one in after)]
    assert missing == []


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _body(text: str) -> list[str]:
    """Return the lines from the first section on that say something."""
    begins = [part.heading.line for part in outline_of(text).parts if not part.in_header]
    return [line for line in _lines(text)[min(begins) - 1 :] if line.strip()] if begins else []
