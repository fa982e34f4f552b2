"""The implementation gate: which designs a description names, and which files ask for one."""

import pytest

from bot.core.policy.implementation import citations, gated

URL = "https://github.example/acme/shop"
PATH = "docs/tdd/0007-x.md"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (f"TDD: {PATH}", [PATH]),
        (f"Some words.\r\n\r\n- **TDD:** `{PATH}`\r\n", [PATH]),
        (f"TDD: /{PATH}.", [PATH]),
        (f"TDD: [the design]({PATH}#goals)", [PATH]),
        (f"TDD: <{URL}/blob/main/{PATH}?plain=1>", [PATH]),
        (f"TDD: {URL}/blob/main/docs/tdd/a%20b.md", ["docs/tdd/a b.md"]),
        (f"TDD: {PATH}, docs/tdd/0008-y.md", [PATH, "docs/tdd/0008-y.md"]),
        (f"TDD: {PATH}\nTDD: {PATH}", [PATH]),
        (f"TDD: [Caches, fast, and small]({PATH}), #12", [PATH, 12]),
        ("TDD: #12", [12]),
        (f"TDD: {URL}/pull/12/files", [12]),
    ],
)
def test_a_line_of_its_own_names_designs(body: str, named: list[str | int]) -> None:
    assert [one.path or one.number for one in citations(body, URL)] == named


@pytest.mark.parametrize("branch", ["release/1.x", "main", "release"])
def test_a_link_into_a_branch_whose_name_has_a_slash_names_the_design(branch: str) -> None:
    [named] = citations(f"TDD: {URL}/blob/{branch}/{PATH}", URL, "release/1.x")
    assert named.path == PATH


@pytest.mark.parametrize(
    "body",
    [
        "",
        f"See {PATH}.",
        f"As in TDD: {PATH}",
        f"<!-- TDD: {PATH} -->",
        f"<!--\nTDD: {PATH}\n",
        f"```\nTDD: {PATH}\n```",
        f"    TDD: {PATH}",
        "TDD:",
        "TDD",
    ],
)
def test_anything_else_names_none(body: str) -> None:
    assert citations(body, URL) == ()


def test_a_link_to_somewhere_else_is_no_path_here() -> None:
    (one,) = citations(f"TDD: https://evil.example/acme/shop/blob/main/{PATH}", URL)
    assert one.path != PATH


def test_a_description_made_to_be_slow_is_read_at_once() -> None:
    body = "TDD: " + "[" * 30_000 + "\n" + "<!--" * 5_000 + "\n" + "TDD: a," * 5_000
    assert len(citations(body, URL)) <= 5


def test_only_files_under_the_globs_ask_for_a_design_and_designs_do_not() -> None:
    paths = ["src/billing/a.py", "src/shop.py", "src/billing/0001-x.md"]
    found = gated(("src/billing/**",), paths, frozenset({"src/billing/0001-x.md"}))

    assert found == ("src/billing/a.py",)
    assert gated((), paths, frozenset()) == ()
