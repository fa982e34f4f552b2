"""GitHub's answers to the values of the core: one spelling of logins, one meaning of "own" and "edited"."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from bot.core.model import (
    App,
    CheckRun,
    Comment,
    CommentKind,
    Commit,
    Conclusion,
    Demand,
    Dismissal,
    Login,
    NodeId,
    Opinion,
    Person,
    PullRequest,
    Repository,
    RequestEvent,
    RequestSubject,
    Review,
    SeatKey,
    Sha,
)
from bot.github.answers import (
    Asked,
    Checked,
    Committed,
    Head,
    Item,
    Pull,
    ReactionGroup,
    Repo,
    Rule,
    Run,
    Said,
    SaidComment,
    SaidReview,
    Suite,
    Who,
)
from bot.github.part import Nodes, Part

_Part = TypeVar("_Part", bound=Part)
_Value = TypeVar("_Value")
_BOT = "[bot]"


def person_of(who: Who | None) -> Person | None:
    """Return the person; None for a deleted account, or one that has no number of its own."""
    if who is None or who.database_id is None:
        return None
    return Person(who.database_id, login_of(who), is_bot=who.typename == "Bot")


def login_of(who: Who) -> Login:
    """Return the login as REST and webhooks write it: GraphQL leaves a bot's ``[bot]`` out."""
    bare = who.typename != "Bot" or who.login.endswith(_BOT)
    return Login(who.login if bare else who.login + _BOT)


def is_own(who: Who | None, app: App) -> bool:
    """Whether this app did it; a person cannot have a bot's type, whatever the login."""
    return who is not None and who.typename == "Bot" and login_of(who) == app.login


def _own_reactions(groups: Sequence[ReactionGroup] | None) -> frozenset[str]:
    return frozenset(group.content for group in groups or () if group.viewer_has_reacted)


def comment_of(said: SaidComment, kind: CommentKind, app: App) -> Comment:
    """Return a comment of the thread or on a line."""
    return Comment(
        id=said.full_database_id,
        node_id=NodeId(said.id),
        kind=kind,
        author=person_of(said.author),
        own=_wrote(said, app),
        created_at=said.created_at,
        edited=said.last_edited_at is not None,
        body=said.body,
        url=said.url,
        reactions=_own_reactions(said.reaction_groups),
    )


def _wrote(said: Said, app: App) -> bool:
    return said.viewer_did_author or is_own(said.author, app)


def review_of(said: SaidReview) -> Review | None:
    """Return a review; None while its author has not submitted it."""
    if said.submitted_at is None or said.state is Opinion.PENDING:
        return None
    return Review(
        id=said.full_database_id,
        node_id=NodeId(said.id),
        opinion=said.state,
        author=person_of(said.author),
        commit=Sha(said.commit.oid) if said.commit else None,
        submitted_at=said.submitted_at,
        body=said.body,
        url=said.url,
        edited=_review_edited(said),
        writer=said.author_can_push_to_repository,
        reactions=_own_reactions(said.reaction_groups),
    )


def _review_edited(said: SaidReview) -> bool:
    """Whether the text changed after it was submitted; a draft of one's own may be edited before."""
    if said.last_edited_at is None or said.submitted_at is None:
        return False
    by_author = said.editor is not None and said.author is not None and said.editor.login == said.author.login
    return said.last_edited_at > said.submitted_at or not by_author


def review_comment_of(said: SaidReview, app: App) -> Comment | None:
    """Return the text of a review as a comment; None where it has none."""
    review = review_of(said)
    if review is None or not review.body.strip():
        return None
    return Comment(
        id=review.id,
        node_id=review.node_id,
        kind=CommentKind.REVIEW,
        author=review.author,
        own=_wrote(said, app),
        created_at=review.submitted_at,
        edited=review.edited,
        body=review.body,
        url=review.url,
        reactions=review.reactions,
    )


def subject_of(asked: Asked | None) -> RequestSubject | None:
    """Return who is asked; None where GitHub does not let this app see it."""
    if asked is None or asked.database_id is None:
        return None
    if asked.typename == "Team":
        if asked.combined_slug is None:
            return None
        return RequestSubject(SeatKey(f"team:{asked.database_id}"), asked.combined_slug)
    if asked.login is None:
        return None
    return RequestSubject(SeatKey(f"user:{asked.database_id}"), asked.login)


def request_event_of(item: Item, app: App) -> RequestEvent | None:
    """Return a review request made or removed; None for another item or an unseen reviewer."""
    subject = subject_of(item.requested_reviewer)
    if subject is None or item.typename not in {"ReviewRequestedEvent", "ReviewRequestRemovedEvent"}:
        return None
    removed = item.typename == "ReviewRequestRemovedEvent"
    return RequestEvent(item.created_at, own=is_own(item.actor, app), removed=removed, subject=subject)


def dismissal_of(item: Item) -> Dismissal | None:
    """Return a dismissal; None for another item. GitHub names a commit only where its own rule did it."""
    if item.typename != "ReviewDismissedEvent" or item.review is None or item.previous_review_state is None:
        return None
    return Dismissal(
        review_id=item.review.full_database_id,
        was=item.previous_review_state,
        actor=person_of(item.actor),
        by_rule=item.pull_request_commit is not None,
        at=item.created_at,
    )


def forced_at_of(items: Iterable[Item]) -> datetime | None:
    """Return when the branch was last put somewhere else by force; None: never.

    https://docs.github.com/en/graphql/reference/objects#headrefforcepushedevent
    """
    forced = (one.created_at for one in items if one.typename == "HeadRefForcePushedEvent")
    return max(forced, default=None)


def commit_of(said: Committed) -> Commit:
    """Return a commit of the pull request."""
    suites = [suite.created_at for suite in said.check_suites.seen] if said.check_suites else []
    author = said.author.user.database_id if said.author and said.author.user else None
    committer = said.committer.user.database_id if said.committer and said.committer.user else None
    return Commit(Sha(said.oid), author, committer, said.parents.total_count, min(suites, default=None))


def check_of(head: Checked) -> CheckRun | None:
    """Return this app's newest run on a commit: GitHub judges by that one."""
    runs = [(run, suite) for suite in _seen(head.check_suites) for run in _seen(suite.check_runs)]
    if not runs:
        return None
    run, suite = max(runs, key=_number)
    completed = run.status == "COMPLETED"
    return CheckRun(
        id=run.database_id,
        completed=completed,
        conclusion=_conclusion(run.conclusion),
        external_id=run.external_id or "",
        suite_reset=completed and suite.status != "COMPLETED",
        title=run.title or "",
        completed_at=run.completed_at,
        required=run.is_required,
    )


def demand_of(rules: Nodes[Rule] | None, check: CheckRun | None, name: str, app_id: int) -> Demand:
    """Return how the base branch's rulesets ask for this app's check.

    Rules of every ruleset that applies come with the branch; that a branch protection rule asks for it is
    known from the run alone, and from whom is asked for elsewhere:
    https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets#require-status-checks-to-pass-before-merging
    """
    if rules is None:
        return Demand.UNKNOWN
    asked = [
        one.integration_id
        for rule in rules.seen
        for one in (rule.parameters.required_status_checks if rule.parameters else [])
        if one.context == name
    ]
    if app_id in asked:
        return Demand.PINNED
    if None in asked:
        return Demand.ANY_SOURCE
    if asked:
        return Demand.OTHER_SOURCE
    unread = rules.page_info.has_next_page or check is None or check.required is not False
    return Demand.UNKNOWN if unread else Demand.NONE


def _number(found: tuple[Run, Suite]) -> int:
    return found[0].database_id


def _conclusion(said: str | None) -> Conclusion | None:
    """Return how the run ended; None for what this app never writes, such as a run gone stale."""
    known = {conclusion.name: conclusion for conclusion in Conclusion}
    return known.get(said or "")


def _seen(nodes: Nodes[_Part] | None) -> list[_Part]:
    return nodes.seen if nodes else []


def others_of(head: Head, pull: Pull, repository_id: int) -> tuple[int, ...]:
    """Return the other open pull requests of this repository whose head is this commit."""
    return tuple(
        other.number
        for other in _seen(head.associated_pull_requests)
        if other.state == "OPEN"
        and other.number != pull.number
        and other.head_ref_oid == pull.head_ref_oid
        and other.repository.database_id == repository_id
    )


def repository_of(said: Repo) -> Repository:
    """Return the repository under the name that it has now."""
    branch = said.default_branch_ref.name if said.default_branch_ref else ""
    return Repository(said.database_id, said.owner.login, said.name, said.is_in_organization, branch)


def pull_request_of(said: Pull) -> PullRequest:
    """Return the pull request itself."""
    return PullRequest(
        number=said.number,
        url=said.url,
        open=said.state == "OPEN",
        merged=said.merged,
        draft=said.is_draft,
        locked=said.locked,
        author=person_of(said.author),
        base_ref=said.base_ref_name,
        head_sha=Sha(said.head_ref_oid),
        title=said.title,
        total_files=said.changed_files,
        merged_at=said.merged_at,
        merged_by=person_of(said.merged_by),
        head_ref="" if said.is_cross_repository else said.head_ref_name,
    )


def sha_of(oid: str) -> Sha:
    """Return a commit's name as the core types it."""
    return Sha(oid)


def all_of(
    said: Iterable[_Part],
    convert: Callable[[_Part], _Value | None],
    at: Callable[[_Value], datetime],
) -> tuple[_Value, ...]:
    """Return what can be converted, oldest first."""
    return tuple(sorted((value for one in said if (value := convert(one)) is not None), key=at))


def in_order(comments: Iterable[Comment | None]) -> tuple[Comment, ...]:
    """Sort comments of every kind by age; the same comment read twice counts once."""
    known = {(comment.kind, comment.id): comment for comment in comments if comment is not None}
    return tuple(sorted(known.values(), key=lambda comment: (comment.created_at, comment.id)))
