"""What GitHub says of a few names, around the examples of rules on reviewers."""

from typing import Final

from bot.core.model import Absence, Login, Person, Team, Unresolved, Unverified, User
from bot.core.rules.context import RuleContext

NAMES: Final = RuleContext(
    names={
        "acme/security": Team(12, "acme/security", {2: Login("bob")}),
        "alice": User(Person(1, Login("alice"))),
        "bob": User(Person(2, Login("bob"))),
        "acme/platform": Unverified("GitHub did not answer"),
        "acme/securty": Unresolved(Absence.NO_SUCH_NAME, "acme/security"),
        "infrastructure": Unresolved(Absence.NO_SUCH_NAME),
    }
)
