"""What can be seen on GitHub in the end: the same after a storm as after a calm."""

import re
from collections import Counter
from dataclasses import dataclass

from bot.sandbox import Happened, PullRequest, Team
from bot.sandbox.scene import TEAMS
from bot.sandbox.state.accounts import App

CHECKLIST = "tdd-bot:checklist"
_VARIES = (
    (re.compile(r"\b[0-9a-f]{7,40}\b"), "SHA"),
    (re.compile(r"https?://[^\s)>\"]+"), "URL"),
    (re.compile(r"reply thread \d+"), "REPLY"),
    (re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?Z?)?"), "TIME"),
)
"""What is another in every world, though it means the same."""
_FROM_HERE_ON = re.compile(r"^(?:\| Seat|\*\*Next|Nobody is asked).*", re.MULTILINE | re.DOTALL)
"""Of the checklist: who was asked when, which those see more of who were told of every step."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One pull request as people see it."""

    check: tuple[str | None, ...]
    """Status, conclusion, title and summary; empty where there is none."""
    comments: tuple[str, ...]
    """All of the app's, in alphabetical order: which came first is a matter of luck."""
    reactions: tuple[tuple[int, str], ...]
    """The app's, by the place of the comment among those of people."""


def outcome(app: App, pull: PullRequest) -> Outcome:
    """Look at a pull request."""
    runs = [run for suite in pull.repository.suites_on(pull.head_sha) for run in suite.runs]
    mine = [run for run in runs if run.suite.app is app and run.name == "tdd/review"]
    check: tuple[str | None, ...] = ()
    if mine:
        last = mine[-1]
        ending = last.conclusion.value if last.conclusion else None
        check = (last.status.value, ending, _plain(last.title), _plain(last.summary))
    said = [one for one in pull.comments if one.author is not app.bot]
    return Outcome(
        check=check,
        comments=tuple(
            sorted(
                _FROM_HERE_ON.sub("", _plain(one.body)) if CHECKLIST in one.body else _plain(one.body)
                for one in pull.comments
                if one.author is app.bot
            )
        ),
        reactions=tuple(
            (place, one.content)
            for place, comment in enumerate(said)
            for one in comment.reactions
            if one.user is app.bot
        ),
    )


def asked(pull: PullRequest) -> frozenset[str]:
    """Return whose review is awaited. Who saw more of what went before may have asked more."""
    return frozenset(_name(one.reviewer) for one in pull.requests)


def doubled(app: App, pull: PullRequest) -> list[str]:
    """Name what is there twice: checks, checklists, requests that stood already."""
    found = []
    runs = [run for suite in pull.repository.suites_on(pull.head_sha) for run in suite.runs]
    if len([run for run in runs if run.suite.app is app]) > 1:
        found.append("two checks on the head")
    lists = [one for one in pull.comments if one.author is app.bot and CHECKLIST in one.body]
    if len(lists) > 1:
        found.append(f"{len(lists)} checklists")
    standing: Counter[str] = Counter()
    for event in pull.timeline:
        if event.kind is Happened.REVIEW_REQUESTED and event.reviewer is not None:
            standing[_name(event.reviewer)] += 1
    opinions = Counter(review.author.login for review in pull.reviews)
    # A team is asked at first, and again after an opinion of its own that became stale.
    found += [
        f"{name} asked {number} times after {opinions[TEAMS[name]]} opinions"
        for name, number in standing.items()
        if number > 1 + opinions[TEAMS[name]]
    ]
    return found


def _name(reviewer: object) -> str:
    return reviewer.slug if isinstance(reviewer, Team) else str(getattr(reviewer, "login", reviewer))


def _plain(text: str | None) -> str:
    for what, instead in _VARIES:
        text = what.sub(instead, text or "")
    return text or ""
