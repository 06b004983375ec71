"""A question: answered from the knowledge base, or an inquiry with a number."""

import pytest

from bot.store import tables
from tests.house import House

UNKNOWN = "xyzzy plugh frobnicate?"
UNKNOWN_TOO = "quux corge grault?"


async def test_the_first_contact_names_the_bot_and_the_privacy_notice_once(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("halo", intent="greet")
    assert budi.heard("Sambut, asisten virtual Rumah Pintar Nusantara")
    assert budi.heard("rumahpintar.example/privasi")
    await budi.says("halo lagi", intent="greet")
    assert not budi.heard("asisten virtual")
    assert len(budi.replies) == 2


async def test_a_question_is_answered_from_the_knowledge_base(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa cs buka?")
    assert budi.heard("asisten virtual")
    assert budi.heard("08.00-20.00")
    assert [b.value for b in budi.replies[-1].buttons] == ["helpful:yes", "helpful:no"]
    (inquiry,) = await sambut.rows(tables.inquiries)
    assert (inquiry.outcome, inquiry.article, inquiry.ticket_id) == ("answered", "opening-hours", None)


async def test_an_answer_that_helped_is_thanked_for(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa cs buka?")
    await budi.presses("helpful:yes")
    assert budi.heard("syukurlah") or budi.heard("senang mendengarnya")
    assert await sambut.rows(tables.tickets) == []


async def test_an_answer_that_did_not_help_leads_to_a_human(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa cs buka?")
    await budi.presses("helpful:no")
    assert budi.heard("belum membantu")
    await budi.presses("human")
    assert budi.heard("INQ-202611-00001")
    assert budi.heard("petugas akan membalas di sini paling lambat hari ini pukul 14.05 WIB")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.reasons == ["Pelanggan meminta petugas"]


async def test_a_question_without_an_answer_has_a_number_and_an_estimate(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(UNKNOWN)
    assert budi.heard("INQ-202611-00001")
    assert budi.heard("paling lambat besok (Selasa, 24 November 2026) pukul 20.00 WIB")
    assert not budi.heard("nama Anda?")
    (inquiry,) = await sambut.rows(tables.inquiries)
    assert (inquiry.outcome, inquiry.ticket_id) == ("ticket", 1)


async def test_name_and_contact_are_asked_where_the_channel_gives_none(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says(UNKNOWN)
    assert guest.heard("INQ-202611-00001")
    assert guest.heard("Boleh kami tahu nama Anda?")
    await guest.says("nama saya Siti")
    assert guest.heard("nomor ponsel atau alamat email")
    await guest.says("0812 3456 7890")
    assert guest.heard("kontak Anda sudah kami catat")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.fields["name"], ticket.fields["contact"]) == ("Siti", "+6281234567890")
    (customer,) = await sambut.rows(tables.customers)
    assert (customer.name, customer.contact) == ("Siti", "+6281234567890")


async def test_what_the_question_already_told_is_never_asked(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says(f"nama saya Siti, hp 081234567890. {UNKNOWN}")
    assert not guest.heard("nama Anda?")
    assert not guest.heard("nomor ponsel")
    await guest.says(UNKNOWN_TOO)
    assert not guest.heard("nama Anda?")
    (customer,) = await sambut.rows(tables.customers)
    assert (customer.name, customer.contact) == ("Siti", "+6281234567890")


async def test_name_and_contact_in_one_answer_are_both_taken(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says(UNKNOWN)
    await guest.says("Siti, hp 0812-3456-7890")
    assert guest.heard("kontak Anda sudah kami catat")


async def test_a_new_request_takes_the_place_of_the_contact_question(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says(UNKNOWN)
    await guest.says("apa yang terjadi dengan paket saya? kecewa!", intent="complaint")
    assert guest.heard("KLH-202611-00001")


async def test_two_answers_that_fail_bring_a_human(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(UNKNOWN)
    assert not budi.heard("kami teruskan kepada petugas kami dengan nomor")
    await budi.says(UNKNOWN_TOO)
    assert budi.heard("Percakapan ini kami teruskan kepada petugas kami dengan nomor INQ-202611-00002")
    (event,) = await sambut.rows(tables.events, tables.events.c.type == "conversation.handed_off")
    assert event.data["rules"] == ["failed_answers"]


async def test_an_answer_in_between_starts_the_count_anew(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(UNKNOWN)
    await budi.says("jam berapa cs buka?")
    await budi.says(UNKNOWN_TOO)
    assert not budi.heard("Percakapan ini kami teruskan")


async def test_below_the_confidence_threshold_nothing_is_answered(sambut: House) -> None:
    budi = sambut.customer("Budi")
    unsure = sambut.core.editions.current.limits.intent - 0.01
    await budi.says("jam berapa cs buka?", intent="general", confidence=unsure)
    assert not budi.heard("08.00-20.00")
    assert "article:opening-hours" in [b.value for b in budi.replies[-1].buttons]
    await budi.says("xyzzy", intent="general", confidence=unsure)
    assert [b.value for b in budi.replies[-1].buttons] == ["human"]
    await budi.says("plugh", intent="general", confidence=unsure)
    assert budi.heard("Percakapan ini kami teruskan")
    outcomes = [row.outcome for row in await sambut.rows(tables.inquiries)]
    assert outcomes == ["offered", "not_understood", "not_understood"]


@pytest.mark.parametrize("intent", ["ticket_status", "complaint", "out_of_scope", "register"])
async def test_an_article_that_fits_speaks_louder_than_an_intent_that_is_not_sure(sambut: House, intent: str) -> None:
    budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
    await budi.says("jam berapa cs buka?", intent=intent, confidence=0.79)
    assert budi.heard("08.00-20.00")
    await ani.says("jam berapa cs buka?", intent=intent, confidence=0.8)
    assert not ani.heard("08.00-20.00")


async def test_an_article_that_does_not_fit_well_enough_is_not_told(sambut: House) -> None:
    budi = sambut.customer("Budi")
    text = "cs plugh xyzzy frobnicate quux corge"
    (match, *_) = sambut.core.editions.current.index.search(text)
    assert 0 < match.score < sambut.core.editions.current.limits.lexical
    await budi.says(text)
    assert budi.heard("INQ-202611-00001")


async def test_every_question_has_an_inquiry_row(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa cs buka?")
    await budi.says("xyzzy", intent="general", confidence=0.1)
    await budi.says("mau daftar", intent="register")
    await budi.says("kecewa sekali, barangnya datang dalam keadaan rusak", intent="complaint")
    await budi.says("petugas")
    outcomes = [row.outcome for row in await sambut.rows(tables.inquiries)]
    assert outcomes == ["answered", "not_understood", "ticket", "ticket", "handoff"]
    editions = {row.edition for row in await sambut.rows(tables.inquiries)}
    assert editions == {sambut.core.editions.current.id}


async def test_small_talk_is_answered_and_opens_nothing(sambut: House) -> None:
    budi = sambut.customer("Budi")
    for intent in ("greet", "thank", "affirm", "deny", "goodbye", "out_of_scope", "cancel"):
        await budi.says(f"pesan {intent}", intent=intent)
    assert len(budi.replies) == 7
    assert await sambut.rows(tables.tickets) == await sambut.rows(tables.inquiries) == []


async def test_a_photo_alone_is_asked_about_and_with_a_caption_is_a_question(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.sends_photo()
    assert budi.heard("berkas Anda sudah kami terima")
    await budi.sends_photo("jam berapa cs buka?")
    assert budi.heard("08.00-20.00")
    stored = await sambut.rows(tables.messages, tables.messages.c.direction == "in")
    assert [row.attachments[0]["name"] for row in stored] == ["foto.jpg", "foto.jpg"]
