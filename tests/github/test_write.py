"""Each action has its effect on GitHub, once, and what GitHub will not do is told apart from a failure."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.model import (
    Action,
    Annotation,
    Ask,
    CheckRun,
    CommentKind,
    Conclusion,
    DeleteComment,
    NodeId,
    React,
    Reaction,
    Receipt,
    Refusal,
    Remember,
    Reply,
    RequestReviews,
    SeatKey,
    Severity,
    Sha,
    WriteCheck,
    WriteComment,
)
from bot.ports import DeniedError, GoneError, OutsideError, UnavailableError
from bot.sandbox import Failure, PullRequest
from tests.github.stage import PATH, Stage, document, knowing

UPDATE_RUN = "PATCH /repos/{owner}/{repo}/check-runs/{run}"
ASK = "POST /repos/{owner}/{repo}/pulls/{number}/requested_reviewers"
CREATE_COMMENT = "POST /repos/{owner}/{repo}/issues/{number}/comments"
EDIT_COMMENT = "PATCH /repos/{owner}/{repo}/issues/comments/{comment}"


def check(pull: PullRequest, run_id: int | None = None) -> WriteCheck:
    return WriteCheck(
        run_id=run_id,
        head=Sha(pull.head_sha),
        conclusion=Conclusion.ACTION_REQUIRED,
        title="Waiting for acme/security-team",
        summary="One seat is open.",
        text="",
        annotations=(Annotation(PATH, 3, 3, Severity.WARNING, "TDD201", "empty"),),
        external_id=f"{pull.number}:abc",
    )


def team(stage: Stage, slug: str) -> Ask:
    known = stage.scene.organization.teams.get(slug)
    return Ask(SeatKey(f"team:{known.id if known else 0}"), f"acme/{slug}", {PATH: "digest"})


def user(stage: Stage, login: str) -> Ask:
    return Ask(SeatKey(f"user:{stage.id(login)}"), login, {PATH: "digest"})


async def apply(stage: Stage, pull: PullRequest, action: Action) -> Receipt:
    return await stage.adapter.apply(stage.ref(pull), action)


def runs(stage: Stage) -> list[tuple[str, str | None, str | None]]:
    """Return name, conclusion and external id of every run there is."""
    return [
        (run.name, run.conclusion.value if run.conclusion else None, run.external_id)
        for run in stage.scene.repository.runs.values()
    ]


async def test_a_check_is_created_and_read_back_as_ours(stage: Stage) -> None:
    pull = stage.propose()
    receipt = await apply(stage, pull, check(pull))
    assert receipt.check is not None
    assert runs(stage) == [("tdd/review", "action_required", f"{pull.number}:abc")]
    read = (await stage.read(pull)).check
    assert read is not None
    assert read == replace(receipt.check, required=True, completed_at=read.completed_at)
    assert read == CheckRun(
        receipt.check.id,
        completed=True,
        conclusion=Conclusion.ACTION_REQUIRED,
        external_id=f"{pull.number}:abc",
        title=check(pull).title,
        completed_at=read.completed_at,
        required=True,
    )


async def test_a_check_is_updated_in_place(stage: Stage) -> None:
    pull = stage.propose()
    first = (await apply(stage, pull, check(pull))).check
    assert first is not None
    stage.sandbox.log.clear()
    second = (await apply(stage, pull, replace(check(pull, first.id), conclusion=Conclusion.SUCCESS))).check
    assert second == replace(first, conclusion=Conclusion.SUCCESS)
    assert stage.sandbox.log.counts() == {UPDATE_RUN: 1}
    assert len(runs(stage)) == 1


@pytest.mark.parametrize("created_with", [True, False])
async def test_annotations_are_sent_once(stage: Stage, created_with: bool) -> None:
    """GitHub appends them at every update: sent again they would be doubled."""
    pull = stage.propose()
    without = replace(check(pull), annotations=())
    first = (await apply(stage, pull, check(pull) if created_with else without)).check
    assert first is not None
    await apply(stage, pull, replace(check(pull, first.id), annotated=created_with))
    [run] = stage.scene.repository.runs.values()
    assert [(one.path, one.start_line, one.annotation_level) for one in run.annotations] == [
        (PATH, 3, "warning")
    ]


async def test_no_more_than_fifty_annotations_are_sent(stage: Stage) -> None:
    pull = stage.propose()
    notes = tuple(Annotation(PATH, i, i, Severity.ERROR, "x" * 400, "y") for i in range(1, 80))
    await apply(stage, pull, replace(check(pull), annotations=notes))
    [run] = stage.scene.repository.runs.values()
    assert len(run.annotations) == 50
    assert {one.annotation_level for one in run.annotations} == {"failure"}


async def test_texts_too_long_for_a_check_are_cut_and_say_so(stage: Stage) -> None:
    pull = stage.propose()
    long = "é line\n" * 30_000
    await apply(stage, pull, replace(check(pull), title="t" * 500, summary=long, text=long))
    [run] = stage.scene.repository.runs.values()
    assert run.title is not None
    assert len(run.title) == 255
    for text in (run.summary, run.text):
        assert text is not None
        assert len(text.encode()) <= 65_535
        assert text.endswith("longer than GitHub takes.*")


async def test_a_check_that_was_archived_is_created_anew(stage: Stage) -> None:
    pull = stage.propose()
    receipt = await apply(stage, pull, check(pull, run_id=999_999))
    assert receipt.check is not None
    assert len(runs(stage)) == 1


async def test_another_apps_run_of_the_same_name_is_not_ours(stage: Stage) -> None:
    pull = stage.propose()
    other = stage.sandbox.world.add_app(
        stage.scene.organization, "forger", permissions={"checks": "write"}, events=()
    )
    installation = stage.sandbox.world.install(other, stage.scene.organization)
    token = stage.sandbox.token(installation)
    body = {"name": "tdd/review", "head_sha": pull.head_sha, "conclusion": "success"}
    url = f"{stage.sandbox.url}/repos/acme/shop/check-runs"
    async with stage.session.post(url, json=body, headers={"Authorization": f"token {token.text}"}) as answer:
        assert answer.status == 201
    assert (await stage.read(pull)).check is None


async def test_re_run_is_seen_although_the_run_is_complete(stage: Stage) -> None:
    pull = stage.propose()
    receipt = await apply(stage, pull, check(pull))
    assert receipt.check is not None
    stage.scene.person("alice").rerun(stage.scene.repository.runs[receipt.check.id])
    read = (await stage.read(pull)).check
    assert read is not None
    assert read.completed
    assert read.suite_reset
    await apply(stage, pull, check(pull, read.id))
    again = (await stage.read(pull)).check
    assert again is not None
    assert not again.suite_reset


async def test_the_newest_of_our_runs_counts(stage: Stage) -> None:
    pull = stage.propose()
    await apply(stage, pull, check(pull))
    second = (await apply(stage, pull, replace(check(pull), conclusion=Conclusion.SUCCESS))).check
    assert second is not None
    read = (await stage.read(pull)).check
    assert read is not None
    assert read.id == second.id


async def test_a_check_whose_answer_was_lost_is_found_by_the_next_run(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.faults.fail_next(Failure(status=None, after=True, path="check-runs"))
    with pytest.raises(UnavailableError):
        await apply(stage, pull, check(pull))
    read = (await stage.read(pull)).check
    assert read is not None
    assert read.external_id == f"{pull.number}:abc"
    assert len(runs(stage)) == 1


async def test_a_check_on_a_forks_head_is_written_in_the_base_repository(stage: Stage) -> None:
    pull = stage.scene.open_fork_pull({PATH: document()})
    await apply(stage, pull, check(pull))
    assert (await stage.read(pull)).check is not None


async def test_without_the_checks_permission_the_need_is_named(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.installation.permissions["checks"] = "read"
    with pytest.raises(DeniedError) as denied:
        await apply(stage, pull, check(pull))
    assert denied.value.needs == "checks=write"


async def test_a_check_for_a_commit_that_is_not_there_is_an_error(stage: Stage) -> None:
    pull = stage.propose()
    with pytest.raises(OutsideError, match="No commit found"):
        await apply(stage, pull, replace(check(pull), head=Sha("e" * 40)))


async def test_the_comment_is_created_and_then_edited(stage: Stage) -> None:
    pull = stage.propose()
    first = (await apply(stage, pull, WriteComment(None, "one"))).comment
    assert first is not None
    assert (first.kind, first.own, first.body) == (CommentKind.THREAD, True, "one")
    second = (await apply(stage, pull, WriteComment(first, "two"))).comment
    assert second is not None
    assert second.id == first.id
    assert [comment.body for comment in pull.comments] == ["two"]
    [read] = (await stage.read(pull)).comments
    assert (read.id, read.node_id, read.own, read.body) == (first.id, first.node_id, True, "two")
    assert read.author == first.author


async def test_a_comment_that_somebody_deleted_is_created_anew(stage: Stage) -> None:
    pull = stage.propose()
    first = (await apply(stage, pull, WriteComment(None, "one"))).comment
    assert first is not None
    stage.scene.person("erin").delete_comment(pull.comments[0])
    stage.sandbox.log.clear()
    second = (await apply(stage, pull, WriteComment(first, "two"))).comment
    assert second is not None
    assert second.id != first.id
    assert stage.sandbox.log.counts() == {EDIT_COMMENT: 1, CREATE_COMMENT: 1}
    assert [comment.body for comment in pull.comments] == ["two"]


async def test_a_comment_too_long_is_cut_and_says_so(stage: Stage) -> None:
    pull = stage.propose()
    await apply(stage, pull, WriteComment(None, "line of text\n" * 10_000))
    assert pull.comments[0].body.endswith("longer than GitHub takes.*")


async def test_a_second_comment_of_ours_is_removed_and_removing_twice_is_no_error(stage: Stage) -> None:
    pull = stage.propose()
    double = (await apply(stage, pull, WriteComment(None, "double"))).comment
    assert double is not None
    assert await apply(stage, pull, DeleteComment(double)) == Receipt()
    assert pull.comments == []
    assert await apply(stage, pull, DeleteComment(double)) == Receipt()


async def test_a_reply_is_a_comment_of_its_own(stage: Stage) -> None:
    pull = stage.propose()
    receipt = await apply(stage, pull, Reply("because"))
    assert receipt.comment is not None
    assert [(comment.author.login, comment.body) for comment in pull.comments] == [
        ("tdd-bot[bot]", "because")
    ]


async def test_a_locked_conversation_takes_no_comment_and_stops_nothing(stage: Stage) -> None:
    pull = stage.propose()
    locked: dict[str, object] = {"message": "Unable to create comment because issue is locked."}
    stage.sandbox.faults.fail_next(Failure(status=403, body=locked, path="/comments"))
    assert await apply(stage, pull, Reply("hello")) == Receipt(comment_refused=True)


async def test_a_locked_conversation_keeps_the_comment_it_has(stage: Stage) -> None:
    pull = stage.propose()
    first = (await apply(stage, pull, WriteComment(None, "one"))).comment
    locked: dict[str, object] = {"message": "Unable to create comment because issue is locked."}
    stage.sandbox.faults.fail_next(Failure(status=403, body=locked, path="/comments"))
    assert await apply(stage, pull, WriteComment(first, "two")) == Receipt(comment_refused=True)
    assert [comment.body for comment in pull.comments] == ["one"]


async def test_a_check_that_makes_no_sense_is_an_outage(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.faults.fail_next(Failure(status=201, body={"id": None}, path="/check-runs"))
    with pytest.raises(UnavailableError, match="makes no sense"):
        await apply(stage, pull, check(pull))
    stage.invented()


async def test_a_checks_link_is_sent_where_there_is_one(stage: Stage) -> None:
    pull = stage.propose()
    await apply(stage, pull, replace(check(pull), details_url="https://tdd.example.org/acme/shop/pull/1"))
    [run] = stage.scene.repository.runs.values()
    assert run.details_url == "https://tdd.example.org/acme/shop/pull/1"


async def test_a_reaction_is_put_once(stage: Stage) -> None:
    pull = stage.propose()
    comment = stage.scene.person("bob").comment(pull, "/tdd status")
    react = React(NodeId(comment.node_id), Reaction.DONE)
    await apply(stage, pull, react)
    await apply(stage, pull, react)
    assert [(one.user.login, one.content) for one in comment.reactions] == [("tdd-bot[bot]", "+1")]


async def test_reviews_and_line_comments_take_reactions_too(stage: Stage) -> None:
    pull = stage.propose()
    review = stage.scene.person("bob").review(pull, "COMMENT", "/tdd status")
    line = stage.scene.person("bob").line_comment(pull, PATH, "/tdd status")
    for said in (review, line):
        await apply(stage, pull, React(NodeId(said.node_id), Reaction.REFUSED))
    comments = (await stage.read(pull)).comments
    assert [comment.reactions for comment in comments] == [frozenset({"CONFUSED"})] * 2


async def test_a_comment_deleted_before_it_was_acknowledged_is_no_error(stage: Stage) -> None:
    pull = stage.propose()
    comment = stage.scene.person("bob").comment(pull, "/tdd status")
    stage.scene.person("bob").delete_comment(comment)
    assert await apply(stage, pull, React(NodeId(comment.node_id), Reaction.SEEN)) == Receipt()


async def test_all_seats_are_asked_in_one_call(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.log.clear()
    asks = RequestReviews((team(stage, "eng-lead"), team(stage, "security-team")), (user(stage, "erin"),))
    assert await apply(stage, pull, asks) == Receipt()
    assert stage.sandbox.log.counts()[ASK] == 1
    snapshot = await stage.read(pull)
    assert sorted(one.label for one in snapshot.requested) == ["acme/eng-lead", "acme/security-team", "erin"]
    assert all(event.own and not event.removed for event in snapshot.request_events)


async def test_one_bad_name_loses_nobody(stage: Stage) -> None:
    """GitHub refuses the whole call, and does not say for whom: then each is asked alone."""
    pull = stage.propose()
    stage.scene.team("infrastructure").repositories.clear()
    stage.sandbox.log.clear()
    asks = RequestReviews(
        (team(stage, "eng-lead"), team(stage, "infrastructure")), (user(stage, "alice"), user(stage, "erin"))
    )
    receipt = await apply(stage, pull, asks)
    assert stage.sandbox.log.counts()[ASK] == 5
    assert {refusal.seat: refusal.reason for refusal in receipt.refusals} == {
        team(stage, "infrastructure").seat: "no access to this repository: an administrator has to grant at "
        "least read",
        user(stage, "alice").seat: "GitHub does not let the author of a pull request review it",
    }
    assert sorted(one.label for one in (await stage.read(pull)).requested) == ["acme/eng-lead", "erin"]


async def test_a_single_bad_name_takes_one_call(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.log.clear()
    receipt = await apply(stage, pull, RequestReviews((), (user(stage, "alice"),)))
    assert stage.sandbox.log.counts()[ASK] == 1
    assert [refusal.seat for refusal in receipt.refusals] == [user(stage, "alice").seat]


async def test_a_team_this_app_cannot_see_is_refused_with_what_helps(stage: Stage) -> None:
    pull = stage.propose()
    ask = team(stage, "eng-lead")
    stage.scene.installation.permissions.pop("members")
    [refusal] = (await apply(stage, pull, RequestReviews((ask,), ()))).refusals
    assert refusal == Refusal(
        ask.seat, "this app cannot see the name: the organisation's owner has to grant `members: read`"
    )


async def test_the_cap_of_fifteen_is_said_not_hit(stage: Stage) -> None:
    pull = stage.propose()
    world = stage.sandbox.world
    asks = []
    for i in range(18):
        person = world.add_user(f"person{i}")
        world.add_member(stage.scene.organization, person)
        asks.append(Ask(SeatKey(f"user:{person.id}"), person.login, {}))
    receipt = await apply(stage, pull, RequestReviews((), tuple(asks)))
    assert [refusal.seat for refusal in receipt.refusals] == [one.seat for one in asks[15:]]
    assert all("at most 15" in refusal.reason for refusal in receipt.refusals)
    assert len((await stage.read(pull)).requested) == 15


async def test_an_auto_assigning_team_is_seen_as_asked_by_us(stage: Stage) -> None:
    """Its request is replaced at once by members: only the timeline tells that it was asked."""
    pull = stage.propose()
    stage.scene.team("security-team").delegation = 1
    await apply(stage, pull, RequestReviews((team(stage, "security-team"),), ()))
    snapshot = await stage.read(pull)
    assert [one.label for one in snapshot.requested] == ["dana"]
    assert [(one.subject.label, one.own) for one in snapshot.request_events] == [
        ("acme/security-team", True),
        ("dana", True),
    ]


async def test_nobody_to_ask_is_no_request(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.log.clear()
    assert await apply(stage, pull, RequestReviews((), ())) == Receipt()
    assert len(stage.sandbox.log) == 0


async def test_too_many_creations_wait_as_long_as_github_says(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.limits.creation = True
    stage.sandbox.limits.per_minute_created = 1
    await apply(stage, pull, Reply("one"))
    with pytest.raises(UnavailableError) as limited:
        await apply(stage, pull, Reply("two"))
    assert limited.value.retry_after == timedelta(minutes=1)


async def test_what_is_only_remembered_is_not_for_github(stage: Stage) -> None:
    pull = stage.propose()
    stage.sandbox.log.clear()
    assert await apply(stage, pull, Remember(())) == Receipt()
    assert len(stage.sandbox.log) == 0


async def test_writes_go_to_the_name_that_the_read_has_found(stage: Stage) -> None:
    pull = stage.propose()
    ref = stage.ref(pull)
    stage.sandbox.world.rename_repository(stage.scene.repository, "store")
    await stage.adapter.read(ref, knowing())
    await stage.adapter.apply(ref, Reply("hello"))
    assert [comment.body for comment in pull.comments] == ["hello"]


async def test_a_write_under_an_old_name_is_not_redirected_but_tried_again(stage: Stage) -> None:
    pull = stage.propose()
    ref = stage.ref(pull)
    stage.sandbox.world.rename_repository(stage.scene.repository, "store")
    with pytest.raises(UnavailableError, match="moved"):
        await stage.adapter.apply(ref, Reply("hello"))
    assert pull.comments == []
    # The descriptions list no redirect here; GitHub's page of good practice does.
    stage.invented()


async def test_a_repository_that_is_gone_is_gone_for_writes(stage: Stage) -> None:
    pull = stage.propose()
    ref = replace(stage.ref(pull), name="nothing")
    with pytest.raises(GoneError):
        await stage.adapter.apply(ref, Reply("hello"))


async def test_an_adapter_that_is_closed_asks_nothing(stage: Stage) -> None:
    pull = stage.propose()
    await stage.adapter.close()
    assert stage.session.closed
    with pytest.raises(UnavailableError):
        await apply(stage, pull, Reply("hello"))


@pytest.mark.parametrize("body", [{}, {"id": "x"}, {"id": 3}])
async def test_a_written_thing_that_makes_no_sense_is_an_outage(
    stage: Stage, body: dict[str, object]
) -> None:
    pull = stage.propose()
    stage.sandbox.faults.fail_next(Failure(status=201, body=body, path="/comments"))
    with pytest.raises(UnavailableError, match="makes no sense"):
        await apply(stage, pull, Reply("hello"))
    stage.invented()
