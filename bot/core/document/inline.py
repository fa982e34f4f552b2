"""The inline markup of one block: its plain text, its links, and what of it is part of the content."""

import re
from dataclasses import dataclass
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable("strikethrough")
_MARKUP = re.compile(r"[\\`*_\[\]<>&!~]")
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CODE_BLANK = "\x10"
"""A blank in code, which is not squeezed."""
_MAX_INLINE = 8_192
"""Characters of one block. Inline rules take quadratic time on nested brackets and quotes; no honest
paragraph is longer, and a longer one is compared as it is written."""


@dataclass(frozen=True, slots=True)
class Run:
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


def squeeze(text: str) -> str:
    """Join all white space to single blanks."""
    return _SPACE.sub(" ", text).strip()


def runs(text: str, references: dict[str, object]) -> tuple[Run, ...]:
    """Return the runs of a block's inline source; comments and tags are left out."""
    if not _MARKUP.search(text) or len(text) > _MAX_INLINE:
        return (Run(text.replace("\n", " ")),) if text else ()
    tokens: list[Token] = []
    _PARSER.inline.parse(text, _PARSER, {"references": references}, tokens)
    found: list[Run] = []
    depth = {"strong": 0, "em": 0, "s": 0}
    links: list[str] = []
    for token in tokens:
        name = token.type.rpartition("_")[0]
        if name in depth:
            depth[name] += token.nesting
        elif token.type == "link_open":
            links.append(str(token.attrGet("href") or ""))
        elif token.type == "link_close":
            links.pop()
        elif (content := _content(token)) is not None:
            found.append(
                Run(
                    content,
                    bold=depth["strong"] > 0,
                    italic=depth["em"] > 0,
                    struck=depth["s"] > 0,
                    code=token.type == "code_inline",
                    href=links[-1] if links else "",
                    image=str(token.attrGet("src") or "") if token.type == "image" else "",
                )
            )
    return tuple(found)


def _content(token: Token) -> str | None:
    match token.type:
        case "text" | "text_special" | "code_inline" | "image":
            return token.content
        case "softbreak" | "hardbreak":
            return " "
        case "html_inline" if token.content.casefold().startswith("<br"):
            return " "
        case "html_inline" if is_stand_in(token.content):
            return token.content
        case _:
            return None


# https://html.spec.whatwg.org/multipage/indices.html#elements-3, those that people write in Markdown.
_ELEMENTS = re.compile(
    r"(?:"
    "a|abbr|article|aside|b|blockquote|br|button|caption|center|cite|code|col|dd|"
    "del|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h1|h2|h3|h4|h5|"
    "h6|header|hr|i|iframe|img|input|ins|kbd|li|main|mark|nav|ol|p|picture|pre|"
    "q|s|samp|script|section|small|source|span|strike|strong|style|sub|summary|"
    "sup|svg|table|tbody|td|th|thead|time|tr|tt|u|ul|var|video|wbr"
    r")"
)
_TAG_NAME = re.compile(r"</?([A-Za-z][\w-]*)")


def is_stand_in(tag: str) -> bool:
    """Whether what Markdown takes for a tag is none: ``<your name>``, to be replaced."""
    found = _TAG_NAME.match(tag)
    return bool(found and not _ELEMENTS.fullmatch(found[1].casefold()))


def plain(text: str, references: dict[str, object]) -> str:
    """Return what a reader sees of it, on one line."""
    return squeeze("".join(run.text for run in runs(text, references)))


def _run_content(run: Run) -> str:
    words = _CONTROL.sub("\ufffd", run.text)
    if run.code:
        return f"\x04{words.replace(' ', _CODE_BLANK)}\x05"
    if run.image:
        return f"\x06{words}\x02{run.image}\x03"
    return f"\x0e{words}\x0f" if run.struck else words


def content(text: str, references: dict[str, object]) -> str:
    """Return what of it is content to sign: words, code, targets of links and pictures; not emphasis.

    Control characters divide the parts, so that words cannot pass for a link's target; the text's own are
    replaced.
    """
    parts: list[str] = []
    for link, group in groupby(runs(text, references), key=lambda run: run.href):
        words = "".join(_run_content(run) for run in group)
        # `<https://a.b>`, `[https://a.b](https://a.b)` and the bare address are one to a reader.
        parts.append(f"{words}\x02{link}\x03" if link and link != words else words)
    return squeeze("".join(parts))
