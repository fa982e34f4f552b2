"""What a verdict leans on besides the pull request itself, as words that an event can be matched with.

A run says which of these it looked at; an event says which of these may have changed. Where the two meet, the
pull request is judged anew.
"""

import re
from typing import Final, NewType

Topic = NewType("Topic", str)
"""One thing that verdicts lean on."""

_DATED: Final = re.compile(r"\d{4}[-_.]?\d{2}[-_.]?\d{2}\b")
_NUMBERED: Final = re.compile(r"(?P<number>\d{1,9})[-_. ]")


def branch_topic(branch: str) -> Topic:
    """Stand for everything on a branch."""
    return Topic(f"branch {branch}")


def file_topic(branch: str, path: str) -> Topic:
    """Stand for a file of the repository on a branch."""
    return Topic(f"file {branch} {path}")


def shared_topic(path: str) -> Topic:
    """Stand for a file on the default branch of the owner's repository ``.github``."""
    return Topic(f"shared {path}")


def number_topic(branch: str, path: str) -> Topic | None:
    """Stand for the number that a file's name begins with, in its folder; None where it begins with none."""
    digits = leading_number(path)
    return Topic(f"number {branch} {path.rpartition('/')[0]} {int(digits)}") if digits else None


def team_topic(team_id: int) -> Topic:
    """Stand for a team: who is in it, what it is called, what it may see."""
    return Topic(f"team {team_id}")


def person_topic(person_id: int) -> Topic:
    """Stand for a person: whether they belong to the organisation, and so whether their word counts."""
    return Topic(f"user {person_id}")


def name_topic(name: str) -> Topic:
    """Stand for a team's or person's name, which may come to mean somebody else, or somebody at last."""
    return Topic(f"name {name.casefold()}")


def leading_number(path: str) -> str | None:
    """Return the number that begins a file's name, as it is written: ``0012-cache.md``; a date is none."""
    name = path.rpartition("/")[2]
    found = None if _DATED.match(name) else _NUMBERED.match(name)
    return found["number"] if found else None
