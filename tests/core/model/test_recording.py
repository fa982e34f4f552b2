"""A snapshot survives being written down, and a file that is none is refused with the place."""

import copy
import json
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.decide import decide
from bot.core.document import DocumentTooLargeError
from bot.core.model import (
    Absence,
    Configuration,
    Kind,
    Mode,
    Problem,
    Proposal,
    RequestEvent,
    RequestSubject,
    SeatKey,
    SectionSettings,
    Severity,
    Snapshot,
    Unresolved,
    Unverified,
    User,
    Verdict,
)
from bot.core.model.recording import RecordingError, record, replay
from bot.core.render.why import to_text, why
from tests.builders import BOB, TEAMS, ago, change, design, snapshot
from tests.core.render.test_texts import STATES

OLD = Path(__file__).parent / "recording-1.json"
"""Written by the release that began with this form; it is never written again."""


def full() -> Snapshot:
    """Return a snapshot in which no kind of value is missing."""
    settings = Configuration(
        mode=Mode.ADVISE,
        rules={"TDD201": Severity.NOTE, ("TDD202", "Draft"): Severity.OFF},
        sections={"4.2": SectionSettings(owners=("acme/security-team",), required=True, line=3)},
        away={"bob": date(2026, 12, 1)},
        kinds=(Kind("rfc", Configuration(paths=("rfc/*.md",), given=frozenset({"paths"}))),),
        given=frozenset({"mode", "rules"}),
    )
    subject = RequestSubject(SeatKey("team:11"), "acme/eng-lead")
    base = STATES["stale"]
    return replace(
        base,
        configuration=settings,
        proposal=Proposal("x.yml", None, (Problem("x.yml", 1, 2, "mode", "no"),), alone=True),
        names={
            **TEAMS,
            "bob": User(BOB),
            "nobody": Unresolved(Absence.NO_SUCH_NAME),
            "later": Unverified("an outage"),
        },
        history={**base.history, (base.pull_request.head_sha, "gone.md"): None},
        requested=(subject,),
        request_events=(RequestEvent(ago(hours=1), own=True, removed=False, subject=subject),),
        memory=replace(base.memory, others={8: Verdict.BLOCKED, 9: None}),
    )


@pytest.mark.parametrize("state", [*STATES, "full"])
def test_a_snapshot_comes_back_as_it_was(state: str) -> None:
    seen = full() if state == "full" else STATES[state]
    text = record(seen)
    again = replay(text)

    assert again == seen
    assert record(again) == text
    assert to_text(why(again, decide(again)), color=False) == to_text(why(seen, decide(seen)), color=False)


def test_a_file_of_the_first_release_with_this_form_is_read() -> None:
    seen = replay(OLD.read_text("utf-8"))
    assert seen.pull_request.number == 7
    assert decide(seen).documents[0].seats


def test_what_a_later_release_has_added_may_be_missing() -> None:
    said = json.loads(record(full()))
    with_defaults = {one.name for one in fields(Snapshot)} - {
        "now",
        "app",
        "repository",
        "pull_request",
        "template",
    }
    for name in with_defaults:
        del said["snapshot"][name]
    assert replay(json.dumps(said)).changes == ()


def _set(*path: str | int) -> Callable[[Any, object], None]:
    def change_at(said: Any, value: object) -> None:  # noqa: ANN401 - JSON
        for one in path[:-1]:
            said = said[one]
        said[path[-1]] = value

    return change_at


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (_set("kind"), "else", "no recording of a pull request"),
        (_set("version"), 0, "recorded in form 0, and this release reads form 1"),
        (_set("version"), "1", "recorded in form '1'"),
        (_set("snapshot"), None, "snapshot is not an object"),
        (_set("snapshot", "now"), "yesterday", "snapshot.now is not a time"),
        (_set("snapshot", "now"), "2026-11-24T12:00:00", "snapshot.now is not a time with its zone"),
        (_set("snapshot", "now"), 7, "snapshot.now is not text"),
        (_set("snapshot", "tokens"), [], "snapshot has 'tokens', which this release does not know"),
        (_set("snapshot", "app"), {"id": 1}, "snapshot.app lacks slug"),
        (_set("snapshot", "app", "id"), True, "snapshot.app.id is not a whole number"),
        (_set("snapshot", "template"), "\ud800", "snapshot.template is not text that can be written"),
        (_set("snapshot", "files_complete"), 1, "snapshot.files_complete is not true or false"),
        (_set("snapshot", "configuration", "mode"), "loud", "snapshot.configuration.mode is not one of"),
        (_set("snapshot", "configuration", "rules"), [["TDD201"]], "rules[0] is not 2 values"),
        (_set("snapshot", "names", "bob"), {"is": "Robot"}, "snapshot.names.bob is not one of"),
        (_set("snapshot", "names", "bob"), None, "snapshot.names.bob is not one of"),
        (_set("snapshot", "changes"), {}, "snapshot.changes is not a list"),
        (_set("snapshot", "history"), {}, "snapshot.history is not a list"),
    ],
)
def test_what_is_not_as_the_model_says_is_refused_with_its_place(
    place: Callable[[Any, object], None], value: object, complaint: str
) -> None:
    said = json.loads(record(full()))
    place(said, value)
    with pytest.raises(RecordingError) as caught:
        replay(json.dumps(said))
    assert complaint in str(caught.value)


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "1" * 5000, "[" * 100_000, '{"kind": 1}', "null"])
def test_what_is_no_recording_is_refused(text: str) -> None:
    with pytest.raises(RecordingError):
        replay(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
def test_a_spoilt_file_is_refused_or_decided_and_never_worse(data: st.DataObject) -> None:
    said = copy.deepcopy(json.loads(record(full())))
    node: Any = said
    while isinstance(node, dict | list) and node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or data.draw(st.integers(0, 3)) == 0:
            node[key] = data.draw(_JSON)
            break
        node = node[key]
    try:
        seen = replay(json.dumps(said))
        to_text(why(seen, decide(seen)), color=False)
    except (RecordingError, DocumentTooLargeError):
        return


def test_a_recording_names_no_class_of_python_and_holds_no_secret() -> None:
    text = record(snapshot(change(design())))
    assert "bot.core" not in text
    assert "token" not in text.casefold()
