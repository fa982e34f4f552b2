"""What stands in a section: an answer, "not applicable", or nothing yet."""

import pytest

from bot.core.document import read_document, schema_of
from bot.core.document.gaps import only_brackets
from bot.core.document.phrases import not_applicable_reason
from bot.core.model import LeftoverKind, Section, SectionState

SCHEMA = schema_of(
    "# T\n\n## Risks\n\n*What could go wrong? Name the worst case.*\n\n"
    "* How is data encrypted (at rest/in transit)?\n* Caching strategy.\n"
    "* **Metrics:** What are we tracking? (e.g., error rates, latency).\n\n[Picture of the risks]\n"
)


def _section(body: str) -> Section:
    return read_document("a.md", f"# T\n\n## Risks\n\n{body}\n", SCHEMA).sections[0]


@pytest.mark.parametrize(
    "body",
    [
        "The vendor may raise its price.",
        "One.",
        "No",
        "- a\n- b",
        "```\nx = 1\n```",
        "    x = 1",
        "```json\n[1, 2, 3]\n```",
        "![chart](risks.png)",
        "<img src='risks.png'>",
        "<details><summary>More</summary>Text</details>",
        "| Risk | Plan |\n|--|--|\n| Price | Wait |",
        "> A quote says it.",
        "https://example.com/risks",
        "*Crucial*: we may lose the list.",
        "* How is data encrypted (at rest/in transit)? With TLS.",
        "* How is data encrypted (at rest/in transit)?\n  * With TLS.",
        "* **Metrics:** What are we tracking? p99 and errors.",
        "What could go wrong? Name the worst case.\nThe list is lost.",
        "TODO lists may grow without a limit; we cap them at one thousand entries.",
        "[chart](https://example.com) shows it.",
        "Use list[int] here.",
        "[Link](https://example.com)",
        "| Repository | State |\n|--|--|\n| shop | pending |",
        "$x^2$",
        "*In short, nothing: the list is small.*",
        "*When the list is lost, pages show the price of yesterday.*",
        "NA-based clusters are not affected.",
        "Good, because it is cheap [see the bill].",
        "Ann Lee [Platform Team]",
        "Calls GET /users/{user id} and /teams/{team id}.",
        "We keep the key [id] of each row [see below] since the vendor asks for it in every single call.",
        "The type is Map[str, list] because [PEP 585](https://x.y) allows it.",
        "See [RFC] and [ADR].",
        "References [1] and [2] compare both.",
        "Pending payments are tried again.",
        "TODO list entries will be capped at one thousand.",
        "WIP limits are set by each team.",
        "Placeholder images are kept for a day.",
        "Will be added to the list of checks that run at night.",
        "Add the key here and there; both copies count.",
        "None of the above is needed.",
        "- [ ] owner: ann, by: [the plan](plan.md), see [the list](list.md)",
    ],
)
def test_an_answer_is_filled(body: str) -> None:
    assert _section(body).state is SectionState.FILLED


@pytest.mark.parametrize(
    "body",
    [
        "",
        "---",
        "<a name='risks'></a>",
        "[risks]: https://example.com",
        "<!-- toc -->",
        "<!-- tdd-bot:checklist -->",
        "<br>",
        "-",
        "—",
        "- \n- \n",
        "Empty",
        "| Risk | Plan |\n|--|--|",
        "\u200b",
    ],
)
def test_what_tells_a_reader_nothing_is_empty(body: str) -> None:
    assert _section(body).state is SectionState.EMPTY


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("*What could go wrong? Name the worst case.*", LeftoverKind.PROMPT),
        ("What could go wrong?\nName the worst case.", LeftoverKind.PROMPT),
        ("> _WHAT could go wrong? name the worst case_", LeftoverKind.PROMPT),
        ("1. How is data encrypted (at rest/in transit)?\n2. Caching strategy", LeftoverKind.PROMPT),
        ("- **Metrics:**", LeftoverKind.PROMPT),
        ("[Picture of the risks]", LeftoverKind.PROMPT),
        ("[Describe each risk]", LeftoverKind.STUB),
        ("[Describe each risk\nin one line.]", LeftoverKind.STUB),
        ("{describe each risk}", LeftoverKind.STUB),
        ("<describe each risk>", LeftoverKind.STUB),
        ("\\<describe each risk\\>", LeftoverKind.STUB),
        ("- **Pro:** [why]\n- **Contra:**", LeftoverKind.STUB),
        ("- [FR-1]: [Description]", LeftoverKind.STUB),
        ("```\n[Diagram of what depends on what]\n```", LeftoverKind.STUB),
        ("| Risk | Plan |\n|--|--|\n| [name] | [what to do] |", LeftoverKind.STUB),
        ("| Risk | Plan |\n|--|--|\n| Price | |", LeftoverKind.STUB),
        ("| p95 | Cost |\n|--|--|\n| latency | [X]ms |\n| cost | $[Y] |", LeftoverKind.STUB),
        ("| Date | Decision |\n|--|--|\n| YYYY-MM-DD | what was decided |", LeftoverKind.STUB),
        ("_Describe what could break._", LeftoverKind.STUB),
        ("TBD", LeftoverKind.LATER),
        ("**TODO**", LeftoverKind.LATER),
        ("- [ ] TODO: for the storage team", LeftoverKind.LATER),
        ("TODO: describe how the old data is moved to the new store, and when", LeftoverKind.LATER),
        ("To be written.", LeftoverKind.LATER),
        ("[WIP]", LeftoverKind.STUB),
        ("...", LeftoverKind.LATER),
        ("- …", LeftoverKind.LATER),
        ("???", LeftoverKind.LATER),
        ("Risk: TBD", LeftoverKind.STUB),
        ("- [ ] [Question] — owner: [name] — answer by: [date]", LeftoverKind.STUB),
        ("* Good, because [argument a]\n* Bad, because {argument b}", LeftoverKind.STUB),
        ('Chosen option: "{title of option}", because {justification, such as a driver}.', LeftoverKind.STUB),
        ("As a [type of user], I want [goal] so that [benefit].", LeftoverKind.STUB),
        ("In the context of [use case]", LeftoverKind.STUB),
        ("| Version | Date | By |\n|--|--|--|\n| 1.0 | YYYY-MM-DD | you |", LeftoverKind.STUB),
        ("_A brief summary of what changes_", LeftoverKind.STUB),
        ("*What we build and why.*", LeftoverKind.STUB),
        ("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod.", LeftoverKind.LATER),
        ("TODO for the storage team", LeftoverKind.LATER),
        ("TODO who owns it", LeftoverKind.LATER),
        ("TBD after the pilot", LeftoverKind.LATER),
        ("Still to be written", LeftoverKind.LATER),
        ("To be discussed in the next meeting.", LeftoverKind.LATER),
        ("Not yet decided", LeftoverKind.LATER),
        ("This section will be filled in later.", LeftoverKind.LATER),
        ("To follow", LeftoverKind.LATER),
        ("To do.", LeftoverKind.LATER),
        ("XXX", LeftoverKind.LATER),
        ("Under construction", LeftoverKind.LATER),
        ("Insert the diagram here", LeftoverKind.LATER),
        ("_Your text here_", LeftoverKind.LATER),
        ("Description goes here.", LeftoverKind.LATER),
        ("Noch zu klären", LeftoverKind.LATER),
        ("À compléter", LeftoverKind.LATER),
        ("A definir", LeftoverKind.LATER),
        ("未定", LeftoverKind.LATER),
        ("<!-- TODO -->", LeftoverKind.COMMENT),
        ("<!-- name the worst case -->", LeftoverKind.COMMENT),
        ("<!-- Note: name the worst case\nand the best -->", LeftoverKind.COMMENT),
    ],
)
def test_what_is_yet_to_be_replaced_is_a_placeholder(body: str, kind: LeftoverKind) -> None:
    section = _section(body)
    assert section.state is SectionState.PLACEHOLDER
    assert section.leftovers[0].kind is kind


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("N/A", ""),
        ("n/a.", ""),
        ("_None_", ""),
        ("(none)", ""),
        ("N.A.", ""),
        ("Not applicable here", ""),
        ("This does not apply.", ""),
        ("- None.", ""),
        ("N/A: nothing is stored", "nothing is stored"),
        ("N/A - docs only", "docs only"),
        ("N/A (docs only)", "docs only"),
        ("Not applicable. It goes straight to all.", "It goes straight to all"),
        ("Not applicable because no input crosses the line", "because no input crosses the line"),
        ("*What could go wrong? Name the worst case.*\n\nNone", ""),
        ("No aplica", ""),
        ("N\\\\A", ""),
        ("None known.", ""),
        ("None identified so far", ""),
        ("There are none.", ""),
        ("This section does not apply: no data is kept", "no data is kept"),
        ("N/A at this stage", ""),
        ("N/A because internal only", "because internal only"),
        ("不涉及。", ""),
        ("无（内部工具）", "内部工具"),
        ("該当なし", ""),
        ("해당 없음", ""),
        ("Não se aplica", ""),
        ("Aucune.", ""),
        ("Не применимо", ""),
    ],
)
def test_not_applicable_counts_as_answered_and_keeps_its_reason(body: str, reason: str) -> None:
    section = _section(body)
    assert section.state is SectionState.NOT_APPLICABLE
    assert section.state.answered
    assert section.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        "None of the vendors may fail.",
        "None known is faster.",
        "No user is known to us.",
        "Nothing new under the sun is used.",
    ],
)
def test_a_sentence_that_begins_with_no_is_an_answer(body: str) -> None:
    assert _section(body).state is SectionState.FILLED


def test_a_long_not_applicable_is_read_in_linear_time() -> None:
    assert not_applicable_reason("N/A: " + "x " * 50_000).startswith("x x")


def test_prompts_left_beside_an_answer_are_kept_with_their_lines() -> None:
    section = _section("* Caching strategy.\n\nWe keep one hour.\n")
    assert section.state is SectionState.FILLED
    assert [(one.kind, one.span.line) for one in section.leftovers] == [(LeftoverKind.PROMPT, 5)]


def test_a_footer_in_italics_is_no_answer_to_the_last_section() -> None:
    text = "# T\n\n## Risks\n\n[name them]\n\n---\n\n*Made from the template.*\n"
    assert read_document("a.md", text, SCHEMA).sections[0].state is SectionState.PLACEHOLDER


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a b]", True),
        ("[a] [b]", True),
        ("[a [b] c]", True),
        ("[a 'p95 < 200 ms']", True),
        ("$[X]", True),
        ("a [b]", False),
        ("[b] because", False),
        ("[a", False),
        ("", False),
        ("--", False),
    ],
)
def test_only_brackets(text: str, expected: bool) -> None:
    assert only_brackets(text) is expected


@pytest.mark.parametrize(
    ("children", "state"),
    [
        ("### A\n\nYes.\n\n### B\n", "filled"),
        ("### A\n\nTBD\n\n### B\n\nN/A\n", "placeholder"),
        ("### A\n\n### B\n\nN/A\n", "not-applicable"),
        ("### A\n\n### B\n", "empty"),
    ],
)
def test_a_heading_is_what_its_subheadings_are(children: str, state: str) -> None:
    document = read_document("a.md", f"# T\n\n## Other\n\n{children}", SCHEMA)
    heading = next(one for one in document.headings if one.text == "Other")
    assert heading.state.value == state
