"""GitHub's answers to the core's values: odd ones too."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.model import App, CommentKind, Conclusion, Opinion, Person
from bot.github import convert
from bot.github.answers import Asked, Head, Item, SaidComment, SaidReview, Who
from bot.github.part import checked
from bot.ports import UnavailableError

APP = App(7, "tdd-bot")
AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SHA = "a" * 40


def who(login: str = "dana", kind: str = "User", number: int | None = 4) -> dict[str, Any]:
    return {"__typename": kind, "login": login, "databaseId": number}


def said(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "id": "IC_x",
        "fullDatabaseId": "9007199254740993",
        "createdAt": "2026-11-24T12:00:00Z",
        "lastEditedAt": None,
        "body": "x",
        "url": "https://github.com/x",
        "viewerDidAuthor": False,
        "author": who(),
        "reactionGroups": None,
        **more,
    }


def review(**more: Any) -> SaidReview:  # noqa: ANN401 - JSON
    base = said(
        state="APPROVED",
        submittedAt="2026-11-24T12:00:00Z",
        authorCanPushToRepository=True,
        editor=None,
        commit={"oid": SHA},
    )
    return checked(SaidReview, base | more)


def comment(**more: Any) -> SaidComment:  # noqa: ANN401 - JSON
    return checked(SaidComment, said(**more))


def test_ids_beyond_53_bits_are_whole() -> None:
    assert convert.comment_of(comment(), CommentKind.THREAD, APP).id == 9007199254740993


def test_a_bots_login_is_written_as_rest_writes_it() -> None:
    bot = checked(Who, who("tdd-bot", "Bot", 70))
    assert convert.person_of(bot) == Person(70, APP.login, is_bot=True)
    assert convert.person_of(checked(Who, who("tdd-bot[bot]", "Bot", 70))) == Person(
        70, APP.login, is_bot=True
    )


def test_a_person_named_like_the_app_is_not_the_app() -> None:
    for login in ("tdd-bot", "tdd-bot[bot]"):
        written = comment(author=who(login, "User", 5))
        assert not convert.comment_of(written, CommentKind.THREAD, APP).own


def test_another_bot_is_not_the_app() -> None:
    assert not convert.comment_of(comment(author=who("other", "Bot", 5)), CommentKind.THREAD, APP).own


@pytest.mark.parametrize("author", [who("tdd-bot", "Bot", 70), None])
def test_what_the_viewer_wrote_is_own(author: dict[str, Any] | None) -> None:
    assert convert.comment_of(comment(author=author, viewerDidAuthor=True), CommentKind.THREAD, APP).own


def test_a_deleted_account_is_nobody() -> None:
    assert convert.comment_of(comment(author=None), CommentKind.THREAD, APP).author is None


def test_an_actor_without_a_number_is_nobody() -> None:
    assert convert.person_of(checked(Who, who("corp", "EnterpriseUserAccount", None))) is None


def test_a_review_edited_before_it_was_submitted_is_not_edited() -> None:
    before = review(lastEditedAt="2026-11-24T11:00:00Z", editor=who())
    assert convert.review_of(before) is not None
    assert not convert.review_of(before).edited  # type: ignore[union-attr] # asserted above


@pytest.mark.parametrize(
    ("edited_at", "editor"),
    [
        ("2026-11-24T12:00:01Z", who()),
        ("2026-11-24T12:00:01Z", None),
        ("2026-11-24T12:00:00Z", who("mallory")),
        ("2026-11-24T12:00:00Z", None),
    ],
)
def test_a_review_edited_later_or_by_another_hand_is_edited(
    edited_at: str, editor: dict[str, Any] | None
) -> None:
    read = convert.review_of(review(lastEditedAt=edited_at, editor=editor))
    assert read is not None
    assert read.edited


@pytest.mark.parametrize(
    ("state", "at"), [("PENDING", None), ("PENDING", "2026-11-24T12:00:00Z"), ("APPROVED", None)]
)
def test_a_review_that_is_not_submitted_is_none(state: str, at: str | None) -> None:
    assert convert.review_of(review(state=state, submittedAt=at)) is None
    assert convert.review_comment_of(review(state=state, submittedAt=at), APP) is None


def test_a_review_whose_commit_is_gone_has_none() -> None:
    read = convert.review_of(review(commit=None))
    assert read is not None
    assert read.commit is None


@pytest.mark.parametrize("body", ["", " \n"])
def test_a_review_of_spaces_is_no_comment(body: str) -> None:
    assert convert.review_comment_of(review(body=body), APP) is None


@pytest.mark.parametrize(
    "asked",
    [
        None,
        {"__typename": "Team", "databaseId": 3},
        {"__typename": "Team", "combinedSlug": "acme/x"},
        {"__typename": "User", "databaseId": 3},
        {"__typename": "NewIn2027"},
    ],
)
def test_a_reviewer_that_cannot_be_seen_is_left_out(asked: dict[str, Any] | None) -> None:
    assert convert.subject_of(checked(Asked, asked) if asked else None) is None


def item(kind: str, **more: Any) -> Item:  # noqa: ANN401 - JSON
    return checked(Item, {"__typename": kind, "createdAt": "2026-11-24T12:00:00Z", "actor": who(), **more})


def test_a_dismissal_of_a_review_that_is_gone_is_left_out() -> None:
    assert (
        convert.dismissal_of(item("ReviewDismissedEvent", previousReviewState="APPROVED", review=None))
        is None
    )


def test_only_a_named_commit_makes_a_dismissal_the_rules() -> None:
    said = {"previousReviewState": "APPROVED", "review": {"fullDatabaseId": "3"}}
    by_person = convert.dismissal_of(item("ReviewDismissedEvent", pullRequestCommit=None, **said))
    by_rule = convert.dismissal_of(
        item("ReviewDismissedEvent", pullRequestCommit={"commit": {"oid": SHA}}, **said)
    )
    assert by_person is not None
    assert by_rule is not None
    assert (by_person.by_rule, by_rule.by_rule) == (False, True)
    assert by_person.was is Opinion.APPROVED
    assert by_person.at == AT


def test_an_item_of_another_kind_is_neither() -> None:
    other = item("NewIn2027", requestedReviewer={"__typename": "User", "login": "x", "databaseId": 3})
    assert convert.request_event_of(other, APP) is None
    assert convert.dismissal_of(other) is None


def head(*runs: tuple[int, str, str | None], suite: str = "COMPLETED") -> Head:
    nodes = [
        {
            "databaseId": number,
            "status": status,
            "conclusion": conclusion,
            "externalId": None,
            "isRequired": None,
        }
        for number, status, conclusion in runs
    ]
    return checked(
        Head,
        {
            "oid": SHA,
            "checkSuites": {"nodes": [{"status": suite, "checkRuns": {"nodes": nodes}}, None]},
            "associatedPullRequests": None,
        },
    )


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("SUCCESS", Conclusion.SUCCESS),
        ("ACTION_REQUIRED", Conclusion.ACTION_REQUIRED),
        ("STALE", None),
        ("NEW_IN_2027", None),
        (None, None),
    ],
)
def test_a_conclusion_that_we_never_write_is_none(said: str | None, read: Conclusion | None) -> None:
    run = convert.check_of(head((1, "COMPLETED", said)))
    assert run is not None
    assert run.conclusion is read
    assert run.required is None


def test_the_run_with_the_highest_number_is_the_newest() -> None:
    run = convert.check_of(
        head((9, "COMPLETED", "SUCCESS"), (12, "QUEUED", None), (3, "COMPLETED", "SUCCESS"))
    )
    assert run is not None
    assert (run.id, run.completed, run.suite_reset) == (12, False, False)


def test_a_suite_that_waits_while_its_run_is_complete_was_reset() -> None:
    run = convert.check_of(head((9, "COMPLETED", "SUCCESS"), suite="QUEUED"))
    assert run is not None
    assert run.suite_reset


def test_no_suite_is_no_run() -> None:
    assert convert.check_of(head()) is None
    assert (
        convert.check_of(checked(Head, {"oid": SHA, "checkSuites": None, "associatedPullRequests": None}))
        is None
    )


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"createdAt": "yesterday"}, "createdAt"),
        ({"createdAt": "2026-11-24T12:00:00"}, "createdAt"),
        ({"fullDatabaseId": "x"}, "fullDatabaseId"),
        ({"body": None}, "body"),
        ({"author": 3}, "author"),
    ],
)
def test_an_odd_answer_is_an_outage_that_names_the_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(UnavailableError, match=field):
        comment(**more)


def test_an_odd_answer_is_not_repeated() -> None:
    with pytest.raises(UnavailableError) as refused:
        comment(createdAt="document text")
    assert "document text" not in str(refused.value)
