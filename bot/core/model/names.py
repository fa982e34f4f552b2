"""Names that must not be mixed up: each is a string or number of its own type."""

from typing import Final, NewType

USUAL_NAME: Final = "tdd-bot"
"""The name of an app that needs no telling apart from another of its kind."""

Login = NewType("Login", str)
"""A user's login, without ``@``; a bot's is written as REST does, ``name[bot]``."""

Sha = NewType("Sha", str)
"""A commit's full object name, 40 (or 64) hexadecimal digits."""

NodeId = NewType("NodeId", str)
"""An opaque global id of GitHub's GraphQL API."""

SectionId = NewType("SectionId", str)
"""The number of a section in its template (``"3.1"``), or its slug where the template has none."""

SeatKey = NewType("SeatKey", str)
"""``team:ID``, ``user:ID`` or ``writers``: ids, because slugs and logins are renamed."""
