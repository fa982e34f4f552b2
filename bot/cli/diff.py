"""What a command would write, as a unified diff that ``patch`` and ``git apply`` take."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Final

from bot.core.render.terminal import safe

_NO_NEWLINE: Final = "\\ No newline at end of file"
_INKS: Final = {"+": "32", "-": "31", "@": "36"}


def unified(path: str, before: str, after: str, *, color: bool = False) -> str:
    """Return the difference between two texts of a file; nothing where there is none.

    For a terminal (``color``) the lines are made harmless; elsewhere they are exact, so that they apply.
    """
    # A name with a line break in it could pass for a line of the patch.
    shown = safe(path).lstrip("/")
    lines = unified_diff(_lines(before), _lines(after), f"a/{shown}", f"b/{shown}")
    return "".join(_shown(line, color=color) for line in lines)


def _lines(text: str) -> list[str]:
    r"""Cut at ``\n`` alone, as git does: other separators are characters of their lines."""
    lines = text.split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _shown(line: str, *, color: bool) -> str:
    return "".join(_parts(line, color=color))


def _parts(line: str, *, color: bool) -> Iterator[str]:
    bare = line.removesuffix("\n")
    if color:
        bare = safe(bare.removesuffix("\r"))
        ink = _INKS.get(bare[:1])
        bare = f"\x1b[{ink}m{bare}\x1b[0m" if ink else bare
    yield f"{bare}\n"
    if not line.endswith("\n"):
        yield f"{_NO_NEWLINE}\n"
