"""What is read without the full parser reads as the full parser reads it: words, styles, links, places."""

from collections.abc import Iterator
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.front_matter import front_matter_plugin

from bot.core.document.blocks import Block, Kind, parse
from bot.core.document.inline import is_plain, parsed_runs, plain, runs
from bot.core.document.runs import Run
from bot.core.document.simple_inline import simple_runs
from tests.core.document.any_text import examples, inline_texts, many_lines, texts

FULL = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(front_matter_plugin)
REFERENCES = {"R": {"title": "", "href": "https://r.example/"}}
KINDS = {
    "heading_open": Kind.HEADING,
    "paragraph_open": Kind.PARAGRAPH,
    "th_open": Kind.CELL,
    "td_open": Kind.CELL,
}
often = examples(400)
Said = tuple[Kind, int, str, tuple[str, ...]]
"""A block with inline text: its kind, its line (0 for a cell, of which the parser tells none), what a reader
sees of it, and where its links lead."""


def _joined(found: tuple[Run, ...]) -> list[Run]:
    """Return runs with those of one style and target joined: where they are cut means nothing."""
    whole: list[Run] = []
    for run in found:
        if (
            whole
            and not run.image
            and not whole[-1].image
            and run._replace(text="") == whole[-1]._replace(text="")
        ):
            whole[-1] = run._replace(text=whole[-1].text + run.text)
        elif run.text or run.image:
            whole.append(run)
    return whole


@often
@given(inline_texts, st.sampled_from([{}, REFERENCES]))
@example("a\n`b` \n **c** d", {})
@example("**a `*` b**, [c](d_e) and _f_.", {})
@example("`a``b` ``c`", {})
@example("[a `b](c)` d", {})
def test_inline_markup_reads_as_the_full_parser_reads_it(text: str, references: dict[str, object]) -> None:
    # The block parser hands over no text with blanks around it.
    text = text.strip()

    assert _joined(runs(text, references)) == _joined(parsed_runs(text, references))


@often
@given(inline_texts)
def test_text_that_is_called_plain_has_no_markup(text: str) -> None:
    text = text.strip()

    if is_plain(text, {}):
        assert all(run == Run(run.text) for run in parsed_runs(text, {}))


def test_what_most_people_write_needs_no_parser() -> None:
    text = "The **price** of `x_y` is in [the table](a.md#b), see _below_: foo_bar, 2 * 3 and a < b."

    assert simple_runs(text, references=False) is not None
    assert is_plain("foo_bar, 2 * 3, a < b, [x] and R & D\nin ~5 lines", {})


def _flat(block: Block, references: dict[str, object]) -> Iterator[Said]:
    if block.kind in {Kind.HEADING, Kind.PARAGRAPH, Kind.CELL}:
        found = runs(block.text, references)
        line = 0 if block.kind is Kind.CELL else block.line
        links = tuple(one.href or one.image for one in _joined(found) if one.href or one.image)
        yield block.kind, line, plain(block.text, references), links
    for child in block.children:
        yield from _flat(child, references)


def _expected(text: str) -> Iterator[Said]:
    tokens = FULL.parse(text)
    for before, token in pairwise(tokens):
        if token.type == "inline":
            kind = KINDS[before.type]
            line = 0 if kind is Kind.CELL else (before.map or [0])[0] + 1
            yield kind, line, " ".join(_text(token).split()), tuple(_links(token))


def _text(token: Token) -> str:
    """Return what the full parser says a reader sees; what the reader makes of tags is not its business."""
    words = []
    for child in token.children or ():
        match child.type:
            case "text" | "text_special" | "code_inline" | "image":
                words.append(child.content)
            case "softbreak" | "hardbreak":
                words.append(" ")
            case _:
                continue
    return "".join(words)


def _links(token: Token) -> Iterator[str]:
    open_links: list[str] = []
    said = ""
    for child in token.children or ():
        if child.type == "link_open":
            open_links.append(str(child.attrGet("href") or ""))
            said = ""
        elif child.type == "link_close":
            target = open_links.pop()
            if said:
                yield target
        elif child.type == "image":
            yield (open_links[-1] if open_links else "") or str(child.attrGet("src") or "")
            said = ""
        else:
            said += child.content


@often
@given(st.one_of(many_lines, texts))
@example("- a\n- b\n      - c\n\nd\n- e\n===\n")
@example("> a\nb\n- c\n")
@example("a\n    b\n-\n")
def test_blocks_are_those_of_the_full_parser(text: str) -> None:
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").replace("<", "(")

    found = parse(text)

    assert [one for block in found.blocks for one in _flat(block, found.references)] == list(_expected(text))
