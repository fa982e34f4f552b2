"""A small repository, around the examples of rules that look at one."""

from typing import Final

from bot.core.rules.context import Listed, RuleContext

REPOSITORY: Final = RuleContext(
    repository={
        "docs/tdd/0007-price-cache.md": Listed("Price cache", "Superseded", "Superseded", "7"),
        "docs/tdd/0012-new-cache.md": Listed(
            "New cache", "Approved", "Approved", "12", supersedes=("docs/tdd/0007-price-cache.md",)
        ),
        "docs/tdd/0013-draft.md": Listed(
            "Draft cache", "Draft", "Draft", "13", supersedes=("docs/tdd/0007-price-cache.md",)
        ),
        "docs/tdd/0014-loop.md": Listed(
            *("Loop", "Superseded", "Superseded", "14", "docs/tdd/0007-price-cache.md"),
            supersedes=("docs/tdd/0007-price-cache.md",),
        ),
        "docs/tdd/0015-silent.md": Listed("Silent cache", "Approved", "Approved", "15"),
        "docs/tdd/diagram.svg": None,
    }
)
