"""Designs that no pull request has brought are listed too: read from the default branches, for little."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.engine.discovery import Discovery
from bot.engine.schedule import Turn
from bot.engine.shelving import Shelving
from bot.ports import Design, OutsideError, Wanted
from bot.sandbox import Failure, Repository
from bot.sandbox.acts.branches import Content
from bot.sandbox.acts.installing import set_suspended
from bot.store.catalogue import DatabaseCatalogue
from bot.store.holdings import DatabaseHoldings
from bot.store.records import DatabaseRecords
from tests.builders import design
from tests.engine.chores import OneChore
from tests.scenarios.stage import PATH, Cost, Stage

OLD = "docs/tdd/0001-old.md"


async def _nothing() -> None:
    """Nobody is to be hastened."""


@dataclass
class Librarian:
    """The chore over a stage, and the list that it fills."""

    stage: Stage
    chores: OneChore = field(default_factory=OneChore)
    most: int = 500

    async def discover(self) -> None:
        """Learn which repositories there are."""
        holdings = DatabaseHoldings(self.stage.database)
        await Discovery(self.stage.adapter.estate, holdings, _nothing)(self._turn())

    async def look(self) -> Cost:
        """Do one turn; return what it took of GitHub."""
        self.stage.count()
        catalogue = DatabaseCatalogue(self.stage.database, self.now)
        await Shelving(self.stage.adapter.shelves, catalogue, self.most)(self._turn())
        return self.stage.count()

    def now(self) -> float:
        """Return GitHub's time."""
        return self.stage.clock.present.timestamp()

    async def listed(self, *places: Repository, **wanted: str) -> list[Design]:
        """Return the list, as somebody sees it who may read these repositories."""
        ids = [one.id for one in places or (self.stage.scene.repository,)]
        records = DatabaseRecords(self.stage.database)
        found = await records.designs(ids, Wanted(**wanted), 0, 50, self.stage.clock.present)
        return list(found.designs)

    def push(self, files: Mapping[str, Content], repository: Repository | None = None) -> None:
        """Commit right to the default branch, as an admin may."""
        place = repository or self.stage.scene.repository
        self.stage.scene.person("erin").commit(place, place.default_branch, files)

    def _turn(self) -> Turn:
        return Turn(self.chores, "chore", "here", self.chores.cursor)


@pytest.fixture
async def librarian(stage: Stage) -> Librarian:
    made = Librarian(stage)
    made.push({OLD: design("Approved"), "docs/tdd/README.md": "# Index", "src/app.md": "# Not a design"})
    await made.discover()
    return made


async def test_a_design_that_was_there_before_the_app_is_listed(librarian: Librarian) -> None:
    cost = await librarian.look()

    (one,) = await librarian.listed()
    assert (one.path, one.title, one.status, one.author) == (
        OLD,
        "TDD: Price cache",
        "Approved",
        "alice",
    )
    assert (one.number, one.merged) == (0, datetime(2026, 11, 20, tzinfo=UTC))
    # The tips, what it is judged by, its tree, its one design.
    assert cost == Cost(tokens=0, reads=4, writes=0)
    assert librarian.chores.note == "1 repository looked at, 1 of them read"


@pytest.mark.parametrize("cursor", ["x/1", "1/x", "1/2/3", "9" * 30 + "/1", "{}"])
async def test_a_turn_with_a_cursor_of_another_form_begins_at_the_start(
    librarian: Librarian, cursor: str
) -> None:
    librarian.chores.cursor = cursor

    await librarian.look()

    assert [one.path for one in await librarian.listed()] == [OLD]
    assert librarian.chores.cursor == ""


async def test_where_nothing_has_moved_a_hundred_repositories_are_one_request(librarian: Librarian) -> None:
    for number in range(98):
        librarian.stage.scene.world.add_repository(librarian.stage.scene.organization, f"r{number}")
    await librarian.discover()
    await librarian.look()

    assert await librarian.look() == Cost(tokens=0, reads=1, writes=0)


async def test_only_what_has_changed_is_read_forty_at_once(librarian: Librarian) -> None:
    librarian.push({f"docs/tdd/{number:04}-x.md": design("Draft") for number in range(2, 80)})
    assert await librarian.look() == Cost(tokens=0, reads=5, writes=0)

    librarian.push({"docs/tdd/0009-x.md": design("Superseded")})

    assert await librarian.look() == Cost(tokens=0, reads=4, writes=0)
    assert [one.path for one in await librarian.listed(status="Superseded")] == ["docs/tdd/0009-x.md"]
    assert len(await librarian.listed(status="Draft")) == 50


async def test_a_design_that_is_deleted_or_moved_leaves_its_place(librarian: Librarian) -> None:
    librarian.push({"docs/tdd/0002-x.md": design("Draft")})
    await librarian.look()

    librarian.push({OLD: None, "docs/tdd/0002-x.md": None, "docs/tdd/0002-y.md": design("Draft")})
    await librarian.look()

    assert [one.path for one in await librarian.listed()] == ["docs/tdd/0002-y.md"]


async def test_what_a_pull_request_brings_takes_its_place_and_follows_the_branch(
    librarian: Librarian,
) -> None:
    stage = librarian.stage
    await librarian.look()
    pull = stage.scene.open_pull({OLD: design("Approved", bodies={"1": "Other words."})}, branch="edit")
    new = stage.scene.open_pull({PATH: design("Approved")}, branch="new")
    await stage.run()
    for login in ("bob", "carol", "dana"):
        stage.scene.person(login).approve(pull)
        stage.scene.person(login).approve(new)
    await stage.run()
    stage.scene.person("alice").merge(pull)
    stage.scene.person("alice").merge(new)
    await stage.run()
    assert {(one.number, one.path) for one in await librarian.listed()} == {
        (pull.number, OLD),
        (new.number, PATH),
    }

    librarian.push({PATH: design("Superseded")})
    await librarian.look()

    found = {one.path: one for one in await librarian.listed()}
    assert {path: (one.number, one.status) for path, one in found.items()} == {
        OLD: (pull.number, "Approved"),
        PATH: (new.number, "Superseded"),
    }
    # Known by now: read again once they change.
    librarian.push({"src/main.py": "x = 1"})
    assert await librarian.look() == Cost(tokens=0, reads=3, writes=0)

    librarian.push({PATH: None})
    await librarian.look()
    assert [one.path for one in await librarian.listed()] == [OLD]


async def test_designs_are_found_and_read_as_the_repository_says(librarian: Librarian) -> None:
    librarian.push(
        {
            ".github/tdd-bot.yml": "paths: [rfcs/*.md]\ntemplate: rfcs/template.md\n",
            "rfcs/template.md": "# RFC\n\n**Status:** [Idea / Taken]\n\n## Why\n\n[why]\n",
            "rfcs/1.md": "# RFC: One\n\n**Status:** Taken\n\n## Why\n\nBecause.\n",
        }
    )

    await librarian.look()

    assert [(one.path, one.title, one.status) for one in await librarian.listed()] == [
        ("rfcs/1.md", "RFC: One", "Taken")
    ]
    librarian.push({"rfcs/template.md": "# RFC\n\n**Status:** [Idea / Done]\n\n## Why\n\n[why]\n"})
    await librarian.look()
    assert [one.status for one in await librarian.listed()] == [""]


async def test_what_is_no_text_or_too_large_is_left_out_and_told(librarian: Librarian) -> None:
    librarian.push(
        {
            "docs/tdd/0002-large.md": "x" * 300_000,
            "docs/tdd/0003-binary.md": b"\xff\xfe\x00",
            "docs/tdd/0004-blocks.md": "* x\n\n" * 11_000,
            "docs/tdd/0005-<script>alert(1).md": "# <script>alert(1)</script>\n",
        }
    )

    await librarian.look()

    assert {one.path for one in await librarian.listed()} == {OLD, "docs/tdd/0005-<script>alert(1).md"}
    assert librarian.chores.note.endswith("3 files left out")


async def test_a_turn_reads_so_many_and_the_next_goes_on_there(librarian: Librarian) -> None:
    scene = librarian.stage.scene
    others = [scene.world.add_repository(scene.organization, f"r{number}") for number in range(4)]
    for one in others:
        librarian.push({OLD: design("Draft")}, one)
    await librarian.discover()
    librarian.most = 2
    seen = []
    for _ in range(3):
        await librarian.look()
        seen.append(len(await librarian.listed(scene.repository, *others)))

    assert seen == [2, 4, 5]
    assert librarian.chores.cursor == ""


async def test_one_that_fails_keeps_nobody_from_the_list_and_is_read_later(librarian: Librarian) -> None:
    scene = librarian.stage.scene
    other = scene.world.add_repository(scene.organization, "other")
    librarian.push({OLD: design("Draft")}, other)
    await librarian.discover()
    librarian.stage.sandbox.faults.fail_next(Failure(status=502, path="/repos/acme/shop/git/trees"))

    await librarian.look()
    assert [one.place.name for one in await librarian.listed(scene.repository, other)] == ["other"]

    await librarian.look()
    assert len(await librarian.listed(scene.repository, other)) == 2


async def test_while_github_is_down_a_turn_ends_and_what_was_kept_stays(librarian: Librarian) -> None:
    await librarian.look()
    scene = librarian.stage.scene
    for number in range(3):
        other = scene.world.add_repository(scene.organization, f"r{number}")
        librarian.push({OLD: design("Draft")}, other)
    await librarian.discover()
    librarian.stage.sandbox.faults.fail_next(*[Failure(status=502, path="git/trees")] * 3)

    with pytest.raises(OutsideError):
        await librarian.look()

    assert len(await librarian.listed()) == 1


async def test_a_tree_that_is_cut_takes_nothing_from_the_list(librarian: Librarian) -> None:
    await librarian.look()
    librarian.push({"src/main.py": "x = 1"})
    cut = {"sha": "1" * 40, "url": "https://x", "tree": [], "truncated": True}
    librarian.stage.sandbox.faults.fail_next(Failure(status=200, path="git/trees", body=cut))

    await librarian.look()

    assert [one.path for one in await librarian.listed()] == [OLD]


async def test_a_suspended_installation_is_left_alone(librarian: Librarian) -> None:
    scene = librarian.stage.scene
    set_suspended(scene.world, scene.installation, scene.person("erin").account, suspended=True)
    await librarian.discover()

    assert (await librarian.look()).reads == 0
    assert await librarian.listed() == []
