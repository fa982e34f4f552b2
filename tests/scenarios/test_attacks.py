"""Attacks on the gate, each tried to its end: what is merged at last is what the right people have signed."""

from dataclasses import dataclass

import pytest

from bot.sandbox import CheckRun
from bot.sandbox.acts.branches import build_commit, push
from bot.sandbox.acts.checks import create_run, suite_for
from bot.sandbox.acts.pulls import update_branch
from bot.sandbox.acts.reviews import edit_review
from bot.sandbox.state.check import Conclusion, RunStatus
from tests.builders import design
from tests.scenarios.deeds import (
    APPROVED,
    DESIGN,
    Deed,
    Play,
    also_on_main,
    approves,
    comments,
    deletes_comment,
    dismisses,
    edits_comment,
    merge_is_refused,
    merges,
    objects,
    on_main,
    opens,
    pushes,
    readies,
    reviews,
)
from tests.scenarios.stage import PATH, Stage

THREE = "Waiting for acme/eng-lead and 2 more"
SECURITY = "Waiting for acme/security-team"
OBJECTS = "dana of acme/security-team asked for changes"
CONCERN = "dana raised the concern “keys”: Who rotates them?"
SIGNED = "Approved and signed by bob, dana and carol"
NOBODY = "1 thing to mend before approval: nobody can sign for acme/eng-lead: everybody in it opened"
UNSIGNED = design("Approved", "@eng-lead, @infrastructure")
NEXT = "docs/tdd/0008-next.md"


@dataclass(frozen=True)
class Attack:
    """What is done, what the check says at its end, and that GitHub then refuses to merge."""

    deeds: tuple[Deed, ...]
    title: str
    before: tuple[Deed, ...] = ()


def settles() -> Deed:
    """Mark where the bot deals with what happened, before the next deed."""
    return _settles


def _settles(play: Play) -> None:
    """Nothing is done: see `play_on`."""


def updates_branch(login: str) -> Deed:
    """Press "Update branch"."""
    return lambda play: update_branch(play.stage.scene.world, play.it, play.stage.scene.person(login).account)


def edits_review(login: str, of: str, body: str) -> Deed:
    """Edit the text of somebody's newest review."""

    def deed(play: Play) -> None:
        edit_review(
            play.stage.scene.world, play.latest_review(of), play.stage.scene.person(login).account, body
        )

    return deed


def moves_to(path: str) -> Deed:
    """Move the approved design of the base branch, and take back what the pull request was opened with."""
    return lambda play: void_commit(play, {PATH: None, NEXT: None, path: APPROVED})


def commits_suggestion(login: str, text: str) -> Deed:
    """Press "Commit suggestion": the person is its author, GitHub its committer."""

    def deed(play: Play) -> None:
        world, who = play.stage.scene.world, play.stage.scene.person(login).account
        repository, parents = play.it.repository, (play.it.head_sha,)
        made = build_commit(
            world, repository, parents, {PATH: text}, who, "Apply suggestion", committer=world.web_flow
        )
        push(world, repository, "change", made.oid, who)

    return deed


def main_moves() -> Deed:
    """Have something else land on the base branch."""

    def deed(play: Play) -> None:
        play.stage.scene.person("erin").commit(play.stage.scene.repository, "main", {"src/x.py": "x = 1\n"})

    return deed


def retargets(base: str) -> Deed:
    """Change the base branch."""
    return lambda play: play.stage.scene.person("alice").edit(play.it, base=base)


def opens_against(base: str, text: str) -> Deed:
    """Open the pull request into a branch on which the same text is already."""

    def deed(play: Play) -> None:
        scene = play.stage.scene
        scene.person("erin").commit(scene.repository, base, {PATH: text})
        play.pull = scene.open_pull({"notes.txt": "x"}, branch="change", base=base)

    return deed


def supersedes(*, by: str, body: str = "") -> str:
    """Return the design as superseded, with all it said replaced by ``body``."""
    text = design("Superseded", header=f"**Superseded-By:** {by}")
    return text if not body else design("Superseded", header=f"**Superseded-By:** {by}", bodies=_gutted(body))


def _gutted(body: str) -> dict[str, str]:
    return dict.fromkeys(("1", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2", "7"), body)


def puts_back() -> Deed:
    """Put the branch back by one commit, by force."""

    def deed(play: Play) -> None:
        scene, it = play.stage.scene, play.it
        (before,) = it.repository.git.commits[it.head_sha].parents
        push(scene.world, it.repository, "change", before, scene.person("alice").account, force=True)

    return deed


ALL_BUT_SECURITY = (approves("bob"), approves("carol"))

ATTACKS = {
    "security is taken out of a new design before it has answered": Attack(
        (opens(DESIGN), settles(), pushes(UNSIGNED), *ALL_BUT_SECURITY), SECURITY
    ),
    "security is taken out of a new design after it has asked for changes": Attack(
        (opens(DESIGN), settles(), objects("dana"), settles(), pushes(UNSIGNED), *ALL_BUT_SECURITY), OBJECTS
    ),
    "security objects to a draft and is taken out before it is asked": Attack(
        (opens(design("Draft")), objects("dana"), settles(), pushes(UNSIGNED), *ALL_BUT_SECURITY), OBJECTS
    ),
    "security is taken out of a design of the base branch": Attack(
        (opens(UNSIGNED), *ALL_BUT_SECURITY), SECURITY, before=(on_main(design("Draft")),)
    ),
    "security is taken out of a design of the base branch after it has asked for changes": Attack(
        (opens(DESIGN), objects("dana"), settles(), pushes(UNSIGNED), *ALL_BUT_SECURITY),
        OBJECTS,
        before=(on_main(design("Draft")),),
    ),
    "security is taken out of an approved design": Attack(
        (opens(UNSIGNED), *ALL_BUT_SECURITY), SECURITY, before=(on_main(APPROVED),)
    ),
    "security is taken out while the design is renamed": Attack(
        (
            opens(DESIGN),
            settles(),
            lambda play: void_commit(play, {PATH: None, NEXT: UNSIGNED}),
            *ALL_BUT_SECURITY,
        ),
        SECURITY,
    ),
    "security is taken out by a force push": Attack(
        (
            opens(DESIGN),
            settles(),
            lambda play: void_force(play, UNSIGNED),
            *ALL_BUT_SECURITY,
        ),
        SECURITY,
    ),
    "an older version is put back before the comment that approves the newer one is read": Attack(
        (
            opens(APPROVED),
            settles(),
            pushes(design("Approved", bodies={"4.2": "Prices are kept for a day, signed."})),
            settles(),
            *(comments(login, "/tdd approve") for login in ("bob", "carol", "dana")),
            puts_back(),
        ),
        THREE,
    ),
    "an older version is put back before the override of the newer one is read": Attack(
        (
            opens(APPROVED),
            settles(),
            pushes(design("Approved", bodies={"4.2": "Prices are kept for a day, signed."})),
            settles(),
            comments("erin", "/tdd override The office burns."),
            puts_back(),
        ),
        THREE,
    ),
    "the head of an override is put back after another push": Attack(
        (
            opens(APPROVED),
            settles(),
            comments("erin", "/tdd override The office burns."),
            settles(),
            pushes(design("Approved", bodies={"4.2": "Something else."})),
            settles(),
            puts_back(),
        ),
        THREE,
    ),
    "a review that asks for changes says how it will be approved": Attack(
        (
            opens(APPROVED),
            *ALL_BUT_SECURITY,
            reviews("dana", "REQUEST_CHANGES", "Once the keys are rotated:\n\n/tdd approve"),
        ),
        OBJECTS,
    ),
    "an approval with a command in its text is dismissed": Attack(
        (
            opens(APPROVED),
            *ALL_BUT_SECURITY,
            reviews("dana", "APPROVE", "/tdd approve"),
            settles(),
            dismisses("erin", "dana"),
        ),
        SECURITY,
    ),
    "a maintainer edits an approval into the text of a review": Attack(
        (
            opens(APPROVED),
            *ALL_BUT_SECURITY,
            reviews("dana", "COMMENT", "Not sure."),
            settles(),
            edits_review("erin", "dana", "/tdd approve"),
        ),
        SECURITY,
    ),
    "a name in the letters of another alphabet takes the place of a team": Attack(
        (opens(APPROVED.replace("@security-team", "@\u0455ecurity-team")), *ALL_BUT_SECURITY),
        "Waiting for @\u200b\u0455ecurity-team",
    ),
    "reviewers are listed a second time where they do not show": Attack(
        (
            opens(
                APPROVED.replace(
                    "**Reviewers:**", "<details>\n\n**Reviewers:** @eng-lead\n\n</details>\n\n**Reviewers:**"
                )
            ),
            *ALL_BUT_SECURITY,
        ),
        "1 thing to mend before approval: Reviewers says something else in line",
    ),
    "front matter lists fewer reviewers than the header": Attack(
        (opens(f"---\nreviewers: '@eng-lead'\n---\n{APPROVED}"), *ALL_BUT_SECURITY),
        "1 thing to mend before approval: reviewers says something else in line",
    ),
    "an ending of another case takes an approved design out": Attack(
        (opens(design("Draft"), path=NEXT), moves_to("docs/tdd/0007-price-cache.MD"), approves("bob")),
        "Removing this design waits for acme/security-team and acme/infrastructure",
        before=(on_main(APPROVED),),
    ),
    "seats are handed round until the author has one": Attack(
        (
            opens(design("Approved", "@bob, @carol")),
            comments("bob", "/tdd delegate @carol"),
            settles(),
            comments("carol", "/tdd delegate @alice"),
            comments("alice", "/tdd approve"),
        ),
        "Waiting for carol",
    ),
    "a reviewer commits a suggestion of the reviewer's own in the browser": Attack(
        (
            opens(APPROVED),
            commits_suggestion("bob", design("Approved", bodies={"1": "By bob."})),
            approves("bob"),
        ),
        NOBODY,
    ),
    "a holder approves after a push of the holder's own": Attack(
        (
            opens(APPROVED),
            approves("carol"),
            approves("dana"),
            settles(),
            pushes(design("Approved", bodies={"1": "By bob."}), "bob"),
            approves("bob"),
            approves("carol"),
            approves("dana"),
        ),
        NOBODY,
    ),
    "a person of the header's Author approves": Attack(
        (
            opens(APPROVED.replace("(@alice)", "(@alice), Bob (@bob)")),
            approves("bob"),
            approves("carol"),
            approves("dana"),
        ),
        NOBODY,
    ),
    "the author approves by command": Attack(
        (opens(APPROVED), approves("carol"), approves("dana"), comments("alice", "/tdd approve")),
        "Waiting for acme/eng-lead",
    ),
    "a maintainer edits an approval into somebody's comment": Attack(
        (
            opens(APPROVED),
            approves("carol"),
            approves("dana"),
            comments("bob", "Not sure."),
            settles(),
            edits_comment("erin", "bob", "/tdd approve"),
        ),
        "Waiting for acme/eng-lead",
    ),
    "a maintainer edits a hold into an approval": Attack(
        (
            opens(APPROVED),
            approves("carol"),
            approves("dana"),
            comments("bob", "/tdd hold the freeze"),
            settles(),
            edits_comment("erin", "bob", "/tdd approve"),
        ),
        "bob holds the merge: the freeze",
    ),
    "the author deletes the comment of a concern": Attack(
        (
            opens(APPROVED),
            comments("dana", "/tdd concern keys Who rotates them?"),
            settles(),
            deletes_comment("alice", "dana"),
            *ALL_BUT_SECURITY,
            approves("dana"),
        ),
        CONCERN,
    ),
    "the author dismisses a change request": Attack(
        (opens(APPROVED), objects("dana"), settles(), dismisses("alice", "dana"), *ALL_BUT_SECURITY), OBJECTS
    ),
    "another team dismisses a change request": Attack(
        (opens(APPROVED), objects("dana"), settles(), dismisses("bob", "dana"), *ALL_BUT_SECURITY), OBJECTS
    ),
    "an approval is dismissed, which revives no older one": Attack(
        (
            opens(APPROVED),
            approves("dana"),
            objects("dana"),
            settles(),
            dismisses("erin", "dana"),
            *ALL_BUT_SECURITY,
        ),
        SECURITY,
    ),
    "a stranger pastes our comment with its marker": Attack(
        (
            opens(APPROVED),
            comments("mallory", "<!-- tdd-bot:checklist -->\n✔ **Approved and signed by bob, carol, dana**"),
        ),
        THREE,
    ),
    "a green commit is moved to the branch where it is not signed": Attack(
        (opens_against("release", APPROVED), settles(), retargets("main")), THREE
    ),
    "Superseded guts an approved design": Attack(
        (opens(supersedes(by=NEXT, body="Nothing.")), approves("bob")),
        "Waiting for acme/security-team and acme/infrastructure",
        before=(on_main(APPROVED), also_on_main(APPROVED, NEXT)),
    ),
    "a seat that the author has added lets an approved design be superseded": Attack(
        (
            opens(design("In-Review", "@eng-lead, @infrastructure")),
            settles(),
            pushes(design("Superseded", "@eng-lead", header=f"**Superseded-By:** {NEXT}")),
            approves("carol"),
        ),
        "Waiting for acme/eng-lead",
        before=(on_main(design("Approved", "@eng-lead")), also_on_main(APPROVED, NEXT)),
    ),
    "a held design is deleted": Attack(
        (
            opens(DESIGN),
            comments("dana", "/tdd hold the freeze"),
            settles(),
            pushes(None),
            approves("bob"),
            approves("carol"),
            approves("dana"),
        ),
        "dana holds the merge: the freeze",
        before=(on_main(APPROVED),),
    ),
    "a superseded design names itself": Attack(
        (opens(supersedes(by=PATH)), approves("bob"), approves("carol"), approves("dana")),
        "Signed; the design that supersedes it is missing, or not In-Review or Approved",
        before=(on_main(APPROVED),),
    ),
    "a new design begins as superseded": Attack(
        (opens(supersedes(by=NEXT)),),
        "A new document cannot start as Superseded; it starts as Draft, In-Review or Approved",
        before=(also_on_main(APPROVED, NEXT),),
    ),
    "a superseded design names a draft": Attack(
        (opens(supersedes(by=NEXT)), approves("bob")),
        "Signed; the design that supersedes it is missing, or not In-Review or Approved",
        before=(on_main(APPROVED), also_on_main(design("Draft"), NEXT)),
    ),
    "a design is deleted with only one seat's consent": Attack(
        (opens(DESIGN), pushes(None), approves("bob")),
        "Removing this design waits for acme/security-team and acme/infrastructure",
        before=(on_main(APPROVED),),
    ),
    "a picture of other words is put in as HTML once everybody has signed": Attack(
        (
            opens(design("Approved", bodies={"4.2": "Decided."})),
            *ALL_BUT_SECURITY,
            approves("dana"),
            settles(),
            pushes(
                design(
                    "Approved", bodies={"4.2": 'Decided. <img src="https://pictures.example/all-data.png">'}
                )
            ),
        ),
        "acme/eng-lead to sign again: 4.2 Security & Privacy changed after bob signed (and 2 more)",
    ),
    "a sentence between code that looks like a comment is changed once everybody has signed": Attack(
        (
            opens(design("Approved", bodies={"4.2": "From `<!--` on we encrypt all of it, up to `-->`."})),
            *ALL_BUT_SECURITY,
            approves("dana"),
            settles(),
            pushes(design("Approved", bodies={"4.2": "From `<!--` on we encrypt none of it, up to `-->`."})),
        ),
        "acme/eng-lead to sign again: 4.2 Security & Privacy changed after bob signed (and 2 more)",
    ),
    "a draft pull request with everything signed": Attack(
        (opens(APPROVED, draft=True), approves("bob"), approves("carol"), approves("dana")),
        "Draft pull request: mark it ready for review to have the design read",
    ),
}


def void_commit(play: Play, files: dict[str, str | None]) -> None:
    play.stage.scene.person("alice").commit(play.it.repository, "change", files)


def void_force(play: Play, text: str) -> None:
    play.stage.scene.person("alice").force_push(play.it.repository, "change", {PATH: text})


async def play_on(stage: Stage, deeds: tuple[Deed, ...]) -> Play:
    """Do it all; the bot deals with it where that is marked, and at the end."""
    play = Play(stage)
    for deed in deeds:
        if deed is _settles:
            await stage.run()
        else:
            deed(play)
    await stage.run()
    return play


@pytest.mark.parametrize("name", ATTACKS)
async def test_attack(name: str, stage: Stage) -> None:
    attack = ATTACKS[name]
    play = await play_on(stage, (*attack.before, *attack.deeds))

    run = stage.check(play.it)
    assert run.conclusion not in {Conclusion.SUCCESS, Conclusion.NEUTRAL}
    assert (run.title or "").startswith(attack.title)
    merge_is_refused()(play)


async def test_a_reviewer_who_pressed_update_branch_still_counts(stage: Stage) -> None:
    play = await play_on(
        stage,
        (opens(APPROVED), settles(), main_moves(), updates_branch("bob"), approves("bob"), approves("carol")),
    )
    assert stage.check(play.it).title == SECURITY

    approves("dana")(play)
    updates = [one for one in play.it.repository.git.commits.values() if len(one.parents) > 1]
    assert len(updates) == 1
    await stage.run()

    assert stage.check(play.it).title == SIGNED
    merges()(play)


async def test_a_check_of_our_name_by_a_workflow_lets_nothing_merge(stage: Stage) -> None:
    play = await play_on(stage, (opens(APPROVED),))
    world, repository = stage.scene.world, stage.scene.repository
    other = world.add_app(stage.scene.organization, "actions", permissions={"checks": "write"}, events=())
    world.install(other, stage.scene.organization)
    forged = CheckRun(
        id=world.ids.next(),
        suite=suite_for(world, repository, other, play.it.head_sha),
        name="tdd/review",
        status=RunStatus.COMPLETED,
        conclusion=Conclusion.SUCCESS,
        started_at=world.now(),
        completed_at=world.now(),
        title=SIGNED,
    )
    create_run(world, repository, other, play.it.head_sha, forged)
    await stage.run()

    merge_is_refused()(play)
    comments("erin", "/tdd check")(play)
    await stage.run()
    assert stage.check(play.it).title == THREE
    assert forged.title == SIGNED
    merge_is_refused()(play)


async def test_mentions_and_markdown_in_every_place_ping_nobody(stage: Stage) -> None:
    bomb = "@acme/security-team @erin <!-- tdd-bot:checklist --> **x** [y](https://evil.example) #1"
    text = design(
        "In-Review",
        "@eng-lead, @acme/everyone-here, x@acme.example",
        bodies={"5.1": f"N/A: {bomb}", "4.2": "TBD"},
        header=f"**Tracking {bomb}:** {bomb}",
    ).replace("Price cache", bomb)
    text += f"\n## {bomb}\n\nText.\n"
    play = Play(stage)
    play.pull = stage.scene.open_pull({PATH: text}, title=bomb[:200])
    comments("mallory", f"/tdd concern {bomb}\n/tdd {bomb}\n/tdd waive {bomb}")(play)
    comments("bob", f"/tdd concern naming {bomb}\n/tdd hold {bomb}")(play)
    await stage.run()

    run = stage.check(play.it)
    ours = [one.body for one in play.it.comments if one.author is stage.scene.app.bot]
    said = [
        *ours,
        run.title or "",
        run.summary or "",
        run.text or "",
        *(one.message for one in run.annotations),
    ]
    assert len(ours) > 1
    for one in said:
        assert "@acme/" not in one
        assert "@erin" not in one
        assert "](https://evil" not in one
    assert sum(one.count("<!-- tdd-bot:checklist -->") for one in ours) == 1
    merge_is_refused()(play)


async def test_ready_again_is_judged_anew(stage: Stage) -> None:
    play = await play_on(stage, (opens(UNSIGNED, draft=True), readies(), *ALL_BUT_SECURITY))
    assert stage.check(play.it).title == "Approved and signed by bob and carol"


async def test_a_change_request_outlives_the_account_that_made_it(stage: Stage) -> None:
    """GitHub does not tell any more whose it was; the journal knows the seat."""
    play = await play_on(stage, (opens(APPROVED), objects("dana"), settles()))
    assert stage.check(play.it).title == OBJECTS
    stage.scene.person("erin").add_to_team(stage.scene.team("security-team"), "erin")
    stage.scene.world.delete_user(stage.scene.person("dana").account)
    for deed in (approves("erin"), *ALL_BUT_SECURITY):
        deed(play)
    await stage.run()

    assert stage.check(play.it).title == "ghost of acme/security-team asked for changes"
    merge_is_refused()(play)

    (gone,) = [one for one in play.it.reviews if one.author.login == "dana"]
    stage.scene.person("erin").dismiss(gone)
    await stage.run()
    assert stage.check(play.it).conclusion is Conclusion.SUCCESS


async def test_a_deleted_stranger_blocks_nobody(stage: Stage) -> None:
    play = await play_on(stage, (opens(APPROVED), objects("mallory"), settles()))
    stage.scene.world.delete_user(stage.scene.person("mallory").account)
    for deed in (approves("dana"), *ALL_BUT_SECURITY):
        deed(play)
    await stage.run()

    assert stage.check(play.it).conclusion is Conclusion.SUCCESS


async def test_who_approved_what_was_then_taken_away_is_told_and_can_say_what_is_signed(stage: Stage) -> None:
    play = await play_on(
        stage,
        (
            opens(APPROVED),
            settles(),
            pushes(design("Approved", bodies={"4.2": "Better."})),
            settles(),
            approves("bob"),
            approves("carol"),
            comments("dana", "/tdd approve"),
            puts_back(),
        ),
    )
    (reply,) = stage.replies(play.it)
    assert "force-pushed since" in reply
    assert "approve again, in a review or with /tdd approve SHA" in reply
    await stage.forget()
    comments("alice", "/tdd check")(play)
    await stage.run()
    assert stage.check(play.it).conclusion is not Conclusion.SUCCESS

    for login in ("bob", "carol"):
        comments(login, f"/tdd approve {play.it.head_sha}")(play)
    comments("dana", "/tdd approve")(play)
    await stage.run()

    assert stage.check(play.it).title == SIGNED
    merges()(play)


async def test_an_approval_that_was_read_is_not_undone_by_a_later_force_push(stage: Stage) -> None:
    play = await play_on(
        stage,
        (
            opens(APPROVED),
            settles(),
            *(comments(login, "/tdd approve") for login in ("bob", "carol", "dana")),
            settles(),
            pushes(design("Approved", bodies={"4.2": "Worse."})),
            settles(),
            puts_back(),
        ),
    )
    assert stage.check(play.it).title == SIGNED
