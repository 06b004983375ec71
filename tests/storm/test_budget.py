"""What one turn costs the database, from the arrival to the receipt: the figures of docs and design."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa

from bot.store.database import Database
from tests.house import Customer, House

MOST_COMMITS, MOST_STATEMENTS = 2, 15
STORY = "kecewa banget, paket sudah seminggu belum sampai juga"


@dataclass
class Cost:
    commits: int = 0
    statements: list[str] = field(default_factory=list)

    def ran(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # SQLite is told BEGIN in words, PostgreSQL's driver sends it along with the first statement.
        if not statement.startswith("BEGIN"):
            self.statements.append(" ".join(statement.split())[:90])

    def committed(self, _: Any) -> None:
        self.commits += 1


@contextmanager
def counted(database: Database) -> Iterator[Cost]:
    cost = Cost()
    durable, *_ = database.engines()
    hooks: list[tuple[Any, str, Any]] = [(e.sync_engine, "before_cursor_execute", cost.ran) for e in database.engines()]
    hooks.append((durable.sync_engine, "commit", cost.committed))
    for hook in hooks:
        sa.event.listen(*hook)
    try:
        yield cost
    finally:
        for hook in hooks:
            sa.event.remove(*hook)


async def one_turn(sambut: House, customer: Customer, text: str, intent: str) -> Cost:
    """Exactly the steps of one message: the pumps' looks at an empty queue are not the turn's."""
    core = sambut.core
    sambut.model.known[text] = (intent, 0.95)
    sent = len(customer.replies)
    with counted(sambut.database) as cost:
        await customer.write(text)
        sambut.passes(seconds=10)
        for queue, work in ((core.inbox, core.worker.work), (core.outbox, core.sender.work)):
            job = await queue.claim(sambut.now)
            assert job
            await work(job)
    assert len(customer.replies) == sent + 1
    return cost


@pytest.fixture
def plain(sambut: House) -> House:
    """Without a desk that is pushed to: what one shows there has rows and sends of its own."""
    sambut.core.desks.clear()
    return sambut


def assert_within(cost: Cost) -> None:
    told = f"{len(cost.statements)} statements, {cost.commits} durable commits:\n" + "\n".join(cost.statements)
    assert cost.commits <= MOST_COMMITS, told
    assert len(cost.statements) <= MOST_STATEMENTS, told
    print(told)


async def test_an_answered_question(plain: House) -> None:
    budi = plain.customer()
    await budi.says("halo", intent="greet")
    cost = await one_turn(plain, budi, "jam berapa cs buka?", "general")
    assert budi.heard("08.00-20.00")
    assert_within(cost)


async def test_an_answered_question_at_first_contact(plain: House) -> None:
    assert_within(await one_turn(plain, plain.customer(), "jam berapa cs buka?", "general"))


async def test_a_form_answer(plain: House) -> None:
    budi = plain.customer()
    await budi.says(STORY, intent="complaint")
    cost = await one_turn(plain, budi, "RPN-12345", "general")
    assert budi.heard("harapkan")
    assert_within(cost)


async def test_a_complaint_at_first_contact(plain: House) -> None:
    budi = plain.customer()
    cost = await one_turn(plain, budi, STORY, "complaint")
    assert budi.heard("KLH-202611-00001")
    assert_within(cost)
