"""GitHub's limits on texts, and its refusals in friendlier words."""

TITLE_LIMIT = 255
OUTPUT_LIMIT = 65_535
"""Of a check run's summary and text: https://docs.github.com/en/rest/checks/runs#create-a-check-run"""

COMMENT_LIMIT = 65_536
"""Of a comment's body."""

_CUT = "\n\n*The rest is left out: it is longer than GitHub takes.*"


def cut(text: str, limit: int) -> str:
    """Return a text that fits, cut at the end of a line and saying so.

    GitHub counts characters, its database bytes: as many bytes as the limit has characters satisfy both.
    """
    if len(text.encode("utf-8", "replace")) <= limit:
        return text
    room = text.encode("utf-8", "replace")[: limit - len(_CUT.encode())].decode("utf-8", "ignore")
    return (room.rpartition("\n")[0] or room) + _CUT


def cut_title(title: str) -> str:
    """Return a title that fits on one line."""
    line = " ".join(title.split())
    return line if len(line) <= TITLE_LIMIT else line[: TITLE_LIMIT - 1] + "…"


def refusal(said: str) -> str:
    """Say why GitHub does not ask a reviewer, and what helps."""
    reason = said.lower()
    if "pull request author" in reason:
        return "GitHub does not let the author of a pull request review it"
    if "not a collaborator" in reason or "only be requested from collaborators" in reason:
        return "no access to this repository: an administrator has to grant at least read"
    if "could not resolve" in reason:
        return "this app cannot see the name: the organisation's owner has to grant `members: read`"
    return f"GitHub refused: {said}"
