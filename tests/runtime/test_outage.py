"""A model outage as customers and agents live through it; the time is a parameter."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from bot.domain.edition import Edition
from bot.runtime.clock import Heartbeat
from bot.store import tables
from tests.house import House, house

_MANY = 12
_QUESTION = "jam berapa cs buka?"


@dataclass
class Circuit:
    """The part of RasaClient that the heartbeat sees."""

    sambut: House
    down_since: datetime | None = None

    async def probe(self) -> bool:
        if not self.sambut.model.down:
            self.down_since = None
        return not self.sambut.model.down

    def breaks(self) -> None:
        self.sambut.model.down, self.down_since = True, self.sambut.now


class NothingToLearn:
    """The part of Search that the heartbeat sees."""

    def refresh(self, edition: Edition) -> None: ...


@pytest.fixture
async def sambut(database_url: str) -> AsyncIterator[House]:
    async with house(database_url) as made:
        yield made


def _heartbeat(sambut: House, circuit: Circuit) -> Heartbeat:
    core = sambut.core
    parts: list[Any] = [core.editions, circuit, core.sweeps, core.alerts, core.health, core.signals]
    return Heartbeat(*parts, lambda: sambut.now, core.inbox, NothingToLearn())  # type: ignore[arg-type]


async def _pass(sambut: House, beat: Heartbeat, seconds: int) -> None:
    """Ten seconds a step, as the house settles; the queue must come to rest each time."""
    for _ in range(seconds // 10):
        await beat.tick(sambut.now)
        await sambut.settle()


async def test_a_minute_without_the_model_is_a_notice_and_then_the_answer(sambut: House) -> None:
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    customers = [sambut.customer(f"Pelanggan{n}") for n in range(_MANY)]
    for customer in customers:
        await customer.write(_QUESTION)
    await _pass(sambut, beat, 60)
    for customer in customers:
        assert len([m for m in customer.replies if "tertunda" in m.text]) == 1
        assert not customer.heard("08.00")
    sambut.model.down = False
    await _pass(sambut, beat, 20)
    assert all(customer.heard("08.00-20.00") for customer in customers)
    assert all(len([m for m in c.replies if "asisten virtual" in m.text]) == 1 for c in customers)
    assert await sambut.rows(tables.tickets) == []
    assert sambut.desk.alerts == []


async def test_a_few_seconds_are_not_even_noticed(sambut: House) -> None:
    circuit = Circuit(sambut)
    circuit.breaks()
    budi = sambut.customer("Budi")
    await budi.write(_QUESTION)
    sambut.passes(seconds=3)
    while await sambut.step():
        pass
    sambut.model.down = False
    await _pass(sambut, _heartbeat(sambut, circuit), 10)
    assert budi.heard("08.00-20.00")
    assert not [m for m in budi.replies if "tertunda" in m.text]


async def test_messages_of_one_customer_stay_in_order_and_get_one_notice(sambut: House) -> None:
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    budi = sambut.customer("Budi")
    for words in ("halo kak", "mau tanya", _QUESTION):
        await budi.write(words)
        await _pass(sambut, beat, 20)
    assert len([m for m in budi.replies if "tertunda" in m.text]) == 1
    sambut.model.down = False
    await _pass(sambut, beat, 20)
    messages = await sambut.rows(tables.messages, tables.messages.c.direction == "in")
    assert "\n".join(m.text for m in messages) == f"halo kak\nmau tanya\n{_QUESTION}"


async def test_beyond_five_minutes_a_human_takes_over_in_order_with_one_alert(sambut: House) -> None:
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    customers = [sambut.customer(f"Pelanggan{n}") for n in range(_MANY)]
    for customer in customers:
        await customer.write(_QUESTION)
        sambut.passes(seconds=0.1)
    await _pass(sambut, beat, 330)
    tickets = await sambut.rows(tables.tickets)
    assert len(tickets) == _MANY
    cases = [u.case for u in sambut.desk.shown if u.kind == "case" and u.case]
    shown = [case.ticket_id for case in cases]
    assert all("pemahaman bahasa" in case.reasons[0] for case in cases)
    assert sorted(set(shown)) == [t.id for t in tickets]
    assert shown == sorted(shown), "cases reach the desk in their order"
    assert len(sambut.desk.alerts) == 1
    assert "tidak menjawab sejak 10.00" in sambut.desk.alerts[0]
    for customer in customers:
        assert customer.heard("petugas")
        assert len([m for m in customer.replies if "tertunda" in m.text]) == 1


async def test_the_alert_closes_when_the_model_answers_again(sambut: House) -> None:
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    await _pass(sambut, beat, 310)
    assert len(await sambut.core.alerts.open()) == 1
    sambut.model.down = False
    await beat.tick(sambut.now)
    assert await sambut.core.alerts.open() == []
    assert sambut.core.health.model == "ready"


async def test_the_alert_closes_also_when_somebody_else_closed_the_circuit(sambut: House) -> None:
    """The supervisor probes the same client."""
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    await _pass(sambut, beat, 310)
    sambut.model.down, circuit.down_since = False, None
    await beat.tick(sambut.now)
    assert await sambut.core.alerts.open() == []


async def test_the_customer_who_waited_longest_is_first_in_the_list_of_cases(sambut: House) -> None:
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    for n in range(_MANY):
        await sambut.customer(f"P{n:02}").write(f"pertanyaan nomor {n:02}")
        sambut.passes(seconds=1)
    await _pass(sambut, beat, 340)
    subjects = [ticket.subject for ticket in await sambut.rows(tables.tickets)]
    assert subjects == sorted(subjects)


async def test_waiting_is_cheap_and_ends_at_once(sambut: House) -> None:
    """A waiting message is looked at a few times, and the return of the model is not waited out."""
    circuit = Circuit(sambut)
    beat = _heartbeat(sambut, circuit)
    circuit.breaks()
    budi = sambut.customer("Budi")
    await budi.write(_QUESTION)
    await _pass(sambut, beat, 60)
    assert sambut.model.asked <= 6
    sambut.model.down = False
    await beat.tick(sambut.now)
    while await sambut.step():
        pass
    assert budi.heard("08.00-20.00")
