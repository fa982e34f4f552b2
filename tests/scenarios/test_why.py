"""``explain`` and ``simulate`` as people start them, on pull requests of the stage: they only read."""

import asyncio
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox import Access
from tests.builders import design
from tests.scenarios.deeds import APPROVED, DESIGN, Play, approves, comments, objects, opens, pushes
from tests.scenarios.stage import Stage

ROOT = Path(__file__).parents[2]
PULL = "acme/shop#1"


@dataclass(frozen=True)
class Said:
    """What a command printed."""

    code: int
    out: str
    err: str


async def say(stage: Stage, folder: Path, *arguments: str, **environ: str) -> Said:
    """Start ``tdd-bot`` with the credentials of the app, beside the database of the stage."""
    given = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "APP_ID": str(stage.scene.app.id),
        "PRIVATE_KEY": stage.scene.app.private_key,
        "GITHUB_API_URL": stage.sandbox.url,
        "GITHUB_GRAPHQL_URL": stage.sandbox.graphql_url,
        "TDD_BOT_HOME": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'bot.sqlite'}",
        **environ,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments), cwd=folder, env=given, stdout=PIPE, stderr=PIPE
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())


def writes(stage: Stage) -> list[str]:
    """Return what was written to GitHub since the last count; a token is not."""
    seen = stage.requests()[stage.mark :]
    return [
        f"{one.method} {one.path}" for one in seen if one.access is Access.WRITE and "tokens" not in one.path
    ]


@pytest.fixture
def play(stage: Stage) -> Play:
    return Play(stage)


async def test_the_tree_tells_each_seat_its_origin_its_signature_and_why_it_is_stale(
    play: Play, tmp_path: Path
) -> None:
    opens(DESIGN)(play)
    approves("bob")(play)
    objects("carol")(play)
    comments("mallory", "/tdd approve")(play)
    await play.stage.run()
    signed = play.it.head_sha[:7]
    pushes(design(bodies={"4.2": "Tokens are kept for thirty days."}))(play)
    await play.stage.run()
    play.stage.count()

    said = await say(play.stage, tmp_path, "explain", PULL)

    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("✘ acme/shop#1 is blocked\n")
    for line in (
        "● seat acme/eng-lead: to sign again",
        "required by: header",
        f"bob signed on {signed} at ",
        "changed since: 4.2 Security & Privacy",
        "✘ seat acme/infrastructure: objects",
        "GitHub shows it: nothing is left to write.",
    ):
        assert line in said.out
    assert writes(play.stage) == []
    # Where it is (2), a token, who the app is, then as a server without a cache: snapshot, names, history.
    assert len(play.stage.requests()) - play.stage.mark == 7


async def test_it_says_what_the_server_says(play: Play, tmp_path: Path) -> None:
    opens(APPROVED)(play)
    approves("bob")(play)
    comments("dana", "/tdd hold the freeze")(play)
    await play.stage.run()

    said = await say(play.stage, tmp_path, "explain", PULL)

    assert (play.stage.check(play.it).title or "no title") in said.out
    assert said.out.splitlines()[-1] == "GitHub shows it: nothing is left to write."


async def test_what_the_bot_has_not_done_yet_is_said_and_left_to_it(play: Play, tmp_path: Path) -> None:
    opens(DESIGN)(play)

    said = await say(play.stage, tmp_path, "explain", PULL)

    assert "Left for the bot to do: write the check (action_required); ask acme/eng-lead, " in said.out
    assert writes(play.stage) == []
    assert play.it.comments == []


async def test_without_a_servers_database_it_decides_from_github_alone_and_makes_none(
    play: Play, tmp_path: Path
) -> None:
    opens(APPROVED)(play)
    approves("bob")(play)
    await play.stage.run()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    said = await say(play.stage, elsewhere, "explain", f"https://github.com/{PULL.replace('#', '/pull/')}")

    assert said.code == 0
    assert "decided from GitHub alone" in said.err
    assert "Waiting for acme/security-team and acme/infrastructure" in said.out
    assert list(elsewhere.iterdir()) == []


async def test_a_recording_is_decided_on_again_offline_and_byte_for_byte_alike(
    play: Play, tmp_path: Path
) -> None:
    opens(DESIGN.replace("(@alice)", "(@alice) <alice@shop.example>"))(play)
    approves("bob")(play)
    comments("dana", "/tdd concern keys Ask security@shop.example who rotates them.")(play)
    await play.stage.run()
    file = tmp_path / "seven.json"

    first = await say(play.stage, tmp_path, "explain", PULL, "--record", str(file))
    asked = len(play.stage.requests())
    again = await say(play.stage, tmp_path, "explain", "--replay", str(file), APP_ID="", PRIVATE_KEY="")

    assert (first.code, again.code) == (0, 0)
    assert again.out == first.out
    assert len(play.stage.requests()) == asked
    kept = file.read_text("utf-8")
    assert "@shop.example" not in kept
    assert not any(token in kept for token in play.stage.sandbox.gatekeeper.tokens)
    assert play.stage.scene.app.private_key[40:80] not in kept
    assert file.stat().st_mode & 0o077 == 0


async def test_another_configuration_is_read_with_the_names_that_it_brings(
    play: Play, tmp_path: Path
) -> None:
    opens(design("Approved", "@eng-lead"))(play)
    approves("bob")(play)
    await play.stage.run()
    play.stage.count()
    (tmp_path / "strict.yml").write_text("reviewers: ['@acme/security-team']\n")

    said = await say(play.stage, tmp_path, "simulate", PULL, "--config", "strict.yml")

    assert said.code == 0
    assert said.out.splitlines()[:2] == [
        "Now:  through: Approved and signed by bob",
        "Then: waiting: Waiting for acme/security-team",
    ]
    assert "required by: configuration" in said.out
    assert writes(play.stage) == []
    assert play.stage.check(play.it).title == "Approved and signed by bob"


@pytest.mark.parametrize(
    ("wishes", "then"),
    [
        (("approve:dana", "approve:carol"), "through: Approved and signed by bob, dana and carol"),
        (("approve:acme/security-team",), "waiting: Waiting for acme/infrastructure"),
        (("ignore:bob",), "waiting: Waiting for acme/eng-lead and 2 more"),
        (("object:carol",), "blocked: carol of acme/infrastructure asked for changes"),
    ],
)
async def test_what_if_people_had_said_something_else(
    play: Play, tmp_path: Path, wishes: tuple[str, ...], then: str
) -> None:
    opens(APPROVED)(play)
    approves("bob")(play)
    await play.stage.run()
    play.stage.count()
    flags = [part for one in wishes for part in ("--as-if", one)]

    said = await say(play.stage, tmp_path, "simulate", PULL, *flags)

    assert said.out.splitlines()[:2] == [
        "Now:  waiting: Waiting for acme/security-team and acme/infrastructure",
        f"Then: {then}",
    ]
    assert writes(play.stage) == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("explain", "acme/shop#99"), "GitHub shows this app no acme/shop#99; is it installed there"),
        (("explain", "acme/nothing#1"), "GitHub shows this app no acme/nothing#1; is it installed there"),
        (("simulate", PULL, "--as-if", "approve:nobody"), "nobody has nothing to do with this pull request"),
    ],
)
async def test_what_github_does_not_show_is_named(
    play: Play, tmp_path: Path, arguments: tuple[str, ...], complaint: str
) -> None:
    opens(DESIGN)(play)

    said = await say(play.stage, tmp_path, *arguments)

    assert (said.code, said.out) == (2, "")
    assert complaint in said.err
    assert "Traceback" not in said.err


async def test_a_database_of_another_release_is_not_touched(play: Play, tmp_path: Path) -> None:
    opens(DESIGN)(play)
    there = tmp_path / "other.sqlite"
    with sqlite3.connect(there) as connection:
        connection.executescript(
            "CREATE TABLE schema_step (number INTEGER); INSERT INTO schema_step VALUES (99)"
        )
    connection.close()

    said = await say(play.stage, tmp_path, "explain", PULL, DATABASE_URL=f"sqlite:///{there}")

    assert said.code == 2
    assert "The database has shape 99" in said.err
