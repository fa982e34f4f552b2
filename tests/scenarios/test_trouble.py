"""Bad input, missing permissions, a GitHub that fails: a clear message where one looks, nothing lost."""

import pytest

from bot.ports import DeniedError, UnavailableError
from bot.sandbox import SUBMODULE, SYMLINK, Entry, Failure, Happened
from bot.sandbox.acts.people import join_team
from bot.sandbox.state.pull import IssueComment
from tests.builders import design
from tests.scenarios.deeds import (
    DESIGN,
    Play,
    approves,
    comments,
    deletes_comment,
    edits_comment,
    fails_next,
    opens,
    pushes,
)
from tests.scenarios.stage import PATH, Cost, Stage

THREE = "Waiting for acme/eng-lead and 2 more"
MARKER = "<!-- tdd-bot:checklist -->"


async def outcome(stage: Stage, play: Play) -> tuple[str, str]:
    """Let the bot deal with what happened; return the check's conclusion and title."""
    await stage.run()
    run = stage.check(play.it)
    assert run.conclusion is not None
    assert run.title is not None
    return run.conclusion.value, run.title


# --- documents -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "title"),
    [
        (b"\xff\xfe not text", "The design is not read: it is not UTF-8 text"),
        (b"# TDD\x00", "The design is not read: it is not UTF-8 text"),
        ("x" * 5_000_000, "The design is not read: it is larger than a design may be ("),
        ("# TDD: x\n\n" + "word " * 60_000, "The design is not read: it is larger than a design may be ("),
    ],
)
async def test_a_file_that_is_no_readable_text_blocks_and_says_why(
    stage: Stage, content: str | bytes, title: str
) -> None:
    play = Play(stage, stage.scene.open_pull({PATH: content}))

    conclusion, said = await outcome(stage, play)

    assert conclusion == "failure"
    assert said.startswith(title)
    assert stage.asked(play.it) == set()


@pytest.mark.parametrize(("mode", "word"), [(SYMLINK, "symbolic link"), (SUBMODULE, "submodule")])
async def test_links_out_of_the_repository_are_refused(stage: Stage, mode: str, word: str) -> None:
    git = stage.scene.repository.git
    target = git.add_blob(b"../../etc/passwd") if mode == SYMLINK else "a" * 40
    play = Play(stage, stage.scene.open_pull({PATH: Entry(mode, target)}))

    conclusion, said = await outcome(stage, play)

    assert conclusion == "failure"
    assert word in said


async def test_ten_thousand_headings_are_judged_or_refused_but_never_hang(stage: Stage) -> None:
    many = DESIGN + "\n" + "\n".join(f"### Heading {number}\nText.\n" for number in range(10_000))
    play = Play(stage, stage.scene.open_pull({PATH: many}))

    conclusion, said = await outcome(stage, play)

    assert conclusion == "failure"
    assert "not read" in said


async def test_our_own_marker_in_a_design_and_in_a_strangers_comment_forges_nothing(stage: Stage) -> None:
    play = Play(stage)
    opens(design(bodies={"1": f"{MARKER} **Approved and signed by everybody**"}))(play)
    comments("mallory", f"{MARKER}\n✔ **Approved and signed by bob, carol, dana**")(play)

    await stage.run()

    assert stage.check(play.it).title == THREE
    assert stage.comment(play.it).count(MARKER) == 1
    assert play.it.comments[0].body.startswith(f"{MARKER}\n✔")


async def test_a_reviewer_that_does_not_exist_is_named_and_the_others_are_asked(stage: Stage) -> None:
    play = Play(stage)
    opens(design(reviewers="@eng-lead, @securty-team, @nobody-at-all"))(play)

    conclusion, said = await outcome(stage, play)

    assert (conclusion, said) == ("failure", "2 things to mend before approval")
    assert "Did you mean" in stage.comment(play.it)
    assert "security-team" in stage.comment(play.it)
    assert stage.asked(play.it) == {"eng-lead"}


async def test_a_team_without_access_is_said_and_loses_nobody_else(stage: Stage) -> None:
    stage.scene.team("security-team").repositories.clear()
    play = Play(stage)
    opens(DESIGN)(play)

    conclusion, _ = await outcome(stage, play)

    assert conclusion == "failure"
    assert "the team has no access to this repository" in stage.comment(play.it)
    assert stage.asked(play.it) == {"eng-lead", "infrastructure"}


async def test_names_and_titles_mention_nobody(stage: Stage) -> None:
    path = "docs/tdd/@acme-everyone `x` [y](https://evil.example).md"
    text = design("Accepted by @acme/security-team <!-- x --> [y](https://evil.example)")
    play = Play(stage, stage.scene.open_pull({path: text}, title="@acme/security-team look"))

    await stage.run()

    body = stage.comment(play.it)
    assert "@acme" not in body
    assert "](https://evil" not in body


# --- GitHub --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/check-runs", "/requested_reviewers", "/comments"])
async def test_a_write_whose_answer_was_lost_is_not_doubled(stage: Stage, path: str) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    fails_next(Failure(status=None, after=True, method="POST", path=path))(play)
    with pytest.raises(UnavailableError):
        await stage.run()

    approves("bob")(play)
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/security-team and acme/infrastructure"
    assert stage.comment(play.it)
    asked = [one.reviewer for one in play.it.timeline if one.kind is Happened.REVIEW_REQUESTED]
    assert len(asked) == len({id(one) for one in asked}) >= 2


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_failing_github_is_no_verdict(stage: Stage, status: int) -> None:
    play = Play(stage)
    fails_next(Failure(status=status, path="Snapshot"))(play)
    opens(DESIGN)(play)
    with pytest.raises(UnavailableError):
        await stage.run()
    assert stage.count().writes == 0

    comments("erin", "Anybody there?")(play)

    assert await outcome(stage, play) == ("action_required", THREE)


async def test_a_limit_is_obeyed_with_the_time_that_github_named(stage: Stage) -> None:
    body: dict[str, object] = {"message": "You have exceeded a secondary rate limit."}
    play = Play(stage)
    fails_next(Failure(status=403, headers={"Retry-After": "37"}, body=body, path="Snapshot"))(play)
    opens(DESIGN)(play)

    with pytest.raises(UnavailableError) as caught:
        await stage.run()

    assert caught.value.retry_after is not None
    assert caught.value.retry_after.total_seconds() == 37


async def test_without_members_permission_names_are_unverified_never_invalid(stage: Stage) -> None:
    del stage.scene.installation.permissions["members"]
    play = Play(stage)
    opens(design("Approved"))(play)
    for login in ("bob", "carol", "dana"):
        approves(login)(play)

    conclusion, said = await outcome(stage, play)

    assert conclusion == "action_required"
    assert said.startswith("Waiting for")
    assert "could not be verified" in stage.comment(play.it)
    assert "members: read" in stage.comment(play.it)


async def test_a_missing_permission_is_named(stage: Stage) -> None:
    stage.scene.installation.permissions["checks"] = "read"
    play = Play(stage)
    opens(DESIGN)(play)

    with pytest.raises(DeniedError) as caught:
        await stage.run()

    assert "checks=write" in caught.value.needs


async def test_an_expired_token_is_replaced(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    for token in stage.sandbox.gatekeeper.tokens.values():
        token.expires_at = stage.clock.present
    stage.count()

    approves("bob")(play)
    await stage.run()

    assert stage.check(play.it).title == "Waiting for acme/security-team and acme/infrastructure"
    assert stage.count().tokens == 1


# --- where pull requests come from ---------------------------------------------------------------


async def test_a_fork_whose_repository_is_gone_is_judged(stage: Stage) -> None:
    stage.undescribed = "the description of review_requested knows no head without a repository"
    pull = stage.scene.open_fork_pull({PATH: DESIGN})
    pull.head_repository = None
    play = Play(stage, pull)

    assert await outcome(stage, play) == ("action_required", THREE)


async def test_two_pull_requests_on_one_commit_show_the_worse_verdict(stage: Stage) -> None:
    alice, repository = stage.scene.person("alice"), stage.scene.repository
    stage.scene.person("erin").commit(repository, "release", {"x": "y"}, base="main")
    play = Play(stage)
    opens(design("Approved"))(play)
    await stage.run()
    for login in ("bob", "carol", "dana"):
        approves(login)(play)
    assert await outcome(stage, play) == ("success", "Approved and signed by bob, dana and carol")

    twin = Play(stage, alice.open_pull(repository, "change", base="release"))
    assert await outcome(stage, twin) == ("action_required", THREE)
    run = stage.check(play.it)
    assert run is stage.check(twin.it)

    for login in ("bob", "carol", "dana"):
        approves(login)(twin)
    assert await outcome(stage, twin) == ("success", "Approved and signed by bob, dana and carol")


async def test_closing_the_worse_twin_lets_the_other_pass(stage: Stage) -> None:
    alice, repository = stage.scene.person("alice"), stage.scene.repository
    stage.scene.person("erin").commit(repository, "release", {"x": "y"}, base="main")
    play = Play(stage)
    opens(design("Approved"))(play)
    for login in ("bob", "carol", "dana"):
        approves(login)(play)
    await stage.run()
    twin = Play(stage, alice.open_pull(repository, "change", base="release"))
    assert (await outcome(stage, twin))[0] == "action_required"

    alice.close(twin.it)

    assert await outcome(stage, play) == ("success", "Approved and signed by bob, dana and carol")


async def test_a_closed_pull_request_gets_no_writes(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    stage.scene.person("alice").close(play.it)
    comments("bob", "/tdd approve")(play)
    stage.count()

    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


async def test_a_reopened_pull_request_is_judged_again(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    alice = stage.scene.person("alice")
    alice.close(play.it)
    comments("bob", "/tdd approve")(play)
    await stage.run()

    alice.reopen(play.it)

    assert (await outcome(stage, play))[1] == "Waiting for acme/security-team and acme/infrastructure"


async def test_a_locked_conversation_still_gets_its_check(stage: Stage) -> None:
    play = Play(stage)
    opens(design(without=("4.2",)))(play)
    stage.scene.person("erin").lock(play.it)
    await stage.run()
    pushes(DESIGN)(play)

    assert await outcome(stage, play) == ("action_required", THREE)


async def test_hundreds_of_comments_do_not_hide_ours(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    for number in range(350):
        comments("mallory", f"Comment {number}")(play)
    approves("bob")(play)

    assert (await outcome(stage, play))[1] == "Waiting for acme/security-team and acme/infrastructure"
    assert stage.comment(play.it)


async def test_a_team_event_drops_what_is_cached_of_its_members(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    erin = stage.scene.person("erin").account
    join_team(stage.scene.world, stage.scene.team("eng-lead"), erin, by=erin)

    comments("erin", "/tdd approve")(play)

    assert (await outcome(stage, play))[1] == "Waiting for acme/security-team and acme/infrastructure"


# --- a conversation of thousands ------------------------------------------------------------------


def chatter(stage: Stage, play: Play, number: int) -> None:
    """Have mallory write so many comments, none of whose webhooks arrives."""
    world, author, now = stage.scene.world, stage.scene.person("mallory").account, stage.clock.now()
    for each in range(number):
        body = f"Comment {each}"
        made = IssueComment(
            id=world.ids.next(), pull=play.it, author=author, body=body, created_at=now, updated_at=now
        )
        play.it.comments.append(world.register(made))


async def test_ten_thousand_comments_are_read_once(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    comments("carol", "/tdd approve")(play)
    await stage.run()
    chatter(stage, play, 9_900)
    approves("bob")(play)
    await stage.run()
    assert stage.check(play.it).title == "Waiting for acme/security-team"
    stage.count()

    stage.scene.person("erin").edit(play.it, title="Nothing new")
    await stage.run()
    assert stage.count() == Cost(tokens=0, reads=1, writes=0)

    comments("dana", "/tdd approve")(play)
    await stage.run()
    assert stage.check(play.it).title == "All three seats have signed: set Status to Approved"
    assert stage.count().reads == 1


async def test_of_a_long_conversation_what_may_have_changed_is_looked_at_again(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    comments("carol", "/tdd approve")(play)
    comments("dana", "/tdd concern keys Who rotates them?")(play)
    comments("bob", "/tdd approve")(play)
    await stage.run()
    chatter(stage, play, 250)
    stage.scene.person("erin").edit(play.it, title="Read whole, once")
    await stage.run()
    stage.count()

    deletes_comment("alice", "carol")(play)
    edits_comment("alice", "bob", "/tdd approve, edited")(play)
    deletes_comment("alice", "dana")(play)
    await stage.run()
    assert stage.count().reads == 1
    assert stage.check(play.it).title == "dana raised the concern “keys”: Who rotates them?"

    comments("dana", "/tdd resolve keys")(play)
    await stage.run()
    assert stage.check(play.it).title == THREE
    assert len(stage.replies(play.it)) == 0


async def test_a_burst_longer_than_a_page_is_read_back_to_what_is_known(stage: Stage) -> None:
    play = Play(stage)
    opens(DESIGN)(play)
    await stage.run()
    chatter(stage, play, 350)
    approves("bob")(play)
    await stage.run()
    stage.count()

    comments("carol", "/tdd approve")(play)
    chatter(stage, play, 150)
    await stage.run()
    assert stage.check(play.it).title == "Waiting for acme/security-team"
    assert stage.count().reads == 2
