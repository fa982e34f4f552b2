"""What holds for any text at all, tried on texts that nobody thought of."""

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.render.report import Judged, to_json
from bot.core.render.terminal import to_text
from bot.core.rules import RuleContext, judge
from tests.builders import design
from tests.core.document.any_text import examples, texts

SCHEMA = schema_of(template())

words = st.lists(st.from_regex(r"[a-z]{1,12}[,;.]?", fullmatch=True), min_size=1, max_size=60)
calm = examples(100)


@calm
@given(texts)
def test_any_text_is_read_judged_and_shown_with_places_inside_it(text: str) -> None:
    document = read_document("a.md", text, SCHEMA)
    findings = judge(document, SCHEMA, RuleContext())
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    spans = [one.span for one in findings]
    spans += [one.span for one in document.header.reviewers]
    spans += [one.span for one in document.header.fields]
    spans += [left.span for section in document.sections for left in section.leftovers]
    for span in spans:
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert 1 <= span.end_column <= len(lines[span.end_line - 1]) + 1
    judged = [Judged("a.md", document, findings)]
    assert to_json(judged)
    assert "\x1b" not in to_text(judged, color=False)


@calm
@given(texts)
def test_any_text_makes_a_schema_whose_sections_are_told_apart(text: str) -> None:
    schema = schema_of(text)
    assert len({one.id for one in schema.sections}) == len(schema.sections)
    assert schema.statuses


@calm
@given(words, st.integers(20, 100), st.integers(20, 100))
def test_wrapping_changes_no_fingerprint(said: list[str], one: int, other: int) -> None:
    wrapped = [
        textwrap.fill(" ".join(["So", *said]), width, break_long_words=False) for width in (one, other)
    ]
    before, after = (read_document("a.md", design(bodies={"1": body}), SCHEMA) for body in wrapped)
    assert before.fingerprints == after.fingerprints


@calm
@given(words, st.data())
def test_one_more_word_changes_its_section_alone(said: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(said)))
    more = [*said[:at], "unheard-of", *said[at:]]
    before, after = (
        read_document("a.md", design(bodies={"4.2": " ".join(["So", *body])}), SCHEMA)
        for body in (said, more)
    )
    changed = {name for name in before.fingerprints if before.fingerprints[name] != after.fingerprints[name]}
    assert changed == {"4.2"}


@calm
@given(texts)
def test_reading_is_the_same_every_time(text: str) -> None:
    assert read_document("a.md", text, SCHEMA) == read_document("a.md", text, SCHEMA)
