"""Templates of every kind give a schema: an RFC, an ADR, one with front matter, one in another language."""

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.model import SectionState, Severity
from bot.core.rules import RuleContext, judge

RFC = """# RFC-NNN: [Title]

> **Status**: [Draft | In Review | Accepted | Rejected | Superseded by RFC-XXX]
> **Author**: [your name]
> **Created**: YYYY-MM-DD

## Summary

One paragraph.

## Motivation

Why do we do this?

## Rollout [optional]

<!-- tdd: aliases=Launch, Going live -->

How does it reach users?

## Unresolved Questions

<!-- tdd: reason -->
"""

ADR = """# NUMBER. TITLE

Date: DATE

## Status

Proposed / Accepted / Superseded

## Context

The issue motivating this decision, and any context that influences it.

## Decision

The change that we are proposing or have agreed to.

## Consequences

What becomes easier or more difficult?
"""

ENHANCEMENT = """---
title: neat-idea
authors:
  - "@your-handle"
reviewers:
  - TBD
creation-date: yyyy-mm-dd
status: provisional|implementable|implemented|replaced
superseded-by:
---

# Neat idea

## Summary

## Motivation

### Goals

### Non-Goals

## Proposal

### Risks and Mitigations
"""

SPANISH = """# Documento: [Título]

**Autor:** [Nombre del autor]
**Estado:** [Borrador / En Revisión / Aprobado]
**Fecha:** AAAA-MM-DD
**Revisores:** @equipo-seguridad

## 1. Resumen ejecutivo

*Describa el problema y la solución.*

## 2. Seguridad (opcional)

* ¿Cómo se cifran los datos?
"""


def test_the_built_in_template_gives_what_it_says() -> None:
    schema = schema_of(template())
    assert schema.fields == ("author", "status", "date", "reviewers")
    assert schema.statuses == ("Draft", "In-Review", "Approved", "Superseded")
    assert schema.placeholders["author"] == "[Your Name]"
    assert schema.example_reviewers == ("eng-lead", "security-team", "infrastructure")
    assert [one.id for one in schema.sections if one.leaf] == (
        "1 2.1 2.2 2.3 3.1 3.2 3.3 3.4 4.1 4.2 4.3 5.1 5.2 5.3 6 7".split()  # noqa: SIM905 - reads as a list
    )
    goals = next(one for one in schema.sections if one.id == "2.2")
    assert (goals.title, goals.parent, goals.level) == ("Goals", "2", 3)
    assert goals.prompts == (
        "Goal 1: Clear, measurable outcome.",
        "Goal 2: Performance or functional requirement.",
    )


def test_a_schema_is_derived_once() -> None:
    assert schema_of(RFC) is schema_of(RFC)


@pytest.mark.parametrize(
    ("text", "fields", "statuses", "titles"),
    [
        (
            RFC,
            ("status", "author", "date"),
            ("Draft", "In Review", "Accepted", "Rejected", "Superseded"),
            ["Summary", "Motivation", "Rollout", "Unresolved Questions"],
        ),
        (
            ADR,
            ("date", "status"),
            ("Proposed", "Accepted", "Superseded"),
            ["Context", "Decision", "Consequences"],
        ),
        (
            ENHANCEMENT,
            ("author", "reviewers", "date", "status"),
            ("provisional", "implementable", "implemented", "replaced"),
            ["Summary", "Motivation", "Goals", "Non-Goals", "Proposal", "Risks and Mitigations"],
        ),
        (
            SPANISH,
            ("author", "status", "date", "reviewers"),
            ("Borrador", "En Revisión", "Aprobado"),
            ["Resumen ejecutivo", "Seguridad"],
        ),
    ],
    ids=["RFC", "ADR", "enhancement", "Spanish"],
)
def test_any_template_gives_fields_statuses_and_sections(
    text: str, fields: tuple[str, ...], statuses: tuple[str, ...], titles: list[str]
) -> None:
    schema = schema_of(text)
    assert schema.fields == fields
    assert schema.statuses == statuses
    assert [one.title for one in schema.sections] == titles


@pytest.mark.parametrize("text", [RFC, ADR, ENHANCEMENT, SPANISH, template()])
def test_a_template_left_as_it_is_answers_none_of_its_sections(text: str) -> None:
    document = read_document("a.md", text, schema_of(text))
    assert not [one.title for one in document.sections if one.state.answered]
    assert not [one.title for one in document.sections if one.state is SectionState.MISSING]
    assert document.header.status is None


def test_a_comment_or_a_mark_makes_a_section_optional_and_names_others() -> None:
    schema = schema_of(RFC)
    assert [one.title for one in schema.sections if not one.required] == ["Rollout"]
    assert next(one for one in schema.sections if one.title == "Rollout").aliases == ("Launch", "Going live")
    assert [one.title for one in schema.sections if one.reason_required] == ["Unresolved Questions"]


def test_a_document_of_another_template_is_judged_by_it() -> None:
    text = (
        "# RFC-7: Price cache\n\n- Status: accepted\n- Author: Ann\n- Created: 1 March 2026\n\n"
        "## Motivation:\n\nPages are slow.\n\n## 2. SUMMARY\n\nOne paragraph.\n\n"
        "## Going live\n\nOn Monday.\n\n"
        "## Unresolved questions\n\nNone\n"
    )
    schema = schema_of(RFC)
    findings = judge(read_document("a.md", text, schema), schema, RuleContext())
    assert [
        (one.rule, one.section, one.severity.label) for one in findings if one.severity > Severity.NOTE
    ] == [
        ("TDD202", "summary", "error"),
        ("TDD207", "unresolved-questions", "error"),
    ]


def test_an_adr_says_its_status_in_a_section() -> None:
    header = "# 7. Price cache\n\nDate: 2026-03-01\n\n## Status\n\nAccepted\n\n"
    text = f"{header}## Context\n\nSo.\n\n## Decision\n\nYes.\n"
    schema = schema_of(ADR)
    document = read_document("a.md", text, schema)
    assert document.header.status == "Accepted"
    assert [one.rule for one in judge(document, schema, RuleContext())] == ["TDD201"]


def test_a_template_without_a_menu_has_the_four_statuses() -> None:
    assert schema_of("# T\n\nStatus: Draft\n\n## A\n").statuses == (
        "Draft",
        "In-Review",
        "Approved",
        "Superseded",
    )


def test_a_menu_can_stand_in_a_comment_beside_the_status() -> None:
    schema = schema_of("# T\n\n- Status: Draft <!-- one of: Draft, Approved, On Hold -->\n\n## A\n")
    assert schema.statuses == ("Draft", "Approved", "On Hold")


def test_a_gap_in_a_heading_is_filled_by_its_author() -> None:
    schema = schema_of("# T\n\n## Alternative 1: [Name]\n\n## Alternative 2: [Name]\n")
    document = read_document("a.md", "# T\n\n## Alternative 2: Do nothing\n\nIt costs nothing.\n", schema)
    assert [(one.title, one.state.value) for one in document.sections] == [
        ("Alternative 1", "missing"),
        ("Alternative 2", "filled"),
    ]


def test_numbers_are_ids_and_doubles_are_told_apart() -> None:
    schema = schema_of("# T\n\n## 1. A\n\n## 1. B\n\n## Über uns & mehr\n\n## 🎉\n")
    assert [one.id for one in schema.sections] == ["1", "1-2", "über-uns-mehr", "section"]


def test_an_empty_template_asks_for_nothing() -> None:
    schema = schema_of("")
    assert (schema.fields, schema.sections) == ((), ())
