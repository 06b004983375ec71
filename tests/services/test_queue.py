"""The durable queue: order per lane, one runner per lane, and a lost lease writes nothing."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.errors import LeaseLost
from bot.store import tables
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.queue import INTERRUPTED, Job, Queue
from tests.house import MONDAY

LEASE = timedelta(seconds=30)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    made = Database(database_url)
    upgrade(made)
    yield made
    await made.close()


def outbox(database: Database) -> Queue:
    return Queue(database, tables.outbox, LEASE, bursts=False)


async def put(database: Database, *lanes: str, table: sa.Table = tables.outbox, wait: float = 0) -> None:
    """One row a lane, in order; `wait` seconds until it is ready."""
    async with database.write() as connection:
        count = (await connection.execute(sa.select(sa.func.count()).select_from(table))).scalar_one()
        for n, lane in enumerate(lanes, count):
            times = {"created_at": MONDAY, "ready_at": MONDAY + timedelta(seconds=wait)}
            row = {"outlet": "x", "key": f"k{n}", "lane": lane, "payload": {"n": n}, **times}
            await connection.execute(sa.insert(table).values(row))


async def claimed(queue: Queue, at: datetime = MONDAY) -> Job:
    job = await queue.claim(at)
    assert job, "there was nothing to claim"
    return job


async def done(queue: Queue, job: Job, state: str = "done") -> None:
    async with queue.database.write() as connection:
        await queue.finish(connection, job, state)


async def test_a_lane_is_blocked_by_its_own_head_and_by_nothing_else(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a", "a", "b", "b")
    first, second = await claimed(queue), await claimed(queue)
    assert (first.lane, second.lane) == ("a", "b")
    assert await queue.claim(MONDAY) is None
    await done(queue, first)
    third = await claimed(queue)
    assert (third.lane, third.payloads) == ("a", ({"n": 1},))
    assert await queue.claim(MONDAY) is None


async def test_a_head_that_waits_holds_back_its_lane_only(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a", wait=60)
    await put(database, "a", "b")
    job = await claimed(queue)
    assert job.lane == "b"
    assert await queue.claim(MONDAY) is None
    await done(queue, job)
    later = await claimed(queue, MONDAY + timedelta(seconds=61))
    assert later.payloads == ({"n": 0},)


async def test_a_dead_head_frees_its_lane(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a", "a")
    job = await claimed(queue)
    assert job
    await done(queue, job, "dead")
    following = await claimed(queue)
    assert following.payloads == ({"n": 1},)


async def test_a_lease_that_ran_out_is_taken_over_and_the_old_holder_cannot_write(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a")
    old = await claimed(queue)
    assert await queue.claim(MONDAY + LEASE - timedelta(seconds=1)) is None
    new = await claimed(queue, MONDAY + LEASE + timedelta(seconds=1))
    assert (new.ids, new.interrupted) == (old.ids, True)
    with pytest.raises(LeaseLost):
        await done(queue, old)
    with pytest.raises(LeaseLost):
        await queue.give_back(old, MONDAY)
    await done(queue, new)
    with pytest.raises(LeaseLost):
        await done(queue, new)


async def test_what_a_lost_lease_wrote_beside_it_is_rolled_back(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a")
    old = await claimed(queue)
    assert await queue.claim(MONDAY + 2 * LEASE)
    customer = sa.insert(tables.customers).values(name="ghost", created_at=MONDAY)
    with pytest.raises(LeaseLost):  # noqa: PT012
        async with database.write() as connection:
            await connection.execute(customer)
            await queue.finish(connection, old)
    async with database.read() as connection:
        assert (await connection.execute(sa.select(tables.customers))).all() == []


async def test_a_job_that_is_given_back_counts_or_does_not(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a")
    for count, attempts in ((True, 1), (False, 2), (False, 2), (True, 2)):
        job = await claimed(queue)
        assert job.attempts == attempts
        await queue.give_back(job, MONDAY, "later", count=count)


async def test_releasing_frees_what_a_killed_process_held(database: Database) -> None:
    queue = outbox(database)
    await put(database, "a", "a")
    await claimed(queue)
    await queue.release_all()
    job = await claimed(queue)
    assert (job.payloads, job.row.error) == (({"n": 0},), INTERRUPTED)


async def test_a_burst_is_one_job_in_order(database: Database) -> None:
    queue = Queue(database, tables.inbox, LEASE, bursts=True)
    await put(database, "a", "b", "a", "a", table=tables.inbox)
    await put(database, "a", table=tables.inbox, wait=60)
    job = await claimed(queue)
    assert [p["n"] for p in job.payloads] == [0, 2, 3]
    other = await claimed(queue)
    assert other.lane == "b"
    assert await queue.claim(MONDAY + timedelta(seconds=10)) is None


async def test_a_burst_whose_lease_ran_out_comes_again_whole(database: Database) -> None:
    queue = Queue(database, tables.inbox, LEASE, bursts=True)
    await put(database, "a", "a", table=tables.inbox)
    old = await claimed(queue)
    await put(database, "a", table=tables.inbox)
    new = await claimed(queue, MONDAY + 2 * LEASE)
    assert [p["n"] for p in new.payloads] == [0, 1, 2]
    with pytest.raises(LeaseLost):
        await done(queue, old)
    await done(queue, new)


@pytest.mark.parametrize("bursts", [False, True])
async def test_many_claimers_never_run_one_lane_twice_and_keep_its_order(
    database: Database, database_url: str, bursts: bool
) -> None:
    table = tables.inbox if bursts else tables.outbox
    other = Database(database_url)
    queues = [Queue(d, table, LEASE, bursts) for d in (database, other)]
    dice = random.Random(7)
    lanes = [f"lane{dice.randrange(6)}" for _ in range(90)]
    await put(database, *lanes, table=table)
    running: set[str] = set()
    finished: list[tuple[str, int]] = []

    async def work(queue: Queue) -> None:
        idle = 0
        while idle < 40:
            job = await queue.claim(MONDAY)
            if job is None:
                idle += 1
                await asyncio.sleep(0)
                continue
            idle = 0
            assert job.lane not in running, "two workers in one lane"
            running.add(job.lane)
            await asyncio.sleep(0)
            running.discard(job.lane)
            if dice.random() < 0.2:
                await queue.give_back(job, MONDAY, "again")
            else:
                finished.extend((job.lane, payload["n"]) for payload in job.payloads)
                await done(queue, job)

    await asyncio.gather(*(work(queue) for queue in queues for _ in range(4)))
    await other.close()
    assert sorted(n for _, n in finished) == list(range(90))
    for lane in set(lanes):
        numbers = [n for where, n in finished if where == lane]
        assert numbers == sorted(numbers)
