"""How this app reaches GitHub and says who it is."""

from dataclasses import dataclass, field

from bot.core.model import USUAL_NAME
from bot.core.render.marks import check_name


@dataclass(frozen=True, slots=True)
class GitHubAccess:
    """What the adapter needs to know; the key is kept out of its ``repr``."""

    api_url: str
    """Such as ``https://api.github.com`` or ``https://HOST/api/v3``, without a slash at the end."""
    graphql_url: str
    private_key: str = field(repr=False)
    """PEM of an RSA key."""
    template: str
    """Markdown that documents are judged by where a repository has no template of its own."""
    app_id: int | None = None
    client_id: str | None = None
    """GitHub recommends it over the app id; at least one of the two is there."""
    name: str = USUAL_NAME
    """Of the app, as it marks what it writes; told, since the first query asks for its check by name."""
    pages_url: str = ""
    """Where this server's pages are, to be linked from what is written; ``""`` where it has none."""

    @property
    def check_name(self) -> str:
        """How the check is called that this app writes."""
        return check_name(self.name)

    @property
    def merge_queues(self) -> bool:
        """Whether there are merge queues: GitHub Enterprise Server has none and knows no field of theirs."""
        return not self.api_url.endswith("/api/v3")

    @property
    def issuer(self) -> str:
        """Who signs the JSON Web Token: the client id, as GitHub recommends.

        Before 3.14 GitHub Enterprise Server knows an app by its number only, and later ones still do
        (docs.github.com, generating-a-json-web-token-jwt-for-a-github-app).
        """
        if self.app_id is not None and self.api_url.endswith("/api/v3"):
            return str(self.app_id)
        return self.client_id or str(self.app_id or "")
