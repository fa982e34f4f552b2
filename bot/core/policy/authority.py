"""Who may give a command: judged when it is first seen and journalled with the ground.

Authority comes from seats and from the permission on the repository, both looked up; never from the role that
GitHub shows beside a name, which does not say it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.core.document import read_version
from bot.core.model import (
    Block,
    BlockKind,
    Commit,
    Login,
    Opinion,
    Origin,
    Permission,
    Section,
    Sha,
    Team,
    User,
)
from bot.core.policy.commands import REGISTRY, Authority, section_and_reason
from bot.core.policy.handing_on import decline, delegate, release, request, unrequest
from bot.core.policy.plea import Answer, Bench, Plea, first_word, no, paths_of, several
from bot.core.policy.superseding import successor_path

SHORTEST_SHA: Final = 7
"""As many digits of a commit as git itself prints."""
_LONGEST_ECHO: Final = 40
_NAME = re.compile(r"[\w.-]{1,60}")
_FORCED: Final = "the branch was force-pushed since, and it cannot be told what you had before you"


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
    signing = tuple(one for one in plea.benches if one.settings.comment_approvals)
    if plea.benches and not signing:
        return no("a comment does not sign here: approve in a review")
    given = _as_holder(replace(plea, benches=signing))
    if not given.granted:
        return given
    argument = plea.command.argument
    if not argument and _overtaken(plea):
        return no(f"{_FORCED}: approve again, in a review or with /tdd approve SHA")
    signs = signed_commit(plea.snapshot.commits, plea.at, argument)
    return replace(given, signs=signs) if signs else no(_no_commit(argument))


def _withdraw(plea: Plea) -> Answer:
    """Judge who takes an approval back; one in a review is about every document, of whoever gets a seat."""
    given = _as_holder(plea)
    approved = any(
        one.opinion is Opinion.APPROVED and one.submitted_at <= plea.at
        for one in plea.snapshot.reviews
        if one.author is not None and one.author.id == plea.person.id
    )
    if not approved:
        return given
    ground = given.ground if given.granted else "approved in a review"
    return Answer(granted=True, ground=ground, paths=_all(plea))


def signed_commit(commits: Iterable[Commit], at: datetime, argument: str) -> Sha | None:
    """Return the commit that an approving comment signs, or None where that cannot be told.

    Without an argument it is the newest head that already carried this app's check suite when the comment
    was created: both times are GitHub's own, commit dates are their authors' and never used. GitHub tells
    them in whole seconds: of a head that came in the very second of the comment nobody knows which was first,
    which matters where there is another one that may have been read instead.
    """
    if argument:
        prefix = argument.split(maxsplit=1)[0].casefold()
        matches = [one.sha for one in commits if one.sha.startswith(prefix)]
        return matches[0] if len(prefix) >= SHORTEST_SHA and len(matches) == 1 else None
    carried = [one for one in commits if one.suite_at is not None and one.suite_at <= at]
    if len(carried) > 1 and any(one.suite_at == at for one in carried):
        return None
    return carried[-1].sha if carried else None


def _overtaken(plea: Plea) -> bool:
    """Whether a force push may have taken away the commit that the giver had in view.

    Then the newest of those that are left may be an older one, which nobody had read to the end. GitHub tells
    times in whole seconds, so a force push of the same second may have come later as well.
    """
    forced = plea.snapshot.forced_at
    return forced is not None and forced >= plea.at


def _no_commit(argument: str) -> str:
    if argument:
        return (
            f"no single commit of this pull request begins with "
            f"{argument.split(maxsplit=1)[0][:_LONGEST_ECHO]!r}; give at least {SHORTEST_SHA} digits"
        )
    return "it cannot be told which commit you had before you; say it: /tdd approve SHA"


def _concern(plea: Plea) -> Answer:
    name = first_word(plea)
    if not _NAME.fullmatch(name):
        return no("a concern needs a name of its own, one word: /tdd concern NAME what is wrong")
    given = _as_holder(plea)
    return replace(given, subject=name.casefold()) if given.granted else given


def _resolve(plea: Plea) -> Answer:
    name = first_word(plea).casefold()
    blocks = _blocks(plea, BlockKind.CONCERN)
    concerns = [(bench, one) for bench, one in blocks if one.name == name]
    if not concerns:
        known = ", ".join(dict.fromkeys(one.name for _, one in blocks)) or "none"
        return no(f"no concern of that name stands; those that do: {known}")
    lifted = [(bench, one) for bench, one in concerns if _may_lift(plea, bench, one)]
    if not lifted:
        first = concerns[0][1]
        return no(f"only {first.person.login} or a holder of the same seat can resolve it")
    if unclear := several(plea, paths_of(lifted)):
        return unclear
    ground = (
        "raised it" if lifted[0][1].person.id == plea.person.id else "holds the same seat, or administers"
    )
    people = dict.fromkeys(str(one.person.id) for _, one in lifted)
    return Answer(granted=True, ground=ground, paths=paths_of(lifted), subject=",".join([name, *people]))


def _may_lift(plea: Plea, bench: Bench, block: Block) -> bool:
    """Its raiser, a holder of the same seat, or an admin when neither is left; never the author another's."""
    if block.person.id == plea.person.id:
        return True
    sharing = [one for one in bench.seats if one.key in block.seats]
    if any(plea.person.id in one.eligible for one in sharing):
        return True
    left = not any(one.eligible for one in sharing) and not any(
        block.person.id in one.eligible for one in bench.seats
    )
    return left and plea.permission is Permission.ADMIN and not plea.is_author


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
    if unclear := several(plea, paths_of(lifted)):
        return unclear
    people = ",".join(dict.fromkeys(str(one.person.id) for _, one in lifted))
    return Answer(granted=True, ground="may lift it", paths=paths_of(lifted), subject=people)


def _may_unhold(plea: Plea, bench: Bench, block: Block) -> bool:
    if block.person.id == plea.person.id:
        return True
    same = any(one.key in block.seats and plea.person.id in one.eligible for one in bench.seats)
    return same or (plea.permission is Permission.ADMIN and not plea.is_author)


def _waive(plea: Plea) -> Answer:
    if unclear := several(plea, _all(plea)):
        return unclear
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
    refusal, ground = _may_waive(plea, bench, section)
    if refusal:
        return no(refusal)
    head = bench.reading.head
    content = head.fingerprints.get(section.id, "") if head else ""
    if plea.command.name == "waive" and _said_before_you(plea, bench, section) != content:
        return no("it is not known to say what it said when you wrote this: look at it, and say it again")
    return Answer(granted=True, ground=ground, paths=(bench.path,), subject=section.id, content=content)


def _said_before_you(plea: Plea, bench: Bench, section: Section) -> str | None:
    """Return the digest of a section as its giver had it in view, None where that cannot be told."""
    seen = None if _overtaken(plea) else signed_commit(plea.snapshot.commits, plea.at, "")
    if seen is None:
        return None
    then = bench.reading.head
    if seen != plea.snapshot.pull_request.head_sha or plea.snapshot.merging:
        then = read_version(plea.snapshot.history.get((seen, bench.path)), bench.schema)
    return then.fingerprints.get(section.id, "") if then else None


def _may_waive(plea: Plea, bench: Bench, section: Section) -> tuple[str, str]:
    """Return why the person may not excuse the section, and on which ground the person may.

    Its owners come first; where it has none, the seats that base or configuration require; else who can push.
    """
    owners = _owners(bench, section)
    trusted = [(one.label, one.eligible) for one in bench.seats if one.origins & _TRUSTED]
    asked = owners or trusted
    if any(plea.person.id in people for _, people in asked):
        return "", "owns the section" if owners else "holds a seat that base or configuration require"
    if asked or not plea.writes:
        return f"only {', '.join(label for label, _ in asked) or 'somebody with write access'} can", ""
    return "", "has write access"


def _owners(bench: Bench, section: Section) -> list[tuple[str, Mapping[int, Login]]]:
    """Return the owners of a section, each with its people; one that is nobody can excuse nothing."""
    found: list[tuple[str, Mapping[int, Login]]] = []
    wanted = next((one for one in bench.schema.sections if one.id == section.id), None)
    for name in wanted.owners if wanted else ():
        match bench.view.names.get(name.casefold()):
            case Team() as team:
                found.append((team.label, team.members))
            case User(person):
                found.append((person.login, {person.id: person.login}))
            case _:
                found.append((name, {}))
    return found


_TRUSTED: Final = frozenset(Origin) - {
    Origin.HEAD,
    Origin.ASKED,
    Origin.HEARD,
    Origin.REQUESTED,
    Origin.DELEGATED,
    Origin.MINIMUM,
}
"""Where a seat comes from that the author of this pull request has not written."""


def _section(plea: Plea, bench: Bench) -> tuple[Section | None, str]:
    """Return the section that a command names and the rest of its text."""
    name, reason = section_and_reason(plea.command.argument)
    wanted = name.casefold()
    sections = bench.reading.head.sections if bench.reading.head else ()
    found = next((one for one in sections if wanted in {one.id.casefold(), one.title.casefold()}), None)
    return found, reason


def _act(plea: Plea) -> Answer:
    """Judge a command that changes one document: which one has to be plain."""
    if not (plea.is_author or plea.writes):
        return no("only the author or somebody with write access can")
    if len(plea.benches) != 1:
        paths = ", ".join(_all(plea)) or "none"
        return no(f"say which document: /tdd {plea.command.name} in PATH; here are: {paths}")
    ground = "is the author" if plea.is_author else "has write access"
    return Answer(granted=True, ground=ground, paths=_all(plea))


def _supersede(plea: Plea) -> Answer:
    """Judge which document takes the place of the one that is named."""
    named = first_word(plea)
    if not named:
        return no("name the design that this one supersedes: /tdd supersede PATH")
    others = tuple(one for one in plea.benches if one.path != successor_path(one.path, named))
    return replace(_act(replace(plea, benches=others or plea.benches)), subject=named)


def _override(plea: Plea) -> Answer:
    if not plea.command.argument:
        return no("an override needs a reason: /tdd override REASON")
    if unclear := several(plea, _all(plea)):
        return unclear
    own = plea.is_author or plea.person.id in plea.excluded | _pushers_of_code(plea)
    settings = [one.settings for one in plea.benches] or [plea.snapshot.configuration]
    if own and not all(one.override_author for one in settings):
        return no("who opened, wrote or pushed the design cannot override for it")
    if plea.permission is not Permission.ADMIN:
        return no("only an admin of the repository can")
    if _overtaken(plea):
        return no(f"{_FORCED}: say it again")
    signs = signed_commit(plea.snapshot.commits, plea.at, "")
    if signs is None:
        return no("it cannot be told which commit it is about")
    ground = "administers the repository" + (", for a design of their own" if own else "")
    return Answer(granted=True, ground=ground, paths=_all(plea), signs=signs)


def _pushers_of_code(plea: Plea) -> set[int]:
    """Return who wrote or pushed a commit, where code is to be overridden for that needs a design."""
    commits = plea.snapshot.commits if plea.snapshot.gated else ()
    own = [one for one in commits if one.parents < 2]  # noqa: PLR2004 - merges bring in what others wrote
    return {person for one in own for person in (one.author_id, one.committer_id) if person is not None}


def _writer(plea: Plea) -> Answer:
    return Answer(granted=True, ground="has write access", paths=_all(plea))


def _all(plea: Plea) -> tuple[str, ...]:
    return tuple(one.path for one in plea.benches)


def _blocks(plea: Plea, kind: BlockKind) -> list[tuple[Bench, Block]]:
    return [(bench, one) for bench in plea.benches for one in bench.standing.blocks if one.kind is kind]


_JUDGES: Final[Mapping[str, Callable[[Plea], Answer]]] = MappingProxyType(
    {
        "help": _anyone,
        "status": _anyone,
        "check": _anyone,
        "submit": _act,
        "draft": _act,
        "fix": _act,
        "finalize": _act,
        "supersede": _supersede,
        "approve": _approve,
        "withdraw": _withdraw,
        "concern": _concern,
        "resolve": _resolve,
        "hold": _hold,
        "unhold": _unhold,
        "release": release,
        "decline": decline,
        "delegate": delegate,
        "waive": _waive,
        "unwaive": _waive,
        "request": request,
        "unrequest": unrequest,
        "override": _override,
    }
)
