"""What inline markup comes to."""

from typing import NamedTuple


class Run(NamedTuple):
    """A stretch of text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    href: str = ""
    """The target of the link that it stands in."""
    image: str = ""
    """The address of the picture; ``text`` is then its alternative text."""
