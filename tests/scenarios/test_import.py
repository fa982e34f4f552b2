"""Documents brought in from elsewhere: what they are spared, and what they are not."""

import pytest

from bot.sandbox import Role
from tests.builders import design
from tests.scenarios.configured import configure, said
from tests.scenarios.deeds import Play, approves, comments, objects, opens, pushes
from tests.scenarios.stage import PATH, Stage

LEGACY = "docs/design/legacy/0001-old.md"
GAPS = ("4.2", "7")
HERE = "import: ['docs/design/legacy/**']\n"
WAITS = "Brought in from elsewhere as {}: waiting for anyone with write access"


@pytest.fixture
def play(stage: Stage) -> Play:
    """The standard scene with a writer who holds no seat, and a folder for imports."""
    world = stage.scene.world
    world.add_member(stage.scene.organization, world.add_user("wendy"))
    stage.scene.repository.collaborators[world.user("wendy").id] = Role.WRITE
    configure(stage, HERE)
    return Play(stage)


@pytest.mark.parametrize("status", ["Draft", "In-Review", "Approved", "Superseded"])
async def test_it_enters_with_its_status_once_somebody_here_agrees(play: Play, status: str) -> None:
    opens(design(status, without=GAPS), path=LEGACY)(play)
    assert await said(play.stage, play) == ("action_required", WAITS.format(status))
    assert play.stage.asked(play.it) == set()

    approves("wendy")(play)
    title = f"Brought in from elsewhere as {status} and signed by wendy"
    assert await said(play.stage, play) == ("success", title)


async def test_its_author_cannot_agree_alone(play: Play) -> None:
    opens(design("Approved", without=GAPS), path=LEGACY)(play)
    approves("mallory")(play)
    comments("alice", "/tdd approve")(play)

    assert await said(play.stage, play) == ("action_required", WAITS.format("Approved"))


async def test_somebody_who_objects_stops_it(play: Play) -> None:
    opens(design("Approved", without=GAPS), path=LEGACY)(play)
    objects("bob")(play)

    conclusion, title = await said(play.stage, play)
    assert (conclusion, title) == ("failure", "bob asked for changes")


async def test_whoever_must_sign_every_document_signs_this_one(play: Play) -> None:
    configure(play.stage, HERE + "reviewers: ['@acme/security-team']\n")
    opens(design("Approved", without=GAPS), path=LEGACY)(play)

    assert await said(play.stage, play) == (
        "action_required",
        "Brought in from elsewhere as Approved: waiting for acme/security-team",
    )
    assert play.stage.asked(play.it) == {"security-team"}


async def test_what_is_here_already_is_edited_like_any_other(play: Play) -> None:
    scene = play.stage.scene
    scene.person("erin").commit(scene.repository, "main", {LEGACY: design("Approved")})
    opens(design("Approved", bodies={"1": "Otherwise."}), path=LEGACY)(play)

    assert await said(play.stage, play) == ("action_required", "Waiting for acme/eng-lead and 2 more")


async def test_a_design_that_is_moved_there_is_no_import(play: Play) -> None:
    scene = play.stage.scene
    scene.person("erin").commit(scene.repository, "main", {PATH: design("Approved")})
    play.pull = scene.open_pull({PATH: None, LEGACY: design("Approved", bodies={"1": "Otherwise."})})

    conclusion, title = await said(play.stage, play)
    assert (conclusion, title) == ("action_required", "Waiting for acme/eng-lead and 2 more")


async def test_who_was_asked_before_it_was_moved_there_still_signs(play: Play) -> None:
    opens(design("Approved"))(play)
    await play.stage.run()
    assert play.stage.asked(play.it) == {"eng-lead", "security-team", "infrastructure"}

    pushes(None)(play)
    scene = play.stage.scene
    scene.person("alice").commit(scene.repository, "change", {LEGACY: design("Approved", without=GAPS)})
    conclusion, title = await said(play.stage, play)
    assert conclusion == "action_required"
    assert title == "Brought in from elsewhere as Approved: waiting for acme/eng-lead and 2 more"


async def test_a_pull_request_does_not_make_itself_an_import(stage: Stage) -> None:
    play = Play(stage)
    play.pull = stage.scene.open_pull({".github/tdd-bot.yml": HERE, LEGACY: design("Approved", without=GAPS)})

    conclusion, title = await said(stage, play)
    assert (conclusion, title) == ("failure", "2 sections to write before approval")


async def test_an_unknown_status_stops_it_like_any_other(play: Play) -> None:
    opens(design("Enacted", without=GAPS), path=LEGACY)(play)

    conclusion, title = await said(play.stage, play)
    assert conclusion == "failure"
    assert "Status “Enacted” is not one of" in (title or "")
