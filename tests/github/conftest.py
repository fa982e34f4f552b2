"""Fixtures of the adapter's tests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bot.github import GitHubAccess, GitHubAdapter
from bot.sandbox import Sandbox
from tests.github.fakes import Clock, MemoryCache, Script
from tests.github.stage import Stage
from tests.sandbox.plugin import sandbox

__all__ = ["sandbox"]


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    """Return a key made once: making one takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def pem(key: rsa.RSAPrivateKey) -> str:
    """Return the key as an administrator has it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@dataclass
class Scripted:
    """An adapter that talks to a script over HTTP."""

    script: Script
    adapter: GitHubAdapter
    access: GitHubAccess
    session: aiohttp.ClientSession
    clock: Clock
    cache: MemoryCache


@pytest.fixture
async def scripted(pem: str) -> AsyncIterator[Scripted]:
    """Start a scripted GitHub and an adapter for it."""
    script, clock = Script(), Clock()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", script.handle)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        url = str(server.make_url("")).rstrip("/")
        access = GitHubAccess(
            api_url=f"{url}/api/v3", graphql_url=f"{url}/api/graphql", private_key=pem, template="", app_id=7
        )
        cache = MemoryCache(clock)
        adapter = GitHubAdapter(session, access, cache, clock)
        yield Scripted(script, adapter, access, session, clock, cache)


@pytest.fixture
async def stage(sandbox: Sandbox) -> AsyncIterator[Stage]:
    """Return the standard scene, and an adapter for its app that knows who it is.

    Afterwards every request of the adapter is held against GitHub's descriptions, if these are fetched.
    """
    async with aiohttp.ClientSession() as session:
        stage = Stage.of(sandbox, sandbox.seed_acme(), session)
        await stage.adapter.identify()
        sandbox.log.clear()
        yield stage
        assert not sandbox.log.unknown()
