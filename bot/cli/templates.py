"""Which template a document is judged by: the one that is named, else its repository's, else the built-in."""

from functools import lru_cache
from pathlib import Path

from bot.builtin import template as built_in_template
from bot.cli.files import read
from bot.cli.git import root_of
from bot.core.document import schema_of
from bot.core.document.paths import TEMPLATE_PATHS
from bot.core.model import FileProblem, Schema


class TemplateError(Exception):
    """A template cannot be used; the message names it and says why."""


def find(folder: Path) -> Path | None:
    """Return the template of the documents in a folder, None for the built-in one.

    It is looked for in this folder and in each above it, the nearest first, up to the repository's root;
    outside of a repository up to the working directory, where the folder is below that.
    """
    return _find(folder.resolve(), Path.cwd())


def is_template(path: Path) -> bool:
    """Whether a file is where a repository keeps its template."""
    place = f"/{path.absolute().as_posix()}"
    return any(place.endswith(f"/{name}") for name in TEMPLATE_PATHS)


@lru_cache(maxsize=4096)
def _find(start: Path, here: Path) -> Path | None:
    last = root_of(start) or (here if here in (start, *start.parents) else start)
    for place in (start, *start.parents):
        for name in TEMPLATE_PATHS:
            if (place / name).is_file():
                return place / name
        if place == last:
            return None
    return None


@lru_cache(maxsize=64)
def schema_at(path: Path | None) -> Schema:
    """Return the schema of a template, of the built-in one for None.

    Raises:
        TemplateError: it cannot be read, or asks for nothing.
    """
    schema = schema_of(text_at(path))
    if not schema.sections:
        raise TemplateError(f"template {path}: it has no headings, so it asks for no sections")
    return schema


def text_at(path: Path | None) -> str:
    """Return the text of a template, of the built-in one for None.

    Raises:
        TemplateError: it cannot be read.
    """
    if path is None:
        return built_in_template()
    try:
        text = read(path)
        if isinstance(text, FileProblem):
            raise TemplateError(f"template {path}: it cannot be used: {text.value}")
        schema_of(text)
    except OSError as problem:
        raise TemplateError(f"template {path}: {(problem.strerror or str(problem)).lower()}") from None
    except ValueError as problem:
        raise TemplateError(f"template {path}: {problem}") from None
    return text
