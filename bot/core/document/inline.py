"""The inline markup of one block: its plain text, its links, and what of it is part of the content."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.core.document.runs import Run
from bot.core.document.simple_inline import joined_lines, simple_runs

_PARSER = MarkdownIt("commonmark").enable("strikethrough")
# What begins inline markup (https://spec.commonmark.org/0.31.2/#inlines, and GitHub's ~~): code, escapes,
# entities, tags, and the delimiters that can open or close emphasis. `foo_bar`, `2 * 3` and `a < b` are text.
_SIGN = re.compile(r"[`~\\&<*_]")
_MARKUP = re.compile(
    r"`|~~|\\[!-/:-@\[-`{-~\n]|&[#A-Za-z]|<[A-Za-z/!?]"
    r"|(?<=[^ \t\n*])\*|\*(?=[^ \t\n*])|(?<![A-Za-z0-9_])_|_(?![A-Za-z0-9_])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_CODE_BLANK = "\x10"
"""A blank in code, which is not squeezed."""
_MAX_INLINE = 8_192
"""Characters of one block. Inline rules take quadratic time on nested brackets and quotes; no honest
paragraph is longer, and a longer one is compared as it is written."""
_SHORT_INLINE = 1_000
"""The same in a document with too much markup: a cell of code and links is shorter."""


class References(dict[str, object]):
    """A document's link definitions, as markdown-it's inline rules want them."""

    overmarked = False
    """Whether the document has too much markup to be read all; see ``MAX_MARKS``."""

    def may_hide_targets(self, text: str) -> bool:
        """Whether inline source is compared as written, so that it does not tell where its links lead."""
        if not self or "[" not in text:
            return False
        return len(text) > _MAX_INLINE or self.overmarked

    @cached_property
    def targets(self) -> str:
        """All of them as one digest: they may be meant by any bracket of what is not parsed."""
        said = repr(sorted((label, self.definition(label)) for label in self))
        return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()

    def definition(self, label: str) -> str:
        """Return what a label stands for, target and title, wherever it is defined."""
        said = self[label]
        return f"{said.get('href')} {said.get('title')}" if isinstance(said, dict) else ""


def squeeze(text: str) -> str:
    """Join all white space to single blanks."""
    return " ".join(text.split())


def is_plain(text: str, references: Mapping[str, object]) -> bool:
    """Whether inline source is nothing but text, so that there is no markup to parse.

    It may say no where there is none, never yes where there is some.
    """
    if _SIGN.search(text) and _MARKUP.search(text):
        return False
    # A link needs its target right behind the bracket, or a definition elsewhere.
    return "[" not in text if references else "](" not in text


def runs(text: str, references: dict[str, object]) -> tuple[Run, ...]:
    """Return the runs of a block's inline source; comments and tags are left out."""
    if len(text) > _MAX_INLINE or is_plain(text, references):
        return (Run(joined_lines(text)),) if text else ()
    overmarked = isinstance(references, References) and references.overmarked
    simple = None
    if not overmarked or len(text) <= _SHORT_INLINE:
        simple = simple_runs(text, references=bool(references))
    if simple is None and overmarked:
        return (Run(joined_lines(text)),)
    return parsed_runs(text, references) if simple is None else simple


def parsed_runs(text: str, references: dict[str, object]) -> tuple[Run, ...]:
    """Return the same from the full parser, which tells every case."""
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
        case "html_inline" if is_stand_in(token.content) or _is_shown(token.content):
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
_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"""(?P<attributes>\s(?:"[^"]*"|'[^']*'|[^'"<>])*)?/?>"""
)
_WEIGHTY = frozenset({"a", "del", "ins", "s", "strike", "sub", "sup"})
"""Where these begin and end matters without any attribute: they take back, or make another number of 106."""
# A comment to GitHub (https://spec.commonmark.org/0.29/#html-comment) and to browsers.
_COMMENT = re.compile(r"<!--(?!-?>)(?:[^-]|-(?!-))*-->")

_TAG_NAME = re.compile(r"</?([A-Za-z][\w-]*)")


def is_stand_in(tag: str) -> bool:
    """Whether what Markdown takes for a tag is none: ``<your name>``, to be replaced."""
    found = _TAG_NAME.match(tag)
    return bool(found and not _ELEMENTS.fullmatch(found[1].casefold()))


def _is_shown(tag: str) -> bool:
    """Whether what Markdown takes for a comment or the like may be shown: others end it elsewhere."""
    return tag.startswith(("<!", "<?")) and not _COMMENT.fullmatch(tag)


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
    if isinstance(references, References) and references.may_hide_targets(text):
        parts.append(f"\x02{references.targets}\x03")
    return squeeze("".join([*parts, *_weighty(without_comments(text, references))]))


def without_comments(text: str, references: dict[str, object]) -> str:
    """Return inline source without its comments; what looks like one in code or behind an escape is none."""
    if "<!--" not in text or len(text) > _MAX_INLINE:
        return text
    tokens: list[Token] = []
    _PARSER.inline.parse(text, _PARSER, {"references": references}, tokens)
    for token in tokens:
        if token.type == "html_inline" and _COMMENT.fullmatch(token.content):
            text = text.replace(token.content, " ", 1)
    return text


def _weighty(text: str) -> Iterator[str]:
    """Return the tags of HTML that show, lead to or take back something, each with the words before it."""
    if "<" not in text or len(text) > _MAX_INLINE:
        # What is longer is compared as it is written.
        return
    for tag in _TAG.finditer(text):
        name = tag["name"].casefold()
        attributes = _CONTROL.sub("\ufffd", squeeze(tag["attributes"] or "").rstrip("/ "))
        if _ELEMENTS.fullmatch(name) and (attributes or name in _WEIGHTY):
            place = len(text[: tag.start()].split())
            yield f"\x07{place}{tag['closing']}{name} {attributes}\x08"
