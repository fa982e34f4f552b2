"""The configuration of the default branch, in force over HTTP; never that of the pull request itself."""

import pytest

from bot.sandbox import Role
from tests.builders import design
from tests.scenarios.deeds import APPROVED, DESIGN, Play, approves, opens
from tests.scenarios.stage import PATH, Cost, Stage

FILE = ".github/tdd-bot.yml"
THREE = "Waiting for acme/eng-lead and 2 more"


def configure(stage: Stage, text: str, **files: str) -> None:
    """Commit a configuration to the default branch."""
    changes: dict[str, str] = {FILE: text, **files}
    stage.scene.person("erin").commit(stage.scene.repository, "main", changes)


async def said(stage: Stage, play: Play) -> tuple[str | None, str | None]:
    """Let the bot deal with what happened; return the check's conclusion and title."""
    await stage.run()
    run = stage.check(play.it)
    return (run.conclusion.value if run.conclusion else None), run.title


@pytest.mark.parametrize(
    ("text", "conclusion", "title"),
    [
        ("mode: enforce\n", "action_required", THREE),
        ("mode: advise\n", "neutral", THREE),
        ("reviewers: ['@acme/infrastructure']\n", "action_required", THREE),
        ("ask_when: complete\n", "action_required", THREE),
        (
            "aliases: {eng-lead: '@acme/security-team'}\n",
            "action_required",
            "Waiting for acme/security-team and acme/infrastructure",
        ),
        (
            "modes: advise\n",
            "action_required",
            "`.github/tdd-bot.yml` line 1: unknown key `modes`, did you mean `mode`?",
        ),
    ],
)
async def test_what_is_configured_holds(stage: Stage, text: str, conclusion: str, title: str) -> None:
    configure(stage, text)
    play = Play(stage)
    opens(DESIGN)(play)

    assert await said(stage, play) == (conclusion, title)


async def test_mode_off_writes_nothing(stage: Stage) -> None:
    configure(stage, "mode: off\n")
    opens(DESIGN)(Play(stage))
    await stage.run()

    assert stage.count().writes == 0


async def test_quiet_spares_pull_requests_without_documents(stage: Stage) -> None:
    configure(stage, "quiet: true\n")
    stage.scene.open_pull({"src/x.py": "x = 1\n"})
    await stage.run()

    assert stage.count().writes == 0


async def test_reviewers_of_the_configuration_are_required_whatever_the_header_says(stage: Stage) -> None:
    configure(stage, "reviewers: ['@acme/security-team']\n")
    play = Play(stage)
    opens(design("Approved", "@eng-lead"))(play)
    approves("bob")(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/security-team")


async def test_the_organisations_configuration_stands_below_the_repositorys(stage: Stage) -> None:
    world = stage.scene.world
    shared = world.add_repository(stage.scene.organization, ".github")
    erin = stage.scene.person("erin")
    shared.collaborators[erin.id] = Role.ADMIN
    erin.commit(shared, "main", {FILE: "reviewers: ['@acme/security-team']\nmode: advise\n"})
    configure(stage, "mode: enforce\n")
    play = Play(stage)
    opens(design("Approved", "@eng-lead"))(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/eng-lead and acme/security-team")


async def test_paths_switch_the_usual_places_off(stage: Stage) -> None:
    configure(stage, "paths: ['rfcs/*.md']\n")
    play = Play(stage)
    opens(DESIGN)(play)
    other = Play(stage, stage.scene.open_pull({"rfcs/1.md": DESIGN}, branch="other"))

    assert await said(stage, play) == ("success", "No design document in this pull request")
    assert (await said(stage, other))[1] == THREE


async def test_a_repositorys_own_template_is_what_is_judged_by(stage: Stage) -> None:
    own = "# RFC: [Title]\n\n**Author:** [Name]\n**Status:** [Draft / In-Review / Approved]\n"
    own += "**Date:** YYYY-MM-DD\n**Reviewers:** @eng-lead\n\n## Why\n*Why?*\n\n## How\n*How?*\n"
    configure(stage, "mode: enforce\n", **{"docs/tdd/TEMPLATE.md": own})
    play = Play(stage)
    text = "# RFC: x\n\n**Author:** Alice\n**Status:** In-Review\n**Date:** 2026-11-20\n"
    text += "**Reviewers:** @eng-lead\n"
    opens(text + "\n## Why\nBecause.\n")(play)

    assert await said(stage, play) == ("failure", "1 section to write before review")


async def test_a_weakened_configuration_in_the_same_pull_request_has_no_effect(stage: Stage) -> None:
    configure(stage, "reviewers: ['@acme/security-team']\n")
    files = {PATH: design("Approved", "@eng-lead"), FILE: "mode: off\n"}
    play = Play(stage, stage.scene.open_pull(files))
    approves("bob")(play)

    conclusion, title = await said(stage, play)
    assert (conclusion, title) == ("action_required", "Waiting for acme/security-team")
    assert "`mode`" in (stage.check(play.it).summary or "")


async def test_a_broken_configuration_can_be_repaired_and_nothing_else_passes(stage: Stage) -> None:
    configure(stage, "reviwers: []\n")
    design_too = Play(stage)
    opens(APPROVED)(design_too)
    repair = Play(stage, stage.scene.open_pull({FILE: "reviewers: []\n"}, branch="repair"))
    worse = Play(stage, stage.scene.open_pull({FILE: "reviwers: {}\n"}, branch="worse"))

    assert (await said(stage, design_too))[0] == "action_required"
    assert await said(stage, repair) == ("success", "The configuration is valid")
    conclusion, _ = await said(stage, worse)
    assert conclusion != "success"


async def test_reading_it_costs_no_request(stage: Stage) -> None:
    configure(stage, "mode: enforce\n")
    opens(DESIGN)(Play(stage))
    await stage.run()

    assert stage.count() == Cost(tokens=1, reads=3, writes=3)
