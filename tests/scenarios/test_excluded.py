"""Who wrote or pushed a design does not sign it; who only worked beside it does."""

from bot.sandbox import Conclusion, PullRequest
from bot.sandbox.acts.branches import build_commit, push
from bot.sandbox.acts.pulls import update_branch
from tests.builders import design
from tests.scenarios.stage import PATH, Cost, Stage

TEXT = design("Approved", reviewers="@eng-lead")
SIGNED = "Approved and signed by bob"
BETTER = design("Approved", reviewers="@eng-lead", bodies={"1": "Better."})


async def opened(stage: Stage) -> PullRequest:
    """Return alice's pull request, which bob alone can sign."""
    pull = stage.scene.open_pull({PATH: TEXT})
    await stage.run()
    stage.count()
    return pull


def commits(stage: Stage, login: str, **files: str | None) -> None:
    """Push a commit to the pull request's branch: ``code``, ``doc``, ``moved``; None deletes."""
    names = {"code": "src/a.py", "doc": PATH, "moved": "docs/tdd/0009-moved.md"}
    content = {names[name]: text for name, text in files.items()}
    stage.scene.person(login).commit(stage.scene.repository, "change", content)


async def approved(stage: Stage, pull: PullRequest) -> str:
    """Have bob approve; return the check's title."""
    stage.scene.person("bob").approve(pull)
    await stage.run()
    return stage.check(pull).title or ""


async def test_who_worked_beside_the_design_signs_it(stage: Stage) -> None:
    """One request more tells that, once for the commit."""
    pull = await opened(stage)
    commits(stage, "bob", code="print()\n")
    await stage.run()
    assert stage.count() == Cost(tokens=0, reads=2, writes=1)

    assert await approved(stage, pull) == SIGNED
    assert stage.count() == Cost(tokens=0, reads=2, writes=2)


async def test_who_edited_the_design_does_not(stage: Stage) -> None:
    pull = await opened(stage)
    commits(stage, "bob", doc=BETTER)

    await approved(stage, pull)

    assert stage.check(pull).conclusion is Conclusion.FAILURE
    assert "could not be compared" not in (stage.check(pull).text or "")


async def test_who_edited_it_and_had_it_taken_back_does_not(stage: Stage) -> None:
    pull = await opened(stage)
    commits(stage, "bob", doc=BETTER)
    commits(stage, "alice", doc=TEXT)

    await approved(stage, pull)

    assert stage.check(pull).conclusion is Conclusion.FAILURE


async def test_who_edited_it_at_another_place_does_not(stage: Stage) -> None:
    """Alice moves it away, bob writes it there, alice moves it back: his commit never touched its path."""
    pull = await opened(stage)
    commits(stage, "alice", doc=None, moved=TEXT)
    commits(stage, "bob", moved=BETTER)
    commits(
        stage, "alice", moved=None, doc=design("Approved", reviewers="@eng-lead", bodies={"1": "By bob."})
    )

    await approved(stage, pull)

    assert stage.check(pull).conclusion is Conclusion.FAILURE
    assert "1 commit by others than the author could not be compared" in (stage.check(pull).text or "")


async def test_a_commit_from_before_the_design_tells_nothing_and_that_is_said(stage: Stage) -> None:
    stage.scene.person("bob").commit(stage.scene.repository, "change", {"src/a.py": "print()\n"})
    stage.scene.person("alice").commit(stage.scene.repository, "change", {PATH: TEXT})
    pull = stage.scene.person("alice").open_pull(stage.scene.repository, "change")
    await stage.run()

    assert stage.check(pull).conclusion is Conclusion.FAILURE
    assert "could not be compared with what stood there before" in (stage.check(pull).text or "")


async def test_a_pull_request_of_one_person_takes_no_request_for_it(stage: Stage) -> None:
    await opened(stage)
    for number in range(3):
        commits(stage, "alice", code=f"print({number})\n")
    await stage.run()

    assert stage.count() == Cost(tokens=0, reads=1, writes=1)


async def test_who_pressed_update_branch_signs(stage: Stage) -> None:
    """A merge of the base brings in what others wrote."""
    pull = await opened(stage)
    stage.scene.person("erin").commit(stage.scene.repository, "main", {"src/b.py": "print()\n"})
    update_branch(stage.sandbox.world, pull, stage.scene.person("bob").account)
    await stage.run()

    assert await approved(stage, pull) == SIGNED


def merges_main(stage: Stage, pull: PullRequest, login: str, text: str) -> None:
    """Merge main into the pull request's branch by hand, with a text of the design that is the merger's."""
    repository, who = stage.scene.repository, stage.scene.person(login).account
    parents = (pull.head_sha, repository.branches["main"])
    made = build_commit(stage.sandbox.world, repository, parents, {PATH: text}, who, "Merge branch 'main'")
    push(stage.sandbox.world, repository, "change", made.oid, who)


async def edited_on_both(stage: Stage, here: str, there: str) -> PullRequest:
    """Return a pull request with one text of a design whose base branch has got another meanwhile."""
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: TEXT})
    pull = stage.scene.open_pull({PATH: here})
    stage.scene.person("erin").commit(stage.scene.repository, "main", {PATH: there})
    await stage.run()
    stage.count()
    return pull


async def test_who_writes_in_a_merge_does_not(stage: Stage) -> None:
    """Words that no branch has are the merger's; the one request is put once."""
    pull = await opened(stage)
    stage.scene.person("erin").commit(stage.scene.repository, "main", {"src/b.py": "print()\n"})
    merges_main(stage, pull, "bob", BETTER)
    await stage.run()
    assert stage.count().reads == 4

    await approved(stage, pull)
    assert stage.check(pull).conclusion is Conclusion.FAILURE
    assert "could not be compared" not in (stage.check(pull).text or "")
    assert stage.count().reads == 1


async def test_who_presses_update_branch_where_both_have_edited_signs(stage: Stage) -> None:
    """The merge has a text that neither branch has, and nobody has written it: git has."""
    pull = await edited_on_both(stage, BETTER, TEXT.replace("The decision.", "Decided elsewhere.", 1))
    update_branch(stage.sandbox.world, pull, stage.scene.person("bob").account)
    await stage.run()

    assert await approved(stage, pull) == SIGNED


async def test_who_settles_a_conflict_does_not(stage: Stage) -> None:
    pull = await edited_on_both(
        stage, BETTER, design("Approved", reviewers="@eng-lead", bodies={"1": "Worse."})
    )
    merges_main(
        stage, pull, "bob", design("Approved", reviewers="@eng-lead", bodies={"1": "Better or worse."})
    )
    await stage.run()

    await approved(stage, pull)
    assert stage.check(pull).conclusion is Conclusion.FAILURE


async def test_who_takes_a_branch_whole_in_a_merge_signs(stage: Stage) -> None:
    pull = await edited_on_both(
        stage, BETTER, design("Approved", reviewers="@eng-lead", bodies={"1": "Worse."})
    )
    merges_main(stage, pull, "bob", BETTER)
    await stage.run()

    assert await approved(stage, pull) == SIGNED


async def test_an_author_behind_a_hundred_commits_is_found(stage: Stage) -> None:
    pull = await opened(stage)
    commits(stage, "bob", doc=BETTER)
    for number in range(101):
        commits(stage, "alice", code=f"print({number})\n")

    await approved(stage, pull)

    assert stage.check(pull).conclusion is Conclusion.FAILURE
