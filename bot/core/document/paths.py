"""Which files are documents: by their place, else by their title."""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from wcmatch import glob
from wcmatch._wcparse import PatternLimitException  # no public module has it
from wcmatch.glob import WcMatcher

from bot.core.document.front_matter_block import front_matter

DOCUMENT_GLOBS = ("docs/{tdd,tdds,design,designs}/**/*.md", "{tdd,tdds}/**/*.md")
"""Case as written; ``**`` is any number of folders, none included."""

TEMPLATE_PATHS = ("docs/tdd/TEMPLATE.md", ".github/TDD_TEMPLATE.md")
"""Where a repository keeps its own template, the first found first."""

TITLE_MARK = "TDD:"
"""What the first heading of a document elsewhere begins with."""

_NEVER = frozenset({"README.md", "index.md"})
# A name that begins with a dot is no way around the gate.
_FLAGS = glob.GLOBSTAR | glob.BRACE | glob.DOTGLOB | glob.CASE | glob.FORCEUNIX
# What may mean another path than the one that it spells.
_WILD = re.compile(r"[*?\[\]{}\\]|//")
_CHOICE = re.compile(r"\{([^{}]*)\}")
_MOST_DEEP, _MOST_STARS = 2, 3
"""``**`` and ``*`` of one glob: the time to find that a path is not meant grows by its length with each."""
# Only block structure is needed to find a heading; inline rules would cost most of the time.
_MARKDOWN = MarkdownIt("commonmark").disable("inline").use(front_matter)


@dataclass(frozen=True, slots=True)
class Globs:
    """Which paths are meant: those of one list of a configuration.

    A list may name hundreds of files one by one, and is asked for each file of a large pull request: such
    names are looked up, and only what has a wildcard is matched.
    """

    _named: frozenset[str]
    _wild: WcMatcher[str] | None

    def match(self, path: str) -> bool:
        """Whether one of them means this path, written as git writes it."""
        return path in self._named or (self._wild is not None and self._wild.match(path))


@lru_cache(maxsize=256)
def compile_globs(globs: tuple[str, ...]) -> Globs:
    """Return a matcher for paths that one of these globs means.

    Raises:
        ValueError: a glob stands for too many others, such as ``{1..100000}``, or takes too long to match.
    """
    wild = [one for one in globs if _WILD.search(one)]
    for one in wild:
        stars = _starriest(one)
        deep = stars.count("**")
        if deep > _MOST_DEEP or stars.count("*") - 2 * deep > _MOST_STARS:
            raise ValueError(f"has too many wildcards: at most {_MOST_DEEP} `**` and {_MOST_STARS} `*`")
    try:
        return Globs(frozenset(globs).difference(wild), glob.compile(wild, flags=_FLAGS) if wild else None)
    except PatternLimitException:
        raise ValueError("stands for too many patterns at once") from None


def _starriest(one: str) -> str:
    """Return a glob with, of each choice in braces, what has the most wildcards."""
    before = ""
    # Behind a backslash a brace is no choice: then all of it counts.
    while before != one and "\\" not in one:
        before, one = (
            one,
            _CHOICE.sub(lambda found: max(found[1].split(","), key=lambda a: a.count("*")), one),
        )
    return one


def may_mean_markdown(one: str) -> bool:
    """Whether a glob means some file whose name ends in ``.md``; ``docs/tdd`` and ``*.mdx`` mean none."""
    spelled = [one]
    for glob_ in spelled:
        if choice := _CHOICE.search(glob_):
            before, after = glob_[: choice.start()], glob_[choice.end() :]
            spelled += (f"{before}{word}{after}" for word in choice[1].split(","))
        elif _ends_in_markdown(glob_.rpartition("/")[2]):
            return True
    return False


def _ends_in_markdown(name: str) -> bool:
    end = re.split(r"[*?\]]", name)[-1]
    return end.endswith(".md") or (end != name and ".md".endswith(end))


@dataclass(frozen=True, slots=True)
class DocumentPlaces:
    """Where a repository's documents are; without arguments, where they are if nothing is configured."""

    globs: tuple[str, ...] = DOCUMENT_GLOBS
    exclude: tuple[str, ...] = ()
    by_title: bool = True
    """Whether a Markdown file elsewhere is a document if its title says so."""
    template: str | None = None
    """The template of its own that the repository names, which is no document wherever it lies."""

    def has(self, path: str) -> bool:
        """Whether a file at this path is a document, whatever it holds."""
        return self._is_candidate(path) and compile_globs(self.globs).match(path)

    def may_have(self, path: str) -> bool:
        """Whether a file at this path, outside the documents' places, is a document if its title says so."""
        return self.by_title and self._is_candidate(path) and not compile_globs(self.globs).match(path)

    def _is_candidate(self, path: str) -> bool:
        name = path.rpartition("/")[2]
        if not path.endswith(".md") or name in _NEVER or path in (*TEMPLATE_PATHS, self.template):
            return False
        return not (self.exclude and compile_globs(self.exclude).match(path))


ANYWHERE = DocumentPlaces()
"""Of a repository without configuration."""


def is_document_by_title(text: str) -> bool:
    """Whether the first heading, outside code and comments, begins with ``TDD:``."""
    for token, content in pairwise(_MARKDOWN.parse(text.removeprefix("\ufeff"))):
        if token.type == "heading_open":
            return content.content.strip().startswith(TITLE_MARK)
    return False
