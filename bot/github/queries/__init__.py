"""GraphQL queries: whole ones as files beside this one, those that depend on how much is asked composed here.

Values never enter a query's text, only its variables; the text depends on counts alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

from bot.core.document.paths import TEMPLATE_PATHS
from bot.core.policy.configuration import PATH

_FILE = "mode type size oid object { __typename ... on Blob { isBinary isTruncated text } }"
_TEAM = """databaseId combinedSlug privacy reviewRequestDelegationEnabled
repositories(first: 100, query: $repo) { pageInfo { hasNextPage } edges { permission node { databaseId } } }
members(first: 100, membership: ALL) { pageInfo { hasNextPage endCursor } nodes { databaseId login } }"""
_QUEUE = """mergeQueueEntry {
headCommit { oid ...HeadFiles ...OwnRuns } baseCommit { oid ...BaseFiles }
mergeQueue { configuration { mergingStrategy } } }"""


_NEWEST = "orderBy: {field: UPDATED_AT, direction: DESC}"
_LISTED = "{ pageInfo { hasNextPage endCursor } nodes { number state updatedAt headRefOid } }"
TEMPLATES = {"tpl0": TEMPLATE_PATHS[0], "tpl1": TEMPLATE_PATHS[1]}
GROUND = {"cfg": PATH, **TEMPLATES}
"""Alias -> path of what is read of default branches with every pull request."""

MOST_FOLDERS = 5
"""Folders whose files are listed with one query: a document's number is compared with its neighbours'."""


@dataclass(frozen=True, slots=True)
class Query:
    """A text and the values of its variables."""

    text: str
    variables: Mapping[str, object]


@cache
def named(name: str) -> str:
    """Return the query that is kept as ``NAME.graphql``."""
    return files(__name__).joinpath(f"{name}.graphql").read_text(encoding="utf-8")


def folders_of(paths: Iterable[str]) -> tuple[str, ...]:
    """Return the folders that are listed for these files; the root has no name to ask for it by."""
    named_folders = (path.rpartition("/")[0] for path in paths)
    return tuple(islice(dict.fromkeys(folder for folder in named_folders if folder), MOST_FOLDERS))


def snapshot(paths: Sequence[str], *, queue: bool = False) -> Query:
    """Ask for a pull request, with the files at these paths as ``h0`` ... (head) and ``b0`` ... (base).

    Their folders at the base come as ``d0`` ..., in the order of ``folders_of``. ``queue``: ask for its place
    in the merge queue too, which only github.com has.
    """
    text = named("snapshot")
    folders = folders_of(paths)
    for mark, lines in (
        ("variables", [f"$p{i}: String!," for i in range(len(paths))]),
        ("variables", [f"$d{i}: String!," for i in range(len(folders))]),
        ("head files", [_file("h", "p", i) for i in range(len(paths))]),
        ("base files", [_file("b", "p", i) for i in range(len(paths))]),
        ("base files", [_folder(i) for i in range(len(folders))]),
        ("merge queue", [_QUEUE] if queue else []),
    ):
        text = text.replace(f"# + {mark}", "\n".join([*lines, f"# + {mark}"]))
    return Query(text, {**GROUND, **_values("p", paths), **_values("d", folders)})


def blobs(head: Sequence[str], base: Sequence[str], folders: Sequence[str] = ()) -> Query:
    """Ask for files of a pull request: ``h0`` ... at its head, ``b0`` ... at the tip of its base branch.

    The head is reached through the pull request: a fork's commit may be hidden under its object name. What is
    in ``folders`` of the base comes as ``d0`` ...
    """
    variables = [f"$h{i}: String!" for i in range(len(head))] + [f"$b{i}: String!" for i in range(len(base))]
    variables += [f"$d{i}: String!" for i in range(len(folders))]
    head_files = "\n".join(_file("h", "h", i) for i in range(len(head)))
    base_files = "\n".join(_file("b", "b", i) for i in range(len(base)))
    base_files += "\n".join(_folder(i) for i in range(len(folders)))
    text = f"""query Blobs($owner: String!, $name: String!, $number: Int!, {", ".join(variables)}) {{
repository(owner: $owner, name: $name) {{ databaseId pullRequest(number: $number) {{
baseRef {{ target {{ oid ... on Commit {{ __typename {base_files} }} }} }}
head: commits(last: 1) {{ nodes {{ commit {{ oid {head_files} }} }} }} }} }} }}"""
    return Query(text, _values("h", head) | _values("b", base) | _values("d", folders))


def listed_pulls(
    repositories: Sequence[tuple[str, str]], cursors: Sequence[str], only_open: Sequence[bool]
) -> Query:
    """Ask for a page of the pull requests of each repository as ``r0`` ..., the last updated first.

    Args:
        repositories: Owners and names.
        cursors: Where each page begins; empty: at the newest. Later pages hold more: there is a backlog.
        only_open: Whether closed ones are left out.
    """
    declared: list[str] = []
    parts: list[str] = []
    variables: dict[str, object] = {}
    for i, (owner, name) in enumerate(repositories):
        declared += [f"$o{i}: String!", f"$n{i}: String!", f"$c{i}: String", f"$s{i}: [PullRequestState!]"]
        variables |= {f"o{i}": owner, f"n{i}": name, f"c{i}": cursors[i] or None}
        variables[f"s{i}"] = ["OPEN"] if only_open[i] else None
        page = f"first: {100 if cursors[i] else 20}, after: $c{i}, states: $s{i}, {_NEWEST}"
        pulls = f"pullRequests({page}) {_LISTED}"
        parts.append(f"r{i}: repository(owner: $o{i}, name: $n{i}) {{ databaseId {pulls} }}")
    return Query(f"query ListedPulls({', '.join(declared)}) {{ {' '.join(parts)} }}", variables)


def readable(repositories: Sequence[tuple[str, str]]) -> Query:
    """Ask for the number of each repository, as ``r0`` ...; null where the asker may not read it."""
    declared = [f"$o{i}: String!, $n{i}: String!" for i in range(len(repositories))]
    one = "r{0}: repository(owner: $o{0}, name: $n{0}) {{ databaseId }}"
    parts = [one.format(i) for i in range(len(repositories))]
    owners, names = zip(*repositories, strict=True) if repositories else ((), ())
    text = f"query Readable({', '.join(declared)}) {{ {' '.join(parts)} }}"
    return Query(text, _values("o", owners) | _values("n", names))


def tips(repositories: Sequence[tuple[str, str]]) -> Query:
    """Ask for the newest commit of each default branch, as ``r0`` ..."""
    declared = [f"$o{i}: String!, $n{i}: String!" for i in range(len(repositories))]
    branch = "defaultBranchRef {{ target {{ oid }} }}"
    one = f"r{{0}}: repository(owner: $o{{0}}, name: $n{{0}}) {{{{ databaseId {branch} }}}}"
    parts = [one.format(i) for i in range(len(repositories))]
    owners, names = zip(*repositories, strict=True) if repositories else ((), ())
    text = f"query Tips({', '.join(declared)}) {{ {' '.join(parts)} }}"
    return Query(text, _values("o", owners) | _values("n", names))


def ground(owner: str, name: str) -> Query:
    """Ask for what a repository's documents are judged by, as every pull request is asked along with."""
    declared = ", ".join(f"${alias}: String!" for alias in GROUND)
    own = " ".join(f"{alias}: file(path: ${alias}) {{ {_FILE} }}" for alias in GROUND)
    shared = f"cfg: file(path: $cfg) {{ {_FILE} }}"
    branch = "defaultBranchRef {{ name target {{ oid ... on Commit {{ {0} }} }} }}"
    text = f"""query Ground($owner: String!, $name: String!, {declared}) {{
shared: repository(owner: $owner, name: ".github", followRenames: false) {{
databaseId name owner {{ login }} {branch.format(shared)} }}
repository(owner: $owner, name: $name) {{ databaseId {branch.format(own)} }} }}"""
    return Query(text, {"owner": owner, "name": name, **GROUND})


def history(commits: Mapping[str, Sequence[str]]) -> Query:
    """Ask for files at any commits: ``c0`` ... in the mapping's order, with ``f0`` ... in each."""
    return _at_commits("History", commits, _FILE, "__typename ... on Commit {{ {0} }}")


def compared(commits: Mapping[str, Sequence[str]]) -> Query:
    """Ask what stands at paths of commits and of the ones before: ``c0`` ... with ``f0`` ... in each.

    Three of those before: a merge has two, and one of more branches at once is told by the third.
    """
    inside = "__typename ... on Commit {{ oid {0} parents(first: 3) {{ nodes {{ oid {0} }} }} }}"
    return _at_commits("Compared", commits, "oid", inside)


def _at_commits(name: str, commits: Mapping[str, Sequence[str]], file: str, inside: str) -> Query:
    """Ask for something of each file at each commit; ``inside`` has the files of one at ``{0}``."""
    variables: dict[str, object] = {}
    declared: list[str] = []
    parts: list[str] = []
    for c, (sha, paths) in enumerate(commits.items()):
        variables |= {f"c{c}": sha} | {f"p{c}x{i}": path for i, path in enumerate(paths)}
        declared += [f"$c{c}: GitObjectID!", *(f"$p{c}x{i}: String!" for i in range(len(paths)))]
        files = " ".join(f"f{i}: file(path: $p{c}x{i}) {{ {file} }}" for i in range(len(paths)))
        parts.append(f"c{c}: object(oid: $c{c}) {{ {inside.format(files)} }}")
    text = f"""query {name}($owner: String!, $name: String!, {", ".join(declared)}) {{
repository(owner: $owner, name: $name) {{ databaseId {" ".join(parts)} }} }}"""
    return Query(text, variables)


def landed(numbers: Sequence[int]) -> Query:
    """Ask for pull requests with the files that they changed: ``n0`` ..."""
    declared = ", ".join(f"$n{i}: Int!" for i in range(len(numbers)))
    fields = "number merged files(first: 100) { nodes { path changeType } }"
    parts = " ".join(f"n{i}: pullRequest(number: $n{i}) {{ {fields} }}" for i in range(len(numbers)))
    text = f"""query Landed($owner: String!, $name: String!, {declared}) {{
repository(owner: $owner, name: $name) {{ databaseId {parts} }} }}"""
    return Query(text, {f"n{i}": number for i, number in enumerate(numbers)})


def names(teams: Mapping[int, str], users: Mapping[int, str], *, organization: bool) -> Query:
    """Ask what names are: ``t<i>`` for slugs, ``u<i>`` for logins, by the caller's numbers.

    Every team's slug comes along as ``slugs``, to suggest one for a name that is none.
    """
    declared = ["$org: String!", *(["$repo: String!"] if teams else [])]
    declared += [f"$t{i}: String!" for i in teams] + [f"$u{i}: String!" for i in users]
    asked = "\n".join(f"t{i}: team(slug: $t{i}) {{ {_TEAM} }}" for i in teams)
    member = "organization(login: $org) { login }" if organization else ""
    logins = "\n".join(f"u{i}: user(login: $u{i}) {{ databaseId login {member} }}" for i in users)
    slugs = f"organization(login: $org) {{ slugs: teams(first: 100) {{ nodes {{ slug }} }} {asked} }}"
    if not organization:
        declared = declared[1:]
    text = f"query Names({', '.join(declared)}) {{ {slugs if organization else ''} {logins} }}"
    return Query(text, {f"t{i}": slug for i, slug in teams.items()} | {f"u{i}": u for i, u in users.items()})


def _folder(number: int) -> str:
    return f"d{number}: file(path: $d{number}) {{ object {{ ... on Tree {{ entries {{ name type }} }} }} }}"


def _file(alias: str, variable: str, number: int) -> str:
    return f"{alias}{number}: file(path: ${variable}{number}) {{ {_FILE} }}"


def _values(prefix: str, values: Sequence[str]) -> dict[str, object]:
    return {f"{prefix}{i}": value for i, value in enumerate(values)}
