"""Pages of a pull request's connections, backwards until they are complete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.model import PullRequestRef
from bot.github import queries
from bot.github.answers import Item, More, Pages, Pull, SaidComment, SaidReview, Thread, ThreadAnswer
from bot.github.client import Client
from bot.github.part import Nodes, Part, checked
from bot.ports import GoneError, OutsideError, UnavailableError

MOST_PAGES = 100
"""Of one connection: 10,000 comments. A longer history is not read in part."""

# A reviewer or thread that this app may not see is null; that is no reason to read nothing.
TOLERATED = frozenset(
    {"requestedReviewer", "isRequired", "sticky", "kept", "shared", "mergeQueueEntry", "rules"}
)

_Node = TypeVar("_Node", bound=Part)
_CONNECTIONS = ("reviews", "comments", "threads", "timeline")


@dataclass(frozen=True, slots=True)
class Known:
    """What was read before of a long conversation."""

    newest: str
    """Node id: no comment before it has to be read again."""
    kept: Sequence[SaidComment | None]
    """But for these, which have been."""


@dataclass(slots=True)
class Conversation:
    """Everything that was said and asked on a pull request, in no order."""

    known: Known | None = None
    reviews: list[SaidReview] = field(default_factory=list)
    comments: list[SaidComment] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    line_comments: list[SaidComment] = field(default_factory=list)
    timeline: list[Item] = field(default_factory=list)

    def take(self, pages: Pages) -> dict[str, str]:
        """Add one page of each connection that was asked for; return the cursors of the next ones."""
        before = {
            "reviews": _take(pages.reviews, self.reviews),
            "comments": self._take_comments(pages.comments),
            "threads": _take(pages.review_threads, self.threads),
            "timeline": _take(pages.timeline_items, self.timeline),
        }
        return {name: cursor for name, cursor in before.items() if cursor is not None}

    def _take_comments(self, page: Nodes[SaidComment] | None) -> str | None:
        """Add a page of comments; where it reaches what is known, the rest of that takes no further page."""
        cursor = _take(page, self.comments)
        if page is None or self.known is None or all(one.id != self.known.newest for one in page.seen):
            return cursor
        present = {one.id for one in self.comments}
        self.comments += [one for one in self.known.kept if one is not None and one.id not in present]
        return None


def _take(page: Nodes[_Node] | None, into: list[_Node]) -> str | None:
    if page is None:
        return None
    into.extend(page.seen)
    return page.page_info.start_cursor if page.page_info.has_previous_page else None


async def read_conversation(
    client: Client, ref: PullRequestRef, first: Pull, known: Known | None = None, *, whole: bool
) -> Conversation:
    """Return what the first answer holds and, if ``whole``, all before it that is not ``known``.

    Raises:
        OutsideError: there are more pages than are read at most.
    """
    conversation = Conversation(known)
    before = conversation.take(first)
    if whole:
        await _read_back(client, ref, conversation, before)
    for thread in conversation.threads:
        conversation.line_comments += thread.comments.seen
        if whole:
            conversation.line_comments += await _earlier(client, ref, thread)
    return conversation


async def _read_back(
    client: Client, ref: PullRequestRef, conversation: Conversation, before: Mapping[str, str]
) -> None:
    query = queries.snapshot(())
    for _ in range(MOST_PAGES):
        if not before:
            return
        variables: dict[str, object] = {
            "owner": ref.owner,
            "name": ref.name,
            "number": ref.number,
            **queries.GROUND,
            "first": False,
            "appId": 0,
            "check": "",
        }
        for name in _CONNECTIONS:
            variables[name] = name in before
            variables[f"{name}Before"] = before.get(name)
        answer = await client.graphql(ref.installation_id, query.text, variables, TOLERATED)
        repository = checked(More, answer.data).repository
        if repository is None or repository.pull_request is None:
            raise GoneError(f"{ref} is not there any more")
        before = conversation.take(repository.pull_request)
    if before:
        raise OutsideError(f"{ref} has more than {MOST_PAGES} pages of {', '.join(before)}: it is not judged")


async def _earlier(client: Client, ref: PullRequestRef, thread: Thread) -> list[SaidComment]:
    found: list[SaidComment] = []
    page = thread.comments
    for _ in range(MOST_PAGES):
        if not page.page_info.has_previous_page:
            return found
        variables = {"thread": thread.id, "before": page.page_info.start_cursor}
        answer = await client.graphql(
            ref.installation_id, queries.named("thread"), variables, frozenset({"node"})
        )
        node = checked(ThreadAnswer, answer.data).node
        if node is None:
            # Deleted meanwhile, or not: what it said would be missing, so all is read again.
            raise UnavailableError(f"A conversation of {ref} vanished while it was read")
        page = node.comments
        found += page.seen
    raise OutsideError(f"{ref} has a conversation of more than {MOST_PAGES} pages: it is not judged")
