"""Which files are documents, where no configuration says so: by their place, else by their title."""

from collections.abc import Iterable
from itertools import pairwise

from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin
from wcmatch import glob

from bot.core.model import ChangedFile

DOCUMENT_GLOBS = ("docs/{tdd,tdds,design,designs}/**/*.md", "{tdd,tdds}/**/*.md")
"""Case as written; ``**`` is any number of folders, none included."""

TEMPLATE_PATHS = ("docs/tdd/TEMPLATE.md", ".github/TDD_TEMPLATE.md")
"""Where a repository keeps its own template, the first found first."""

TITLE_MARK = "TDD:"
"""What the first heading of a document elsewhere begins with."""

_NEVER = frozenset({"README.md", "index.md"})
# A name that begins with a dot is no way around the gate.
_FLAGS = glob.GLOBSTAR | glob.BRACE | glob.DOTGLOB | glob.CASE | glob.FORCEUNIX
_DOCUMENTS = glob.compile(DOCUMENT_GLOBS, flags=_FLAGS)
# Only block structure is needed to find a heading; inline rules would cost most of the time.
_MARKDOWN = MarkdownIt("commonmark").disable("inline").use(front_matter_plugin)


def is_document_path(path: str) -> bool:
    """Whether a file at this path is a document, whatever it holds."""
    return _is_candidate(path) and _DOCUMENTS.match(path)


def may_be_document(path: str) -> bool:
    """Whether a file at this path, outside the documents' folders, is a document if its title says so."""
    return _is_candidate(path) and not _DOCUMENTS.match(path)


def document_paths(files: Iterable[ChangedFile]) -> tuple[str, ...]:
    """Return the paths among these, old names of moved files included, that are documents by their place."""
    paths = (path for file in files for path in (file.path, file.previous_path) if path is not None)
    return tuple(path for path in dict.fromkeys(paths) if is_document_path(path))


def is_document_by_title(text: str) -> bool:
    """Whether the first heading, outside code and comments, begins with ``TDD:``."""
    for token, content in pairwise(_MARKDOWN.parse(text.removeprefix("\ufeff"))):
        if token.type == "heading_open":
            return content.content.strip().startswith(TITLE_MARK)
    return False


def _is_candidate(path: str) -> bool:
    return path.endswith(".md") and path.rpartition("/")[2] not in _NEVER and path not in TEMPLATE_PATHS
