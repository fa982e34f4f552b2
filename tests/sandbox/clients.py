"""GitHub clients that nobody here wrote, pointed at the sandbox.

They are imported by name and untyped on purpose: mypy takes half a minute for GitHubKit's
models, and what is tested is what these clients do when they run.
"""

import importlib
from typing import Any

from bot.sandbox import Sandbox, Scene

githubkit: Any = importlib.import_module("githubkit")
webhooks: Any = importlib.import_module("githubkit.webhooks")
github: Any = importlib.import_module("github")
RequestFailed: Any = importlib.import_module("githubkit.exception").RequestFailed
GraphQLFailed: Any = importlib.import_module("githubkit.exception").GraphQLFailed


def with_token(sandbox: Sandbox, token: str) -> Any:  # noqa: ANN401 - see above
    """Return a GitHubKit client that sends a token."""
    return githubkit.GitHub(token, base_url=sandbox.url, auto_retry=False, http_cache=False)


def as_app(sandbox: Sandbox, scene: Scene) -> Any:  # noqa: ANN401 - see above
    """Return a GitHubKit client that signs its own JWT."""
    auth = githubkit.AppAuthStrategy(scene.app.id, scene.app.private_key)
    return githubkit.GitHub(auth, base_url=sandbox.url, auto_retry=False, http_cache=False)


def as_forger(sandbox: Sandbox, scene: Scene) -> Any:  # noqa: ANN401 - see above
    """Return a client of a second app, installed beside the first, that writes checks too."""
    other = scene.world.add_app(scene.organization, "forger", permissions={"checks": "write"})
    return with_token(sandbox, sandbox.token(scene.world.install(other, scene.organization)).text)
