"""SARIF 2.1.0, held against the schema that its makers publish."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bot.core.model import Finding, Severity, Span
from bot.core.render.report import Judged, Piece, Replacement, tally
from bot.core.render.sarif import sarif_piece, sarif_whole
from bot.core.rules import RULES

SCHEMA = Path(__file__).parents[3] / ".official/microsoft-jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"

PLACE = Span(3, 1, 3, 9)


def _finding(
    rule: str = "TDD202",
    path: str = "docs/tdd/a b%.md",
    span: Span = PLACE,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(rule, "sample", severity, path, span, "it is \x1b wrong", help="Mend it.", section="4.2")


def _log(*judged: Judged) -> dict[str, Any]:
    found = json.loads(sarif_whole([Piece(sarif_piece(one), tally(one)) for one in judged]))
    assert isinstance(found, dict)
    return found


SAMPLES = (
    (),
    (Judged("a.md", None, ()),),
    (
        Judged("a.md", None, (_finding(), _finding(severity=Severity.NOTE))),
        Judged("b.md", None, (_finding(),)),
    ),
    (
        Judged(
            "a.md",
            None,
            (_finding(), _finding("TDD204")),
            mending={_finding(): (Replacement(PLACE, "x"), Replacement(Span(9, 1, 9, 1), ""))},
        ),
    ),
    (Judged("a.md", None, (_finding("TDD999", "/srv/a.md", Span(1, 1, 1, 1)),)),),
)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of SARIF is not here; .ci/fetch-sarif fetches it")
@pytest.mark.parametrize("judged", SAMPLES)
def test_the_log_is_valid(judged: tuple[Judged, ...]) -> None:
    validator = Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))
    assert [error.message for error in validator.iter_errors(_log(*judged))] == []


def test_every_rule_is_listed_and_a_result_points_at_its_own() -> None:
    run = _log(Judged("a.md", None, (_finding(),)))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.code for rule in RULES]
    (result,) = run["results"]
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == "TDD202"
    assert result["level"] == "error"
    assert result["message"]["text"] == "it is \ufffd wrong. Mend it."


def test_a_place_is_percent_encoded_below_the_root_of_the_sources() -> None:
    (result,) = _log(Judged("a", None, (_finding(),)))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/tdd/a%20b%25.md", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 9}


@pytest.mark.parametrize(
    ("path", "uri"), [("/srv/ä.md", "file:///srv/%C3%A4.md"), ("C:/x/a.md", "file:///C:/x/a.md")]
)
def test_a_file_anywhere_has_an_address_of_its_own(path: str, uri: str) -> None:
    (result,) = _log(Judged("a", None, (_finding(path=path),)))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri}


def test_a_finding_is_known_again_after_lines_were_added_above_it() -> None:
    first, moved, other = (_finding(), _finding(span=Span(9, 1, 9, 9)), _finding("TDD204"))
    results = _log(Judged("a", None, (first, moved, other)))["runs"][0]["results"]
    keys = [result["partialFingerprints"]["tddBotFinding/v1"] for result in results]
    assert keys[0] == keys[1] != keys[2]


def test_what_mends_a_finding_is_a_fix_of_its_result_and_of_no_other() -> None:
    mended = {_finding(): (Replacement(PLACE, "x\n"), Replacement(Span(9, 2, 9, 4), ""))}
    first, second = _log(Judged("a", None, (_finding(), _finding("TDD204")), mending=mended))["runs"][0][
        "results"
    ]
    (fix,) = first["fixes"]
    assert fix["description"] == {"text": "Mend it."}
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "docs/tdd/a%20b%25.md"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 3, "startColumn": 1, "endLine": 3, "endColumn": 9},
            "insertedContent": {"text": "x\n"},
        },
        {"deletedRegion": {"startLine": 9, "startColumn": 2, "endLine": 9, "endColumn": 4}},
    ]
    assert "fixes" not in second
