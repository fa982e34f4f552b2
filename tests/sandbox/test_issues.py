"""Issues, as far as an app keeps one."""

import pytest

from bot.sandbox import Scene
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client


async def test_an_app_opens_and_rewrites_an_issue_that_is_listed_by_its_creator(
    scene: Scene, client: Client
) -> None:
    scene.installation.permissions["issues"] = "write"
    pull = scene.open_pull({"a.md": "x"})
    app = client("app").rest.issues

    made = (await app.async_create("acme", "shop", title="Designs that wait", body="One")).parsed_data
    changed = (await app.async_update("acme", "shop", made.number, body="Two", state="closed")).parsed_data

    assert made.number == pull.number + 1
    assert (made.user.login, made.state, made.body) == ("tdd-bot[bot]", "open", "One")
    assert (changed.state, changed.body, changed.title) == ("closed", "Two", "Designs that wait")
    assert changed.closed_at is not None
    listed = (await app.async_list_for_repo("acme", "shop", creator="tdd-bot[bot]", state="all")).parsed_data
    assert [one.number for one in listed] == [made.number]
    everything = (await app.async_list_for_repo("acme", "shop")).parsed_data
    assert [(one.number, bool(one.pull_request)) for one in everything] == [(pull.number, True)]


async def test_reading_issues_is_not_enough_to_write_one(scene: Scene, client: Client) -> None:
    assert scene.installation.permissions["issues"] == "read"

    with pytest.raises(RequestFailed) as refused:
        await client("app").rest.issues.async_create("acme", "shop", title="No")
    assert refused.value.response.status_code == 403


async def test_a_number_that_is_no_issue_is_not_found(scene: Scene, client: Client) -> None:
    scene.installation.permissions["issues"] = "write"

    with pytest.raises(RequestFailed) as refused:
        await client("app").rest.issues.async_update("acme", "shop", 99, body="No")
    assert refused.value.response.status_code == 404
