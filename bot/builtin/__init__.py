"""What is shipped with the program as it stands: the built-in template, and the app's manifest."""

from functools import cache
from importlib.resources import files
from pathlib import Path


@cache
def template() -> str:
    """Return the text of the built-in template, a Markdown file shipped in this package."""
    return files(__name__).joinpath("tdd-template.md").read_text(encoding="utf-8")


@cache
def manifest_text() -> str:
    """Return the app's manifest, ``app.yml``: in this package where installed, else at the checkout's top."""
    shipped = files(__name__).joinpath("app.yml")
    if shipped.is_file():
        return shipped.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "app.yml").read_text(encoding="utf-8")
