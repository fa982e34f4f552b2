"""A small repository, around the examples of rules that look at one."""

from typing import Final

from bot.core.rules.context import Listed, RuleContext

REPOSITORY: Final = RuleContext(
    repository={
        "docs/tdd/0007-price-cache.md": Listed("Price cache", "Superseded", "Superseded"),
        "docs/tdd/0012-new-cache.md": Listed(
            "New cache", "Approved", "Approved", supersedes=("docs/tdd/0007-price-cache.md",)
        ),
        "docs/tdd/0013-draft.md": Listed(
            "Draft cache", "Draft", "Draft", supersedes=("docs/tdd/0007-price-cache.md",)
        ),
        "docs/tdd/0014-loop.md": Listed(
            *("Loop", "Superseded", "Superseded"),
            superseded_by="docs/tdd/0007-price-cache.md",
            supersedes=("docs/tdd/0007-price-cache.md",),
        ),
        "docs/tdd/0015-silent.md": Listed("Silent cache", "Approved", "Approved"),
        "docs/tdd/diagram.svg": None,
    }
)
