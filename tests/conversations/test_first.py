"""First conversations."""

from bot.store import tables
from tests.house import House


async def test_a_question_is_answered_from_the_knowledge_base(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa cs buka?")
    assert budi.heard("asisten virtual")
    assert budi.heard("08.00-20.00")
    (inquiry,) = await sambut.rows(tables.inquiries)
    assert (inquiry.outcome, inquiry.article) == ("answered", "opening-hours")


async def test_a_complaint_has_a_number_from_its_first_message(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("kecewa banget, paket sudah seminggu belum sampai juga", intent="complaint")
    assert budi.heard("KLH-202611-00001")
    assert budi.heard("nomor pesanan")
    await budi.says("RPN-12345")
    assert budi.heard("harapkan")
    await budi.presses("wish:Pengembalian dana")
    assert budi.heard("sudah lengkap")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.fields["order_number"] == "RPN-12345"
    assert ticket.fields["wish"] == "Pengembalian dana"
