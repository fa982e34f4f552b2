"""By which names a seat is known: as people wrote it, and as it is remembered."""

from collections.abc import Mapping

from bot.core.model import Resolution, Team, User


def with_labels(names: Mapping[str, Resolution]) -> Mapping[str, Resolution]:
    """Add to the names as written those by which seats are remembered: ``org/team`` and login."""
    labels: dict[str, Resolution] = {}
    for one in names.values():
        match one:
            case Team(label=label):
                labels[label.casefold()] = one
            case User(person):
                labels[person.login.casefold()] = one
            case _:
                pass
    return {**labels, **names}
