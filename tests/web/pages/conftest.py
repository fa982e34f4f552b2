"""A desk with pages, and the sandbox as GitHub behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.pages.stage import Desk, desk_at


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path) as desk:
        yield desk
        # A browser asks every host for its icon.
        assert [one for one in desk.sandbox.log.unknown() if one.path != "/favicon.ico"] == []
