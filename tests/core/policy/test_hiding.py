"""A recording holds no address and no credential, and is decided on alike."""

from dataclasses import replace

import pytest

from bot.core.decide import decide
from bot.core.model import Absence, Asked, File, Memory, SeatKey, Snapshot, Unresolved
from bot.core.model.recording import record, replay
from bot.core.policy.hiding import hidden
from bot.core.render.why import Topic, to_text, why
from tests.builders import (
    BEFORE,
    BOB,
    DANA,
    PATH,
    TEAMS,
    ago,
    change,
    comment,
    commit,
    design,
    review,
    snapshot,
)
from tests.core.render.test_texts import STATES

ADDRESS = "Alice.Example@Shop.example"
TOKEN = "ghs_" + "a1B2" * 9
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"


def reasons(seen: Snapshot) -> str:
    return to_text(why(seen, decide(seen)), color=False)


def personal() -> Snapshot:
    """Return a design with an address in its header, in a section that changed, and among its reviewers."""
    before = design(
        reviewers=f"@eng-lead, {ADDRESS.lower()}", bodies={"4.2": f"Ask {ADDRESS}. Kept an hour."}
    )
    now = before.replace("an hour", f"a day\n\n{KEY}\n").replace("(@alice)", f"<{ADDRESS}>")
    return snapshot(
        change(now),
        commits=(commit(BEFORE, minutes=90), commit(minutes=10)),
        reviews=(replace(review(BOB), commit=BEFORE),),
        comments=(comment(DANA, f"On Monday {ADDRESS} wrote: {TOKEN}"),),
        names={**TEAMS, ADDRESS.casefold(): Unresolved(Absence.NO_SUCH_NAME)},
        history={(BEFORE, PATH): File(PATH, len(before), before)},
    )


def test_no_address_and_no_credential_is_left() -> None:
    text = record(hidden(personal()))
    for secret in (ADDRESS, ADDRESS.casefold(), TOKEN, "MIIEow"):
        assert secret.casefold() not in text.casefold()
    assert text.count("person1@hidden.invalid") > 3


def test_the_decision_is_the_same_one() -> None:
    seen = personal()
    bare = hidden(seen)
    assert [one.rule for one in decide(seen).documents[0].findings] == [
        one.rule for one in decide(bare).documents[0].findings
    ]
    assert reasons(bare) == reasons(seen).replace(ADDRESS.casefold(), "person1@hidden.invalid")


def test_a_seat_that_was_asked_on_such_a_text_is_not_to_be_asked_again() -> None:
    seen = personal()
    asked = Asked(
        SeatKey("team:11"), "acme/eng-lead", PATH, decide(seen).documents[0].content, ago(minutes=5)
    )
    seen = replace(seen, memory=Memory(paths=(PATH,), asked=(asked,)))
    assert not why(seen, decide(seen)).all(Topic.SEAT)[0].says.endswith("now")
    assert reasons(hidden(seen)).count("to be asked") == reasons(seen).count("to be asked")


def test_a_waiver_of_such_a_section_still_holds() -> None:
    text = design(bodies={"7": f"TBD by {ADDRESS}"})
    seen = snapshot(change(text, design("Draft")), comments=(comment(DANA, "/tdd waive 7 not known yet"),))
    recorded = decide(seen).unrecorded
    seen = replace(seen, memory=Memory(paths=(PATH,), commands=recorded))
    assert len(decide(seen).documents[0].waivers) == 1
    assert decide(hidden(seen)).documents[0].waivers == decide(seen).documents[0].waivers


@pytest.mark.parametrize("state", STATES)
def test_what_holds_nothing_personal_is_left_as_it_is(state: str) -> None:
    assert hidden(STATES[state]) is STATES[state]


def test_what_is_hidden_can_be_recorded_and_hidden_again() -> None:
    bare = hidden(personal())
    assert replay(record(bare)) == bare
    assert reasons(hidden(bare)) == reasons(bare)
