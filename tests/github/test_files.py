"""Which files are documents, and that none is judged that was not read whole."""

import pytest

from bot.core.model import DocumentChange, File, FileProblem, Sha
from bot.github.files import MOST_BYTES
from bot.github.queue import in_group
from bot.ports import UnavailableError
from bot.sandbox import EXECUTABLE, SUBMODULE, SYMLINK, Entry, Failure
from tests.github.stage import PATH, Stage, document, knowing, paths_of

FILES = "GET /repos/{owner}/{repo}/pulls/{number}/files"


async def problem_of(stage: Stage, content: str | bytes | Entry) -> FileProblem | None:
    """Return what is wrong with a document of this content; with and without its path known."""
    pull = stage.scene.open_pull({PATH: content})
    [change] = (await stage.read(pull)).changes
    stage.cache.values.clear()
    [again] = (await stage.read(pull, knowing(PATH))).changes
    assert change == again
    assert change.head is not None
    assert (change.head.text is None) == (change.head.problem is not None)
    return change.head.problem


async def test_a_symlink_is_refused_not_followed(stage: Stage) -> None:
    target = stage.scene.repository.git.add_blob(b"../../README.md")
    assert await problem_of(stage, Entry(SYMLINK, target)) is FileProblem.SYMLINK


async def test_a_submodule_is_refused(stage: Stage) -> None:
    assert await problem_of(stage, Entry(SUBMODULE, "a" * 40)) is FileProblem.SUBMODULE


async def test_an_executable_document_is_a_document(stage: Stage) -> None:
    blob = stage.scene.repository.git.add_blob(document().encode())
    assert await problem_of(stage, Entry(EXECUTABLE, blob)) is None


async def test_a_binary_file_is_refused(stage: Stage) -> None:
    assert await problem_of(stage, b"# TDD: \0\x01\x02") is FileProblem.NOT_TEXT


async def test_text_that_is_not_utf_8_is_refused(stage: Stage) -> None:
    assert await problem_of(stage, "# TDD: Größe".encode("latin-1")) is FileProblem.NOT_TEXT


async def test_a_byte_order_mark_and_odd_characters_are_kept(stage: Stage) -> None:
    text = "\ufeff# TDD: 🚀 \u202e \r\n\x07 �\n"
    pull = stage.scene.open_pull({PATH: text})
    [change] = (await stage.read(pull)).changes
    assert change.head is not None
    assert change.head.text == text


@pytest.mark.parametrize(("size", "problem"), [(262_144, None), (262_145, FileProblem.TOO_LARGE)])
async def test_a_document_over_256_kib_is_refused(
    stage: Stage, size: int, problem: FileProblem | None
) -> None:
    assert await problem_of(stage, "x" * size) is problem


async def test_a_file_that_graphql_cuts_is_never_judged_by_its_beginning(stage: Stage) -> None:
    assert await problem_of(stage, "# TDD: x\n" * 60_000) is FileProblem.TOO_LARGE


async def test_documents_beyond_one_mebibyte_in_all_are_refused_in_order(stage: Stage) -> None:
    files = {f"docs/tdd/{i}.md": "x" * 250_000 for i in range(6)}
    changes = (await stage.read(stage.scene.open_pull(files))).changes
    assert [change.head.problem if change.head else None for change in changes] == [
        None,
        None,
        None,
        None,
        FileProblem.TOO_LARGE,
        FileProblem.TOO_LARGE,
    ]
    assert sum(change.head.size for change in changes[:4] if change.head) <= MOST_BYTES


async def test_a_document_elsewhere_is_found_by_its_title(stage: Stage) -> None:
    pull = stage.scene.open_pull({"notes/a.md": document(), "notes/b.md": "# Notes\n", "b.py": ""})
    assert paths_of(await stage.read(pull)) == ["notes/a.md"]


async def test_files_looked_at_for_their_title_are_not_read_again(stage: Stage) -> None:
    pull = stage.scene.open_pull({"notes/b.md": "# Notes\n"})
    assert (await stage.requests(pull))["POST Blobs"] == 1
    stage.scene.person("bob").comment(pull, "Nice")
    assert (await stage.requests(pull)) == {"POST Snapshot": 1}


async def test_more_files_than_one_query_takes_are_all_looked_at(stage: Stage) -> None:
    files = {f"notes/{i:03}.md": "# Note\n" for i in range(60)} | {"notes/zzz.md": document()}
    pull = stage.scene.open_pull(files)
    assert paths_of(await stage.read(pull)) == ["notes/zzz.md"]


async def test_taking_the_title_away_does_not_take_the_document_out(stage: Stage) -> None:
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {"notes/a.md": document(status="Approved")})
    pull = stage.scene.open_pull({"notes/a.md": "# Just notes\n"})
    [change] = (await stage.read(pull)).changes
    assert change.head is not None
    assert change.head.text == "# Just notes\n"
    assert change.base is not None
    assert change.base.text == document(status="Approved")


async def test_a_deleted_document_is_a_change_of_it(stage: Stage) -> None:
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {PATH: document(), "notes/a.md": document()})
    pull = stage.scene.open_pull({PATH: None, "notes/a.md": None})
    changes = (await stage.read(pull)).changes
    assert [(change.path, change.head) for change in changes] == [(PATH, None), ("notes/a.md", None)]
    assert all(change.base and change.base.text == document() for change in changes)


@pytest.mark.parametrize("place", ["archive/7.md", "docs/tdd/README.md", "docs/tdd/7.txt"])
async def test_a_document_moved_out_of_the_paths_is_gone(stage: Stage, place: str) -> None:
    text = document().replace("# TDD:", "# Design:")
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: text})
    pull = stage.scene.open_pull({PATH: None, place: text})
    [change] = (await stage.read(pull)).changes
    assert (change.path, change.head) == (PATH, None)
    assert change.base is not None
    assert change.base.text == text


async def test_a_renamed_document_is_compared_with_its_old_self(stage: Stage) -> None:
    """GraphQL does not tell the old name: one more request, and only where something was renamed."""
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: document()})
    pull = stage.scene.open_pull({PATH: None, "docs/tdd/0008.md": document(more="One word.")})
    assert (await stage.requests(pull))[FILES] == 1
    [change] = (await stage.read(pull)).changes
    assert change.path == "docs/tdd/0008.md"
    assert change.base is not None
    assert (change.base.path, change.base.text) == (PATH, document())


@pytest.mark.parametrize("place", [PATH, "docs/tdd/0008.md"])
@pytest.mark.parametrize("now", ["docs/tdd/0009.md", "archive/0009.md"])
async def test_a_document_that_the_base_branch_has_moved_since_is_not_taken_for_a_new_one(
    stage: Stage, place: str, now: str
) -> None:
    """Git merges the change into the moved file, whose header says who has to sign."""
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", {PATH: document(status="Approved")})
    pull = stage.scene.open_pull({PATH: None, place: document(status="Approved", more="One word.")})
    erin.commit(stage.scene.repository, "main", {PATH: None, now: document(status="Approved")})
    [change] = (await stage.read(pull)).changes
    assert change.head is not None
    assert change.head.problem is FileProblem.GONE_FROM_BASE
    assert change.head.text is None


async def test_notes_moved_into_the_documents_are_a_new_document(stage: Stage) -> None:
    """What was no document has no status to inherit."""
    text = document(status="Approved").replace("# TDD:", "# Notes:")
    stage.scene.person("erin").commit(stage.scene.repository, "main", {"notes/a.md": text})
    pull = stage.scene.open_pull({"notes/a.md": None, PATH: text})
    [change] = (await stage.read(pull)).changes
    assert change.path == PATH
    assert change.base is None


async def test_more_than_a_hundred_files_are_listed_by_page(stage: Stage) -> None:
    files = {f"src/{i:03}.py": "" for i in range(230)} | {PATH: document()}
    pull = stage.scene.open_pull(files)
    assert (await stage.requests(pull))[FILES] == 3
    snapshot = await stage.read(pull)
    assert paths_of(snapshot) == [PATH]
    assert snapshot.files_complete
    assert snapshot.pull_request.total_files == 231


async def test_a_list_over_three_thousand_files_is_said_to_be_incomplete(stage: Stage) -> None:
    files = {f"src/{i:04}.py": "" for i in range(3_010)} | {"zzz/tdd.py": ""}
    pull = stage.scene.open_pull(files)
    snapshot = await stage.read(pull)
    assert not snapshot.files_complete
    assert snapshot.pull_request.total_files == 3_011


async def test_a_push_between_two_reads_is_noticed(stage: Stage) -> None:
    """The second query must not mix a newer head's documents into an older head's snapshot."""
    pull = stage.propose()
    moved: dict[str, object] = {
        "data": {
            "repository": {
                "databaseId": 1,
                "pullRequest": {
                    "baseRef": {"target": {"oid": "b" * 40}},
                    "head": {"nodes": [{"commit": {"oid": "c" * 40}}]},
                },
            }
        }
    }
    stage.sandbox.faults.fail_next(Failure(status=200, body=moved, path="Blobs"))
    with pytest.raises(UnavailableError, match="moved while it was read") as caught:
        await stage.read(pull)
    assert caught.value.retry_after is not None


async def test_a_broken_blob_is_an_outage_not_an_empty_document(stage: Stage) -> None:
    pull = stage.scene.open_pull({PATH: "# TDD: Größe".encode("latin-1")})
    stage.sandbox.faults.fail_next(Failure(status=200, body={"content": "%%%"}, path="git/blobs"))
    with pytest.raises(UnavailableError):
        await stage.read(pull)
    stage.invented()


async def test_a_document_that_github_lists_and_does_not_show_is_refused(stage: Stage) -> None:
    """A name that is no UTF-8 is listed with other characters, and nothing is found by those."""
    pull = stage.propose()
    seen = (await stage.read(pull)).pull_request
    stage.cache.values.clear()
    shown: dict[str, object] = {
        "data": {
            "repository": {
                "databaseId": 1,
                "pullRequest": {
                    "baseRef": {"target": {"oid": stage.scene.repository.branches["main"]}},
                    "head": {"nodes": [{"commit": {"oid": seen.head_sha}}]},
                },
            }
        }
    }
    stage.sandbox.faults.fail_next(Failure(status=200, body=shown, path="Blobs"))
    [change] = (await stage.read(pull)).changes
    assert change.head is not None
    assert change.head.problem is FileProblem.NOT_SHOWN
    stage.invented()


async def test_paths_with_odd_characters_are_read(stage: Stage) -> None:
    path = 'docs/tdd/a b"\\{c}#?%41é🚀.md'
    snapshot = await stage.read(stage.propose(path=path))
    assert paths_of(snapshot) == [path]
    assert snapshot.changes[0].head is not None
    assert snapshot.changes[0].head.text == document()


def test_a_document_that_a_pull_request_ahead_has_moved_is_not_taken_for_a_deleted_one() -> None:
    head, base = Sha("a" * 40), Sha("b" * 40)
    edited = DocumentChange(PATH, File(PATH, 3, "# A"), File(PATH, 3, "# B"))
    [moved, merged, deleted] = (
        in_group(edited, {}, head, base),
        in_group(edited, {(head, PATH): File(PATH, 3, "# C")}, head, base),
        in_group(DocumentChange(PATH, None, edited.base), {(base, PATH): edited.base}, head, base),
    )
    assert moved.head is not None
    assert moved.head.problem is FileProblem.GONE_FROM_BASE
    assert merged.head == File(PATH, 3, "# C")
    assert (deleted.head, deleted.base) == (None, edited.base)
