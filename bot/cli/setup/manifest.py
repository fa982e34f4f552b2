"""The manifest that GitHub is sent.

https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
"""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from bot.builtin import manifest_text
from bot.cli.setup.host import Host

_QUEUE_PERMISSION = "merge_queues"
_QUEUE_EVENT = "merge_group"
_LONGEST_NAME = 34
"""GitHub's limit for an app's name, in characters."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who registers the app has asked for."""

    name: str | None = None
    public_url: str | None = None
    """Where GitHub and people reach the server; None: webhooks come over a channel, there are no pages."""
    webhook_url: str | None = None
    """Where webhooks go, where that is not below ``public_url``."""
    commits: bool = False
    """``/tdd fix`` and its like write a commit instead of showing a patch."""
    onboard: bool = False
    """Repositories that get the app are offered a pull request with a first configuration."""
    digest: bool = False
    """The weekly digest may be an issue."""


def manifest_for(host: Host, wishes: Wishes, redirect_url: str, webhook_path: str) -> dict[str, Any]:
    """Return the manifest, without what the host lacks.

    Args:
        host: Where the app is registered.
        wishes: What it is for.
        redirect_url: Where GitHub sends the browser with the code.
        webhook_path: The path of the server's webhook.

    Raises:
        ValueError: the name is longer than GitHub takes.
    """
    made: dict[str, Any] = YAML(typ="safe", pure=True).load(manifest_text())
    if wishes.name is not None:
        made["name"] = wishes.name
    if not 0 < len(made["name"]) <= _LONGEST_NAME:
        raise ValueError(f"an app's name has at most {_LONGEST_NAME} characters")
    permissions, events = made["default_permissions"], made["default_events"]
    if wishes.commits or wishes.onboard:
        permissions["contents"] = "write"
    if wishes.digest:
        permissions["issues"] = "write"
    if not host.merge_queue:
        permissions.pop(_QUEUE_PERMISSION, None)
        made["default_events"] = [one for one in events if one != _QUEUE_EVENT]
    made["redirect_url"] = redirect_url
    hook = wishes.webhook_url or (wishes.public_url and f"{wishes.public_url}{webhook_path}")
    # GitHub wants an address even of a webhook that is switched off.
    made["hook_attributes"] = {"url": hook or "https://example.com/not-set", "active": bool(hook)}
    if wishes.public_url:
        made["url"] = wishes.public_url
        made["callback_urls"] = [f"{wishes.public_url}/callback"]
    return made
