"""The doctor at a sandbox where one thing after another is taken away: it names that one and no other."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli.doctor.examine import of_server
from bot.cli.doctor.facts import ServerFacts
from bot.cli.doctor.needs import EVENTS, PERMISSIONS
from bot.cli.doctor.run import run
from bot.sandbox import RequiredCheck, Sandbox, Scene
from bot.settings import Settings, read_settings
from tests.builders import design
from tests.keys import rsa_pem
from tests.sandbox.plugin import described
from tests.test_manifest import MANIFEST

SECRET = "k2J-9fQx0aLm4VtZ7bNw"


@dataclass
class Ward:
    """A sandbox where all is well, and the doctor before it."""

    sandbox: Sandbox
    scene: Scene
    settings: Settings

    async def told(
        self, repository: str | None = "acme/shop", *, fix: bool = False, **more: str
    ) -> tuple[int, list[Any]]:
        """Return the exit code, and grade and subject of whatever is not fine."""
        settings = read_settings({**environ_of(self), **more})
        out = io.StringIO()
        with redirect_stdout(out):
            code = await asyncio.to_thread(run, settings, repository, as_json=True, fix=fix)
        rows = json.loads(out.getvalue())["diagnoses"]
        bad = [(one["grade"], one["subject"]) for one in rows if one["grade"] in {"warning", "error"}]
        return code, bad


SIGN_IN = {"CLIENT_SECRET": "c" * 40, "SESSION_SECRET": "s" * 32}
"""What the pages need, once there is an address for them."""


def environ_of(ward: Ward) -> dict[str, str]:
    app = ward.scene.app
    return {
        "APP_ID": str(app.id),
        "PRIVATE_KEY": app.private_key,
        "WEBHOOK_SECRET": SECRET,
        "GITHUB_API_URL": ward.sandbox.url,
        "GITHUB_GRAPHQL_URL": ward.sandbox.graphql_url,
        "GITHUB_SERVER_URL": "https://github.com",
        "TDD_BOT_HOME": str(ward.settings.home),
        "PUBLIC_URL": ward.settings.public_url or "",
        "CLIENT_ID": app.client_id,
        **SIGN_IN,
    }


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    async def arrived(_request: web.Request) -> web.Response:
        return web.Response(status=202)

    app = web.Application()
    app.router.add_post("/api/github/webhooks", arrived)
    async with TestServer(app) as server, described() as sandbox:
        scene = sandbox.seed_acme(webhook_url=str(server.make_url("/api/github/webhooks")))
        minimal = {
            "APP_ID": "1",
            "CLIENT_ID": scene.app.client_id,
            "PRIVATE_KEY": scene.app.private_key,
            "WEBHOOK_SECRET": SECRET,
        }
        public = str(server.make_url("")).rstrip("/")
        settings = read_settings({**minimal, **SIGN_IN, "TDD_BOT_HOME": str(tmp_path), "PUBLIC_URL": public})
        scene.open_pull({"docs/tdd/0007-x.md": design()})
        await sandbox.settled()
        yield Ward(sandbox, scene, settings)


def test_it_knows_of_everything_that_the_manifest_asks_for() -> None:
    assert set(PERMISSIONS) == set(MANIFEST["default_permissions"])
    assert set(MANIFEST["default_events"]) <= set(EVENTS)


@pytest.mark.parametrize(
    ("name", "required", "expected"),
    [
        ("tdd-bot", "tdd/review", (0, [])),
        ("staging", "tdd/review (staging)", (0, [("warning", "APP_SLUG")])),
        ("staging", "tdd/review", (1, [("warning", "APP_SLUG"), ("error", "required check")])),
        ("tdd-bot", "tdd/review (staging)", (1, [("error", "required check")])),
    ],
)
async def test_the_name_of_the_check_and_what_is_required_are_compared(
    ward: Ward, name: str, required: str, expected: tuple[int, list[Any]]
) -> None:
    ward.scene.rule.required_checks = [RequiredCheck(required, ward.scene.app.id)]

    assert await ward.told(APP_SLUG=name) == expected


async def test_an_app_that_is_called_otherwise_than_its_check_is_told_so(ward: Ward) -> None:
    ward.scene.app.slug = "acme-designs"
    settings = read_settings(environ_of(ward))
    out = io.StringIO()

    with redirect_stdout(out):
        code = await asyncio.to_thread(run, settings, "acme/shop", as_json=False, fix=False)

    assert code == 0
    assert "– APP_SLUG" in out.getvalue()
    assert "set APP_SLUG=acme-designs" in out.getvalue()


async def test_where_all_is_well_nothing_is_named(ward: Ward) -> None:
    assert await ward.told() == (0, [])


@pytest.mark.parametrize("name", [one for one in MANIFEST["default_permissions"] if one != "metadata"])
@pytest.mark.parametrize("of", ["app", "installation"])
async def test_a_permission_taken_away_is_named(ward: Ward, name: str, of: str) -> None:
    del ward.scene.installation.permissions[name]
    if of == "app":
        del ward.scene.app.permissions[name]

    assert await ward.told() == (1, [("error", f"permission {name}")])


@pytest.mark.parametrize("name", ["checks", "pull_requests"])
async def test_a_permission_that_only_reads_is_too_little(ward: Ward, name: str) -> None:
    ward.scene.installation.permissions[name] = "read"

    assert await ward.told() == (1, [("error", f"permission {name}")])


async def test_a_first_configuration_cannot_be_offered_without_writing(ward: Ward) -> None:
    assert await ward.told(ONBOARDING="true") == (1, [("error", "permission contents")])
    ward.scene.app.permissions["contents"] = ward.scene.installation.permissions["contents"] = "write"
    assert await ward.told(ONBOARDING="true") == (0, [])


@pytest.mark.parametrize("name", MANIFEST["default_events"])
async def test_an_event_taken_away_is_named(ward: Ward, name: str) -> None:
    ward.scene.app.events.remove(name)
    ward.scene.installation.events.remove(name)

    assert await ward.told() == (1, [("error", f"event {name}")])


def _not_required(scene: Scene) -> None:
    scene.rule.required_checks.clear()


def _not_pinned(scene: Scene) -> None:
    scene.rule.required_checks[0] = replace(scene.rule.required_checks[0], integration_id=None)


def _of_another(scene: Scene) -> None:
    scene.rule.required_checks[0] = replace(scene.rule.required_checks[0], integration_id=15368)


def _on_another_branch(scene: Scene) -> None:
    scene.rule.pattern = "release"


def _by_a_protection_rule(scene: Scene) -> None:
    scene.rule.classic = True


def _by_a_protection_rule_from_anybody(scene: Scene) -> None:
    _by_a_protection_rule(scene)
    _not_pinned(scene)


def _suspended(scene: Scene) -> None:
    scene.installation.suspended_at = scene.world.now()


def _elsewhere(scene: Scene) -> None:
    scene.installation.repositories = set()


def _no_webhook(scene: Scene) -> None:
    scene.app.webhook_url = None


def _broken_configuration(scene: Scene) -> None:
    text = {".github/tdd-bot.yml": "reviwers: []\n"}
    scene.person("alice").commit(scene.repository, "main", text, message="Configure")


def _template_without_sections(scene: Scene) -> None:
    text = {"docs/tdd/TEMPLATE.md": "Nothing.\n"}
    scene.person("alice").commit(scene.repository, "main", text, message="Template")


def _template_that_is_not_there(scene: Scene) -> None:
    text = {".github/tdd-bot.yml": "template: rfcs/T.md\n"}
    scene.person("alice").commit(scene.repository, "main", text, message="Configure")


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (_not_required, "required check"),
        (_not_pinned, "pinned check"),
        (_of_another, "pinned check"),
        (_on_another_branch, "required check"),
        (_by_a_protection_rule_from_anybody, "pinned check"),
        (_suspended, "installation"),
        (_elsewhere, "installation"),
        (_no_webhook, "webhook"),
        (_broken_configuration, "configuration"),
        (_template_without_sections, "template"),
        (_template_that_is_not_there, "template"),
    ],
)
async def test_what_is_wrong_is_named(ward: Ward, broken: Callable[[Scene], None], named: str) -> None:
    broken(ward.scene)
    await ward.sandbox.settled()

    assert await ward.told() == (1, [("error", named)])


async def test_a_branch_protection_rule_is_as_good_as_a_ruleset(ward: Ward) -> None:
    _by_a_protection_rule(ward.scene)

    assert await ward.told() == (0, [])


async def _refusing(ward: Ward) -> None:
    ward.scene.app.webhook_url = "http://127.0.0.1:9/"
    ward.scene.person("bob").comment(next(iter(ward.scene.repository.pulls.values())), "Hello")
    await ward.sandbox.settled()


async def test_webhooks_that_did_not_arrive_are_counted_and_asked_for_again(ward: Ward) -> None:
    await _refusing(ward)

    assert await ward.told() == (1, [("error", "webhook"), ("warning", "deliveries")])
    code, _ = await ward.told(fix=True)
    await ward.sandbox.settled()
    assert code == 0
    assert ward.scene.app.webhook_url == f"{ward.settings.public_url}/api/github/webhooks"
    assert await ward.told() == (0, [])


async def test_a_key_that_github_does_not_know_is_named(ward: Ward) -> None:
    ward.scene.app.public_key = ward.sandbox.world.add_app(
        ward.scene.organization, "other", permissions={}
    ).public_key
    ward.scene.world.apps.pop(ward.scene.app.id)

    assert await ward.told() == (1, [("error", "app")])


def _server(settings: Settings) -> ServerFacts:
    return ServerFacts(settings, {}, (), "", timedelta())


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"drift": timedelta(seconds=30)}, [("WARNING", "clock")]),
        ({"drift": timedelta(seconds=-70)}, [("ERROR", "clock")]),
        ({"drift": timedelta(seconds=5)}, []),
        ({"database": "It does not answer."}, [("ERROR", "DATABASE_URL")]),
    ],
)
def test_the_servers_own_side_is_judged(
    ward_settings: Settings, changed: dict[str, Any], named: list[Any]
) -> None:
    found = of_server(replace(_server(ward_settings), **changed))

    assert [(one.grade.name, one.subject) for one in found if one.grade.name in {"WARNING", "ERROR"}] == named


@pytest.mark.parametrize("secret", ["short", "aaaaaaaaaaaaaaaaaaaaaaaa", f"{SECRET},secret"])
def test_a_weak_secret_is_named_and_not_shown(ward_settings: Settings, secret: str) -> None:
    settings = replace(ward_settings, webhook_secrets=tuple(secret.split(",")))

    (first, *_) = of_server(_server(settings))

    assert (first.grade.name, first.subject) == ("WARNING", "WEBHOOK_SECRET")
    assert all(one not in first.message + first.remedy for one in settings.webhook_secrets if len(one) > 6)


@pytest.fixture
def ward_settings(tmp_path: Path) -> Settings:
    minimal = {"APP_ID": "1", "PRIVATE_KEY": rsa_pem(), "WEBHOOK_SECRET": SECRET}
    return read_settings({**minimal, "TDD_BOT_HOME": str(tmp_path)})


def test_a_github_that_does_not_answer_ends_with_two(
    ward_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(ward_settings, api_url="http://127.0.0.1:9")

    assert run(settings, None, as_json=False, fix=False) == 2
    assert "tdd-bot: " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["shop", "acme/", "/shop", "a/b/c", ""])
def test_what_is_no_repository_is_told(
    ward_settings: Settings, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert run(ward_settings, name, as_json=False, fix=False) == 2
    assert "is not OWNER/REPO" in capsys.readouterr().err


async def test_people_read_it_line_by_line(ward: Ward, capsys: pytest.CaptureFixture[str]) -> None:
    _not_pinned(ward.scene)
    settings = read_settings(environ_of(ward))

    code = await asyncio.to_thread(run, settings, "acme/shop", as_json=False, fix=False)

    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert any(one.startswith("✘ pinned check") and "a workflow could report it" in one for one in lines)
    assert any("set the source of tdd/review to tdd-bot" in one for one in lines)
    assert lines[-1] == "1 to mend, 0 to look at."
