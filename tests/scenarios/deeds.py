"""What people do in a scenario, as values: a table of scenarios reads as a story."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.sandbox import Failure, PullRequest, Refused, Review
from tests.builders import design
from tests.scenarios.stage import PATH, Stage

BRANCH: Final = "change"


@dataclass
class Play:
    """A scenario under way."""

    stage: Stage
    pull: PullRequest | None = None

    @property
    def it(self) -> PullRequest:
        """The pull request."""
        assert self.pull is not None
        return self.pull

    def latest_review(self, login: str) -> Review:
        """Return the person's newest review."""
        return [one for one in self.it.reviews if one.author.login == login][-1]


Deed = Callable[[Play], None]


def opens(text: str, *, draft: bool = False, author: str = "alice", path: str = PATH) -> Deed:
    """Open the pull request with a design."""

    def deed(play: Play) -> None:
        play.pull = play.stage.scene.open_pull({path: text}, draft=draft, author=author, branch=BRANCH)

    return deed


def on_main(text: str) -> Deed:
    """Have the design on the base branch already."""

    def deed(play: Play) -> None:
        repository = play.stage.scene.repository
        play.stage.scene.person("erin").commit(repository, "main", {PATH: text})

    return deed


def also_on_main(text: str, path: str) -> Deed:
    """Have another document on the base branch."""

    def deed(play: Play) -> None:
        play.stage.scene.person("erin").commit(play.stage.scene.repository, "main", {path: text})

    return deed


def pushes(text: str | None, login: str = "alice") -> Deed:
    """Push another version; None deletes it."""

    def deed(play: Play) -> None:
        play.stage.scene.person(login).commit(play.it.repository, BRANCH, {PATH: text})

    return deed


def squashes(text: str) -> Deed:
    """Replace the branch by one commit on main."""

    def deed(play: Play) -> None:
        play.stage.scene.person("alice").force_push(play.it.repository, BRANCH, {PATH: text})

    return deed


def reviews(login: str, event: str, body: str = "") -> Deed:
    """Review with APPROVE, REQUEST_CHANGES or COMMENT."""
    return lambda play: void(play.stage.scene.person(login).review(play.it, event, body))


def approves(login: str) -> Deed:
    """Approve in a review."""
    return reviews(login, "APPROVE")


def objects(login: str) -> Deed:
    """Request changes in a review."""
    return reviews(login, "REQUEST_CHANGES", "Not yet.")


def comments(login: str, body: str) -> Deed:
    """Write a comment in the thread."""
    return lambda play: void(play.stage.scene.person(login).comment(play.it, body))


def dismisses(login: str, of: str) -> Deed:
    """Dismiss somebody's newest review."""
    return lambda play: play.stage.scene.person(login).dismiss(play.latest_review(of))


def edits_comment(login: str, of: str, body: str) -> Deed:
    """Edit somebody's newest comment."""

    def deed(play: Play) -> None:
        theirs = [one for one in play.it.comments if one.author.login == of]
        play.stage.scene.person(login).edit_comment(theirs[-1], body)

    return deed


def deletes_comment(login: str, of: str) -> Deed:
    """Delete somebody's newest comment."""

    def deed(play: Play) -> None:
        theirs = [one for one in play.it.comments if one.author.login == of]
        play.stage.scene.person(login).delete_comment(theirs[-1])

    return deed


def readies() -> Deed:
    """Mark ready for review."""
    return lambda play: play.stage.scene.person("alice").ready(play.it)


def takes_back(*teams: str) -> Deed:
    """Remove review requests."""
    return lambda play: play.stage.scene.person("erin").unrequest(play.it, teams=teams)


def reruns() -> Deed:
    """Press Re-run on the check."""
    return lambda play: play.stage.scene.person("erin").rerun(play.stage.check(play.it))


def reruns_all() -> Deed:
    """Press Re-run all checks."""
    return lambda play: play.stage.scene.person("erin").rerun_all(play.stage.check(play.it).suite)


def presses(login: str, button: str) -> Deed:
    """Press one of the check's buttons."""
    return lambda play: play.stage.scene.person(login).press(play.stage.check(play.it), button)


def dismiss_stale() -> Deed:
    """Have the branch dismiss approvals on every push."""

    def deed(play: Play) -> None:
        play.stage.scene.rule.dismiss_stale_reviews = True

    return deed


def auto_assigns(team: str, number: int = 1) -> Deed:
    """Have a team assign its members by itself."""

    def deed(play: Play) -> None:
        play.stage.scene.team(team).delegation = number

    return deed


def joins(login: str, team: str) -> Deed:
    """Add somebody to a team, silently."""

    def deed(play: Play) -> None:
        play.stage.scene.team(team).members[play.stage.scene.person(login).id] = "member"

    return deed


def fails_next(*failures: Failure) -> Deed:
    """Have GitHub fail in these ways."""
    return lambda play: play.stage.sandbox.faults.fail_next(*failures)


def merge_is_refused(login: str = "alice") -> Deed:
    """Try to merge and be refused."""

    def deed(play: Play) -> None:
        try:
            play.stage.scene.person(login).merge(play.it)
        except Refused:
            return
        raise AssertionError("it was merged")

    return deed


def merges(login: str = "alice") -> Deed:
    """Merge."""
    return lambda play: void(play.stage.scene.person(login).merge(play.it))


def void(_: object) -> None:
    """Do nothing with what a deed returned."""


DESIGN: Final = design()
APPROVED: Final = design("Approved")
