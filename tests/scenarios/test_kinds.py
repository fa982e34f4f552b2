"""Several kinds of document in one repository: each with its own places, template, people, rules and mode."""

import pytest

from bot.core.model import PullRequestRef
from bot.sandbox import PullRequest
from tests.builders import design
from tests.scenarios.configured import FILE, configure, said
from tests.scenarios.deeds import Play, approves, comments
from tests.scenarios.stage import PATH, Stage

KINDS = """
reviewers: ['@acme/infrastructure']
kinds:
  - name: RFC
    paths: ['rfcs/*.md']
    template: rfcs/TEMPLATE.md
    reviewers: ['@acme/security-team']
    aliases: {Leads: '@acme/eng-lead'}
    sections: {Motivation: {owners: ['@erin']}}
  - name: decision record
    paths: ['adr/*.md']
    template: adr/TEMPLATE.md
    mode: advise
    rules: {TDD201: note}
  - name: minutes
    paths: ['minutes/*.md']
    mode: off
"""
RFC_TEMPLATE = """# RFC: [Title]

**Author:** [Name]
**Status:** [Draft / In-Review / Approved / Superseded]
**Date:** [YYYY-MM-DD]
**Reviewers:** [Names]

## Motivation
## Design
"""
ADR_TEMPLATE = RFC_TEMPLATE.replace("## Motivation\n## Design", "## Context\n## Decision")
RFC = """# RFC: Price cache

**Author:** Alice (@alice)
**Status:** {status}
**Date:** 2026-11-20
**Reviewers:** {reviewers}

## Motivation

Prices are slow.

## Design

They are kept in memory.
"""


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with three kinds besides the common one."""
    configure(stage, KINDS, **{"rfcs/TEMPLATE.md": RFC_TEMPLATE, "adr/TEMPLATE.md": ADR_TEMPLATE})
    return Play(stage)


def opened(play: Play, files: dict[str, str]) -> PullRequest:
    """Open a pull request with some files."""
    play.pull = play.stage.scene.open_pull(files)
    return play.pull


def rfc(status: str = "Approved", reviewers: str = "Leads") -> str:
    """Return a complete RFC."""
    return RFC.format(status=status, reviewers=reviewers)


async def test_each_kind_has_its_template_people_aliases_and_owners(play: Play) -> None:
    opened(play, {"rfcs/1.md": rfc()})

    assert await said(play.stage, play) == ("action_required", "Waiting for acme/eng-lead and 2 more")
    assert play.stage.asked(play.it) == {"eng-lead", "security-team", "erin"}
    assert "rfcs/1.md` · RFC · Approved" in play.stage.comment(play.it)
    for login in ("bob", "dana", "erin"):
        approves(login)(play)
    assert await said(play.stage, play) == ("success", "Approved and signed by bob, dana and erin")


async def test_a_document_of_no_kind_is_judged_by_what_all_have(play: Play) -> None:
    opened(play, {PATH: design("Approved", reviewers="@eng-lead")})

    assert await said(play.stage, play) == (
        "action_required",
        "Waiting for acme/eng-lead and acme/infrastructure",
    )


async def test_a_kind_in_mode_advise_stops_nothing_and_says_the_same(play: Play) -> None:
    opened(play, {"adr/1.md": rfc("Draft").replace("Motivation", "Context")})

    conclusion, title = await said(play.stage, play)
    assert (conclusion, title) == ("neutral", "Draft: 1 of 2 sections to write")
    assert "decision record · Draft · advice only" in play.stage.comment(play.it)


async def test_of_kinds_that_are_enforced_and_advised_the_enforced_ones_decide(play: Play) -> None:
    opened(play, {"adr/1.md": rfc("In-Review"), "rfcs/1.md": rfc("Approved")})
    conclusion, title = await said(play.stage, play)
    assert conclusion == "action_required"
    assert title == "Waiting for acme/eng-lead and 2 more (and 1 more design)"

    for login in ("bob", "dana", "erin"):
        approves(login)(play)
    conclusion, _ = await said(play.stage, play)
    assert conclusion == "neutral"
    scene = play.stage.scene
    ref = PullRequestRef(scene.installation.id, scene.repository.id, "acme", "shop", play.it.number)
    assert (await play.stage.journal.recall(ref)).paths == ("adr/1.md", "rfcs/1.md")


async def test_a_kind_in_mode_off_is_no_document(play: Play) -> None:
    opened(play, {"minutes/1.md": design("Draft")})

    assert await said(play.stage, play) == ("success", "No design document in this pull request")


async def test_a_template_of_a_kind_is_no_document(play: Play) -> None:
    opened(play, {"rfcs/TEMPLATE.md": RFC_TEMPLATE + "## Risks\n"})

    assert await said(play.stage, play) == ("success", "No design document in this pull request")


async def test_commands_go_by_the_kind_of_their_document(play: Play) -> None:
    play.stage.scene.installation.permissions["contents"] = "write"
    opened(play, {"rfcs/1.md": rfc("Draft").replace("## Motivation\n\nPrices are slow.\n\n", "")})
    comments("alice", "/tdd fix")(play)
    await play.stage.run()

    git = play.it.repository.git
    text = git.blobs[git.files(play.it.head_sha)["rfcs/1.md"].oid].decode()
    assert "## Motivation" in text
    assert "4.2" not in text


async def test_where_all_is_off_one_kind_may_be_on(play: Play) -> None:
    text = KINDS.replace("reviewers: ['@acme/infrastructure']", "mode: off").replace(
        "    paths: ['rfcs/*.md']", "    paths: ['rfcs/*.md']\n    mode: enforce"
    )
    configure(play.stage, text)
    opened(play, {PATH: design("Draft")})
    await play.stage.run()
    assert play.stage.count().writes == 0

    other = play.stage.scene.open_pull({"rfcs/1.md": rfc()}, branch="other")
    await play.stage.run()
    assert play.stage.check(other).title == "Waiting for acme/eng-lead and 2 more"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ("template: rfcs/TEMPLATE.md", "template: rfcs/GONE.md"),
            "the template `rfcs/GONE.md` cannot be used: there is no such file",
        ),
        (
            ("sections: {Motivation", "sections: {Motivaton"),
            "the template has no section `Motivaton`, did you mean `Motivation`?",
        ),
    ],
)
async def test_a_fault_of_a_kind_closes_the_gate_and_is_told_where_it_is_proposed(
    play: Play, change: tuple[str, str], problem: str
) -> None:
    proposed = play.stage.scene.open_pull({FILE: KINDS.replace(*change)}, branch="proposal")
    await play.stage.run()
    run = play.stage.check(proposed)
    assert run.conclusion is not None
    assert run.conclusion.value == "failure"
    assert problem in (run.title or "")

    configure(play.stage, KINDS.replace(*change))
    opened(play, {"rfcs/1.md": rfc()})
    _, title = await said(play.stage, play)
    assert problem in (title or "")
