"""The implementation gate, from the description to the check: whose move it is at every step."""

import pytest

from bot.sandbox import Conclusion, PullRequest, Role
from tests.builders import design
from tests.scenarios.stage import PATH, Cost, Stage

FILE = "src/billing/invoice.py"
CONFIGURATION = "gate: ['src/billing/**']\n"
OTHER = "docs/tdd/0008-stock.md"


@pytest.fixture
def gated(stage: Stage) -> Stage:
    """The stage, whose billing code needs an approved design; one is on main in each status."""
    stage.scene.person("erin").commit(
        stage.scene.repository,
        "main",
        {
            ".github/tdd-bot.yml": CONFIGURATION,
            "docs/tdd/0001-draft.md": design("Draft"),
            "docs/tdd/0002-review.md": design("In-Review"),
            "docs/tdd/0003-approved.md": design("Approved"),
            "docs/tdd/0004-superseded.md": design("Superseded"),
            "notes/approved.md": design("Approved").replace("# TDD:", "# Notes:"),
        },
    )
    return stage


def open_code(stage: Stage, body: str | None, path: str = FILE, branch: str = "code") -> PullRequest:
    """Open a pull request that changes billing code."""
    alice = stage.scene.person("alice")
    alice.commit(stage.scene.repository, branch, {path: "print()\n"})
    return alice.open_pull(stage.scene.repository, branch, body=body)


@pytest.mark.parametrize(
    ("body", "conclusion", "title", "next_move"),
    [
        (None, "failure", f"{FILE} needs an approved design, and the description names none", "@alice"),
        (
            "TDD: docs/tdd/0009-x.md",
            "failure",
            "“docs/tdd/0009-x.md”, named in the description, is no design",
            "@alice",
        ),
        (
            "TDD: notes/approved.md",
            "failure",
            "“notes/approved.md”, named in the description, is no",
            "@alice",
        ),
        ("TDD: README.md", "failure", "“README.md”, named in the description, is no design", "@alice"),
        ("TDD: #99", "failure", "“#\u200b99”, named in the description, is no design", "@alice"),
        (
            "TDD: docs/tdd/0001-draft.md",
            "action_required",
            "The design docs/tdd/0001-draft.md is Draft: it has to be approved on the base branch first",
            "whoever writes and signs docs/tdd/0001-draft.md",
        ),
        (
            "TDD: docs/tdd/0002-review.md",
            "action_required",
            "The design docs/tdd/0002-review.md is In",
            "whoever",
        ),
        (
            "TDD: docs/tdd/0004-superseded.md",
            "failure",
            "The design docs/tdd/0004-superseded.md is super",
            "@alice",
        ),
        (
            "TDD: docs/tdd/0003-approved.md, docs/tdd/0002-review.md",
            "action_required",
            "The design docs/tdd/0002-review.md is In-Review",
            "whoever writes and signs docs/tdd/0002-review.md",
        ),
    ],
)
async def test_code_waits_for_the_design_that_it_names(
    gated: Stage, body: str | None, conclusion: str, title: str, next_move: str
) -> None:
    pull = open_code(gated, body)
    await gated.run()

    run = gated.check(pull)
    assert run.conclusion is not None
    assert (run.conclusion.value, (run.title or "")[: len(title)]) == (conclusion, title)
    assert f"**Next, {next_move}" in gated.comment(pull)
    assert gated.asked(pull) == set()


@pytest.mark.parametrize(
    "body",
    [
        "Makes invoices.\n\nTDD: docs/tdd/0003-approved.md",
        "TDD: [design](https://github.com/x/y) ",
    ],
)
async def test_an_approved_design_lets_it_pass(gated: Stage, body: str) -> None:
    if "github.com" in body:
        home = f"{gated.sandbox.world.web_url}/acme/shop"
        body = f"TDD: {home}/blob/main/docs/tdd/0003-approved.md"
    pull = open_code(gated, body)
    await gated.run()

    assert gated.check(pull).title == "Implements docs/tdd/0003-approved.md, which is approved"
    assert gated.check(pull).conclusion is Conclusion.SUCCESS
    assert pull.comments == []


async def test_what_it_costs(gated: Stage) -> None:
    """One read more for the design, once for each state of the base branch."""
    pull = open_code(gated, "TDD: docs/tdd/0003-approved.md")
    await gated.run()
    assert gated.count() == Cost(tokens=1, reads=2, writes=1)

    gated.scene.person("erin").comment(pull, "Nice.")
    await gated.run()
    assert gated.count() == Cost(tokens=0, reads=1, writes=0)

    open_code(gated, None, path="src/shop.py", branch="elsewhere")
    await gated.run()
    assert gated.count() == Cost(tokens=0, reads=1, writes=1)


async def test_a_pull_request_that_brought_the_design_in_stands_for_it(gated: Stage) -> None:
    gated.scene.rule.admins_bypass = True
    brought = gated.scene.open_pull({PATH: design("Approved")}, branch="design")
    pull = open_code(gated, f"TDD: #{brought.number}")
    await gated.run()
    assert gated.check(pull).conclusion is Conclusion.FAILURE

    gated.scene.person("erin").merge(brought)
    gated.scene.person("alice").edit(pull, title="Invoices, now")
    await gated.run()

    assert gated.check(pull).title == f"Implements {PATH}, which is approved"


async def test_naming_it_and_its_approval_are_noticed(gated: Stage) -> None:
    """First the author edits the description, then the design is approved on main."""
    pull = open_code(gated, None)
    await gated.run()
    gated.scene.person("alice").edit(pull, body="TDD: docs/tdd/0002-review.md")
    await gated.run()
    assert gated.check(pull).conclusion is Conclusion.ACTION_REQUIRED

    gated.scene.person("erin").commit(
        gated.scene.repository, "main", {"docs/tdd/0002-review.md": design("Approved")}
    )
    await gated.run()

    assert gated.check(pull).conclusion is Conclusion.SUCCESS
    assert "✔ **Implements" in gated.comment(pull)


async def test_an_approved_copy_in_the_same_pull_request_is_no_approval(gated: Stage) -> None:
    alice, repository = gated.scene.person("alice"), gated.scene.repository
    files = {FILE: "print()\n", OTHER: design("Approved", reviewers="@eng-lead")}
    alice.commit(repository, "both", files)
    pull = alice.open_pull(repository, "both", body=f"TDD: {OTHER}")
    await gated.run()
    gated.scene.person("bob").approve(pull)
    await gated.run()

    assert gated.check(pull).conclusion is Conclusion.FAILURE
    assert "is no design on the base branch" in (gated.check(pull).title or "")
    assert "✔ **Approved and signed by bob**" in gated.comment(pull)


@pytest.mark.parametrize(("mode", "conclusions"), [("advise", [Conclusion.NEUTRAL]), ("'off'", [])])
async def test_the_mode_holds_for_the_implementation_gate_too(
    gated: Stage, mode: str, conclusions: list[Conclusion]
) -> None:
    text = f"mode: {mode}\n{CONFIGURATION}"
    gated.scene.person("erin").commit(gated.scene.repository, "main", {".github/tdd-bot.yml": text})
    pull = open_code(gated, None)
    await gated.run()

    assert [one.conclusion for one in gated.checks_on(pull, pull.head_sha)] == conclusions


async def test_names_in_a_description_mention_nobody(gated: Stage) -> None:
    pull = open_code(gated, "TDD: docs/@acme/eng-lead/`x`.md")
    await gated.run()

    assert "@acme" not in gated.comment(pull)


async def test_an_admin_lets_code_pass_that_has_no_design_for_this_head_alone(gated: Stage) -> None:
    pull = open_code(gated, None)
    gated.scene.person("erin").comment(pull, "/tdd override The invoices are wrong, mend them now.")
    await gated.run()

    run = gated.check(pull)
    assert run.conclusion is Conclusion.SUCCESS
    assert (run.title or "").startswith(
        "Passed by override of erin: The invoices are wrong, mend them now. Open: "
        f"{FILE} needs an approved design"
    )
    assert "Passed by override of erin" in gated.comment(pull)

    gated.scene.person("alice").edit(pull, title="Invoices, mended")
    await gated.run()
    assert gated.check(pull).conclusion is Conclusion.SUCCESS

    gated.scene.person("alice").commit(gated.scene.repository, "code", {FILE: "print(1)\n"})
    await gated.run()
    assert gated.check(pull).conclusion is Conclusion.FAILURE
    assert "Passed by override" not in gated.comment(pull)


async def test_what_is_named_after_an_override_is_not_covered_by_it(gated: Stage) -> None:
    pull = open_code(gated, None)
    gated.scene.person("erin").comment(pull, "/tdd override Now.")
    await gated.run()

    gated.scene.person("alice").edit(pull, body="TDD: docs/tdd/0004-superseded.md")
    await gated.run()

    assert gated.check(pull).conclusion is Conclusion.FAILURE


@pytest.mark.parametrize(
    ("login", "pushes", "reason"),
    [
        ("bob", False, "only an admin of the repository can"),
        ("alice", False, "cannot override for it"),
        ("erin", True, "cannot override for it"),
    ],
)
async def test_who_opened_or_pushed_code_does_not_override_for_it(
    gated: Stage, login: str, pushes: bool, reason: str
) -> None:
    pull = open_code(gated, None)
    gated.scene.repository.collaborators[gated.scene.person("alice").id] = Role.ADMIN
    if pushes:
        gated.scene.person("erin").commit(gated.scene.repository, "code", {FILE: "print(2)\n"})
    gated.scene.person(login).comment(pull, "/tdd override Now.")
    await gated.run()

    assert gated.check(pull).conclusion is Conclusion.FAILURE
    (reply,) = gated.replies(pull)
    assert reason in reply


async def test_an_override_is_about_the_design_and_the_code_of_one_pull_request(gated: Stage) -> None:
    alice, repository = gated.scene.person("alice"), gated.scene.repository
    alice.commit(repository, "both", {FILE: "print()\n", OTHER: design("Approved", reviewers="@eng-lead")})
    pull = alice.open_pull(repository, "both")
    gated.scene.person("erin").comment(pull, "/tdd override Now.")
    await gated.run()

    assert gated.check(pull).conclusion is Conclusion.SUCCESS
    assert gated.comment(pull).count("Passed by override of erin") == 2
