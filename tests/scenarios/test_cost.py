"""What each event costs, in requests to GitHub and in words to the database: exact numbers, the price."""

import asyncio
import time

from bot.store.bulk import DatabaseBulk
from tests.builders import design
from tests.scenarios.stage import PATH, Cost, Stage
from tests.statements import statements, written


async def test_an_opened_pull_request_when_nothing_is_cached(stage: Stage) -> None:
    """One token; snapshot, documents and names; check, requests and comment."""
    stage.scene.open_pull({PATH: design()})
    await stage.run()

    assert stage.count() == Cost(tokens=1, reads=3, writes=3)


async def test_an_opened_pull_request_when_token_and_teams_are_cached(stage: Stage) -> None:
    stage.scene.open_pull({PATH: design()}, branch="first")
    await stage.run()
    stage.count()

    stage.scene.open_pull({"docs/tdd/0008-other.md": design()}, branch="second")
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=2, writes=3)


async def test_a_push_to_the_base_shortly_before_costs_no_second_look(stage: Stage) -> None:
    """It was told of before the pull request was read."""
    stage.scene.person("alice").commit(stage.scene.repository, "main", {PATH: design(), "src/a.py": "a"})
    await stage.run()
    # The database tells this time in seconds.
    await asyncio.sleep(1.01 - time.time() % 1)

    stage.scene.open_pull({PATH: design("Draft")})
    await stage.run()

    assert await DatabaseBulk(stage.database).left() == []


async def test_a_repeated_event_on_an_unchanged_pull_request(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    stage.count()

    stage.scene.person("erin").label(pull, "design")
    stage.scene.person("erin").edit(pull, title="Another title")
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


async def test_a_review(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    stage.count()

    stage.scene.person("bob").approve(pull)
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=2)


async def test_the_review_that_lets_merge_reads_the_teams_once_more(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: design("Approved")})
    await stage.run()
    for login in ("bob", "carol"):
        stage.scene.person(login).approve(pull)
        await stage.run()
    stage.count()

    stage.scene.person("dana").approve(pull)
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=2, writes=2)


async def test_a_pull_request_without_documents(stage: Stage) -> None:
    stage.scene.open_pull({PATH: design()}, branch="first")
    await stage.run()
    stage.count()

    stage.scene.open_pull({"src/shop.py": "print()\n"}, branch="second")
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=1)


async def test_a_comment_without_a_command(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    stage.count()

    stage.scene.person("erin").comment(pull, "Nice.")
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=0)


async def test_a_push_costs_the_documents_it_changed(stage: Stage) -> None:
    """The texts are part of the snapshot, because the paths are known from the run before."""
    pull = stage.scene.open_pull({PATH: design(bodies={"4.2": "TBD"})})
    await stage.run()
    stage.count()

    stage.scene.person("alice").commit(pull.repository, "change", {PATH: design()})
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=2)


async def test_what_a_first_look_says_to_the_database(stage: Stage) -> None:
    """Of the transactions one is the push, one what was read; two settle, four are round what is written."""
    stage.scene.open_pull({PATH: design()}, branch="first")
    await stage.run()
    stage.scene.open_pull({"docs/tdd/0008-other.md": design()}, branch="second")

    with statements() as said, written() as transactions:
        await stage.run()

    assert (len(said), len(transactions)) == (33, 8)


async def test_what_a_look_says_to_the_database_that_finds_nothing_new(stage: Stage) -> None:
    """It writes what pages show, and when."""
    pull = stage.scene.open_pull({PATH: design()})
    await stage.run()
    stage.scene.person("erin").edit(pull, title="Another title")

    with statements() as said, written() as transactions:
        await stage.run()

    assert (len(said), len(transactions)) == (13, 1)
