"""The merge queue: what lands is judged, on the group's head, and nothing lands unjudged."""

import pytest

from bot.sandbox import CheckRun, PullRequest, RequiredCheck
from tests.builders import design
from tests.scenarios.deeds import Play, comments, opens
from tests.scenarios.stage import PATH, Cost, Stage

APPROVED = design("Approved")
OTHER = "docs/tdd/0008-stock.md"
MEMBERS = ("bob", "carol", "dana")


async def signed(stage: Stage, path: str, branch: str, text: str = APPROVED) -> PullRequest:
    """Return a pull request with one design that everybody has signed."""
    pull = stage.scene.open_pull({path: text}, branch=branch)
    await stage.run()
    for login in MEMBERS:
        stage.scene.person(login).approve(pull)
    await stage.run()
    return pull


@pytest.fixture
def queue(stage: Stage) -> Stage:
    """The stage with a merge queue on main that waits for our check."""
    stage.scene.rule.merge_queue = True
    return stage


def verdict(stage: Stage, pull: PullRequest, head: str) -> tuple[str, str]:
    """Return conclusion and title of the run that counts on a group's head."""
    run: CheckRun = stage.checks_on(pull, head)[-1]
    assert run.conclusion is not None
    return run.conclusion.value, run.title or ""


async def test_what_is_signed_lands(queue: Stage) -> None:
    pull = await signed(queue, PATH, "change")

    head = queue.scene.person("alice").enqueue(pull)
    await queue.run()

    assert verdict(queue, pull, head) == ("success", "Approved and signed by bob, dana and carol")
    assert pull.merged


async def test_what_a_group_costs(queue: Stage) -> None:
    """One read tells all of the group; one more makes sure of the members; one write lets it land."""
    pull = await signed(queue, PATH, "change")
    queue.count()

    queue.scene.person("alice").enqueue(pull)
    queue.sandbox.hooks.double = True
    await queue.run()

    assert queue.count() == Cost(tokens=0, reads=3, writes=1)
    assert queue.runs[-1].endswith(f"/{pull.number}")


async def test_a_pull_request_without_a_design_is_answered_too(queue: Stage) -> None:
    pull = queue.scene.open_pull({"src/shop.py": "print()\n"})
    await queue.run()
    queue.count()

    head = queue.scene.person("alice").enqueue(pull)
    await queue.run()

    assert verdict(queue, pull, head) == ("success", "No design document in this pull request")
    assert pull.merged
    assert queue.count().writes == 1


async def test_two_designs_with_one_number_collide_in_the_group(queue: Stage) -> None:
    first = await signed(queue, "docs/tdd/0012-prices.md", "prices")
    second = await signed(queue, "docs/tdd/0012-stock.md", "stock")
    assert queue.check(second).title == "Approved and signed by bob, dana and carol"
    queue.sandbox.hooks.hold()

    ahead = queue.scene.person("alice").enqueue(first)
    behind = queue.scene.person("alice").enqueue(second)
    queue.sandbox.hooks.release(shuffle_seed=3)
    await queue.run()

    assert verdict(queue, first, ahead)[0] == "success"
    conclusion, title = verdict(queue, second, behind)
    assert conclusion == "failure"
    assert title.endswith("number 0012 is taken by docs/tdd/0012-prices.md")
    run = queue.checks_on(second, behind)[-1]
    assert run.summary is not None
    assert "merge `main` into the pull request's branch" in run.summary
    assert (first.merged, second.merged, second.queue_entry) == (True, False, None)


async def test_a_number_taken_on_the_base_branch_is_said_before_the_queue(stage: Stage) -> None:
    stage.scene.person("erin").commit(
        stage.scene.repository, "main", {"docs/tdd/0007-stock.md": design("Approved")}
    )
    play = Play(stage)
    opens(APPROVED)(play)
    await stage.run()

    assert "number 0007 is taken by docs/tdd/0007-stock.md" in (stage.check(play.it).title or "")
    assert "next free number is 0008" in stage.comment(play.it)


def edited(section: str, text: str) -> str:
    """Return the design with one section rewritten."""
    return design("Approved", bodies={section: text})


async def test_what_nobody_has_signed_does_not_land(queue: Stage) -> None:
    """Two edits of one design merge without a conflict; the sum of both was read by nobody."""
    main = queue.scene.repository
    queue.scene.person("erin").commit(main, "main", {PATH: APPROVED})
    first = await signed(queue, PATH, "summary", edited("1", "Prices are kept for an hour at most."))
    second = await signed(queue, PATH, "tests", edited("5.2", "Only in production, and by hand."))
    queue.sandbox.hooks.hold()

    queue.scene.person("alice").enqueue(first)
    behind = queue.scene.person("alice").enqueue(second)
    queue.sandbox.hooks.release()
    await queue.run()

    conclusion, title = verdict(queue, second, behind)
    assert conclusion == "action_required"
    assert "to sign again" in title
    assert "changed after bob signed" in title
    assert (first.merged, second.merged) == (True, False)


async def test_an_objection_made_in_the_queue_turns_the_group_red(queue: Stage) -> None:
    pull = await signed(queue, PATH, "change")
    queue.sandbox.hooks.hold()
    head = queue.scene.person("alice").enqueue(pull)
    queue.scene.person("dana").review(pull, "REQUEST_CHANGES", "Wait.")
    queue.sandbox.hooks.release()
    await queue.run()

    assert verdict(queue, pull, head)[0] == "failure"
    assert (pull.merged, pull.queue_entry) == (False, None)


async def test_an_override_holds_in_the_group(queue: Stage) -> None:
    play = Play(queue)
    opens(APPROVED)(play)
    await queue.run()
    comments("erin", "/tdd override The auditors wait.")(play)
    await queue.run()

    queue.scene.person("alice").enqueue(play.it)
    await queue.run()

    assert play.it.merged


async def test_a_group_that_is_gone_is_not_written_to(queue: Stage) -> None:
    pull = await signed(queue, PATH, "change")
    queue.sandbox.hooks.hold()
    head = queue.scene.person("alice").enqueue(pull)
    queue.scene.person("alice").dequeue(pull)
    queue.sandbox.hooks.release()
    await queue.run()

    assert queue.checks_on(pull, head) == []


async def test_a_group_is_judged_although_the_store_is_lost(queue: Stage) -> None:
    """What the group needs is asked for once the pull request's documents are known again."""
    pull = await signed(queue, PATH, "change")
    await queue.forget()

    queue.scene.person("alice").enqueue(pull)
    await queue.run()

    assert pull.merged


async def test_an_app_without_the_permission_goes_on_without_the_queue(queue: Stage) -> None:
    del queue.scene.installation.permissions["merge_queues"]
    pull = await signed(queue, PATH, "change")

    assert queue.check(pull).title == "Approved and signed by bob, dana and carol"


async def test_a_lost_webhook_is_made_up_for_by_the_next_one(queue: Stage) -> None:
    """A webhook only says where to look: any other one of the pull request leads to its group as well."""
    pull = await signed(queue, PATH, "change")
    queue.sandbox.hooks.drop(lambda delivery: delivery.event == "merge_group")
    head = queue.scene.person("alice").enqueue(pull)
    await queue.run()
    assert queue.checks_on(pull, head) == []

    queue.scene.person("erin").comment(pull, "Is it stuck?")
    await queue.run()

    assert pull.merged


async def test_a_run_on_a_group_that_is_asked_for_again_is_answered(queue: Stage) -> None:
    """It names its pull request, so that the event leads there, and from there to the group."""
    queue.scene.rule.required_checks.append(RequiredCheck("ci/build"))
    pull = queue.scene.open_pull({"src/shop.py": "print()\n"})
    await queue.run()
    queue.scene.rule.required_checks.pop()
    head = queue.scene.person("alice").enqueue(pull)
    queue.scene.rule.required_checks.append(RequiredCheck("ci/build"))
    await queue.run()
    (run,) = queue.checks_on(pull, head)
    queue.count()

    queue.scene.person("erin").rerun(run)
    await queue.run()

    assert run.rerun_asked is False
    assert queue.count().writes == 1


# --- HEADGREEN -----------------------------------------------------------------------------------


async def objected(stage: Stage) -> tuple[PullRequest, PullRequest]:
    """Return two signed pull requests, the first with an objection that came after."""
    return await signed(stage, PATH, "change"), await signed(stage, OTHER, "other")


@pytest.mark.parametrize("late", [False, True])
async def test_the_last_group_speaks_for_those_ahead(queue: Stage, late: bool) -> None:
    """With HEADGREEN GitHub asks nothing of the groups ahead: what failed there must not land with ours."""
    queue.scene.rule.queue_head_green = True
    first, second = await objected(queue)
    queue.sandbox.hooks.hold()
    queue.scene.person("alice").enqueue(first)
    head = queue.scene.person("alice").enqueue(second)
    queue.scene.person("dana").review(first, "REQUEST_CHANGES", "Wait.")
    queue.sandbox.hooks.release(shuffle_seed=1 if late else None)
    await queue.run()

    assert verdict(queue, second, head) == (
        "action_required",
        f"Pull request {first.number}, ahead in the merge queue, is not through",
    )
    assert (first.merged, second.merged) == (False, False)


async def test_groups_that_pass_land_together(queue: Stage) -> None:
    queue.scene.rule.queue_head_green = True
    first, second = await objected(queue)
    queue.sandbox.hooks.hold()
    for pull in (first, second):
        queue.scene.person("alice").enqueue(pull)
    queue.sandbox.hooks.release(shuffle_seed=2)
    await queue.run()

    assert (first.merged, second.merged) == (True, True)
