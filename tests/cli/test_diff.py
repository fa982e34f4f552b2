"""Patches: exact for programs, harmless for a terminal."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.diff import unified

_LINES = st.lists(st.sampled_from(["a", "b", "", " ", "-", "+x", "\x0c", "\u2028", "ä\r"]), max_size=6)


@settings(max_examples=40, deadline=None, database=None)
@given(before=_LINES, after=_LINES, ends=st.tuples(st.booleans(), st.booleans()))
def test_git_applies_what_is_shown(
    before: list[str], after: list[str], ends: tuple[bool, bool], tmp_path_factory: pytest.TempPathFactory
) -> None:
    old, new = (
        "\n".join(one) + ("\n" if end else "") for one, end in zip((before, after), ends, strict=True)
    )
    patch = unified("a b.md", old, new)
    assert (patch == "") is (old == new)
    if not patch or not old or not new:
        return  # git says otherwise that a file is made or removed
    folder = tmp_path_factory.mktemp("patched")
    (folder / "a b.md").write_bytes(old.encode())
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"],
        cwd=folder,
        input=patch.encode(),
        check=True,
        capture_output=True,
    )
    assert (folder / "a b.md").read_bytes() == new.encode()


def test_nothing_of_a_document_steers_the_terminal() -> None:
    shown = unified("a\x1b[2J.md", "old \x1b[2J\r\n", "new \u202e\n", color=True)
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown
    assert "\x1b[31m-old \ufffd[2J\x1b[0m\n" in shown


def test_the_path_of_a_patch_is_relative(tmp_path: Path) -> None:
    assert unified("docs/a.md", "a\n", "b\n").startswith("--- a/docs/a.md\n+++ b/docs/a.md\n@@ -1 +1 @@\n")
    assert unified(f"{tmp_path}/a.md", "a\n", "b\n").startswith(f"--- a{tmp_path}/a.md\n")
