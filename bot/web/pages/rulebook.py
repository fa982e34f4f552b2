"""The rules' own documentation as HTML."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.core.render.rule_page import FAMILIES, rule_page
from bot.core.rules import RULES, Rule

_TAGS: Final = frozenset(
    {"a", "blockquote", "code", "em", "h1", "h2", "h3", "h4", "li", "ol", "p", "pre", "strong"}
    | {"table", "tbody", "td", "th", "thead", "tr", "ul"}
)
_PAGE: Final = re.compile(r"TDD\d{3}\.md")


@dataclass(frozen=True, slots=True)
class Family:
    """The rules about one subject."""

    name: str
    rules: tuple[Rule, ...]


def families() -> tuple[Family, ...]:
    """Return all rules by subject."""
    grouped = (
        Family(name, tuple(rule for rule in RULES if rule.code[3] == digit))
        for digit, name in FAMILIES.items()
    )
    return tuple(one for one in grouped if one.rules)


def rule_of(code: str) -> Rule | None:
    """Return a rule by its code, in either case."""
    return next((rule for rule in RULES if rule.code == code.upper()), None)


@cache
def rule_html(code: str) -> Markup:
    """Return a rule's page without its title; the Markdown is ours and goes through a sanitiser all the same.

    Raises:
        KeyError: there is no such rule.
    """
    rule = rule_of(code)
    if rule is None:
        raise KeyError(code)
    body = rule_page(rule).partition("\n")[2]
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(body)
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}, "code": {"class"}},
        url_schemes={"https"},
        link_rel="noopener noreferrer",
    )
    # Pages link each other as files of one folder.
    return Markup(_PAGE.sub(lambda found: found[0].removesuffix(".md"), clean))  # noqa: S704 - sanitised above
