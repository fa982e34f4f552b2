"""The sandbox's standard scene with an adapter that looks at it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import aiohttp

from bot.builtin import template
from bot.core.model import Memory, PullRequestRef, Snapshot
from bot.github import GitHubAccess, GitHubAdapter
from bot.sandbox import PullRequest, Sandbox, Scene
from tests.github.fakes import Clock, MemoryCache

PATH = "docs/tdd/0007-price-cache.md"
NOBODY = Memory()


def document(
    *reviewers: str,
    status: str = "In-Review",
    author: str = "Alice",
    more: str = "",
    title: str = "Price cache",
) -> str:
    """Return a document's text with these reviewers, by default the three teams."""
    names = ", ".join(f"@{name}" for name in reviewers or ("eng-lead", "security-team", "infrastructure"))
    return f"""# TDD: {title}

**Author:** {author}
**Status:** {status}
**Date:** 2026-11-20
**Reviewers:** {names}

---

## 1. Executive Summary
Prices are kept close to the shop.
{more}"""


@dataclass
class Stage:
    """A sandbox, its scene, and this app's adapter."""

    sandbox: Sandbox
    scene: Scene
    session: aiohttp.ClientSession
    access: GitHubAccess
    clock: Clock
    """Of the cache alone: tokens go by the real time."""
    cache: MemoryCache
    adapter: GitHubAdapter

    @classmethod
    def of(cls, sandbox: Sandbox, scene: Scene, session: aiohttp.ClientSession) -> "Stage":
        """Join them."""
        access = GitHubAccess(
            api_url=sandbox.url,
            graphql_url=sandbox.graphql_url,
            private_key=scene.app.private_key,
            template=template(),
            app_id=scene.app.id,
        )
        clock = Clock()
        cache = MemoryCache(clock)
        return cls(sandbox, scene, session, access, clock, cache, GitHubAdapter(session, access, cache))

    def another(self) -> GitHubAdapter:
        """Return an adapter of another process: it shares the cache and nothing else."""
        return GitHubAdapter(self.session, self.access, self.cache)

    def ref(self, pull: PullRequest) -> PullRequestRef:
        """Return what a webhook would say of the pull request."""
        repository = pull.repository
        return PullRequestRef(
            installation_id=self.scene.installation.id,
            repository_id=repository.id,
            owner=repository.owner.login,
            name=repository.name,
            number=pull.number,
        )

    def propose(self, text: str | None = None, path: str = PATH) -> PullRequest:
        """Open a pull request with one document."""
        return self.scene.open_pull({path: text if text is not None else document()})

    async def read(self, pull: PullRequest, memory: Memory = NOBODY) -> Snapshot:
        """Read the pull request as the engine does."""
        return await self.adapter.read(self.ref(pull), memory)

    async def requests(self, pull: PullRequest, memory: Memory = NOBODY) -> Counter[str]:
        """Read, and return what it took."""
        self.sandbox.log.clear()
        await self.read(pull, memory)
        return self.sandbox.log.counts()

    def invented(self) -> None:
        """Keep answers that the test made up from the comparison with GitHub's descriptions."""
        self.sandbox.log.clear()

    def id(self, login: str) -> int:
        """Return a person's number."""
        return self.scene.person(login).id


def knowing(*paths: str, memory: Memory = NOBODY) -> Memory:
    """Return a memory of documents judged before."""
    return replace(memory, paths=tuple(paths))


def paths_of(snapshot: Snapshot) -> Sequence[str]:
    """Return the paths of the documents."""
    return [change.path for change in snapshot.changes]
