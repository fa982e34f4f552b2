"""GitHub's addresses, one from another: its REST and GraphQL API, and what people open in a browser."""

from urllib.parse import SplitResult, urlsplit, urlunsplit


def is_enterprise_server(api_url: str) -> bool:
    """Whether an API is GitHub Enterprise Server's: only that has it below ``/api/v3``."""
    return urlsplit(api_url).path.endswith("/api/v3")


def graphql_url_of(api_url: str) -> str:
    """Return the GraphQL address beside a REST address.

    ``/api/v3`` of GitHub Enterprise Server has it at ``/api/graphql``, everything else below the REST address
    (docs.github.com, graphql/guides/forming-calls-with-graphql).
    """
    parts = urlsplit(api_url)
    base = parts.path.removesuffix("/v3") if parts.path.endswith("/api/v3") else parts.path
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, f"{base}/graphql", "", ""))


def api_url_of(server_url: str) -> str:
    """Return the REST address of what people open in a browser: the other way round of ``server_url_of``.

    github.com and GHE.com have it at a host of its own, GitHub Enterprise Server below ``/api/v3``
    (docs.github.com, rest/using-the-rest-api/getting-started-with-the-rest-api).
    """
    parts = urlsplit(server_url)
    if parts.netloc == "github.com" or parts.netloc.endswith(".ghe.com"):
        return urlunsplit(SplitResult(parts.scheme, f"api.{parts.netloc}", "", "", ""))
    return urlunsplit(SplitResult(parts.scheme, parts.netloc, "/api/v3", "", ""))


def server_url_of(api_url: str) -> str:
    """Return the address that people open in a browser: ``api.HOST`` belongs to ``HOST``."""
    parts = urlsplit(api_url)
    path = parts.path.removesuffix("/api/v3")
    return urlunsplit(SplitResult(parts.scheme, parts.netloc.removeprefix("api."), path, "", ""))
