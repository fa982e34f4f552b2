"""Statuses of other houses and the lifecycle's: a template keeps its words, and each has its stage."""

import pytest

from bot.builtin import template
from bot.core.document import read_document, schema_of
from bot.core.document.stages import has_successor, stage_of
from bot.core.model import HeaderSyntax, Severity
from bot.core.policy.lifecycle import APPROVED, DRAFT, IN_REVIEW, KNOWN, SUPERSEDED
from bot.core.rules import RuleContext, judge

RFC = """# RFC-NNNN: [Title]

- Author(s): [names]
- Status: [Draft | Under Discussion | Final Comment Period | Accepted | Rejected]
- Date: YYYY-MM-DD
- Reviewers: @core-team

## Summary
*One paragraph.*

## Guide-level explanation
*Explain it as if it were there already.*

## Drawbacks
<!-- tdd: reason; owners=@core-team, @acme/platform -->
*Why should we not do this?*

## Prior art (optional)
*Who did it before?*

## Unresolved questions
- What is to be settled before this is merged?
"""

ADR = """# NNNN. [Title]

Date: YYYY-MM-DD

## Status

[Proposed | Accepted | Deprecated | Superseded by ADR-NNNN]

## Context

*What is the issue?*

## Decision

*What are we going to do?*

## Consequences

*What becomes easier, and what harder?*
"""

ENHANCEMENT = """---
title: my-feature
authors:
  - "@your-login"
reviewers:
  - "@some-reviewer"
creation-date: yyyy-mm-dd
status: provisional|implementable|implemented|replaced
---

# My feature

## Summary

<!-- One paragraph. -->

## Motivation

### Goals

### Non-Goals

## Design Details

### Test Plan

<!-- tdd: owners=@acme/quality; aliases=Testing -->

How is it tested?
"""

GERMAN = """# Entwurf: [Titel]

| Feld | Wert |
|---|---|
| Autor | [Name] |
| Status | [Entwurf / In Prüfung / Freigegeben / Abgelöst] |
| Datum | JJJJ-MM-TT |
| Reviewer | @architektur |

## 1. Ausgangslage
*Welches Problem wird gelöst?*

## 2. Ziele

### 2.1 Nicht-Ziele
*Was gehört ausdrücklich nicht dazu?*

## 3. Lösung

## 4. Datenschutz
<!-- tdd: reason; owners=@acme/datenschutz -->
* Welche personenbezogenen Daten werden verarbeitet?

## 5. Anhang (optional)
"""

# Status as a document writes it -> as the template does, and the stage that it stands for.
SAID = [
    (RFC, "- Status: under discussion", "Under Discussion", None),
    (RFC, "- Status: final comment period (until Friday)", "Final Comment Period", IN_REVIEW),
    (RFC, "- Status: ACCEPTED", "Accepted", APPROVED),
    (ADR, "## Status\n\nproposed", "Proposed", IN_REVIEW),
    (ADR, "## Status\n\nSuperseded by [12](0012-x.md)", "Superseded", SUPERSEDED),
    (ENHANCEMENT, "---\nstatus: implementable\n---", "implementable", APPROVED),
    (ENHANCEMENT, "---\nstatus: replaced # by another\n---", "replaced", SUPERSEDED),
    (GERMAN, "| Feld | Wert |\n|---|---|\n| Status | in Prüfung |", "In Prüfung", IN_REVIEW),
    (GERMAN, "**Status:** Freigegeben am Montag", "Freigegeben", APPROVED),
]

WRITTEN = {
    "RFC": (
        RFC,
        "# RFC-0007: Price cache\n\n- Author: Ann (@ann)\n- Status: Accepted\n- Date: 2026-03-01\n"
        "- Reviewers: @core-team\n\n## Summary\n\nPrices are kept.\n\n## Guide-level explanation\n\n"
        "Ask for a price.\n\n## Drawbacks\n\nNone: it can be switched off.\n\n## Unresolved questions\n\n"
        "How long is a price true?\n",
        HeaderSyntax.LIST,
    ),
    "ADR": (
        ADR,
        "# 7. Price cache\n\nDate: 2026-03-01\n\n## Status\n\nAccepted\n\n## Context\n\nPages are slow.\n\n"
        "## Decision\n\nPrices are kept.\n\n## Consequences\n\nA price may be old.\n",
        HeaderSyntax.PLAIN,
    ),
    "enhancement": (
        ENHANCEMENT,
        '---\ntitle: price-cache\nauthors:\n  - "@ann"\nreviewers:\n  - "@bo"\ncreation-date: 2026-03-01\n'
        "status: implementable\n---\n\n# Price cache\n\n## Summary\n\nPrices are kept.\n\n## Motivation\n\n"
        "Pages are slow.\n\n### Goals\n\nFast.\n\n### Non-Goals\n\nStock.\n\n"
        "## Design Details\n\nA table.\n\n"
        "### Testing\n\nA replay.\n",
        HeaderSyntax.FRONT_MATTER,
    ),
    "German": (
        GERMAN,
        "# Entwurf: Preise\n\n| Feld | Wert |\n|---|---|\n| Autor | Ann (@ann) |\n| Status | Freigegeben |\n"
        "| Datum | 2026-03-01 |\n| Reviewer | @architektur |\n\n## 1. Ausgangslage\n\n"
        "Seiten sind langsam.\n\n"
        "## 2. Ziele\n\nSchnell.\n\n### 2.1 Nicht-Ziele\n\nBestand.\n\n## 3. Lösung\n\nEine Tabelle.\n\n"
        "## 4. Datenschutz\n\nEntfällt: es sind keine Daten von Personen.\n",
        HeaderSyntax.TABLE,
    ),
}


def test_the_stages_are_the_lifecycles_own_words() -> None:
    assert {stage_of(one) for one in KNOWN} == set(KNOWN)
    assert schema_of(template()).roles == {one: one for one in KNOWN}


@pytest.mark.parametrize(("text", "written", "status", "stage"), SAID)
def test_a_status_keeps_the_templates_spelling_and_has_a_stage(
    text: str, written: str, status: str, stage: str | None
) -> None:
    source = f"{written}\n\n# T\n" if written.startswith("---") else f"# T\n\n{written}\n"
    header = read_document("a.md", source, schema_of(text)).header
    assert (header.status, header.stage) == (status, stage)


@pytest.mark.parametrize(("text", "source", "syntax"), WRITTEN.values(), ids=WRITTEN)
def test_a_document_written_well_in_its_houses_template_has_no_finding(
    text: str, source: str, syntax: HeaderSyntax
) -> None:
    schema = schema_of(text)
    document = read_document("a.md", source, schema)
    assert document.header.syntax is syntax
    assert document.header.stage == APPROVED
    assert judge(document, schema, RuleContext()) == ()


@pytest.mark.parametrize(("text", "source", "syntax"), WRITTEN.values(), ids=WRITTEN)
def test_a_section_taken_out_is_missed_in_every_house(text: str, source: str, syntax: HeaderSyntax) -> None:
    del syntax
    schema = schema_of(text)
    cut = source[: source.rindex("\n## ")]
    found = judge(read_document("a.md", cut, schema), schema, RuleContext())
    assert "TDD201" in {one.rule for one in found if one.severity is Severity.ERROR}


@pytest.mark.parametrize("text", [RFC, ADR, ENHANCEMENT, GERMAN], ids=WRITTEN)
def test_a_template_left_as_it_is_answers_none_of_its_sections(text: str) -> None:
    document = read_document("a.md", text, schema_of(text))
    assert not [one.title for one in document.sections if one.leaf and one.state.answered]
    assert document.header.status is None


def test_markers_name_owners_and_ask_for_reasons() -> None:
    owned = {
        one.title: one.owners for text in (RFC, GERMAN) for one in schema_of(text).sections if one.owners
    }
    assert owned == {"Drawbacks": ("core-team", "acme/platform"), "Datenschutz": ("acme/datenschutz",)}
    reasons = [one.title for text in (RFC, GERMAN) for one in schema_of(text).sections if one.reason_required]
    assert reasons == ["Drawbacks", "Datenschutz"]
    assert not any("tdd:" in one.body for one in schema_of(RFC).sections)


def test_what_may_be_left_out_may_be_left_out_with_all_below_it() -> None:
    schema = schema_of("# T\n\n## A\n\n## B (optional)\n\n### C\n\n## D\n")
    assert [one.title for one in schema.sections if not one.required] == ["B", "C"]


def test_a_move_is_explained_in_the_houses_words() -> None:
    schema = schema_of(GERMAN)
    base, head = (
        read_document("a.md", f"# T\n\n**Status:** {status}\n", schema)
        for status in ("Freigegeben", "Entwurf")
    )
    (found,) = [
        one for one in judge(head, schema, RuleContext(base=base, base_known=True)) if one.rule == "TDD301"
    ]
    assert found.message == "the status cannot go from Freigegeben to Entwurf"
    assert "Approved" not in found.help
    assert "In Prüfung" in found.help


@pytest.mark.parametrize(
    ("status", "expected"), [("Superseded", True), ("replaced", True), ("Rejected", False)]
)
def test_only_what_was_replaced_has_a_successor(status: str, *, expected: bool) -> None:
    assert has_successor(status) is expected
    assert stage_of(status) == SUPERSEDED


def test_a_word_that_stands_for_nothing_has_no_stage() -> None:
    assert stage_of("Blocked on legal") is None
    assert stage_of("") is None
    assert stage_of("draft") == DRAFT
