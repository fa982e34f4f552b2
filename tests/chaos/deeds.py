"""What people do to the pull requests of a storm: drawn from a seed, whatever the machine's pace."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.sandbox import PullRequest, Scene
from tests.builders import design

HOLDERS = ("bob", "carol", "dana")


class Kind(Enum):
    """Kinds of deeds."""

    OPEN = auto()
    PUSH = auto()
    APPROVE = auto()
    OBJECT = auto()
    TALK = auto()
    CONCERN = auto()
    ASK = auto()


_WEIGHTS = {Kind.PUSH: 8, Kind.APPROVE: 6, Kind.OBJECT: 2, Kind.TALK: 6, Kind.CONCERN: 1}


@dataclass(frozen=True, slots=True)
class Deed:
    """One person's deed to the pull request of a number."""

    kind: Kind
    number: int
    who: str
    version: int = 0
    """Of the text, for what is pushed."""


def deeds(seed: int, pulls: int) -> Iterator[Deed]:
    """Draw deeds without end; every pull request is opened before anything else happens to it.

    Each is asked for help exactly once, so that a reply that is lost or doubled can be seen.
    """
    dice = random.Random(seed)  # noqa: S311 - repeatable on purpose
    fresh, silent = list(range(pulls)), list(range(pulls))
    dice.shuffle(fresh)
    dice.shuffle(silent)
    opened: list[int] = []
    while True:
        if fresh and (not opened or dice.random() < 0.5):
            opened.append(fresh.pop())
            yield Deed(Kind.OPEN, opened[-1], "alice", dice.randrange(4))
        elif not fresh and silent and dice.random() < 0.3:
            yield Deed(Kind.ASK, silent.pop(), "mallory")
        else:
            [kind] = dice.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
            who = {Kind.PUSH: "alice", Kind.TALK: "mallory"}.get(kind) or dice.choice(HOLDERS)
            yield Deed(kind, dice.choice(opened), who, dice.randrange(4))


@dataclass
class Stage:
    """A repository in which deeds are done."""

    scene: Scene
    pulls: dict[int, PullRequest] = field(default_factory=dict)
    texts: dict[int, int] = field(default_factory=dict)
    """Versions by number: GitHub knows no push that changes nothing."""

    def do(self, deed: Deed) -> None:
        """Do one."""
        if deed.kind is Kind.OPEN:
            files = _files(deed.number, deed.version)
            self.texts[deed.number] = deed.version
            self.pulls[deed.number] = self.scene.open_pull(files, branch=f"design-{deed.number}")
            return
        pull, person = self.pulls[deed.number], self.scene.person(deed.who)
        match deed.kind:
            case Kind.PUSH:
                version = deed.version + (deed.version == self.texts[deed.number])
                self.texts[deed.number] = version
                person.commit(pull.repository, f"design-{deed.number}", _files(deed.number, version))
            case Kind.APPROVE:
                person.approve(pull)
            case Kind.OBJECT:
                person.review(pull, "REQUEST_CHANGES", "Not so.")
            case Kind.TALK:
                person.comment(pull, "What is the state?")
            case Kind.CONCERN:
                person.comment(pull, f"/tdd concern cost-{deed.version} Too dear.")
            case Kind.ASK:
                person.comment(pull, "/tdd help")
            case Kind.OPEN:  # pragma: no cover - done above
                raise AssertionError(deed)


def _files(number: int, version: int) -> dict[str, str | bytes]:
    """Return a design: complete, with another text, with a section unwritten, or a draft."""
    path = f"docs/tdd/{number:04}-x.md"
    match version:
        case 0:
            return {path: design()}
        case 1:
            return {path: design(bodies={"4.2": "Another text, as complete as the one before."})}
        case 2:
            return {path: design(bodies={"4.2": "TBD"})}
        case _:
            return {path: design("Draft", bodies={"1": f"Version {version}."})}
