"""What a repository without files of its own gets: the built-in template."""

from functools import cache
from importlib.resources import files


@cache
def template() -> str:
    """Return the text of the built-in template, a Markdown file shipped in this package."""
    return files(__name__).joinpath("tdd-template.md").read_text(encoding="utf-8")
