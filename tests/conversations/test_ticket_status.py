"""The state of a ticket, to its owner only."""

from bot.store import tables
from tests.house import House

STORY = "kecewa banget, paket sudah seminggu belum sampai juga"


async def test_the_owner_asks_by_number_in_any_spelling(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await budi.says("batal")
    await budi.says("gimana klh 202611 1 saya?", intent="general")
    assert budi.heard("Tiket KLH-202611-00001")
    assert budi.heard("sudah kami terima")
    assert budi.heard("Kamis, 26 November 2026 pukul 20.00 WIB")


async def test_somebody_elses_number_reads_like_one_that_does_not_exist(sambut: House) -> None:
    budi, eve = sambut.customer("Budi"), sambut.customer("Eve")
    await budi.says(STORY, intent="complaint")
    await eve.says("KLH-202611-00001")
    real = eve.last.split("\n\n")[-1]
    await eve.says("KLH-202611-00999")
    assert eve.last.replace("00999", "00001") == real
    assert eve.heard("tidak menemukan")


async def test_without_a_number_the_open_tickets_are_told(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("laporan saya gimana?", intent="ticket_status")
    assert budi.heard("tidak menemukan tiket yang masih berjalan")
    await budi.says("minta teknisi", intent="request_service")
    await budi.says("mau daftar", intent="register")
    await budi.says("laporan saya gimana?", intent="ticket_status")
    assert budi.heard("ONB-202611-00001")
    assert budi.heard("SRV-202611-00001")


async def test_a_finished_ticket_is_told_as_finished(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("minta teknisi", intent="request_service")
    await sambut.agent("claim")
    await sambut.agent("resolve")
    await budi.says("SRV-202611-00001")
    assert budi.heard("selesai")
    assert not budi.heard("sedang menanganinya")
    assert not budi.heard("Target penyelesaian")


async def test_a_number_in_the_middle_of_a_form_is_answered_and_the_form_goes_on(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("minta teknisi", intent="request_service")
    await budi.says(STORY, intent="complaint")
    await budi.says("srv-202611-00001")
    assert budi.heard("Tiket SRV-202611-00001")
    assert budi.heard("nomor pesanan")


async def test_a_target_that_has_passed_is_not_promised_again(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("minta teknisi", intent="request_service")
    sambut.passes(days=30)
    await budi.says("SRV-202611-00001")
    assert not budi.heard("Target penyelesaian")


async def test_a_question_about_a_ticket_is_an_inquiry_too(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("laporan saya gimana?", intent="ticket_status")
    assert len(await sambut.rows(tables.inquiries)) == 1
