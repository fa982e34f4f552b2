"""What changed between two texts, told to people."""

import pytest

from bot.builtin import template
from bot.core.document import PieceKind, read_document, schema_of, section_text, worddiff
from tests.builders import design

SCHEMA = schema_of(template())


def _shown(before: str, after: str) -> str:
    marks = {PieceKind.SAME: "{}", PieceKind.REMOVED: "[-{}-]", PieceKind.ADDED: "[+{}+]"}
    return "".join(marks[one.kind].format(one.text) for one in worddiff(before, after))


CHANGES = {
    "a word": ("kept for an hour in the cache", "kept for thirty days in the cache"),
    "punctuation": ("fast, and cheap", "fast and cheap"),
    "nothing": ("the same words", "the same\nwords"),
    "all": ("one", "two"),
    "from nothing": ("", "new"),
    "to nothing": ("old", ""),
}
SHOWN = {
    "a word": "kept for[- an hour-][+ thirty days+] in the cache",
    "punctuation": "fast[-,-] and cheap",
    "nothing": "the same\nwords",
    "all": "[-one-][+two+]",
    "from nothing": "[+new+]",
    "to nothing": "[-old-]",
}


@pytest.mark.parametrize("case", CHANGES)
def test_changes_are_told_by_words(case: str) -> None:
    assert _shown(*CHANGES[case]) == SHOWN[case]


def test_a_new_paragraph_is_a_change() -> None:
    assert _shown("One. Two.", "One.\n\nTwo.") != "One.\n\nTwo."


def test_long_texts_are_told_by_lines() -> None:
    before = [f"line {number} of many words that are all alike" for number in range(3_000)]
    after = [*before[:1_000], "a new line", *before[1_000:2_000], "another end", *before[2_001:]]
    pieces = worddiff("\n".join(before), "\n".join(after))
    added = "".join(one.text for one in pieces if one.kind is PieceKind.ADDED)
    assert added.split() == ["a", "new", "line", "another", "end"]


def test_a_sections_text_is_what_its_fingerprint_is_of() -> None:
    document = read_document(
        "a.md", design(bodies={"4.2": "Kept.\n\n#### Keys\n\nIn a vault. <!-- not shown -->"}), SCHEMA
    )
    assert section_text(document, "4.2") == "Kept.\n\n#### Keys\n\nIn a vault."
    assert section_text(document, "4") == ""
    assert section_text(document, "9.9") == ""
    assert section_text(document, "header") == "TDD: Price cache\nAuthor: Alice Example (@alice)"


def test_headings_beside_the_schema_are_the_rest() -> None:
    document = read_document("a.md", design() + "\n## Credits\n\nThanks to all.\n", SCHEMA)
    assert section_text(document, "rest") == "## Credits\n\nThanks to all."
