"""Markdown as GitHub shows it in a conversation: rendered, then only harmless tags are let through."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_LONGEST: Final = 100_000
"""Characters; more is shown as it was written."""
_MARKDOWN: Final = MarkdownIt("gfm-like", {"html": True, "linkify": False})
_INLINE: Final = frozenset(
    {"a", "b", "br", "code", "del", "em", "i", "img", "ins", "kbd", "s", "strong", "sub", "sup"}
)
_BLOCKS: Final = frozenset({"blockquote", "details", "hr", "li", "ol", "p", "pre", "summary", "ul"})
_TABLES: Final = frozenset({"table", "tbody", "td", "th", "thead", "tr"})
_TAGS: Final = _INLINE | _BLOCKS | _TABLES | {f"h{level}" for level in range(1, 7)}
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"alt"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}


@lru_cache(maxsize=256)
def rendered(text: str) -> Markup:
    """Return a text as HTML that can do nothing but be read."""
    if len(text) > _LONGEST:
        return Markup("<pre>{}</pre>").format(text)
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https"},
    )
    return Markup(html)  # noqa: S704 - just sanitised
