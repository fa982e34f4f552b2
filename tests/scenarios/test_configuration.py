"""The configuration of the default branch, in force over HTTP; never that of the pull request itself."""

import pytest

from bot.sandbox import Role
from tests.builders import design
from tests.scenarios.configured import FILE, configure, organise, said
from tests.scenarios.deeds import APPROVED, DESIGN, Play, approves, comments, opens
from tests.scenarios.stage import PATH, Cost, Stage

THREE = "Waiting for acme/eng-lead and 2 more"


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


async def test_advice_of_the_organisation_does_not_open_a_broken_repository(stage: Stage) -> None:
    organise(stage, "mode: advise\n")
    configure(stage, "mode: enforced\n")
    play = Play(stage)
    opens(APPROVED)(play)

    conclusion, title = await said(stage, play)
    assert conclusion == "action_required"
    assert title
    assert title.startswith("`.github/tdd-bot.yml` line 1: `mode` is `enforced`")


async def test_a_broken_organisation_is_named_as_the_place_of_the_fault(stage: Stage) -> None:
    organise(stage, "\nmodes: advise\n")
    play = Play(stage)
    opens(APPROVED)(play)

    assert await said(stage, play) == (
        "action_required",
        "`acme/.github: .github/tdd-bot.yml` line 2: unknown key `modes`, did you mean `mode`?",
    )


async def test_a_repositorys_fault_is_no_comment_on_everybodys_pull_request(stage: Stage) -> None:
    configure(stage, "modes: advise\n")
    play = Play(stage)
    opens(APPROVED)(play)
    await stage.run()

    assert play.it.comments == []


async def test_an_alias_still_holds_in_the_run_that_lets_merge(stage: Stage) -> None:
    """That run reads all names anew; the team that merely has the alias's name must not sign."""
    configure(stage, "aliases: {eng-lead: '@acme/security-team', Web Team: '@acme/infrastructure'}\n")
    play = Play(stage)
    opens(design("Approved", "Web Team, @eng-lead"))(play)
    approves("bob")(play)

    waiting = ("action_required", "Waiting for acme/infrastructure and acme/security-team")
    assert await said(stage, play) == waiting
    approves("carol")(play)
    assert await said(stage, play) == ("action_required", "Waiting for acme/security-team")
    approves("dana")(play)
    assert await said(stage, play) == ("success", "Approved and signed by carol and dana")


OWN = """\
# RFC: [Title]

**Author:** [Name]
**Status:** [Draft / In-Review / Approved]
**Date:** YYYY-MM-DD
**Reviewers:** @eng-lead

## Why
*Why?*

## How
*How?*
"""
RFC = "# RFC: x\n\n**Author:** Alice\n**Status:** In-Review\n**Date:** 2026-11-20\n**Reviewers:** @eng-lead\n"
HALF = RFC + "\n## Why\nBecause.\n"


async def test_a_template_of_another_name_costs_one_request_once(stage: Stage) -> None:
    configure(stage, "template: rfcs/OURS.md\n", **{"rfcs/OURS.md": OWN})
    play = Play(stage)
    opens(HALF)(play)

    assert await said(stage, play) == ("failure", "1 section to write before review")
    assert stage.count().reads == 4
    stage.scene.person("erin").label(play.it, "design")
    stage.scene.person("erin").edit(play.it, title="Another title")
    await stage.run()
    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


async def test_a_template_that_the_organisation_names_is_the_organisations(stage: Stage) -> None:
    organise(stage, "template: OURS.md\n", **{"OURS.md": OWN})
    play = Play(stage)
    opens(HALF)(play)

    assert await said(stage, play) == ("failure", "1 section to write before review")


@pytest.mark.parametrize(
    ("files", "title"),
    [
        (
            {FILE: "quiet: true\ntemplate: gone.md\n"},
            "`.github/tdd-bot.yml` line 2: the template `gone.md` cannot be used: there is no such file",
        ),
        (
            {"docs/tdd/TEMPLATE.md": "Write what you like.\n"},
            "`docs/tdd/TEMPLATE.md` line 1: this template cannot be used: it has no headings, so it asks for "
            "no sections",
        ),
        (
            {FILE: "sections:\n  Secrity & Privacy: {required: true}\n"},
            "`.github/tdd-bot.yml` line 2: the template has no section `Secrity & Privacy`, did you mean "
            "`Security & Privacy`?",
        ),
    ],
)
async def test_a_template_or_section_that_is_not_there_closes_the_gate(
    stage: Stage, files: dict[str, str], title: str
) -> None:
    stage.scene.person("erin").commit(stage.scene.repository, "main", files)
    play = Play(stage)
    opens(APPROVED)(play)

    assert await said(stage, play) == ("action_required", title)


async def test_an_owner_of_a_section_is_asked_when_it_changes(stage: Stage) -> None:
    configure(stage, "sections:\n  '4.2': {owners: ['@acme/security-team']}\n")
    play = Play(stage)
    opens(design(reviewers="@eng-lead"))(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/eng-lead and acme/security-team")
    assert stage.asked(play.it) == {"eng-lead", "security-team"}


async def test_a_comment_that_does_not_sign_here_is_answered(stage: Stage) -> None:
    configure(stage, "comment_approvals: false\n")
    play = Play(stage)
    opens(design("Approved", "@eng-lead"))(play)
    comments("bob", "/tdd approve")(play)

    assert await said(stage, play) == ("action_required", "Waiting for acme/eng-lead")
    [reply] = stage.replies(play.it)
    assert "a comment does not sign here: approve in a review" in reply


# --- pull requests that change it ------------------------------------------------------------------


async def test_a_fault_that_a_pull_request_brings_is_shown_on_its_line(stage: Stage) -> None:
    play = Play(stage, stage.scene.open_pull({FILE: "quiet: true\nmode: enforced\n"}))

    conclusion, title = await said(stage, play)
    run = stage.check(play.it)

    assert conclusion == "failure"
    assert title
    assert "`.github/tdd-bot.yml` line 2: `mode` is `enforced`" in title
    assert [(one.path, one.start_line) for one in run.annotations] == [(FILE, 2)]
    assert "merged, it would let no design pass" in stage.comment(play.it)


@pytest.mark.parametrize(
    ("files", "conclusion"),
    [
        ({FILE: "template: rfcs/OURS.md\n", "rfcs/OURS.md": OWN}, "success"),
        ({FILE: "template: rfcs/OURS.md\n"}, "failure"),
        ({FILE: "template: README.md\n"}, "failure"),
        ({FILE: "sections: {'9.9': {required: true}}\n"}, "failure"),
        ({FILE: None}, "success"),
    ],
)
async def test_a_proposal_is_held_against_the_template_that_it_would_have(
    stage: Stage, files: dict[str, str | None], conclusion: str
) -> None:
    configure(stage, "quiet: true\n")
    play = Play(stage, stage.scene.open_pull(files))

    assert (await said(stage, play))[0] == conclusion


async def test_a_proposal_is_read_once(stage: Stage) -> None:
    play = Play(stage, stage.scene.open_pull({FILE: "mode: advise\n"}))
    await stage.run()
    stage.count()

    stage.scene.person("erin").comment(play.it, "Nice.")
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


async def test_a_file_that_goes_to_another_branch_changes_nothing_and_says_so(stage: Stage) -> None:
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "release", {"x.txt": ""}, base="main")
    play = Play(stage, stage.scene.open_pull({FILE: "modes: off\n"}, base="release"))

    assert await said(stage, play) == ("success", "No design document in this pull request")


async def test_a_repair_beside_a_design_is_not_let_through(stage: Stage) -> None:
    configure(stage, "reviwers: []\n")
    play = Play(stage, stage.scene.open_pull({FILE: "reviewers: []\n", PATH: design("Draft")}))

    assert (await said(stage, play))[0] == "action_required"


@pytest.mark.parametrize(("text", "passes"), [("quiet: true\n", False), ("override_author: true\n", True)])
async def test_an_admin_overrides_on_a_pull_request_of_their_own_only_where_it_says_so(
    stage: Stage, text: str, *, passes: bool
) -> None:
    configure(stage, text)
    play = Play(stage)
    opens(APPROVED, author="erin")(play)
    comments("erin", "/tdd override the shop is down")(play)

    conclusion, title = await said(stage, play)
    assert (conclusion == "success") is passes
    assert ("Passed by override of erin" in (title or "")) is passes


async def test_override_author_lets_nobody_override_who_is_no_admin(stage: Stage) -> None:
    configure(stage, "override_author: true\n")
    play = Play(stage)
    opens(APPROVED)(play)
    comments("alice", "/tdd override the shop is down")(play)

    assert await said(stage, play) == ("action_required", THREE)
    assert "only an admin of the repository can" in stage.replies(play.it)[0]


# --- what a proposed configuration would change for designs that are open now -------------------------


async def test_a_proposal_says_what_it_changes_for_open_designs(stage: Stage) -> None:
    lead = design("Approved", reviewers="@eng-lead")
    one = stage.scene.open_pull({PATH: lead}, branch="one")
    two = stage.scene.open_pull({"docs/tdd/0008-other.md": DESIGN}, branch="two")
    await stage.run()
    play = Play(stage)
    play.pull = stage.scene.open_pull(
        {FILE: "reviewers: ['@acme/infrastructure']\n"}, branch="proposal", author="erin"
    )
    await said(stage, play)

    summary = stage.check(play.it).summary or ""
    assert "2 other open pull requests looked at, 1 would stand differently:" in summary
    assert (
        f"| #{one.number} | waiting: Waiting for acme/eng-lead | "
        "waiting: Waiting for acme/eng-lead and acme/infrastructure |" in summary
    )
    assert f"#{two.number}" not in summary
    assert stage.asked(one) == {"eng-lead"}


async def test_a_proposal_looks_at_five_pull_requests_at_most(stage: Stage) -> None:
    for number in range(7):
        files = {f"docs/tdd/100{number}-x.md": design("Approved", reviewers="@eng-lead")}
        stage.scene.open_pull(files, branch=f"b{number}")
    await stage.run()
    stage.count()
    play = Play(stage)
    play.pull = stage.scene.open_pull({FILE: "mode: advise\n"}, branch="proposal", author="erin")
    await said(stage, play)

    assert "5 of 7 other open pull requests looked at, 5 would stand differently:" in (
        stage.check(play.it).summary or ""
    )
    assert stage.count().reads <= 3 + 5 * 3


async def test_a_proposal_with_nothing_open_beside_it_says_so(stage: Stage) -> None:
    play = Play(stage)
    play.pull = stage.scene.open_pull({FILE: "mode: advise\n"}, branch="proposal", author="erin")
    await said(stage, play)

    assert "No other pull request is open here" in (stage.check(play.it).summary or "")


async def test_a_pull_request_that_cannot_be_read_is_counted_as_not_looked_at(stage: Stage) -> None:
    gone = stage.scene.open_pull({PATH: design("Approved", reviewers="@eng-lead")}, branch="one")
    await stage.run()
    stage.scene.repository.pulls.pop(gone.number)
    play = Play(stage)
    play.pull = stage.scene.open_pull({FILE: "mode: advise\n"}, branch="proposal", author="erin")
    await said(stage, play)

    assert "What it changes for 1 other open pull request cannot be told now." in (
        stage.check(play.it).summary or ""
    )


@pytest.mark.parametrize(
    ("rules", "title"),
    [
        ("{TDD204: {Approved: note}}", THREE),
        ("{TDD204: {Draft: note}}", "1 section to write before approval"),
        (
            "{TDD204: {Aproved: note}}",
            "`.github/tdd-bot.yml` line 1: the template has no status `Aproved`, did you mean `Approved`?",
        ),
    ],
)
async def test_a_rule_weighs_what_is_said_for_the_status(stage: Stage, rules: str, title: str) -> None:
    configure(stage, f"rules: {rules}\n")
    play = Play(stage)
    opens(design("Approved", bodies={"7": "TBD"}))(play)

    assert (await said(stage, play))[1] == title
