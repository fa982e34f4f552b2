"""The designs that were there before the gate, as kinds of the configuration: let be until they are mended.

Two kinds hold them. Of the one, faults that a rule can weigh are warnings, and everything else holds: who
edits an approved design still needs its reviewers. Of the other, nothing is judged: the gate cannot tell what
state its documents are in. A document that is on neither is judged like any new one.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.core.policy.configuration.models import LONGEST, MOST

JUDGED: Final = "before tdd-bot"
UNJUDGED: Final = "before tdd-bot, not judged"
"""Names of the kinds; where one holds more than a list takes, its next part ends in a number."""
MOST_NAMED: Final = 900
"""Designs that a baseline holds: more globs are not compiled."""
_PART: Final = re.compile(rf"({re.escape(UNJUDGED)}|{re.escape(JUDGED)})(?: \d+)?")
_WILD: Final = re.compile(r"[*?\[\]{}]")
_NEW: Final = """\
# The gate says what it would do, and holds nothing back yet. Take this line out to let it hold.
mode: advise
"""
_WHY: Final = """
Designs that were there before. tdd-bot setup --adopt names those that can be taken out by now.
"""


class CannotNameError(Exception):
    """The baseline cannot hold what it is to hold; each argument is a sentence that says why."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """Designs that are let be, by their places in the repository."""

    judged: Mapping[str, Collection[str]] = field(default_factory=dict)
    """Place -> codes of the rules that are warnings there."""
    unjudged: frozenset[str] = frozenset()

    @property
    def places(self) -> frozenset[str]:
        """All of them."""
        return self.unjudged | self.judged.keys()


def glob_for(place: str) -> str:
    """Return a glob that means a file. A sign that would be a wildcard is any one sign in it.

    Raises:
        CannotNameError: a configuration cannot name such a file.
    """
    glob = _WILD.sub("?", place)
    plain = place.isprintable() and "\\" not in place and not place.startswith("!")
    if not plain or len(glob) > LONGEST:
        raise CannotNameError(f"{place!r}: no configuration can name it; give the file a plainer name first")
    return glob


def globs_of(text: str) -> tuple[str, ...]:
    """Return the globs of the baseline that a configuration's text holds; the text is known to be valid."""
    tree = _tree(text)
    kinds = tree.get("kinds", ()) if tree else ()
    return tuple(glob for kind in kinds if _is_part(kind) for glob in kind.get("paths", ()))


def without(text: str) -> str:
    """Return a valid configuration's text without its baseline."""
    return with_baseline(text, Baseline()) if globs_of(text) else text


def with_baseline(text: str, baseline: Baseline) -> str:
    """Return a configuration's text with this baseline in the place of its own; all else stays.

    Args:
        text: A valid one; empty for a new one, which then is in mode advise.
        baseline: What is let be.

    Raises:
        CannotNameError: it holds what no configuration can.
    """
    root = _tree(text)
    if root is None:
        text = text if text.strip() else _NEW
        root = _tree(text)
    parts = list(_parts(baseline))
    if root is None:
        # Comments alone: they stay above.
        root = CommentedMap()
        head = f"{text.rstrip()}\n"
    else:
        head = ""
    before = root.get("kinds")
    others = [one for one in before or () if not _is_part(one)]
    if not parts and before is None:
        return text
    if others or parts:
        kept = before if before is not None else CommentedSeq()
        kept[:] = [*others, *parts]
        root["kinds"] = kept
    else:
        del root["kinds"]
    if before is None:
        root.yaml_set_comment_before_after_key("kinds", before=_WHY.rstrip())
    return head + _written(root, text)


def _parts(baseline: Baseline) -> Iterator[CommentedMap]:
    if len(baseline.places) > MOST_NAMED:
        raise CannotNameError(
            f"{len(baseline.places)} designs would be on the baseline, and it holds {MOST_NAMED}: "
            "weigh the most frequent rules in `rules` first, or mend with tdd-bot fix"
        )
    codes = sorted({code for some in baseline.judged.values() for code in some})
    # A section that is missing and may be is no reason not to ask the reviewers.
    keys = {"ask_when": "complete", "rules": dict.fromkeys(codes, "warning")}
    yield from _split(JUDGED, sorted(baseline.judged), keys)
    yield from _split(UNJUDGED, sorted(baseline.unjudged), {"mode": "off"})


def _split(name: str, places: Sequence[str], keys: Mapping[str, object]) -> Iterator[CommentedMap]:
    globs = list(dict.fromkeys(glob_for(place) for place in places))
    for number, start in enumerate(range(0, len(globs), MOST), 1):
        some = CommentedSeq(globs[start : start + MOST])
        # Copied: what two kinds share would be written as an anchor, which no configuration may have.
        own = deepcopy(dict(keys))
        yield CommentedMap({"name": name if number == 1 else f"{name} {number}", **own, "paths": some})


def _is_part(kind: Mapping[str, Any]) -> bool:
    return _PART.fullmatch(str(kind.get("name"))) is not None


def _yaml(*, offset: int) -> YAML:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4 * LONGEST
    yaml.indent(mapping=2, sequence=2 + offset, offset=offset)
    return yaml


def _tree(text: str) -> CommentedMap | None:
    tree = _yaml(offset=2).load(text.removeprefix("\ufeff"))
    return tree if isinstance(tree, CommentedMap) else None


def _written(root: CommentedMap, before: str) -> str:
    """Return the text, its lists set in as they were in the text before."""
    flush = re.search(r"^(\s*)[\w-]+:\s*\n\1- ", before, re.MULTILINE)
    stream = StringIO()
    _yaml(offset=0 if flush else 2).dump(root, stream)
    return stream.getvalue()
