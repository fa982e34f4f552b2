"""The pull request that begins a repository: a configuration that holds nothing back, and the template."""

from dataclasses import dataclass
from typing import Final

from bot.core.document.paths import TEMPLATE_PATHS
from bot.core.policy.configuration import PATH

ONBOARDING_BRANCH: Final = "tdd-bot/onboarding"
"""By it the pull request is found again, whatever its title is by then; every app of this kind knows it."""
ONBOARDING_TITLE: Final = "Begin with tdd-bot: advice on designs, and a template"
_CONFIGURATION: Final = """\
# How tdd-bot judges this repository's designs. Without this file it does so by its defaults.

# advise: the check says what it would do, and holds nothing back. Take this line out to let it hold.
mode: advise

# Teams or people who must sign every design, whatever its header says:
# reviewers: ['@org/team']

# Where designs are, if not in docs/tdd, docs/design, tdd and their like:
# paths: ['rfcs/**/*.md']
"""
_BODY: Final = """\
tdd-bot was installed here, and there is no `{configuration}` yet. This pull request adds one{template}.

**What changes when it is merged.** The check on pull requests that touch a technical design document \
becomes advice: it says what is missing and who is to sign, and holds nothing back. Without the file it \
fails such pull requests until their designs are complete and signed, which matters once somebody requires \
the check.

**What is in it**

- `{configuration}`: the mode, and in comments what is most often wanted besides.
{item}

**What comes next**

1. Edit it here as you like. The check of this pull request says whether the configuration is valid.
2. Are there designs already? `tdd-bot setup --adopt` in a checkout lists which of them would be blocked, \
and lets those be.
3. When you trust what the check says, take `mode: advise` out and require the check in a ruleset.

**If you do not want it**, close it: it is opened once, and never again. Nothing else has been written to \
this repository but its branch, `{branch}`, which can then be deleted.
"""


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What the pull request holds."""

    body: str
    files: tuple[tuple[str, str], ...]
    """Path and text of each file that it adds."""


def first_steps(template: str, *, has_template: bool) -> FirstSteps:
    """Return the pull request for a repository that has no configuration.

    Args:
        template: The built-in one.
        has_template: The repository has one of its own where templates usually are: that one stays.
    """
    place = TEMPLATE_PATHS[0]
    own = "- The template that is here already is used as it is.\n"
    added = (
        f"- `{place}`: what designs are written from and judged by; it is the one built in. Make it yours.\n"
    )
    body = _BODY.format(
        configuration=PATH,
        template="" if has_template else ", and the template that designs are written from",
        item=own if has_template else added,
        branch=ONBOARDING_BRANCH,
    )
    files = [(PATH, _CONFIGURATION)]
    if not has_template:
        files.append((place, template))
    return FirstSteps(body, tuple(files))
