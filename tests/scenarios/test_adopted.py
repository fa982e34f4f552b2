"""A baseline at the gate: old faults hold nobody up, reviewers are asked, and new designs are judged."""

import pytest

from bot.cli.setup.baseline import Baseline, with_baseline
from bot.sandbox.state.check import Conclusion
from tests.builders import design
from tests.scenarios.stage import Stage

FILE = ".github/tdd-bot.yml"
OLD = "docs/tdd/0001-old.md"
DONE = "docs/tdd/0002-done.md"
NEW = "docs/tdd/0003-new.md"
FAULTY = design("Approved").partition("## 4")[0]
"""Without its last sections."""


def text_of(stage: Stage, path: str) -> str:
    repository = stage.scene.repository
    entry = repository.git.files(repository.branches["main"])[path]
    return repository.git.blobs[entry.oid].decode()


@pytest.fixture
def adopted(stage: Stage) -> Stage:
    """Two old designs, and the configuration that lets them be, without its advice."""
    baseline = Baseline({OLD: {"TDD201", "TDD203"}}, frozenset({DONE}))
    configuration = with_baseline("mode: enforce\n", baseline)
    files = {FILE: configuration, OLD: FAULTY, DONE: design("Implemented")}
    erin = stage.scene.person("erin")
    erin.commit(stage.scene.repository, "main", files, message="Old designs")
    return stage


async def test_an_edit_of_an_old_one_waits_for_its_reviewers_and_for_nothing_else(adopted: Stage) -> None:
    reopened = FAULTY.replace("Approved", "In-Review").replace("##", "A word more.\n\n##", 1)
    pull = adopted.scene.open_pull({OLD: reopened})
    await adopted.run()

    check = adopted.check(pull)
    assert check.conclusion is Conclusion.ACTION_REQUIRED
    assert (check.title or "").startswith("Waiting for ")
    assert adopted.asked(pull)


async def test_the_same_text_in_a_new_file_is_blocked(adopted: Stage) -> None:
    pull = adopted.scene.open_pull({NEW: FAULTY.replace("Approved", "In-Review")})
    await adopted.run()

    assert adopted.check(pull).conclusion is Conclusion.FAILURE


async def test_one_whose_state_cannot_be_told_holds_nobody_up(adopted: Stage) -> None:
    pull = adopted.scene.open_pull({DONE: text_of(adopted, DONE) + "\nA word more.\n"})
    await adopted.run()

    assert adopted.check(pull).conclusion is Conclusion.SUCCESS
    assert not adopted.asked(pull)


async def test_one_that_is_renamed_is_judged_again(adopted: Stage) -> None:
    pull = adopted.scene.open_pull({DONE: None, NEW: text_of(adopted, DONE)})
    await adopted.run()

    assert adopted.check(pull).conclusion is Conclusion.FAILURE
