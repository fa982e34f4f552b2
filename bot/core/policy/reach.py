"""Which documents a command is about once documents have been renamed, dropped or added."""

from collections.abc import Collection

from bot.core.model import CommandSeen
from bot.core.policy.commands import REGISTRY


def reaches(command: CommandSeen, path: str, present: Collection[str]) -> bool:
    """Tell whether a command is about the document at a path. ``present``: the paths of all documents now.

    What blocks outlives its document's path: where that is gone from the pull request (renamed, say), it
    counts for every one left. What grants does not: given for one design, it lets no other one pass.
    """
    if path in command.paths:
        return True
    spec = REGISTRY.get(command.name)
    return spec is not None and spec.lasting and is_gone(command.paths, present)


def is_gone(paths: Collection[str], present: Collection[str]) -> bool:
    """Tell whether none of these is a document of the pull request any more."""
    return not set(paths) & set(present)
