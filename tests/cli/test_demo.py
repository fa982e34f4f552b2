"""The demo with a design of one's own: what cannot be played is refused at once, the rest is completed."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.builtin import template
from bot.cli.app import app
from bot.cli.demo.author import Design
from bot.core.model import SectionState
from tests.builders import design


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"\xff", "not UTF-8"),
        (b"word " * 1_100_000, "larger than a design may be"),
        (b"# Heading\n\n" * 10_001, "larger than a design may be"),
    ],
    ids=["not there", "not UTF-8", "over 5 MB", "too many headings"],
)
def test_a_demo_of_no_design_says_so(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "mine.md"
    if content is not None:
        file.write_bytes(content)

    ran = CliRunner().invoke(app, ["demo", str(file)])

    assert ran.exit_code == 2
    assert ran.output.startswith("tdd-bot demo: ")
    assert said in " ".join(ran.output.split())
    assert "opens a pull request" not in ran.output


UNLIKE_THE_TEMPLATE = """# Mine

## Risks & Unknowns

TBD

## API Design

TBD

```sh
# a comment of the shell, and no heading
serve
```

## Goals

TBD
"""


@pytest.mark.parametrize(
    "text", ["", template(), UNLIKE_THE_TEMPLATE], ids=["empty", "template", "other order"]
)
def test_the_author_completes_every_design(text: str) -> None:
    completed = Design(text).for_acme(date(2026, 11, 24)).completed()

    assert [one.id for one in completed.read.sections if one.leaf and not one.state.answered] == []


def test_the_author_leaves_one_section_that_is_there() -> None:
    half = Design(UNLIKE_THE_TEMPLATE)
    left = half.left_for_later()
    assert left is not None

    states = {one.id: one.state for one in half.completed(but=left).read.sections if one.leaf}

    assert [number for number, state in states.items() if not state.answered] == [left.id]
    assert states[left.id] is SectionState.PLACEHOLDER


def test_an_amendment_does_not_cut_code_in_two() -> None:
    code = "```sh\n# a comment of the shell\nserve\n```"
    amended = Design(design().replace("### 3.3", f"{code}\n\n### 3.3")).amended()

    assert code in amended.text
    assert amended.text.index(code) < amended.text.index("Each price expires") < amended.text.index("### 3.3")
