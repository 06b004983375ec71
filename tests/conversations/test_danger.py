"""Smoke, shock or fraud: safety first, then a human at once, whatever was going on."""

from bot.store import tables
from tests.house import House


async def test_danger_is_answered_with_safety_and_a_human(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("adaptor kamera saya keluar asap", intent="technical")
    assert budi.heard("Keselamatan Anda yang utama")
    assert budi.heard("kami teruskan kepada petugas kami dengan nomor KLH-202611-00001")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.priority == "urgent"
    assert '"keluar asap"' in ticket.reasons


async def test_danger_inside_a_form_keeps_its_ticket(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("kecewa banget, paket sudah seminggu belum sampai juga", intent="complaint")
    await budi.says("aduh sekarang kameranya terbakar!")
    assert budi.heard("Keselamatan Anda yang utama")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.number, ticket.priority) == ("KLH-202611-00001", "urgent")
    (conversation,) = await sambut.rows(tables.conversations)
    assert (conversation.handler, conversation.form) == ("human", None)


async def test_danger_after_the_forms_ticket_was_finished_opens_a_new_one(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("kecewa banget, paket sudah seminggu belum sampai juga", intent="complaint")
    await sambut.agent("resolve")
    await budi.says("kameranya terbakar!")
    assert budi.heard("KLH-202611-00002")
    await sambut.agent("claim", ticket_id=2)
    assert budi.heard("Halo, saya Rina")


async def test_danger_beats_a_stop_and_a_button(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("batal, kameranya terbakar", intent="cancel")
    assert budi.heard("Keselamatan Anda yang utama")


async def test_fraud_has_words_of_its_own(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("akun saya dibobol orang", intent="technical")
    assert budi.heard("jangan membagikan kata sandi atau OTP")
    assert budi.heard("kami teruskan kepada petugas")


async def test_a_denied_danger_is_an_ordinary_message(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("tidak berasap kok, hanya mau tanya jam berapa cs buka?", intent="general")
    assert not budi.heard("Keselamatan")
    (conversation,) = await sambut.rows(tables.conversations)
    assert conversation.handler == "bot"


async def test_danger_in_the_second_message_of_a_burst_is_seen(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("garansinya berlaku atau tidak", "asap keluar dari adaptor", intent="general")
    assert budi.heard("Keselamatan Anda yang utama")
