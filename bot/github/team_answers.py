"""GraphQL answers about teams and people: https://docs.github.com/en/graphql/reference/objects#team."""

# ruff: noqa: D101 - each class mirrors an object of the API, which documents it under the same name
from bot.github.answers import Identified, Owner
from bot.github.part import Nodes, PageInfo, Part


class Member(Part):
    database_id: int
    login: str


class Edge(Part):
    node: Identified | None


class Edges(Part):
    page_info: PageInfo
    edges: list[Edge | None] | None


class TeamPart(Part):
    database_id: int
    combined_slug: str
    privacy: str
    review_request_delegation_enabled: bool
    repositories: Edges | None
    members: Nodes[Member] | None


class Slug(Part):
    database_id: int
    slug: str


class SlugsOf(Part):
    teams: Nodes[Slug]


class SlugPages(Part):
    """A page of an organisation's teams."""

    organization: SlugsOf | None


class MembersOf(Part):
    members: Nodes[Member]


class UserPart(Part):
    database_id: int
    login: str
    organization: Owner | None = None
