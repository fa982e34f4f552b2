"""What the commands' tests share: a git that knows nothing of this machine."""

import pytest

from bot.cli.house import _house, house_of
from bot.cli.surroundings import around
from bot.cli.templates import _find, schema_at

_GIT = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Alice Example",
    "GIT_AUTHOR_EMAIL": "alice@example.org",
    "GIT_COMMITTER_NAME": "Alice Example",
    "GIT_COMMITTER_EMAIL": "alice@example.org",
}


def forget() -> None:
    """Forget what one run of a command remembers: a test makes several."""
    for remembered in (around, house_of, _house, _find, schema_at):
        remembered.cache_clear()


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep what runs of a command remember out of the caller's home, and out of the next test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the caller's git settings, and a hook that runs these tests, out of them."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    forget()
    for name, value in _GIT.items():
        monkeypatch.setenv(name, value)
