"""A local GitHub, as strict as the real one, for an unmodified GitHub App to talk to.

It imports nothing else of `bot`, so that it cannot agree with the bot by sharing its code.
A test starts it, seeds the standard scene, acts as a person and reads back:

    async with Sandbox() as sandbox:
        scene = sandbox.seed_acme(webhook_url="http://127.0.0.1:9/hook")
        pull = scene.open_pull({"docs/tdd/0001-x.md": "# TDD: X"})     # by alice
        scene.person("bob").approve(pull)
        scene.person("dana").comment(pull, "/tdd approve")
        await sandbox.settled()                                        # webhooks delivered
        assert [d.event for d in sandbox.deliveries][-1] == "issue_comment"
        assert not sandbox.log.unknown()                               # no endpoint missing

The app authenticates with `scene.app.private_key` and `scene.app.id` against
`sandbox.url`; people with `Authorization: token user-bob`. `SetClock(step=...)` gives every
event its own second; the fixture in `tests/sandbox/plugin.py` starts it so.
"""

from bot.sandbox.acts.reviews import LineComment
from bot.sandbox.errors import Refused
from bot.sandbox.hooks.delivery import Delivery
from bot.sandbox.http.faults import Failure, Silence
from bot.sandbox.http.log import Access, RequestRecord
from bot.sandbox.person import Person
from bot.sandbox.scene import Scene
from bot.sandbox.server import Sandbox
from bot.sandbox.state.accounts import Account, OrgRole, Privacy, Role, Team
from bot.sandbox.state.check import CheckRun, CheckSuite, Conclusion, RunStatus
from bot.sandbox.state.clock import Clock, SetClock, SystemClock
from bot.sandbox.state.git import EXECUTABLE, FILE, SUBMODULE, SYMLINK, Entry
from bot.sandbox.state.pull import (
    Happened,
    IssueComment,
    PullRequest,
    Review,
    ReviewComment,
    ReviewState,
)
from bot.sandbox.state.repository import BranchRule, Repository, RequiredCheck
from bot.sandbox.state.world import World

__all__ = [
    "EXECUTABLE",
    "FILE",
    "SUBMODULE",
    "SYMLINK",
    "Access",
    "Account",
    "BranchRule",
    "CheckRun",
    "CheckSuite",
    "Clock",
    "Conclusion",
    "Delivery",
    "Entry",
    "Failure",
    "Happened",
    "IssueComment",
    "LineComment",
    "OrgRole",
    "Person",
    "Privacy",
    "PullRequest",
    "Refused",
    "Repository",
    "RequestRecord",
    "RequiredCheck",
    "Review",
    "ReviewComment",
    "ReviewState",
    "Role",
    "RunStatus",
    "Sandbox",
    "Scene",
    "SetClock",
    "Silence",
    "SystemClock",
    "Team",
    "World",
]
