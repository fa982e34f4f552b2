"""Everything that was said and asked on a pull request, whole: who said it, and whether it was touched."""

from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.core.model import (
    Asked,
    CommandSeen,
    Comment,
    CommentKind,
    FileProblem,
    Login,
    Memory,
    NodeId,
    Opinion,
    Permission,
    React,
    Reaction,
    Reply,
    SeatKey,
    Sha,
    Team,
)
from bot.github.pages import MOST_PAGES
from bot.ports import GoneError, OutsideError, UnavailableError
from bot.sandbox import SYMLINK, Entry, Failure, LineComment, PullRequest
from tests.github.stage import PATH, Stage, document, knowing

LONG_AGO = "2020-01-01T00:00:00Z"
PERMISSION = "GET /repos/{owner}/{repo}/collaborators/{username}/permission"


def said(comments: tuple[Comment, ...], kind: CommentKind) -> list[str]:
    return [comment.body for comment in comments if comment.kind is kind]


async def test_comments_of_every_kind_come_oldest_first(stage: Stage) -> None:
    pull = stage.propose()
    bob, dana = stage.scene.person("bob"), stage.scene.person("dana")
    bob.comment(pull, "first")
    dana.review(pull, "COMMENT", "second")
    bob.line_comment(pull, PATH, "third")
    bob.comment(pull, "fourth")
    comments = (await stage.read(pull)).comments
    assert [comment.body for comment in comments] == ["first", "second", "third", "fourth"]
    assert [comment.kind for comment in comments] == [
        CommentKind.THREAD,
        CommentKind.REVIEW,
        CommentKind.LINE,
        CommentKind.THREAD,
    ]
    assert [comment.author.login for comment in comments if comment.author] == ["bob", "dana", "bob", "bob"]
    assert not any(comment.own or comment.edited for comment in comments)


async def test_a_review_without_a_text_is_no_comment(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("dana").approve(pull)
    assert (await stage.read(pull)).comments == ()


async def test_our_own_comment_is_known_by_its_author_not_by_its_text(stage: Stage) -> None:
    pull = stage.propose()
    await stage.adapter.apply(stage.ref(pull), Reply("<!-- tdd-bot:checklist --> ours"))
    stage.scene.person("mallory").comment(pull, "<!-- tdd-bot:checklist --> not ours")
    comments = (await stage.read(pull)).comments
    assert [(comment.own, comment.author.login) for comment in comments if comment.author] == [
        (True, "tdd-bot[bot]"),
        (False, "mallory"),
    ]
    assert comments[0].author is not None
    assert comments[0].author.is_bot


async def test_a_comment_that_somebody_edited_is_marked(stage: Stage) -> None:
    pull = stage.propose()
    first = stage.scene.person("bob").comment(pull, "/tdd approve")
    stage.scene.person("bob").comment(pull, "untouched")
    stage.scene.person("erin").edit_comment(first, "/tdd withdraw")
    comments = (await stage.read(pull)).comments
    assert [comment.edited for comment in comments] == [True, False]


async def test_a_deleted_comment_is_gone(stage: Stage) -> None:
    pull = stage.propose()
    comment = stage.scene.person("bob").comment(pull, "/tdd approve")
    stage.scene.person("erin").delete_comment(comment)
    assert (await stage.read(pull)).comments == ()


async def test_only_our_own_reactions_count(stage: Stage) -> None:
    pull = stage.propose()
    bob = stage.scene.person("bob")
    comment = bob.comment(pull, "/tdd status")
    bob.react(comment, "+1")
    await stage.adapter.apply(stage.ref(pull), React(NodeId(comment.node_id), Reaction.SEEN))
    [read] = (await stage.read(pull)).comments
    assert read.reactions == frozenset({Reaction.SEEN})


async def test_a_long_thread_is_read_to_its_beginning(stage: Stage) -> None:
    pull = stage.propose()
    for i in range(230):
        stage.scene.person("bob").comment(pull, f"{i}")
    assert (await stage.requests(pull))["POST Snapshot"] == 3
    comments = (await stage.read(pull)).comments
    assert [comment.body for comment in comments] == [str(i) for i in range(230)]


async def test_many_reviews_threads_and_line_comments_are_all_read(stage: Stage) -> None:
    pull = stage.propose()
    bob = stage.scene.person("bob")
    for i in range(120):
        bob.review(pull, "COMMENT", f"review {i}")
    for i in range(60):
        bob.line_comment(pull, PATH, f"line {i}")
    first = pull.review_comments[-60]
    for i in range(45):
        lines = (LineComment(path=PATH, body=f"reply {i}", line=1, reply_to=first),)
        bob.review(pull, "COMMENT", lines=lines)
    comments = (await stage.read(pull)).comments
    assert said(comments, CommentKind.REVIEW) == [f"review {i}" for i in range(120)]
    lines_read = said(comments, CommentKind.LINE)
    assert lines_read == [f"line {i}" for i in range(60)] + [f"reply {i}" for i in range(45)]


async def test_the_pages_of_a_pull_request_without_documents_are_not_read(stage: Stage) -> None:
    pull = stage.scene.open_pull({"a.py": ""})
    for i in range(130):
        stage.scene.person("bob").comment(pull, f"{i}")
    await stage.read(pull)
    assert (await stage.requests(pull)) == {"POST Snapshot": 1}


async def test_our_comment_is_found_by_its_id_without_paging(stage: Stage) -> None:
    pull = stage.scene.open_pull({"a.py": ""})
    receipt = await stage.adapter.apply(stage.ref(pull), Reply("ours"))
    assert receipt.comment is not None
    for i in range(130):
        stage.scene.person("bob").comment(pull, f"{i}")
    memory = Memory(comment=receipt.comment.node_id)
    snapshot = await stage.read(pull, memory)
    assert [comment.body for comment in snapshot.comments if comment.own] == ["ours"]
    assert (await stage.requests(pull, memory)) == {"POST Snapshot": 1}


async def test_our_comment_is_counted_once(stage: Stage) -> None:
    pull = stage.propose()
    receipt = await stage.adapter.apply(stage.ref(pull), Reply("ours"))
    assert receipt.comment is not None
    snapshot = await stage.read(pull, Memory(comment=receipt.comment.node_id))
    assert [comment.id for comment in snapshot.comments] == [receipt.comment.id]


async def test_our_comment_deleted_by_a_person_is_no_error(stage: Stage) -> None:
    pull = stage.propose()
    receipt = await stage.adapter.apply(stage.ref(pull), Reply("ours"))
    assert receipt.comment is not None
    stage.scene.person("erin").delete_comment(pull.comments[0])
    assert (await stage.read(pull, Memory(comment=receipt.comment.node_id))).comments == ()


async def test_a_page_that_fails_fails_the_read(stage: Stage) -> None:
    pull = stage.propose()
    for i in range(130):
        stage.scene.person("bob").comment(pull, f"{i}")
    first = await answer_of(stage, pull)
    errors = [{"type": "SERVICE_UNAVAILABLE", "message": "x", "path": ["repository"]}]
    stage.sandbox.faults.fail_next(
        Failure(status=200, body=first, path="Snapshot"),
        Failure(status=200, body={"data": {"repository": None}, "errors": errors}, path="Snapshot"),
    )
    with pytest.raises(UnavailableError):
        await stage.read(pull)


async def answer_of(stage: Stage, pull: PullRequest) -> dict[str, Any]:
    """Return what the sandbox answers to the first query."""
    stage.sandbox.log.clear()
    await stage.read(pull)
    record = next(record for record in stage.sandbox.log if record.operation == "Snapshot")
    assert isinstance(record.answer, dict)
    return deepcopy(record.answer)


async def test_a_conversation_of_more_than_a_page_is_read_to_its_beginning(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("bob").line_comment(pull, PATH, "the latest")
    first = await answer_of(stage, pull)
    thread = first["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]
    older = deepcopy(thread)
    older["comments"]["nodes"][0] |= {"fullDatabaseId": "1", "body": "/tdd approve", "createdAt": LONG_AGO}
    thread["comments"]["pageInfo"] = {"hasPreviousPage": True, "startCursor": "abc"}
    stage.sandbox.faults.fail_next(
        Failure(status=200, body=first, path="Snapshot"),
        Failure(status=200, body={"data": {"node": older}}, path="Thread"),
    )
    assert [comment.body for comment in (await stage.read(pull)).comments] == ["/tdd approve", "the latest"]


async def test_a_history_without_end_is_not_judged_in_part(stage: Stage) -> None:
    pull = stage.propose()
    page = await answer_of(stage, pull)
    comments = page["data"]["repository"]["pullRequest"]["comments"]
    comments["pageInfo"] = {"hasPreviousPage": True, "startCursor": "abc"}
    endless = Failure(status=200, body=page, path="Snapshot")
    stage.sandbox.faults.fail_next(*[endless] * (MOST_PAGES + 1))
    with pytest.raises(OutsideError, match="more than 100 pages of comments"):
        await stage.read(pull)
    assert not stage.sandbox.faults.upcoming


async def test_a_pull_request_that_vanishes_between_two_pages_is_gone(stage: Stage) -> None:
    pull = stage.propose()
    first = await answer_of(stage, pull)
    comments = first["data"]["repository"]["pullRequest"]["comments"]
    comments["pageInfo"] = {"hasPreviousPage": True, "startCursor": "abc"}
    stage.sandbox.faults.fail_next(
        Failure(status=200, body=first, path="Snapshot"),
        Failure(status=200, body={"data": {"repository": None}}, path="Snapshot"),
    )
    with pytest.raises(GoneError):
        await stage.read(pull)


async def test_a_conversation_that_vanishes_is_read_again(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("bob").line_comment(pull, PATH, "x")
    first = await answer_of(stage, pull)
    thread = first["data"]["repository"]["pullRequest"]["reviewThreads"]["nodes"][0]
    thread["comments"]["pageInfo"] = {"hasPreviousPage": True, "startCursor": "abc"}
    stage.sandbox.faults.fail_next(
        Failure(status=200, body=first, path="Snapshot"),
        Failure(status=200, body={"data": {"node": None}}, path="Thread"),
    )
    with pytest.raises(UnavailableError, match="vanished"):
        await stage.read(pull)


async def test_an_answer_of_two_moments_is_refused(stage: Stage) -> None:
    pull = stage.propose()
    first = await answer_of(stage, pull)
    first["data"]["repository"]["pullRequest"]["headRefOid"] = "f" * 40
    stage.sandbox.faults.fail_next(Failure(status=200, body=first, path="Snapshot"))
    with pytest.raises(UnavailableError, match="moved while it was read"):
        await stage.read(pull)


async def test_an_open_pull_request_without_its_base_branch_is_not_judged(stage: Stage) -> None:
    pull = stage.propose()
    first = await answer_of(stage, pull)
    first["data"]["repository"]["pullRequest"]["baseRef"] = None
    stage.sandbox.faults.fail_next(Failure(status=200, body=first, path="Snapshot"))
    with pytest.raises(UnavailableError, match="base branch"):
        await stage.read(pull)


async def test_a_commit_shared_with_too_many_is_not_judged(stage: Stage) -> None:
    pull = stage.propose()
    first = await answer_of(stage, pull)
    head = first["data"]["repository"]["pullRequest"]["head"]["nodes"][0]["commit"]
    head["associatedPullRequests"]["pageInfo"]["hasNextPage"] = True
    stage.sandbox.faults.fail_next(Failure(status=200, body=first, path="Snapshot"))
    with pytest.raises(OutsideError, match="more than 100"):
        await stage.read(pull)


@pytest.mark.parametrize("field", ["headRefOid", "commits", "author", "changedFiles", "isDraft", "head"])
async def test_an_answer_that_lacks_a_field_is_an_outage_that_names_it(stage: Stage, field: str) -> None:
    pull = stage.propose()
    first = await answer_of(stage, pull)
    del first["data"]["repository"]["pullRequest"][field]
    stage.sandbox.faults.fail_next(Failure(status=200, body=first, path="Snapshot"))
    with pytest.raises(UnavailableError, match=f"repository.pullRequest.{field}"):
        await stage.read(pull)


async def test_reviews_come_with_their_commit_and_whether_the_author_can_write(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("dana").approve(pull)
    stage.scene.person("mallory").approve(pull)
    reviews = (await stage.read(pull)).reviews
    assert [review.opinion for review in reviews] == [Opinion.APPROVED, Opinion.APPROVED]
    assert [review.commit for review in reviews] == [pull.head_sha, pull.head_sha]
    assert [review.writer for review in reviews] == [True, False]
    assert reviews[0].author is not None
    assert reviews[0].author.id == stage.id("dana")
    assert reviews[0].submitted_at < reviews[1].submitted_at


async def test_a_pending_review_is_not_read(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("dana").review(pull, None, "not yet")  # type: ignore[arg-type] # the sandbox keeps it pending
    snapshot = await stage.read(pull)
    assert snapshot.reviews == ()
    assert snapshot.comments == ()


async def test_a_persons_dismissal_is_told_from_the_rules(stage: Stage) -> None:
    pull = stage.propose()
    dana, erin = stage.scene.person("dana"), stage.scene.person("erin")
    by_person = dana.approve(pull)
    erin.dismiss(by_person)
    stage.scene.rule.dismiss_stale_reviews = True
    by_rule = dana.approve(pull)
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    snapshot = await stage.read(pull)
    assert [(one.review_id, one.was, one.by_rule) for one in snapshot.dismissals] == [
        (by_person.id, Opinion.APPROVED, False),
        (by_rule.id, Opinion.APPROVED, True),
    ]
    assert snapshot.dismissals[0].actor is not None
    assert snapshot.dismissals[0].actor.login == "erin"
    assert {review.opinion for review in snapshot.reviews} == {Opinion.DISMISSED}


async def test_who_dismissed_an_objection_is_looked_up(stage: Stage) -> None:
    pull = stage.propose()
    dana = stage.scene.person("dana")
    stage.scene.person("erin").dismiss(dana.review(pull, "REQUEST_CHANGES", "no"))
    assert (await stage.requests(pull))[PERMISSION] == 1
    assert (await stage.read(pull)).permissions == {stage.id("erin"): Permission.ADMIN}


async def test_who_dismissed_an_approval_is_not_looked_up(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("erin").dismiss(stage.scene.person("dana").approve(pull))
    assert (await stage.requests(pull))[PERMISSION] == 0


async def test_who_signs_where_nobody_is_named_is_looked_up(stage: Stage) -> None:
    pull = stage.propose(document().replace("@eng-lead, @security-team, @infrastructure", ""))
    stage.scene.person("mallory").comment(pull, "/tdd approve")
    stage.scene.person("bob").comment(pull, "/tdd approve")
    stage.scene.person("carol").comment(pull, "I would /tdd approve this")
    assert (await stage.read(pull)).permissions == {
        stage.id("mallory"): Permission.READ if not stage.scene.repository.private else Permission.NONE,
        stage.id("bob"): Permission.WRITE,
    }


async def test_requests_and_their_events_are_read(stage: Stage) -> None:
    pull = stage.propose()
    alice = stage.scene.person("alice")
    alice.request(pull, users=("erin",), teams=("eng-lead", "security-team"))
    alice.unrequest(pull, teams=("eng-lead",))
    snapshot = await stage.read(pull)
    team = stage.scene.team("security-team")
    assert [(one.key, one.label) for one in snapshot.requested] == [
        (f"user:{stage.id('erin')}", "erin"),
        (f"team:{team.id}", "acme/security-team"),
    ]
    events = [(one.subject.label, one.own, one.removed) for one in snapshot.request_events]
    assert events == [
        ("erin", False, False),
        ("acme/eng-lead", False, False),
        ("acme/security-team", False, False),
        ("acme/eng-lead", False, True),
    ]


async def test_a_review_takes_its_team_off_the_list_but_not_out_of_the_timeline(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("alice").request(pull, teams=("security-team",))
    stage.scene.person("dana").review(pull, "COMMENT", "reading")
    snapshot = await stage.read(pull)
    assert snapshot.requested == ()
    assert [event.subject.label for event in snapshot.request_events] == ["acme/security-team"]


async def test_the_last_force_push_comes_with_the_timeline(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    assert (await stage.read(pull)).forced_at is None
    for more in ("New.", "Newer."):
        stage.scene.person("alice").force_push(stage.scene.repository, "change", {PATH: document(more=more)})
    assert (await stage.read(pull)).forced_at == pull.timeline[-1].created_at


async def test_without_the_members_permission_the_rest_is_still_read(stage: Stage) -> None:
    """GitHub leaves nulls where a team stood; who is asked is then not known, but nothing fails."""
    pull = stage.propose()
    stage.scene.person("alice").request(pull, users=("erin",), teams=("security-team",))
    stage.scene.person("bob").comment(pull, "here")
    stage.scene.installation.permissions.pop("members")
    snapshot = await stage.read(pull)
    assert [one.label for one in snapshot.requested] == ["erin"]
    assert [comment.body for comment in snapshot.comments] == ["here"]


async def test_seats_asked_before_are_looked_up_even_if_the_header_lost_them(stage: Stage) -> None:
    pull = stage.propose(document("eng-lead"))
    asked = Asked(
        SeatKey(f"team:{stage.scene.team('security-team').id}"),
        "acme/security-team",
        PATH,
        "digest",
        datetime.fromisoformat("2026-11-24T12:00:00+00:00"),
    )
    snapshot = await stage.read(pull, Memory(asked=(asked,)))
    assert isinstance(snapshot.names["acme/security-team"], Team)


async def test_commits_say_who_made_them_and_when_our_suite_appeared(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("bob").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    commits = (await stage.read(pull)).commits
    assert [commit.author_id for commit in commits] == [stage.id("alice"), stage.id("bob")]
    assert [commit.committer_id for commit in commits] == [stage.id("alice"), stage.id("bob")]
    assert [commit.parents for commit in commits] == [1, 1]
    assert commits[-1].sha == pull.head_sha
    assert commits[0].suite_at is not None
    assert commits[1].suite_at is not None
    assert commits[0].suite_at < commits[1].suite_at


async def test_another_pull_request_on_the_same_commit_is_named(stage: Stage) -> None:
    pull = stage.propose()
    alice, repository = stage.scene.person("alice"), stage.scene.repository
    alice.commit(repository, "release", {"x.txt": ""})
    alice.close(alice.open_pull(repository, "change", base="release", title="closed"))
    twin = alice.open_pull(repository, "change", base="release")
    assert (await stage.read(pull)).others == (twin.number,)
    assert (await stage.read(twin)).others == (pull.number,)


async def test_old_documents_are_read_once_and_then_known(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("dana").approve(pull)
    signed = pull.head_sha
    await stage.read(pull)
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    assert (await stage.requests(pull, knowing(PATH))) == {"POST Snapshot": 1}
    stage.cache.values.clear()
    assert (await stage.requests(pull, knowing(PATH))) == {
        "POST Snapshot": 1,
        "POST Names": 1,
        "POST History": 1,
    }
    history = (await stage.read(pull, knowing(PATH))).history
    assert {at: file.text for at, file in history.items() if file} == {(signed, PATH): document()}


async def test_a_dismissed_opinion_keeps_its_old_document(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.rule.dismiss_stale_reviews = True
    stage.scene.person("dana").approve(pull)
    signed = pull.head_sha
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    assert (signed, PATH) in (await stage.read(pull)).history


async def test_a_comment_signs_the_head_that_was_there(stage: Stage) -> None:
    pull = stage.propose()
    signed = pull.head_sha
    stage.scene.person("dana").comment(pull, "Fine.\n\n/tdd approve")
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    assert set((await stage.read(pull)).history) == {(signed, PATH)}


async def test_what_the_journal_says_was_signed_is_read(stage: Stage) -> None:
    pull = stage.propose()
    signed = pull.head_sha
    stage.scene.person("alice").force_push(stage.scene.repository, "change", {PATH: document(more="New.")})
    seen = CommandSeen(
        comment_id=1,
        kind=CommentKind.THREAD,
        line=1,
        name="approve",
        argument="",
        actor_id=stage.id("dana"),
        actor=Login("dana"),
        at=datetime.fromisoformat("2026-11-24T12:00:00+00:00"),
        granted=True,
        ground="x",
        signs=Sha(signed),
    )
    history = (await stage.read(pull, Memory(commands=(seen,)))).history
    [file] = history.values()
    assert file is not None
    assert file.text == document()


async def test_a_document_that_was_not_there_yet_is_none(stage: Stage) -> None:
    pull = stage.scene.open_pull({"a.py": ""})
    stage.scene.person("dana").approve(pull)
    signed = pull.head_sha
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document()})
    assert (await stage.read(pull)).history == {(signed, PATH): None}


async def test_a_commit_out_of_reach_has_no_entry(stage: Stage) -> None:
    pull = stage.propose()
    review = stage.scene.person("dana").approve(pull)
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document(more="More.")})
    review.commit = "d" * 40
    assert (await stage.read(pull)).history == {}


async def test_a_renamed_document_is_found_under_its_old_name(stage: Stage) -> None:
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: document(status="Approved")})
    pull = stage.scene.open_pull({PATH: document(more="More.")})
    stage.scene.person("dana").approve(pull)
    signed = pull.head_sha
    new = "docs/tdd/0008-renamed.md"
    stage.scene.person("alice").commit(
        stage.scene.repository, "change", {PATH: None, new: document(more="More.")}
    )
    history = (await stage.read(pull)).history
    assert list(history) == [(signed, new)]
    [file] = history.values()
    assert file is not None
    assert (file.path, file.text) == (PATH, document(more="More."))


async def test_a_symlink_in_the_past_is_a_problem_not_a_text(stage: Stage) -> None:
    target = stage.scene.repository.git.add_blob(b"README.md")
    pull = stage.scene.open_pull({PATH: Entry(SYMLINK, target)})
    stage.scene.person("dana").approve(pull)
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: None})
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: document()})
    [file] = (await stage.read(pull)).history.values()
    assert file is not None
    assert file.problem is FileProblem.SYMLINK


async def test_a_successor_is_read_at_the_tip_of_the_base(stage: Stage) -> None:
    old, new = PATH, "docs/tdd/0008-new.md"
    files = {old: document(status="Approved"), new: document(title="New")}
    stage.scene.person("erin").commit(stage.scene.repository, "main", files)
    text = document(status="Superseded").replace("**Date", "**Superseded-By:** 0008-new.md\n**Date")
    snapshot = await stage.read(stage.propose(text))
    [(path, file)] = snapshot.linked.items()
    assert path == new
    assert file is not None
    assert file.text == document(title="New")


async def test_a_successor_that_is_nowhere_is_none_and_none_is_fetched_from_outside(stage: Stage) -> None:
    for named in ("0099-nothing.md", "../../../../etc/passwd", "https://evil.example/x.md"):
        text = document(status="Superseded").replace("**Date", f"**Superseded-By:** {named}\n**Date")
        pull = stage.scene.open_pull({PATH: text}, branch=f"b{hash(named)}")
        snapshot = await stage.read(pull)
        assert list(snapshot.linked.values()) in ([None], [])


async def test_time_is_utc(stage: Stage) -> None:
    pull = stage.propose()
    stage.scene.person("bob").comment(pull, "x")
    [comment] = (await stage.read(pull)).comments
    assert comment.created_at.utcoffset() == timedelta(0)
