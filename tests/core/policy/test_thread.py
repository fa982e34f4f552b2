"""What is remembered of a long conversation."""

from dataclasses import replace

from bot.core.decide import decide
from bot.core.model import Comment, NodeId, Snapshot
from bot.core.plan import plan
from bot.core.policy.thread import LONG, MOST_KEPT, thread_read
from tests.builders import BOB, BOT, MALLORY, change, comment, design, snapshot


def conversation(*said: Comment, length: int = LONG) -> Snapshot:
    """Return a pull request with so much chatter, and then this."""
    chatter = [comment(MALLORY, "Hm.", number=number, minutes=100) for number in range(length)]
    return snapshot(change(design()), comments=(*chatter, *said))


def test_a_short_conversation_is_not_remembered() -> None:
    assert thread_read(conversation(length=LONG - 1), ()) is None


def test_without_a_document_nothing_was_read_whole() -> None:
    assert thread_read(replace(conversation(), changes=()), ()) is None


def test_commands_and_our_own_comments_up_to_the_newest_of_others_are_kept() -> None:
    seen = conversation(
        comment(BOB, "/tdd approve", number=501),
        comment(BOB, "/tdd approve", number=502, edited=True),
        comment(BOT, "<!-- tdd-bot:reply -->", number=503),
        comment(MALLORY, "`/tdd approve`", number=504),
        comment(BOT, "later", number=505),
    )
    read = thread_read(seen, ())
    assert read is not None
    assert read.newest == "IC_504"
    assert read.kept == ("IC_501", "IC_503")


def test_what_is_on_record_is_kept_although_it_was_edited() -> None:
    seen = conversation(comment(BOB, "/tdd approve", number=501))
    recorded = decide(seen).unrecorded
    edited = replace(seen, comments=(*seen.comments[:-1], replace(seen.comments[-1], body="x", edited=True)))
    read = thread_read(replace(edited, memory=replace(edited.memory, commands=recorded)), ())
    assert read is not None
    assert read.kept == (NodeId("IC_501"),)


def test_more_than_one_query_takes_is_read_whole_each_time() -> None:
    many = [comment(BOB, "/tdd check", number=1000 + number) for number in range(MOST_KEPT + 1)]
    assert thread_read(conversation(*many[1:]), ()) is not None
    assert thread_read(conversation(*many), ()) is None


def test_it_is_put_on_record_once() -> None:
    seen = conversation()
    read = thread_read(seen, ())
    assert any("ThreadRead" in repr(one) for one in plan(seen, decide(seen)))
    known = replace(seen, memory=replace(seen.memory, thread=read))
    assert not any("ThreadRead" in repr(one) for one in plan(known, decide(known)))
