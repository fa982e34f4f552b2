"""The objects of GitHub's GraphQL answers: only the fields that are used are read, and those are checked."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from bot.ports import UnavailableError


class Part(BaseModel):
    """An object of an answer. Attributes are the API's names in lower case with underscores."""

    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", frozen=True)


_Part = TypeVar("_Part", bound=BaseModel)


def checked(kind: type[_Part], said: object) -> _Part:
    """Read an object of an answer.

    Raises:
        UnavailableError: a field is missing or of another kind; the message names it.
    """
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in fault["loc"])
        raise UnavailableError(f"GitHub's answer makes no sense at {where}: {fault['msg']}") from None


class PageInfo(Part):
    """Where a page of a connection begins and ends: https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api."""

    has_next_page: bool = False
    has_previous_page: bool = False
    start_cursor: str | None = None
    end_cursor: str | None = None


_Node = TypeVar("_Node", bound=Part)


class Nodes(Part, Generic[_Node]):
    """A connection, or one page of it. A node is null where it may not be seen."""

    page_info: PageInfo = PageInfo()
    nodes: list[_Node | None] | None = None

    @property
    def seen(self) -> list[_Node]:
        """The nodes that may be seen."""
        return [node for node in self.nodes or [] if node is not None]
