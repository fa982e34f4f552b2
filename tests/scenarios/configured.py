"""Configurations put where the bot reads them, and what a check says then."""

from typing import Final

from bot.sandbox import Role
from tests.scenarios.deeds import Play
from tests.scenarios.stage import Stage

FILE: Final = ".github/tdd-bot.yml"


def configure(stage: Stage, text: str, **files: str) -> None:
    """Commit a configuration to the default branch."""
    changes: dict[str, str] = {FILE: text, **files}
    stage.scene.person("erin").commit(stage.scene.repository, "main", changes)


async def said(stage: Stage, play: Play) -> tuple[str | None, str | None]:
    """Let the bot deal with what happened; return the check's conclusion and title."""
    await stage.run()
    run = stage.check(play.it)
    return (run.conclusion.value if run.conclusion else None), run.title


def organise(stage: Stage, text: str, **files: str) -> None:
    """Give the organisation a configuration."""
    world, erin = stage.scene.world, stage.scene.person("erin")
    shared = world.add_repository(stage.scene.organization, ".github")
    shared.collaborators[erin.id] = Role.ADMIN
    changes: dict[str, str] = {FILE: text, **files}
    erin.commit(shared, "main", changes)
