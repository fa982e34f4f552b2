"""The formats of a report by name."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from bot.core.render.report import Judged, Piece, json_piece, json_whole, standing, tally
from bot.core.render.terminal import text_piece, text_whole


class Format(StrEnum):
    """How ``check`` prints."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
    MARKDOWN = "markdown"


def render_piece(form: Format, one: Judged, *, color: bool, several: bool) -> Piece:
    """Return a document's share of the report; colours and the number of documents matter to text alone."""
    plain = form is Format.TEXT
    text = text_piece(one, color=color, several=several) if plain else _renderers(form)[0](one)
    return Piece(text, tally(one), standing(one))


def render_whole(form: Format, pieces: Sequence[Piece]) -> str:
    """Return the report."""
    return text_whole(pieces) if form is Format.TEXT else _renderers(form)[1](pieces)


def _renderers(form: Format) -> tuple[Callable[[Judged], str], Callable[[Sequence[Piece]], str]]:
    # Imported where they are asked for: most runs print text, and start the sooner.
    match form:
        case Format.SARIF:
            from bot.core.render.sarif import sarif_piece, sarif_whole  # noqa: PLC0415 - see above

            return sarif_piece, sarif_whole
        case Format.GITHUB:
            from bot.core.render.workflow import workflow_piece, workflow_whole  # noqa: PLC0415 - see above

            return workflow_piece, workflow_whole
        case Format.MARKDOWN:
            from bot.core.render.markdown import markdown_piece, markdown_whole  # noqa: PLC0415 - see above

            return markdown_piece, markdown_whole
        case _:
            return json_piece, json_whole
