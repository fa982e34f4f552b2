"""What is remembered of a pull request, and what several of them say of one commit."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest
import sqlalchemy as sa

from bot.core.model import (
    Asked,
    CommandSeen,
    CommentKind,
    CommentPosted,
    DocumentsSeen,
    Fact,
    Heard,
    Login,
    Memory,
    MergedPast,
    Muted,
    NodeId,
    Press,
    PressSettled,
    PullRequestRef,
    Reminded,
    SeatKey,
    Sha,
    ThreadRead,
    Verdict,
)
from bot.core.model.topics import Topic, file_topic, team_topic
from bot.ports import Deed, OutsideError
from bot.store import tables
from bot.store.bulk import DatabaseBulk
from bot.store.database import Database
from bot.store.journal import DatabaseJournal

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
HEAD, OTHER_HEAD = Sha("a" * 40), Sha("b" * 40)
SEAT = SeatKey("team:5")

ASKED = Asked(seat=SEAT, label="acme/eng", path="docs/tdd/1.md", content="d1", at=AT)
HEARD = Heard(seat=SEAT, label="acme/eng", path="docs/tdd/1.md")
COMMAND = CommandSeen(
    comment_id=1,
    kind=CommentKind.LINE,
    line=2,
    name="approve",
    argument="— ünïcode",
    actor_id=3,
    actor=Login("bob"),
    at=AT,
    granted=True,
    ground="member of acme/eng",
    signs=HEAD,
)
PRESS = Press(id="72d3162e", command="submit", actor_id=3, actor=Login("bob"), at=AT)
SETTLED = PressSettled(
    id="72d3162e", command="submit", actor=Login("bob"), granted=True, ground="has write access"
)
REMINDED = Reminded(
    seat=SeatKey("team:1"),
    path="docs/tdd/1.md",
    content="c1",
    number=1,
    at=datetime(2026, 11, 24, tzinfo=UTC),
)
FACTS: tuple[Fact, ...] = (
    ASKED,
    HEARD,
    COMMAND,
    DocumentsSeen(paths=("docs/tdd/1.md", "docs/tdd/2.md")),
    CommentPosted(node_id=NodeId("IC_1")),
    ThreadRead(newest=NodeId("IC_9"), kept=(NodeId("IC_2"), NodeId("IC_1"))),
    PRESS,
    SETTLED,
    Muted(),
    MergedPast(title="Waiting for acme/eng"),
    REMINDED,
)


def test_the_sample_has_every_kind_of_fact() -> None:
    assert {type(one) for one in FACTS} == set(get_args(Fact))


async def test_a_new_pull_request_has_an_empty_memory(database: Database, ref: PullRequestRef) -> None:
    assert await DatabaseJournal(database).recall(ref) == Memory()


async def test_what_is_remembered_comes_back_equal_in_another_process(
    database: Database, second: Database, ref: PullRequestRef
) -> None:
    await DatabaseJournal(database).remember(ref, FACTS)

    assert await DatabaseJournal(second).recall(ref) == Memory(
        asked=(ASKED,),
        heard=(HEARD,),
        commands=(COMMAND,),
        muted=True,
        merged_past=True,
        pressed=(PRESS,),
        settled=(SETTLED,),
        reminded=(REMINDED,),
        paths=("docs/tdd/1.md", "docs/tdd/2.md"),
        comment=NodeId("IC_1"),
        thread=ThreadRead(NodeId("IC_9"), (NodeId("IC_2"), NodeId("IC_1"))),
    )


async def test_the_same_facts_again_change_nothing(database: Database, ref: PullRequestRef) -> None:
    journal = DatabaseJournal(database)
    await journal.remember(ref, FACTS)
    before = await journal.recall(ref)

    await journal.remember(ref, [*FACTS, *FACTS])

    assert await journal.recall(ref) == before


async def test_facts_that_differ_add_up_in_the_order_they_came(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    later = replace(ASKED, content="d2")
    await journal.remember(ref, [later])
    await journal.remember(ref, [ASKED, later])

    assert (await journal.recall(ref)).asked == (later, ASKED)


async def test_of_documents_and_comment_only_the_last_is_true_even_if_it_was_true_before(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    for paths in (("a.md",), ("b.md",), ("a.md",)):
        await journal.remember(ref, [DocumentsSeen(paths=paths), CommentPosted(node_id=NodeId(paths[0]))])

    memory = await journal.recall(ref)

    assert (memory.paths, memory.comment) == (("a.md",), "a.md")


async def test_a_rename_keeps_the_memory_and_another_number_has_none(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    await journal.remember(ref, FACTS)

    assert (await journal.recall(replace(ref, owner="apex", name="store"))).asked == (ASKED,)
    assert await journal.recall(replace(ref, number=8)) == Memory()


async def test_a_fact_that_cannot_be_read_is_an_error_never_forgotten(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    await journal.remember(ref, [COMMAND])
    spoiled = sa.update(tables.fact).values(body='{"from": "the future"}')
    await database.write(lambda connection: connection.execute(spoiled))

    with pytest.raises(OutsideError, match="acme/shop#7 holds a 'command'"):
        await journal.recall(ref)


async def test_two_pull_requests_on_one_commit_see_each_other(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    other = replace(ref, number=8)

    assert await journal.settle(ref, HEAD, Verdict.PASS, [8, 9]) == {8: None, 9: None}
    assert await journal.settle(other, HEAD, Verdict.BLOCKED, [7]) == {7: Verdict.PASS}
    assert await journal.settle(ref, HEAD, Verdict.PASS, [8]) == {8: Verdict.BLOCKED}


async def test_of_two_that_settle_at_once_one_sees_the_other(
    database: Database, second: Database, ref: PullRequestRef
) -> None:
    here, there = DatabaseJournal(database), DatabaseJournal(second)

    for round_number in range(10):
        head = Sha(f"{round_number:040x}")
        first, other = await asyncio.gather(
            here.settle(ref, head, Verdict.WAITING, [8]),
            there.settle(replace(ref, number=8), head, Verdict.ERROR, [7]),
        )
        assert {first[8], other[7]} != {None}


async def test_a_verdict_on_another_commit_or_repository_is_not_read(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    await journal.settle(replace(ref, number=8), OTHER_HEAD, Verdict.PASS, [])
    await journal.settle(replace(ref, number=8, repository_id=99), HEAD, Verdict.PASS, [])

    assert await journal.settle(ref, HEAD, Verdict.PASS, [8]) == {8: None}


async def test_a_closed_pull_request_is_released_and_names_who_shares_its_commit(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    other = replace(ref, number=8)
    await journal.settle(ref, OTHER_HEAD, Verdict.BLOCKED, [])
    await journal.settle(ref, HEAD, Verdict.BLOCKED, [])
    await journal.settle(other, HEAD, Verdict.PASS, [])

    assert await journal.release(ref, HEAD) == (other,)
    assert await journal.on_commit(ref.repository_id, HEAD) == (other,)
    assert await journal.on_commit(ref.repository_id, OTHER_HEAD) == ()


async def test_a_pull_request_that_moves_on_names_who_stays_on_its_old_commit(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    other = replace(ref, number=8)
    await journal.settle(ref, OTHER_HEAD, Verdict.BLOCKED, [])
    await journal.settle(other, OTHER_HEAD, Verdict.PASS, [])
    await journal.settle(ref, HEAD, Verdict.PASS, [])

    assert await journal.moved(ref, HEAD) == (other,)
    assert await journal.moved(ref, HEAD) == ()
    assert await journal.on_commit(ref.repository_id, HEAD) == (ref,)


async def test_a_commit_leads_to_all_that_were_judged_on_it(database: Database, ref: PullRequestRef) -> None:
    journal = DatabaseJournal(database)
    other = replace(ref, number=8)
    for one in (other, ref):
        await journal.settle(one, HEAD, Verdict.WAITING, [])

    assert await journal.on_commit(ref.repository_id, HEAD) == (ref, other)
    assert await journal.on_commit(99, HEAD) == ()


async def test_an_audit_row_says_what_why_and_on_which_content(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database, lambda: 5.0)

    await journal.audit(ref, [Deed("asked acme/eng", "x" * 9_000, "d1", "alice")])

    row = await database.read(lambda connection: connection.execute(sa.select(tables.audit)).one())
    assert (row.at, row.place, row.what, row.why, row.content) == (
        5.0,
        "acme/shop#7",
        "asked acme/eng",
        "x" * 2_000,
        "d1",
    )
    assert row.who == "alice"


async def test_pull_requests_are_found_by_what_their_verdicts_lean_on(
    database: Database, ref: PullRequestRef
) -> None:
    journal = DatabaseJournal(database)
    other, elsewhere = replace(ref, number=8), replace(ref, number=9, repository_id=99)
    file, team = file_topic("main", "docs/1.md"), team_topic(5)
    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={file, team})
    await journal.settle(other, HEAD, Verdict.PASS, [], leanings={team})
    await journal.settle(elsewhere, HEAD, Verdict.PASS, [], leanings={file})
    here = ref.installation_id, ref.repository_id

    assert await journal.leaning(*here, [file]) == (ref,)
    assert await journal.leaning(*here, [file, team]) == (ref, other)
    assert await journal.leaning(ref.installation_id, None, [file]) == (ref, elsewhere)
    assert await journal.leaning(ref.installation_id + 1, None, [file]) == ()
    assert await journal.leaning(*here, [file_topic("next", "docs/1.md")]) == ()
    many = [Topic(f"file {number}") for number in range(1200)]
    assert await journal.leaning(*here, [*many, file]) == (ref,)

    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={team})
    assert await journal.leaning(*here, [file]) == ()

    renamed = replace(ref, name="renamed")
    await journal.settle(renamed, HEAD, Verdict.PASS, [], leanings={team})
    assert renamed in await journal.leaning(*here, [team])

    await journal.release(renamed, HEAD)
    assert await journal.leaning(*here, [team]) == (other,)


async def test_what_changes_while_a_pull_request_is_judged_first_is_looked_at_once_more(
    database: Database, second: Database, ref: PullRequestRef
) -> None:
    """Its leanings are not known yet when the change is told of."""
    journal, bulk = DatabaseJournal(database), DatabaseBulk(second)
    file = file_topic("main", "docs/1.md")
    here = ref.installation_id, ref.repository_id
    assert await journal.leaning(*here, [file]) == ()

    await journal.settle(replace(ref, number=8), HEAD, Verdict.PASS, [], leanings={team_topic(5)})
    assert await bulk.take(9) == []
    await DatabaseJournal(second).settle(ref, HEAD, Verdict.PASS, [], leanings={file})
    (job,) = await bulk.take(9)
    assert job.pull_request == ref

    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={file})
    assert [one.number for one in await bulk.left()] == [1]


@pytest.mark.parametrize("told", ["before", "during", "after"])
async def test_no_change_goes_unseen_whenever_it_is_told_of(
    database: Database, second: Database, ref: PullRequestRef, told: str
) -> None:
    """What is read shows a change that was told of before: no second look is needed."""
    journal, other = DatabaseJournal(database), DatabaseJournal(second)
    file, people = file_topic("main", "docs/1.md"), team_topic(5)
    found: list[PullRequestRef] = []

    async def tell(moment: str) -> None:
        if told == moment:
            found.extend(await other.leaning(ref.installation_id, ref.repository_id, [file]))
            found.extend(await other.leaning(ref.installation_id, None, [people]))

    await tell("before")
    if told == "before":
        await next_second()
    as_of = (await journal.recall(ref)).as_of
    await tell("during")
    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={file, people}, as_of=as_of)
    await tell("after")

    again = [*found, *(one.pull_request for one in await DatabaseBulk(second).take(9))]
    assert set(again) == (set() if told == "before" else {ref})


async def test_the_latest_time_of_a_change_is_kept_whoever_writes_last(
    database: Database, ref: PullRequestRef
) -> None:
    """A transaction that began earlier may have waited for its turn."""
    journal, file = DatabaseJournal(database), file_topic("main", "docs/1.md")
    here = ref.installation_id, ref.repository_id
    await journal.leaning(*here, [file])
    later = sa.update(tables.cache).values(expires=tables.cache.c.expires + 5)
    await database.write(lambda connection: connection.execute(later))
    as_of = (await journal.recall(ref)).as_of + 4

    await journal.leaning(*here, [file])
    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={file}, as_of=as_of)

    assert [one.number for one in await DatabaseBulk(database).left()] == [1]


async def test_a_change_is_looked_for_again_only_where_it_is_newly_leant_on(
    database: Database, ref: PullRequestRef
) -> None:
    journal, bulk = DatabaseJournal(database), DatabaseBulk(database)
    first, second = file_topic("main", "docs/1.md"), file_topic("main", "docs/2.md")
    here = ref.installation_id, ref.repository_id
    as_of = (await journal.recall(ref)).as_of
    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={first}, as_of=as_of)
    assert await journal.leaning(*here, [first]) == (ref,)

    await journal.settle(ref, HEAD, Verdict.PASS, [], leanings={first, second}, as_of=as_of)

    assert await bulk.left() == []


async def next_second() -> None:
    """Wait until a database that tells its time in seconds tells another one."""
    await asyncio.sleep(1.01 - time.time() % 1)
