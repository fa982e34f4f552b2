"""Who may give a command: judged when it is first seen and journalled with the ground.

Authority comes from seats and from the permission on the repository, both looked up; never from the role that
GitHub shows beside a name, which does not say it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from bot.core.model import (
    Block,
    BlockKind,
    Comment,
    Commit,
    Origin,
    Permission,
    Person,
    Seat,
    Section,
    Sha,
    Snapshot,
)
from bot.core.policy.commands import REGISTRY, Authority, Command
from bot.core.policy.seats import Reading, holds
from bot.core.policy.standing import Standing

SHORTEST_SHA: Final = 7
"""As many digits of a commit as git itself prints."""
_LONGEST_ECHO: Final = 40
_NAME = re.compile(r"[\w.-]{1,60}")
_REVIEWER = re.compile(r"@?((?:[A-Za-z0-9-]{1,100}/)?[\w-]{1,100})")


@dataclass(frozen=True, slots=True)
class Bench:
    """A document with the seats that may speak about it, as far as commands before have changed them."""

    reading: Reading
    seats: tuple[Seat, ...]
    standing: Standing = field(default_factory=Standing)

    @property
    def path(self) -> str:
        """Of the document."""
        return self.reading.change.path


@dataclass(frozen=True, slots=True)
class Plea:
    """A command and who gives it, where and under which circumstances."""

    snapshot: Snapshot
    comment: Comment
    person: Person
    command: Command
    benches: tuple[Bench, ...]
    excluded: frozenset[int]
    """Who opened, wrote or pushed."""

    @property
    def permission(self) -> Permission:
        """On the repository; a review by somebody who can push tells it as well."""
        known = self.snapshot.permissions.get(self.person.id, Permission.NONE)
        pushes = any(
            one.writer for one in self.snapshot.reviews if one.author and one.author.id == self.person.id
        )
        return max(known, Permission.WRITE) if pushes else known

    @property
    def writes(self) -> bool:
        """Whether the person can push."""
        return self.permission >= Permission.WRITE

    @property
    def is_author(self) -> bool:
        """Whether the person opened the pull request."""
        author = self.snapshot.pull_request.author
        return author is not None and author.id == self.person.id

    def held(self, bench: Bench) -> list[Seat]:
        """Return the person's seats for a document."""
        return [one for one in bench.seats if holds(one, self.person, writer=self.writes)]


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a command is granted, on which ground, and what it is about."""

    granted: bool
    ground: str
    paths: tuple[str, ...] = ()
    subject: str = ""
    signs: Sha | None = None
    content: str = ""


def no(ground: str) -> Answer:
    """Refuse."""
    return Answer(granted=False, ground=ground)


def answer(plea: Plea) -> Answer:
    """Judge one command."""
    spec = REGISTRY.get(plea.command.name)
    if spec is None:
        return no("there is no such command")
    benches = _chosen(plea)
    if isinstance(benches, str):
        return no(benches)
    return _JUDGES[spec.name](replace(plea, benches=benches))


def _chosen(plea: Plea) -> tuple[Bench, ...] | str:
    """Return the documents that a command is about, or why that cannot be told."""
    if not plea.command.document:
        return plea.benches
    tail = plea.command.document
    found = tuple(one for one in plea.benches if one.path == tail or one.path.endswith("/" + tail))
    if len(found) == 1:
        return found
    names = ", ".join(one.path for one in plea.benches) or "none"
    return f"`in {tail[:_LONGEST_ECHO]}` names no single document; here are: {names}"


def _anyone(_: Plea) -> Answer:
    return Answer(granted=True, ground=Authority.ANYONE.value)


def _as_holder(plea: Plea) -> Answer:
    held = {one.path: [seat.label for seat in plea.held(one)] for one in plea.benches}
    labels = dict.fromkeys(label for some in held.values() for label in some)
    if not labels:
        return no(_no_seat(plea))
    paths = tuple(path for path, some in held.items() if some)
    return Answer(granted=True, ground=f"holds the seat of {', '.join(labels)}", paths=paths)


def _no_seat(plea: Plea) -> str:
    if plea.is_author:
        return "who opened the pull request cannot sign it"
    if plea.person.id in plea.excluded:
        return "who wrote or pushed a part of it cannot sign it"
    labels = dict.fromkeys(one.label for bench in plea.benches for one in bench.seats)
    return f"only holders of a seat can; the seats here: {', '.join(labels) or 'none'}"


def _approve(plea: Plea) -> Answer:
    if not plea.snapshot.configuration.comment_approvals:
        return no("a comment does not sign here: approve in a review")
    given = _as_holder(plea)
    if not given.granted:
        return given
    argument = plea.command.argument
    signs = signed_commit(plea.snapshot.commits, plea.comment, argument)
    return replace(given, signs=signs) if signs else no(_no_commit(argument))


def signed_commit(commits: Iterable[Commit], comment: Comment, argument: str) -> Sha | None:
    """Return the commit that an approving comment signs, or None where that cannot be told.

    Without an argument it is the newest head that already carried this app's check suite when the comment
    was created: both times are GitHub's own, commit dates are their authors' and never used.
    """
    if argument:
        prefix = argument.split(maxsplit=1)[0].casefold()
        matches = [one.sha for one in commits if one.sha.startswith(prefix)]
        return matches[0] if len(prefix) >= SHORTEST_SHA and len(matches) == 1 else None
    carried = [one.sha for one in commits if one.suite_at is not None and one.suite_at <= comment.created_at]
    return carried[-1] if carried else None


def _no_commit(argument: str) -> str:
    if argument:
        return (
            f"no single commit of this pull request begins with "
            f"{argument.split(maxsplit=1)[0][:_LONGEST_ECHO]!r}; give at least {SHORTEST_SHA} digits"
        )
    return "it cannot be told which commit you had before you; say it: /tdd approve SHA"


def _concern(plea: Plea) -> Answer:
    name = _first_word(plea)
    if not _NAME.fullmatch(name):
        return no("a concern needs a name of its own, one word: /tdd concern NAME what is wrong")
    given = _as_holder(plea)
    return replace(given, subject=name.casefold()) if given.granted else given


def _resolve(plea: Plea) -> Answer:
    name = _first_word(plea).casefold()
    blocks = _blocks(plea, BlockKind.CONCERN)
    concerns = [(bench, one) for bench, one in blocks if one.name == name]
    if not concerns:
        known = ", ".join(dict.fromkeys(one.name for _, one in blocks)) or "none"
        return no(f"no concern of that name stands; those that do: {known}")
    lifted = [(bench, one) for bench, one in concerns if _may_lift(plea, bench, one)]
    if not lifted:
        first = concerns[0][1]
        return no(f"only {first.person.login} or a holder of the same seat can resolve it")
    ground = (
        "raised it" if lifted[0][1].person.id == plea.person.id else "holds the same seat, or administers"
    )
    return Answer(granted=True, ground=ground, paths=_paths(lifted), subject=name)


def _may_lift(plea: Plea, bench: Bench, block: Block) -> bool:
    """Its raiser, a holder of the same seat, or an admin when neither is left; never the author another's."""
    if block.person.id == plea.person.id:
        return True
    sharing = [one for one in bench.seats if one.key in block.seats]
    if any(plea.person.id in one.eligible for one in sharing):
        return True
    return (
        not any(one.eligible for one in sharing)
        and plea.permission is Permission.ADMIN
        and not plea.is_author
    )


def _hold(plea: Plea) -> Answer:
    given = _as_holder(plea)
    if given.granted:
        return given
    return _writer(plea) if plea.writes else no("only a holder of a seat or somebody with write access can")


def _unhold(plea: Plea) -> Answer:
    holds_here = _blocks(plea, BlockKind.HOLD)
    if not holds_here:
        return no("no hold stands")
    lifted = [(bench, one) for bench, one in holds_here if _may_unhold(plea, bench, one)]
    if not lifted:
        return no(f"only {holds_here[0][1].person.login}, a holder of the same seat or an admin can lift it")
    people = ",".join(dict.fromkeys(str(one.person.id) for _, one in lifted))
    return Answer(granted=True, ground="may lift it", paths=_paths(lifted), subject=people)


def _may_unhold(plea: Plea, bench: Bench, block: Block) -> bool:
    if block.person.id == plea.person.id:
        return True
    same = any(one.key in block.seats and plea.person.id in one.eligible for one in bench.seats)
    return same or (plea.permission is Permission.ADMIN and not plea.is_author)


def _release(plea: Plea) -> Answer:
    name = _first_word(plea).removeprefix("@").casefold()
    named = [
        (bench, seat)
        for bench in plea.benches
        for seat in bench.seats
        if name in {seat.label.casefold(), seat.label.casefold().rpartition("/")[2]}
    ]
    if not named:
        return no("it names no seat here: /tdd release @SEAT")
    mine = [(bench, seat) for bench, seat in named if plea.person.id in seat.eligible]
    if not mine:
        return no(f"only a holder of the seat of {named[0][1].label} can release it")
    seat = mine[0][1]
    return Answer(
        granted=True, ground=f"holds the seat of {seat.label}", paths=_paths(mine), subject=seat.key
    )


def _waive(plea: Plea) -> Answer:
    if len(plea.benches) > 1:
        return no("say which document: /tdd waive SECTION REASON in PATH")
    if not plea.benches or plea.benches[0].reading.head is None:
        return no("there is no document whose section could be excused")
    bench = plea.benches[0]
    section, reason = _section(plea, bench)
    if section is None:
        return no("it names no section of the template: give its number or its title in double quotes")
    if plea.command.name == "waive" and not reason:
        return no("a waiver needs a reason: /tdd waive SECTION REASON")
    if plea.is_author or plea.person.id in plea.excluded:
        return no("who opened, wrote or pushed the design cannot excuse a section of it")
    trusted = [one for one in bench.seats if one.origins & _TRUSTED]
    holder = any(plea.person.id in one.eligible for one in trusted)
    if not holder and (trusted or not plea.writes):
        who = ", ".join(one.label for one in trusted) or "somebody with write access"
        return no(f"only {who} can")
    head = bench.reading.head
    content = head.fingerprints.get(section.id, "") if head else ""
    ground = "holds a seat that base or configuration require" if holder else "has write access"
    return Answer(granted=True, ground=ground, paths=(bench.path,), subject=section.id, content=content)


_TRUSTED: Final = frozenset(Origin) - {
    Origin.HEAD,
    Origin.ASKED,
    Origin.HEARD,
    Origin.REQUESTED,
    Origin.MINIMUM,
}
"""Where a seat comes from that the author of this pull request has not written."""


def _section(plea: Plea, bench: Bench) -> tuple[Section | None, str]:
    """Return the section that a command names and the rest of its text."""
    quoted = re.match(r'["“]([^"”]{1,200})["”]\s*(.*)', plea.command.argument)
    name, reason = quoted.groups() if quoted else plea.command.argument.partition(" ")[::2]
    wanted = name.strip().rstrip(".").casefold()
    sections = bench.reading.head.sections if bench.reading.head else ()
    found = next((one for one in sections if wanted in {one.id.casefold(), one.title.casefold()}), None)
    return found, reason.strip()


def _request(plea: Plea) -> Answer:
    match = _REVIEWER.fullmatch(_first_word(plea))
    if not match:
        return no("name a team or a person: /tdd request @NAME")
    if not (plea.is_author or plea.writes):
        return no("only the author or somebody with write access can")
    ground = "is the author" if plea.is_author else "has write access"
    paths = tuple(one.path for one in plea.benches)
    return Answer(granted=True, ground=ground, paths=paths, subject=match[1].casefold())


def _act(plea: Plea) -> Answer:
    """Judge a command that changes one document: which one has to be plain."""
    if not (plea.is_author or plea.writes):
        return no("only the author or somebody with write access can")
    if len(plea.benches) != 1:
        paths = ", ".join(_all(plea)) or "none"
        return no(f"say which document: /tdd {plea.command.name} in PATH; here are: {paths}")
    ground = "is the author" if plea.is_author else "has write access"
    return Answer(granted=True, ground=ground, paths=_all(plea))


def _override(plea: Plea) -> Answer:
    if not plea.command.argument:
        return no("an override needs a reason: /tdd override REASON")
    if plea.is_author or plea.person.id in plea.excluded:
        return no("who opened, wrote or pushed the design cannot override for it")
    if plea.permission is not Permission.ADMIN:
        return no("only an admin of the repository can")
    signs = signed_commit(plea.snapshot.commits, plea.comment, "")
    if signs is None:
        return no("it cannot be told which commit it is about")
    return Answer(granted=True, ground="administers the repository", paths=_all(plea), signs=signs)


def _writer(plea: Plea) -> Answer:
    return Answer(granted=True, ground="has write access", paths=_all(plea))


def _all(plea: Plea) -> tuple[str, ...]:
    return tuple(one.path for one in plea.benches)


def _first_word(plea: Plea) -> str:
    return plea.command.argument.partition(" ")[0]


def _blocks(plea: Plea, kind: BlockKind) -> list[tuple[Bench, Block]]:
    return [(bench, one) for bench in plea.benches for one in bench.standing.blocks if one.kind is kind]


def _paths(found: Sequence[tuple[Bench, object]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bench.path for bench, _ in found))


_JUDGES: Final[Mapping[str, Callable[[Plea], Answer]]] = MappingProxyType(
    {
        "help": _anyone,
        "status": _anyone,
        "check": _anyone,
        "submit": _act,
        "draft": _act,
        "fix": _act,
        "finalize": _act,
        "approve": _approve,
        "withdraw": _as_holder,
        "concern": _concern,
        "resolve": _resolve,
        "hold": _hold,
        "unhold": _unhold,
        "release": _release,
        "waive": _waive,
        "unwaive": _waive,
        "request": _request,
        "unrequest": _request,
        "override": _override,
    }
)
