"""An agent says what a message really was."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from bot.domain.intents import INTENTS
from bot.store import tables
from bot.tools import nlu_files
from tests.house import ROOT, Customer, House

QUESTION = "kenapa paket saya belum sampai juga"


async def asked(sambut: House, text: str = QUESTION, intent: str = "register", name: str = "Budi") -> Customer:
    """A customer whose message became a ticket at once."""
    customer = sambut.customer(name)
    await customer.says(text, intent=intent)
    return customer


async def corrected(sambut: House) -> list[tuple[str, str, str]]:
    return [(row.predicted, row.corrected, row.actor) for row in await sambut.rows(tables.corrections)]


def refusal(sambut: House) -> str:
    assert sambut.desk.shown[-1].kind == "refused"
    return sambut.desk.shown[-1].text


def test_the_intents_are_those_of_the_domain() -> None:
    assert list(INTENTS) == list(nlu_files.intents(ROOT))


async def test_a_correction_is_a_row_an_event_and_the_class_of_message_and_ticket(sambut: House) -> None:
    budi = await asked(sambut)
    before, (was,) = len(budi.replies), await sambut.rows(tables.tickets)
    await sambut.agent("correct", "complaint")
    (row,) = await sambut.rows(tables.corrections)
    (inquiry,) = await sambut.rows(tables.inquiries)
    (ticket,) = await sambut.rows(tables.tickets)
    (event,) = await sambut.rows(tables.events, tables.events.c.type == "inquiry.corrected")
    assert (row.inquiry_id, row.ticket_id, row.predicted, row.corrected) == (inquiry.id, 1, "register", "complaint")
    assert row.actor == event.actor == "memo:rina"
    assert event.data == {"inquiry_id": 1, "correction_id": 1, "from": "register", "to": "complaint"}
    assert (inquiry.message_class, ticket.message_class) == ("complaint", "complaint")
    assert (ticket.number, ticket.type, ticket.status) == (was.number, was.type, was.status)
    assert len(budi.replies) == before


async def test_a_class_that_no_ticket_has_changes_the_message_only(sambut: House) -> None:
    await asked(sambut)
    (was,) = await sambut.rows(tables.tickets)
    await sambut.agent("correct", "ticket_status")
    (inquiry,) = await sambut.rows(tables.inquiries)
    (ticket,) = await sambut.rows(tables.tickets)
    assert (inquiry.message_class, ticket.message_class) == ("ticket_status", was.message_class)


async def test_what_is_no_correction_is_refused_in_words(sambut: House) -> None:
    await asked(sambut)
    for text, words in (("register", "sudah dicatat sebagai Pendaftaran pelanggan"), ("Complaint!", "tidak dikenal")):
        await sambut.agent("correct", text)
        assert words in refusal(sambut)
    assert await corrected(sambut) == []
    assert await sambut.rows(tables.events, tables.events.c.type == "inquiry.corrected") == []


async def test_a_case_without_an_understood_message_is_refused_in_words(sambut: House) -> None:
    await asked(sambut)
    async with sambut.database.write() as connection:
        await connection.execute(tables.inquiries.delete())
    await sambut.agent("correct", "complaint")
    assert "tidak punya pesan" in refusal(sambut)


async def test_a_correction_may_be_corrected_and_a_finished_case_too(sambut: House) -> None:
    await asked(sambut)
    await sambut.agent("correct", "complaint")
    await sambut.agent("resolve", who="dewi")
    await sambut.agent("correct", "technical", who="dewi")
    assert await corrected(sambut) == [
        ("register", "complaint", "memo:rina"), ("complaint", "technical", "memo:dewi"),
    ]  # fmt: skip


async def test_the_newest_message_of_the_ticket_is_meant_and_never_one_of_another(sambut: House) -> None:
    budi = await asked(sambut, "mau daftar")
    await budi.says("minta teknisi", intent="request_service")
    await budi.says("siapa presiden", intent="out_of_scope")
    await sambut.agent("correct", "general", ticket_id=1)
    await sambut.agent("correct", "technical", ticket_id=2)
    classes = {row.ticket_id: row.message_class for row in await sambut.rows(tables.inquiries)}
    assert (classes[1], classes[2]) == ("general", "technical")


async def test_a_ticket_that_no_message_names_has_the_newest_of_its_conversation(sambut: House) -> None:
    budi = await asked(sambut, "siapa presiden", "out_of_scope")
    await budi.says("petugas")
    async with sambut.database.write() as connection:
        await connection.execute(tables.inquiries.update().values(ticket_id=None))
    newest = (await sambut.rows(tables.inquiries))[-1]
    await sambut.agent("correct", "technical")
    (row,) = await sambut.rows(tables.corrections)
    assert row.inquiry_id == newest.id


@contextmanager
def counted(sambut: House) -> Iterator[list[str]]:
    """The statements that the database is given meanwhile."""
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    engines = [engine.sync_engine for engine in sambut.database.engines()]
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", note)


async def test_only_a_page_where_it_may_be_corrected_asks_how_a_message_was_understood(sambut: House) -> None:
    await asked(sambut)
    with counted(sambut) as sent:
        view = await sambut.core.cases.view(1)
    with counted(sambut) as shown:
        page = await sambut.core.cases.explained(1)
    assert len(shown) == len(sent) + 1
    assert view
    assert page
    assert view.reading is None
    assert page.reading
    assert (page.reading.message_class, page.reading.corrected) == ("register", False)
    assert await sambut.core.cases.explained(99) is None
