"""GitHub's GraphQL answers, as far as they are used: https://docs.github.com/en/graphql/reference/objects."""

# ruff: noqa: D101 - each class mirrors an object of the API, which documents it under the same name
from pydantic import AwareDatetime, ConfigDict, Field

from bot.core.model import Opinion
from bot.github.part import Nodes, Part, checked


class Who(Part):
    """An actor. A bot's login has no ``[bot]`` here, unlike in REST and webhooks."""

    typename: str = Field(alias="__typename")
    login: str
    database_id: int | None = None


class Oid(Part):
    oid: str


class ReactionGroup(Part):
    content: str
    viewer_has_reacted: bool


class Said(Part):
    """What comments and reviews share."""

    id: str
    full_database_id: int
    last_edited_at: AwareDatetime | None
    body: str
    url: str
    viewer_did_author: bool
    author: Who | None
    reaction_groups: list[ReactionGroup] | None


class SaidComment(Said):
    created_at: AwareDatetime


class SaidReview(Said):
    state: Opinion
    submitted_at: AwareDatetime | None
    author_can_push_to_repository: bool
    editor: Who | None
    commit: Oid | None


class Thread(Part):
    id: str
    comments: Nodes[SaidComment]


class Asked(Part):
    """A requested reviewer: a team has a combined slug, all others a login."""

    typename: str = Field(alias="__typename")
    database_id: int | None = None
    combined_slug: str | None = None
    login: str | None = None


class ReviewRequest(Part):
    requested_reviewer: Asked | None


class CommitOf(Part):
    commit: Oid


class ReviewOf(Part):
    full_database_id: int


class Item(Part):
    """An item of the timeline; which fields it has depends on its kind."""

    typename: str = Field(alias="__typename")
    created_at: AwareDatetime
    actor: Who | None = None
    requested_reviewer: Asked | None = None
    previous_review_state: Opinion | None = None
    pull_request_commit: CommitOf | None = None
    review: ReviewOf | None = None


class Blob(Part):
    typename: str = Field(alias="__typename")
    is_binary: bool | None = None
    is_truncated: bool = False
    text: str | None = None


class Entry(Part):
    """A path in a commit's tree."""

    mode: int
    type: str
    size: int
    oid: str
    object: Blob | None


class FolderItem(Part):
    name: str
    type: str


class Folder(Part):
    entries: list[FolderItem] | None = None


class FolderEntry(Part):
    object: Folder | None


class Target(Part):
    """A commit, with the files asked for under their aliases."""

    model_config = ConfigDict(extra="allow")

    oid: str

    def entry(self, alias: str) -> Entry | None:
        """Return what stands at the path asked for under this alias; None: nothing."""
        said = (self.model_extra or {}).get(alias)
        return None if said is None else checked(Entry, said)

    def folder(self, alias: str) -> tuple[str, ...]:
        """Return the names of the files in the folder asked for under this alias."""
        said = (self.model_extra or {}).get(alias)
        tree = checked(FolderEntry, said).object if said is not None else None
        return tuple(one.name for one in (tree.entries if tree else None) or () if one.type == "blob")


class Owner(Part):
    login: str


class DefaultBranch(Part):
    """With the files of the configuration and the template; a missing target is an empty repository."""

    name: str = ""
    target: Target | None = None


class Shared(Part):
    """The repository ``.github`` of the same owner."""

    database_id: int
    name: str
    owner: Owner
    default_branch_ref: DefaultBranch | None


class RequiredCheck(Part):
    context: str
    integration_id: int | None


class Parameters(Part):
    required_status_checks: tuple[RequiredCheck, ...] = ()


class Rule(Part):
    parameters: Parameters | None


class Ref(Part):
    target: Target | None
    rules: Nodes[Rule] | None = None


class Run(Part):
    database_id: int
    status: str
    conclusion: str | None
    external_id: str | None
    title: str | None = None
    completed_at: AwareDatetime | None = None
    is_required: bool | None = None


class Suite(Part):
    status: str
    check_runs: Nodes[Run] | None


class Identified(Part):
    database_id: int


class Associated(Part):
    number: int
    state: str
    head_ref_oid: str
    repository: Identified


class Checked(Target):
    """A commit with this app's own suites."""

    check_suites: Nodes[Suite] | None


class Head(Checked):
    associated_pull_requests: Nodes[Associated] | None


class QueueConfiguration(Part):
    merging_strategy: str | None


class QueueOf(Part):
    configuration: QueueConfiguration | None


class QueueEntry(Part):
    """A place in the merge queue; its commits are null until the group is made."""

    head_commit: Checked | None
    base_commit: Target | None
    merge_queue: QueueOf | None

    @property
    def head_green(self) -> bool:
        """Whether failing groups merge together with a passing one behind them."""
        settings = self.merge_queue.configuration if self.merge_queue else None
        return settings is not None and settings.merging_strategy == "HEADGREEN"


class HeadOf(Part):
    commit: Head


class LinkedUser(Part):
    database_id: int | None


class GitActor(Part):
    user: LinkedUser | None


class Count(Part):
    total_count: int


class SuiteTime(Part):
    created_at: AwareDatetime


class Committed(Part):
    oid: str
    author: GitActor | None
    committer: GitActor | None
    parents: Count
    check_suites: Nodes[SuiteTime] | None = None


class CommittedOf(Part):
    commit: Committed


class Changed(Part):
    path: str
    change_type: str


class Pages(Part):
    """The connections of a pull request that may have more than one page; None where not asked for."""

    reviews: Nodes[SaidReview] | None = None
    comments: Nodes[SaidComment] | None = None
    review_threads: Nodes[Thread] | None = None
    timeline_items: Nodes[Item] | None = None


class CommitsPull(Part):
    commits: Nodes[CommittedOf]


class CommitsRepo(Part):
    database_id: int
    pull_request: CommitsPull | None


class CommitPages(Part):
    """A further page of commits."""

    repository: CommitsRepo | None


class At(Part):
    """A commit, with the names of what stands at the paths asked for under their aliases."""

    model_config = ConfigDict(extra="allow")

    oid: str

    def name_of(self, alias: str) -> str | None:
        """Return git's name of what stands at the path asked for under this alias; None: nothing."""
        said = (self.model_extra or {}).get(alias)
        return None if said is None else checked(Oid, said).oid


class Compared(At):
    """A commit beside those before it."""

    parents: Nodes[At]


class Pull(Pages):
    number: int
    url: str
    body: str = ""
    state: str
    merged: bool
    merged_at: AwareDatetime | None = None
    merged_by: Who | None = None
    is_draft: bool
    locked: bool
    title: str
    changed_files: int
    base_ref_name: str
    head_ref_oid: str
    head_ref_name: str
    is_cross_repository: bool
    author: Who | None
    base_ref: Ref | None
    files: Nodes[Changed] | None
    head: Nodes[HeadOf]
    commits: Nodes[CommittedOf]
    review_requests: Nodes[ReviewRequest] | None
    merge_queue_entry: QueueEntry | None = None


class Numbered(Part):
    number: int


class Landed(Numbered):
    merged: bool
    files: Nodes[Changed] | None


class LandedRepo(Part):
    """A repository, with the pull requests asked for under their aliases."""

    model_config = ConfigDict(extra="allow")

    database_id: int

    def pull(self, alias: str) -> Landed | None:
        """Return the pull request asked for under this alias; None: there is none."""
        said = (self.model_extra or {}).get(alias)
        return None if said is None else checked(Landed, said)


class LandedAnswer(Part):
    repository: LandedRepo | None


class Waiting(Part):
    head_commit: Checked | None
    pull_request: Numbered | None


class Entries(Part):
    entries: Nodes[Waiting] | None


class QueueRepo(Part):
    database_id: int
    merge_queue: Entries | None


class QueueAnswer(Part):
    """What waits in a merge queue."""

    repository: QueueRepo | None


class Grounded(Part):
    """A repository, with what its documents are judged by."""

    database_id: int
    default_branch_ref: DefaultBranch | None


class GroundAnswer(Part):
    repository: Grounded | None
    shared: Shared | None = None


class Repo(Grounded):
    name: str
    is_in_organization: bool
    owner: Owner
    pull_request: Pull | None


class First(Part):
    """The first answer about a pull request."""

    sticky: SaidComment | None = None
    kept: tuple[SaidComment | None, ...] = ()
    """Comments of a long conversation that are looked at again; None for a deleted one."""
    repository: Repo | None
    shared: Shared | None = None


class MoreRepo(Part):
    pull_request: Pages | None


class More(Part):
    """A further page."""

    repository: MoreRepo | None


class ThreadAnswer(Part):
    node: Thread | None


class BlobsHead(Part):
    commit: Target


class BlobsPull(Part):
    base_ref: Ref | None
    head: Nodes[BlobsHead]


class BlobsRepo(Part):
    database_id: int
    pull_request: BlobsPull | None


class BlobsAnswer(Part):
    repository: BlobsRepo | None
