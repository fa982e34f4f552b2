"""The stage on which scenarios are played."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.sandbox.official.descriptions import missing
from tests.sandbox.plugin import faults_of
from tests.scenarios.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """A sandbox that delivers to the bot; at the end its traffic has to be as GitHub's is."""
    async with staged(tmp_path) as made:
        yield made
        assert not made.sandbox.log.unknown()
        faults = [] if made.undescribed or missing() else faults_of(made.sandbox)
    assert not faults, "the sandbox is not as GitHub is"
