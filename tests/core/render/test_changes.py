"""The word diff in the check's text: what it shows, that it is bounded, and that it does nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.decide import decide
from bot.core.model import File, Snapshot
from bot.core.render.changes import change_lines
from bot.core.render.check import LONGEST_OUTPUT, render_check
from tests.builders import BEFORE, BOB, CAROL, HEAD, PATH, change, commit, design, review, snapshot


def stale(before: str, after: str) -> Snapshot:
    """Return a design whose section 4.2 said one thing when bob and carol signed and says another now."""
    was, now = (design(bodies={"4.2": one}) for one in (before, after))
    return snapshot(
        change(now),
        commits=(commit(BEFORE, minutes=90), commit(HEAD, minutes=10)),
        reviews=(replace(review(BOB), commit=BEFORE), replace(review(CAROL, number=2), commit=BEFORE)),
        history={(BEFORE, PATH): File(PATH, len(was), was)},
    )


def shown(seen: Snapshot) -> str:
    """Return the differences as the check has them."""
    (one,) = decide(seen).documents
    return "\n".join(change_lines(seen, one, share=1))


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        ("Kept an hour.", "Kept a day.", "“Kept <del>an hour</del> <ins>a day</ins>.”"),
        ("Kept an hour.", "Kept an hour. Then gone.", "“Kept an hour. <ins>Then gone.</ins>”"),
        ("Kept an hour. Then gone.", "Kept an hour.", "“Kept an hour. <del>Then gone.</del>”"),
        ("One.\nTwo.", "One.\nThree.", "“One. <del>Two</del> <ins>Three</ins>.”"),
    ],
)
def test_what_was_said_and_what_is_said(before: str, after: str, diff: str) -> None:
    text = shown(stale(before, after))
    assert text.startswith(
        "<details><summary>What changed in 4.2 Security &amp; Privacy since bob and carol signed on "
        "<code>aaaaaaa</code></summary>\n\n> " + diff
    )


def test_nothing_is_shown_where_no_signature_is_stale() -> None:
    assert shown(stale("The same.", "The\nsame.")) == ""


def test_a_commit_that_is_gone_has_no_difference_to_show() -> None:
    assert shown(replace(stale("One.", "Two."), history={})) == ""


def test_long_differences_are_cut_and_say_so() -> None:
    words = [f"word{number}" for number in range(20_000)]
    seen = stale(" ".join(words), " ".join(reversed(words)))
    assert len(shown(seen)) < 20_000
    assert "…" in shown(seen)
    everything = dict.fromkeys(("1", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2"), "Otherwise. " * 700)
    was, now = design(), design(bodies=everything)
    many = replace(
        stale("x", "y"), changes=(change(now),), history={(BEFORE, PATH): File(PATH, len(was), was)}
    )
    assert "More has changed than fits here" in shown(many)
    assert len(render_check(many, decide(many)).text) < LONGEST_OUTPUT


_HOSTILE = """@acme/everyone #12 </del> <script> </details> [x](https://evil.example) ` * | ~~ > \\ &lt; word
<!-- tdd-bot:checklist --> https://evil.example \u202e"""
_EVIL = st.lists(st.sampled_from(_HOSTILE.split()), max_size=8).map(" ".join)


@given(_EVIL, _EVIL)
def test_what_a_design_says_stays_text(before: str, after: str) -> None:
    text = shown(stale(f"Said {before} before.", f"Said {after} now."))
    tokens = [
        child for token in MarkdownIt("commonmark").parse(text) for child in [token, *(token.children or ())]
    ]
    assert not {"link_open", "image", "code_inline", "em_open", "strong_open"} & {one.type for one in tokens}
    tags = {one.content.strip() for one in tokens if one.type == "html_inline"}
    assert tags <= {"<del>", "</del>", "<ins>", "</ins>"}
    assert "@acme" not in text
    assert "<!--" not in text
