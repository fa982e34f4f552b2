"""Files by path, git objects, refs and comparisons."""

import base64

import aiohttp
import pytest

from bot.sandbox import SUBMODULE, SYMLINK, Entry, Sandbox, Scene
from tests.sandbox.clients import RequestFailed
from tests.sandbox.conftest import Client

RAW = "application/vnd.github.raw+json"


async def fetch(
    sandbox: Sandbox, path: str, accept: str = "application/vnd.github+json"
) -> tuple[int, bytes]:
    """Make a bare request as bob."""
    headers = {"Authorization": "token user-bob", "Accept": accept}
    async with aiohttp.request("GET", f"{sandbox.url}/repos/acme/shop{path}", headers=headers) as response:
        return response.status, await response.read()


async def test_a_file_comes_as_an_object_and_raw(sandbox: Sandbox, scene: Scene, client: Client) -> None:
    shown = await client("bob").rest.repos.async_get_content("acme", "shop", "README.md")
    assert base64.b64decode(shown.parsed_data.content) == b"# shop\n"
    assert await fetch(sandbox, "/contents/README.md", RAW) == (
        200,
        b"# shop\n",
    )
    assert scene.repository.default_branch == "main"


async def test_a_name_with_reserved_characters_is_found(sandbox: Sandbox, scene: Scene) -> None:
    scene.person("erin").commit(scene.repository, "main", {"docs/tdd/a b#1?{x}.md": "odd"})
    path = "/contents/docs%2Ftdd%2Fa%20b%231%3F%7Bx%7D.md"
    assert await fetch(sandbox, path, RAW) == (200, b"odd")


async def test_a_directory_is_listed(scene: Scene, client: Client) -> None:
    link = Entry(SYMLINK, scene.repository.git.add_blob(b"nowhere"))
    scene.person("erin").commit(
        scene.repository,
        "main",
        {"d/a.md": "a", "d/sub/b.md": "b", "d/link": link, "d/mod": Entry(SUBMODULE, "1" * 40)},
    )
    shown = await client("bob").rest.repos.async_get_content("acme", "shop", "d")
    kinds = {row.name: row.type for row in shown.parsed_data}
    assert kinds == {"a.md": "file", "link": "symlink", "mod": "file", "sub": "dir"}


async def test_a_symlink_answers_with_its_target_and_a_submodule_with_its_place(
    scene: Scene, client: Client
) -> None:
    link = Entry(SYMLINK, scene.repository.git.add_blob(b"../README.md"))
    dangling = Entry(SYMLINK, scene.repository.git.add_blob(b"../../etc/passwd"))
    scene.person("erin").commit(
        scene.repository,
        "main",
        {"d/link.md": link, "d/out.md": dangling, "mod": Entry(SUBMODULE, "1" * 40)},
    )
    bob = client("bob")
    followed = await bob.rest.repos.async_get_content("acme", "shop", "d/link.md")
    assert base64.b64decode(followed.parsed_data.content) == b"# shop\n"
    out = await bob.rest.repos.async_get_content("acme", "shop", "d/out.md")
    assert (out.parsed_data.type, out.parsed_data.target) == ("symlink", "../../etc/passwd")
    module = await bob.rest.repos.async_get_content("acme", "shop", "mod")
    assert module.parsed_data.type == "submodule"


async def test_a_file_over_a_megabyte_comes_raw_only(sandbox: Sandbox, scene: Scene) -> None:
    scene.person("erin").commit(scene.repository, "main", {"big.md": "x" * (1024**2 + 1)})
    assert (await fetch(sandbox, "/contents/big.md"))[0] == 403
    status, body = await fetch(sandbox, "/contents/big.md", "application/vnd.github.object+json")
    assert status == 200
    assert b'"encoding": "none"' in body
    status, body = await fetch(sandbox, "/contents/big.md", RAW)
    assert (status, len(body)) == (200, 1024**2 + 1)


async def test_a_file_is_written_in_a_commit_that_pull_requests_see(scene: Scene, client: Client) -> None:
    scene.installation.permissions["contents"] = "write"
    pull = scene.open_pull({"docs/tdd/0001-x.md": "Status: Draft\n"})
    entry = scene.repository.git.entry(pull.head_sha, "docs/tdd/0001-x.md")
    assert entry is not None
    content = base64.b64encode(b"Status: In-Review\n").decode()
    made = await client("app").rest.repos.async_create_or_update_file_contents(
        "acme",
        "shop",
        "docs/tdd/0001-x.md",
        message="Set Status to In-Review",
        content=content,
        sha=entry.oid,
        branch="change",
    )
    assert made.status_code == 200
    assert pull.head_sha == made.parsed_data.commit.sha
    commit = scene.repository.git.commits[pull.head_sha]
    assert commit.author.account is scene.app.bot
    assert commit.committer.account is scene.world.web_flow


@pytest.mark.parametrize(("sha", "status"), [("0" * 40, 409), (None, 422)])
async def test_a_write_must_know_what_it_replaces(
    scene: Scene, client: Client, sha: str | None, status: int
) -> None:
    body = {"message": "x", "content": "eA=="} | ({"sha": sha} if sha else {})
    tip = scene.repository.branches["main"]
    with pytest.raises(RequestFailed) as refusal:
        await client("erin").arequest("PUT", "/repos/acme/shop/contents/README.md", json=body)
    assert refusal.value.response.status_code == status
    assert scene.repository.branches["main"] == tip


async def test_the_app_cannot_write_with_contents_read(scene: Scene, client: Client) -> None:
    with pytest.raises(RequestFailed) as refusal:
        await client("app").rest.repos.async_create_or_update_file_contents(
            "acme", "shop", "new.md", message="x", content="eA=="
        )
    assert refusal.value.response.headers["X-Accepted-GitHub-Permissions"] == "contents=write"
    assert "new.md" not in scene.repository.git.files(scene.repository.branches["main"])


async def test_a_commit_can_be_built_from_its_parts(scene: Scene, client: Client) -> None:
    git, tip = client("erin").rest.git, scene.repository.branches["main"]
    blob = await git.async_create_blob("acme", "shop", content="hello\n")
    base = await git.async_get_commit("acme", "shop", tip)
    tree = await git.async_create_tree(
        "acme",
        "shop",
        base_tree=base.parsed_data.tree.sha,
        tree=[{"path": "docs/hello.md", "mode": "100644", "type": "blob", "sha": blob.parsed_data.sha}],
    )
    commit = await git.async_create_commit(
        "acme", "shop", message="Say hello", tree=tree.parsed_data.sha, parents=[tip]
    )
    ref = await git.async_create_ref("acme", "shop", ref="refs/heads/hello", sha=commit.parsed_data.sha)
    assert ref.parsed_data.object_.sha == scene.repository.branches["hello"]
    whole = await git.async_get_tree("acme", "shop", "hello", recursive="1")
    assert [row.path for row in whole.parsed_data.tree] == ["README.md", "docs", "docs/hello.md"]


async def test_object_names_are_gits_own(scene: Scene) -> None:
    assert scene.repository.git.add_blob(b"hello\n") == "ce013625030ba8dba906f756967f9e9ca394464a"
    assert scene.repository.git.add_tree({}) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


async def test_a_branch_moves_sideways_only_by_force(scene: Scene, client: Client) -> None:
    pull = scene.open_pull({"a.md": "a"})
    main = scene.repository.branches["main"]
    git = client("erin").rest.git
    with pytest.raises(RequestFailed) as refusal:
        await git.async_update_ref("acme", "shop", "heads/change", sha=main)
    assert refusal.value.response.json()["message"] == "Update is not a fast forward"
    await git.async_delete_ref("acme", "shop", "heads/change")
    assert not pull.open


async def test_a_comparison_starts_at_the_merge_base(scene: Scene, client: Client) -> None:
    base = scene.repository.branches["main"]
    pull = scene.open_pull({"a.md": "a\n"})
    scene.person("erin").commit(scene.repository, "main", {"b.md": "b\n"})
    shown = await client("bob").rest.repos.async_compare_commits("acme", "shop", f"main...{pull.head_sha}")
    found = shown.parsed_data
    assert (found.status, found.ahead_by, found.behind_by) == ("diverged", 1, 1)
    assert found.merge_base_commit.sha == base
    assert [file.filename for file in found.files] == ["a.md"]


async def test_files_show_renames_with_their_old_name_and_are_paged(scene: Scene, client: Client) -> None:
    text = "\n".join(f"line {n}" for n in range(20))
    scene.person("erin").commit(scene.repository, "main", {"old.md": text})
    files: dict[str, str | None] = {f"f{n:03}.md": f"file {n}" for n in range(120)}
    scene.open_pull({**files, "old.md": None, "new.md": text + "\nmore"})
    bob = client("bob")
    found = [
        file
        async for file in bob.rest.paginate(
            bob.rest.pulls.async_list_files, owner="acme", repo="shop", pull_number=1, per_page=100
        )
    ]
    assert len(found) == 121
    [renamed] = [file for file in found if file.status == "renamed"]
    assert (renamed.filename, renamed.previous_filename) == ("new.md", "old.md")
    assert renamed.additions == 2


async def test_the_head_of_a_fork_is_read_in_the_base_repository(scene: Scene, client: Client) -> None:
    pull = scene.open_fork_pull({"a.md": "from the fork"})
    assert pull.head_repository is not None
    scene.world.drop_repository(pull.head_repository)
    shown = await client("app").rest.repos.async_get_content("acme", "shop", "a.md", ref=pull.head_sha)
    assert base64.b64decode(shown.parsed_data.content) == b"from the fork"
    ref = await client("app").rest.git.async_get_ref("acme", "shop", f"pull/{pull.number}/head")
    assert ref.parsed_data.object_.sha == pull.head_sha


async def test_an_unchanged_answer_costs_nothing(sandbox: Sandbox, scene: Scene) -> None:
    headers = {"Authorization": "token user-bob"}
    place = f"{sandbox.url}/repos/acme/shop/contents/README.md"
    async with aiohttp.request("GET", place, headers=headers) as response:
        etag, used = response.headers["ETag"], response.headers["x-ratelimit-used"]
    async with aiohttp.request("GET", place, headers={**headers, "If-None-Match": etag}) as response:
        assert response.status == 304
        assert response.headers["x-ratelimit-used"] == used
    assert scene.world is sandbox.world
