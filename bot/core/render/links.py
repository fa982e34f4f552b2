"""The ways from GitHub to this server's own pages, where it has any."""

from urllib.parse import quote

from bot.core.model import Snapshot


def why_url(snapshot: Snapshot) -> str:
    """Return the address of the page that says why; ``""`` where there are no pages."""
    if not snapshot.pages:
        return ""
    repository = snapshot.repository
    place = f"{quote(repository.owner, safe='')}/{quote(repository.name, safe='')}"
    return f"{snapshot.pages}/{place}/pull/{snapshot.pull_request.number}"


def page_lines(snapshot: Snapshot) -> list[str]:
    """Return one small line of links for the end of a text, with an empty one before it, or nothing."""
    if not snapshot.pages:
        return []
    ways = {"Why": why_url(snapshot), "all designs": f"{snapshot.pages}/", "rules": f"{snapshot.pages}/rules"}
    return ["", f"<sub>{' · '.join(f'[{name}]({url})' for name, url in ways.items())}</sub>"]
