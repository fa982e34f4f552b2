"""Fingerprints: what changes them is what a reviewer signs, and nothing else."""

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from tests.builders import design

SCHEMA = schema_of(template())
PLAIN = schema_of("# T\n\nAuthor: [name]\nStatus: [Draft / Approved]\nDate: YYYY-MM-DD\n\n## A\n\n## B\n")


def _of(text: str) -> dict[str, str]:
    return dict(read_document("a.md", text, PLAIN).fingerprints)


def _body(body: str) -> dict[str, str]:
    return _of(f"# T\n\n## A\n\n{body}\n\n## B\n\nSo.\n\n[ref]: https://a.example/ref\n")


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


SAME = [
    ("one two three", "one\ntwo   three"),
    ("one *two* three", "**one** two __three__"),
    ("- a\n- b", "* a\n+ b"),
    ("- a\n- b", "- a\n\n- b"),
    ("1. a\n2. b", "1) a\n1) b"),
    ("- a\n  - b", "* a\n\n    * b"),
    ("[x](https://a.example/ref)", "[x][ref]"),
    ("<https://a.example>", "[https://a.example](https://a.example)"),
    ("<https://a.example>", "https://a.example"),
    ("a &amp; b", "a & b"),
    ("a \\* b", "a &#42; b"),
    ("a\n\nb", "a\n\n<!-- a remark -->\n\nb"),
    ("a b", "a <!-- a remark --> b"),
    ("a <del>b</del>", "a <!-- a <remark> --> <del>b</del>"),
    ("<div>a b</div>", "<div>a <!-- a remark --> b</div>"),
    ("a\n\nb", "a\n\n<!-- a remark\n\n<b>more</b> -->\n<!-- more -->\n\nb"),
    ("a\n\nb", "a\n\n---\n\nb"),
    ("a\nb", "a  \nb"),
    ("### Cost\n\nLow.", "##### 3.1 Cost\n\nLow."),
    ("> a\n> b", "> a\nb"),
    ("```py\nx\n```", "~~~py\nx\n~~~"),
    ("| a | b |\n|--|--|\n| 1 | 2 |", "|a|b|\n|:--|--:|\n|1|2|"),
    ("one **two**", "one <b>two</b>"),
    ("one <del>two\nthree</del>", "one\n<del>two three</del>"),
    ('one <img src="a.png"> two', 'one <IMG  src="a.png" /> two'),
]
OTHER = [
    ("one two", "one three"),
    ("10 ms", "100 ms"),
    ("really.", "really?"),
    ("a, b", "a b"),
    ("Api", "API"),
    ("`a  b`", "`a b`"),
    ("`code`", "code"),
    ("```\na\n  b\n```", "```\na\nb\n```"),
    ("```py\nx\n```", "```js\nx\n```"),
    ("[x](https://a.example)", "[x](https://b.example)"),
    ("[x][ref]", "[x](https://b.example)"),
    ("[x](https://a.example)", "x"),
    ("![x](a.png)", "![x](b.png)"),
    ("one two", 'one <img src="a.png"> two'),
    ('one <img src="a.png">', 'one <img src="b.png">'),
    ("one <img alt='>' src=a>", "one <img alt='>' src=b>"),
    ('<a href="https://a.example">x</a>', '<a href="https://b.example">x</a>'),
    ("one <del>two</del> three", "one two <del>three</del>"),
    ("one <s>two</s> three", "one <s>two three</s>"),
    ("one two", "one <s>two</s>"),
    ("Keep 106 rows", "Keep 10<sup>6</sup> rows"),
    ("one two", "one <span hidden>two</span>"),
    ("| one |\n|--|\n| two |", '| one |\n|--|\n| two <img src="a"> |'),
    ("![x](a.png)", "[x](a.png)"),
    ("- a\n- b", "a\n\nb"),
    ("- a\n  - b", "- a\n- b"),
    ("- a\n- b", "1. a\n2. b"),
    ("- [ ] a", "- [x] a"),
    ("| a | b |\n|--|--|\n| 1 | 2 |", "| a | b |\n|--|--|\n| 2 | 1 |"),
    ("| a | b |\n|--|--|\n| 1 2 | 3 |", "| a | b |\n|--|--|\n| 1 | 2 3 |"),
    ("a\n\nb", "a b"),
    ("a b", "a ~~b~~"),
    ("> a", "a"),
    ("### Cost\n\nLow.", "### Price\n\nLow."),
    ("a <b>b</b>\n\n<table><tr><td>1</td></tr></table>", "a <b>b</b>\n\n<table><tr><td>2</td></tr></table>"),
]


SHOWN_BESIDE_WHAT_LOOKS_LIKE_A_COMMENT = [
    "Between `<!--` and `-->`: ONE is seen.",
    "`<!-- ONE -->`",
    "`` a ` <!-- ONE --> ``",
    r"Behind an escape: \<!-- ONE -->",
    "Never closed: <!-- ONE",
    "Closed at once: <!--> ONE -->",
    "Closed at once: <!---> ONE -->",
    "Closed otherwise: <!-- x --!> ONE -->",
    "No comment to GitHub: <!-- x -- ONE -->",
    "Ended by any bracket: <![CDATA[ x > ONE ]]>",
    "Ended by any bracket: <? x > ONE ?>",
    "`<!--` <del>ONE</del> `-->`",
    "<!--> ONE -->",
    "<!-- x --!> ONE -->",
    '<div><img alt="<!--"> ONE <b title="-->">x</b></div>',
    "<div><img alt=<!--x> ONE --></div>",
    "### <!-- ONE",
    "| `<!--` | a |\n|--|--|\n| ONE | `-->` |",
]
"""What Markdown, GitHub or a browser may show although it stands between marks of a comment."""


@pytest.mark.parametrize("body", SHOWN_BESIDE_WHAT_LOOKS_LIKE_A_COMMENT)
def test_what_may_be_seen_beside_a_comment_is_signed(body: str) -> None:
    assert _changed(_body(body), _body(body.replace("ONE", "ANOTHER"))) == {"a"}


@pytest.mark.parametrize(("before", "after"), SAME)
def test_the_same_content_has_the_same_fingerprint(before: str, after: str) -> None:
    assert _changed(_body(before), _body(after)) == set()


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_other_content_has_another_fingerprint_in_its_section_only(before: str, after: str) -> None:
    assert _changed(_body(before), _body(after)) == {"a"}


HEADER = (
    "# T\n\n**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @x\n**Budget:** 5\n\n"
    "## A\n\nSo.\n"
)


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("Draft", "Approved", set()),
        ("Draft", "In-Review (second round)", set()),
        ("2026-03-01", "2026-04-01", set()),
        ("@x", "@x, @y", set()),
        ("**Status:** Draft\n", "- Status: Draft\n", set()),
        ("# T", "# **T**", set()),
        ("# T", "# U", {"header"}),
        ("Ann", "Bob", {"header"}),
        ("Draft", "Superseded by [b](b.md)", {"header"}),
        ("**Budget:** 5", "**Budget:** 500", {"rest"}),
        ("**Date:**", "A first word to all.\n\n**Date:**", {"rest"}),
        ("## A", "## 1. **a**:", set()),
    ],
)
def test_the_header_is_title_author_and_successor(old: str, new: str, changed: set[str]) -> None:
    assert _changed(_of(HEADER), _of(HEADER.replace(old, new, 1))) == changed


def test_what_stands_beside_the_status_on_its_line_is_signed_as_well() -> None:
    line = "# T\n\n**Status:** Draft · **Budget:** {}\n\n## A\n"
    assert _changed(_of(line.format(5)), _of(line.format(500))) == {"rest"}


def test_prose_below_the_fields_is_signed_as_well() -> None:
    text = "# T\n\n**Author:** Ann\n**Status:** Draft\n\n{}\n\n## A\n\nSo.\n"
    assert _changed(_of(text.format("All is well.")), _of(text.format("Nothing is well."))) == {"rest"}


def test_a_status_section_is_not_signed_and_the_rest_of_it_is() -> None:
    text = "# T\n\n## Status\n\n{}\n\n{}\n\n## A\n\nSo.\n"
    assert _changed(_of(text.format("Draft", "x")), _of(text.format("Approved", "x"))) == set()
    assert _changed(_of(text.format("Draft", "x")), _of(text.format("Draft", "y"))) == {"rest"}


def test_a_section_outside_the_schema_is_the_rest() -> None:
    text = "# T\n\n## A\n\nSo.\n\n## Notes\n\n{}\n"
    assert _changed(_of(text.format("x")), _of(text.format("y"))) == {"rest"}


def test_moving_sections_about_changes_nothing() -> None:
    assert _of("# T\n\n## A\n\na\n\n## B\n\nb\n") == _of("# T\n\n## B\n\nb\n\n## A\n\na\n")


def test_one_heading_for_two_sections_changes_both() -> None:
    text = "# T\n\n## A and B\n\n{}\n"
    assert _changed(_of(text.format("x")), _of(text.format("y"))) == {"a", "b"}


def test_every_section_has_a_fingerprint_missing_or_not() -> None:
    names = set(read_document("a.md", design(without=("4.2",)), SCHEMA).fingerprints)
    assert names == {*(str(one.id) for one in SCHEMA.sections), "header", "rest"}


FIELDS = "# T\n\n**Author:** Ann\n**Status:** Draft\n**Date:** 2026-03-01\n**Reviewers:** @x, @y\n"
BODY = "\n## A\n\nSo.\n\n## B\n\nSo.\n"
LISTED = "# T\n\n**Author:** Ann\n**Status:** Draft\n**Reviewers:**\n\n"
READ_BESIDE_THE_FIELDS = [
    FIELDS + BODY + "\n## Status\n\nRolled out to ONE region.\n",
    "# T\n\n## Status\n\n- Draft\n- Keys are ONE\n" + BODY,
    "# T\n\n## Status\n\nDraft\nKeys are ONE\n" + BODY,
    "# T\n\n## Status\n\n| Draft | x |\n|--|--|\n| Keys | ONE |\n" + BODY,
    "# T\n\n## Status\n\n> Draft\n>\n> Keys are ONE\n" + BODY,
    "# T\n\n**Author:** Ann\n**Status:**\n\n- Draft\n- Keys are ONE\n" + BODY,
    FIELDS + "This stores passwords as ONE.\n" + BODY,
    LISTED + "- @x\n\n  This stores passwords as ONE.\n\n- @y\n" + BODY,
    LISTED + "- @x\n\n  ```\n  ONE\n  ```\n\n- @y\n" + BODY,
    FIELDS + "**Owner:** ONE\n" + BODY,
    FIELDS + "**Title:** ONE\n" + BODY,
    FIELDS + "**State:** ONE\n" + BODY,
    FIELDS + "**Last updated:** ONE\n" + BODY,
    FIELDS + "**Status:** ONE\n" + BODY,
    FIELDS + "**Created:** 2026-01-01\nKeys are ONE\n" + BODY,
    FIELDS.replace("# T", "# T [x](ONE)") + BODY,
    FIELDS + BODY.replace("## A", "## A: ONE"),
    FIELDS + BODY.replace("## A", "## A (ONE)"),
    FIELDS + BODY.replace("## A", "## [A](ONE)"),
    "# T\n\n| Field | Value | Note |\n|--|--|--|\n| Author | A | x |\n| Status | Draft | ONE |\n" + BODY,
    "# T\n\n<table>\n<tr><td>Author</td><td>A</td></tr>\n"
    "<tr><td>Status</td><td>Draft</td><td>ONE</td></tr>\n</table>\n" + BODY,
    "# T\n\n<table><tr><td>Author</td><td>A</td></tr><tr><td>Status</td><td>Draft</td></tr></table>"
    "<p>ONE</p>\n" + BODY,
]
"""What a reader sees at, between or below the fields, and is neither status nor date nor reviewers."""


@pytest.mark.parametrize("text", READ_BESIDE_THE_FIELDS)
def test_what_is_read_beside_the_fields_is_signed(text: str) -> None:
    assert _changed(_of(text), _of(text.replace("ONE", "ANOTHER")))


def test_where_a_link_or_a_footnote_is_defined_does_not_matter() -> None:
    text = FIELDS + f"\n## A\n\n{LONG}[x][k] and[^1]\n\n{{}}[k]: a.md\n[^1]: Never\n"
    assert _of(text.format("")) == _of(text.format("\n\n<!-- later -->\n\n"))


LONG = "word " * 1_800
MANY_MARKS = "\n\n## B\n\n" + ("\\* " * 300 + "\n\n") * 90


@pytest.mark.parametrize(
    "body",
    [
        LONG + "[x][k]" + "\n\n[k]: https://ONE.example\n",
        LONG + "![x][k]" + "\n\n[k]: https://ONE.example\n",
        "`a` " * 300 + "[x][k]" + MANY_MARKS + "[k]: https://ONE.example\n",
        "*a* [x][k]" + MANY_MARKS + "[k]: https://ONE.example\n",
        'Text[^1].\n\n[^1]: Never\n    "but for ONE"\n',
        'Text[^1].\n\n[^1]: Never "but for ONE"\n',
    ],
)
def test_where_links_lead_is_signed_in_what_is_too_long_to_parse_and_so_are_footnotes(body: str) -> None:
    text = FIELDS + "\n## A\n\n" + body
    assert _changed(_of(text), _of(text.replace("ONE", "OTHER")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "# T\n\n## Status\n\n- [x] Draft\n- [ ] Approved\n",
            "# T\n\n## Status\n\n- [ ] Draft\n- [x] Approved\n",
        ),
        (
            "# T\n\n| Status | Draft |\n|--|--|\n| Reviewers | @x |\n",
            "# T\n\n| Status | Approved |\n|--|--|\n| Reviewers | @y |\n",
        ),
        (
            "# T\n\n| Author | Status | Date |\n|--|--|--|\n| Ann | Draft | 2026-01-01 |\n",
            "# T\n\n| Author | Status | Date |\n|--|--|--|\n| Ann | Approved | 2026-02-01 |\n",
        ),
        (
            "# T\n\n<b>Status:</b> Draft<br>\n<b>Reviewers:</b> <i>@x</i>\n",
            "# T\n\n<b>Status:</b> Approved<br>\n<b>Reviewers:</b> <i>@y</i>, @z\n",
        ),
        (FIELDS + "**Last updated:** 2026-01-01\n", FIELDS + "**Last updated:** 2026-02-01\n"),
        (LISTED + "- @x\n", LISTED + "- Ann Lee (security, and all else)\n- @y\n  - for the network\n"),
        (FIELDS, FIELDS.replace("@x, @y", "@x,\n@y,\nthe security team")),
        (
            "---\nstatus: draft\nreviewers:\n  - name: Ann\n---\n# T\n",
            "---\nstatus: approved\nreviewers:\n  - name: Bo\n    github: bo\n---\n# T\n",
        ),
    ],
)
def test_status_date_and_reviewers_are_not_signed_however_they_are_written(old: str, new: str) -> None:
    assert _changed(_of(old + BODY), _of(new + BODY)) == set()


def test_a_header_at_the_end_is_no_part_of_the_last_section() -> None:
    text = "# T\n\n## A\n\nSo.\n\n---\n\nAuthor: Ann\nStatus: {}\nDate: 2026-01-01\n"
    assert _changed(_of(text.format("Draft")), _of(text.format("Approved"))) == set()


def test_a_link_cannot_be_forged_by_words() -> None:
    assert _body("[x](y)") != _body("x\x02y\x03")


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = design()
    assert _of(text) == _of("\ufeff" + text.replace("\n", "\r\n"))
