"""A complaint: a number at once, then the form, question by question."""

from bot.store import tables
from tests.house import House, house

STORY = "kecewa banget, paket sudah seminggu belum sampai juga"


async def test_the_whole_form(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    assert budi.heard("KLH-202611-00001")
    assert budi.heard("nomor pesanan")
    await budi.says("RPN-12345")
    assert budi.heard("harapkan")
    await budi.presses("wish:Pengembalian dana")
    assert budi.heard("keterangan Anda untuk keluhan KLH-202611-00001 sudah lengkap")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.fields["order_number"], ticket.fields["wish"]) == ("RPN-12345", "Pengembalian dana")
    assert (ticket.fields["first_message"], ticket.fields["story"]) == (STORY, STORY)


async def test_it_promises_what_the_sla_says(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    assert budi.heard("menanggapi paling lambat hari ini pukul 11.05 WIB")
    assert budi.heard("Kamis, 26 November 2026 pukul 20.00 WIB")


async def test_a_short_first_word_is_asked_for_the_story(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("mau komplain", intent="complaint")
    assert budi.heard("KLH-202611-00001")
    assert budi.heard("ceritakan apa yang terjadi")
    await budi.says("pesanan RPN-12345 datang dalam keadaan pecah")
    assert budi.heard("harapkan"), "the order number stood in the story"
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.fields["order_number"] == "RPN-12345"


async def test_an_order_number_in_the_first_message_is_not_asked(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(f"{STORY}, no pesanan saya rpn-777", intent="complaint")
    assert budi.heard("harapkan")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.fields["order_number"] == "RPN-777"


async def test_what_the_first_message_names_is_not_asked(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says("nama saya Budi, HP 0812-3456-7890, pesanan RPN-12345", intent="complaint")
    assert guest.heard("harapkan")
    await guest.presses("wish:Perbaikan")
    assert guest.heard("keterangan Anda untuk keluhan KLH-202611-00001 sudah lengkap")
    (ticket,) = await sambut.rows(tables.tickets)
    (customer,) = await sambut.rows(tables.customers)
    assert ticket.fields["order_number"] == "RPN-12345"
    assert (customer.name, customer.contact) == ("Budi", "+6281234567890")


async def test_what_a_burst_and_an_answer_name_is_not_asked(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says("halo kak, saya Siti dari Bandung", "paket saya pecah semua", "resi JX0088231", intent="complaint")
    assert guest.heard("harapkan")
    await guest.says("kirim ulang saja, kabari ke Siti@Contoh.id")
    assert guest.heard("sudah lengkap")
    (customer,) = await sambut.rows(tables.customers)
    assert (customer.name, customer.contact) == ("Siti", "siti@contoh.id")


async def test_what_only_looks_like_a_detail_is_asked(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says("saya kecewa, pesanan saya 2 kali batal, telepon 1500-000 tidak diangkat", intent="complaint")
    assert guest.heard("nomor pesanan")
    await guest.presses("skip")
    await guest.presses("wish:Perbaikan")
    assert guest.heard("nama Anda")


async def test_a_guest_is_asked_for_name_and_contact_in_the_end(sambut: House) -> None:
    guest = sambut.customer("", lane="memory:guest", reachable=False)
    await guest.says(STORY, intent="complaint")
    await guest.presses("skip")
    await guest.presses("wish:Perbaikan")
    assert guest.heard("nama Anda")
    await guest.says("Siti")
    await guest.says("siti@contoh.id")
    assert guest.heard("sudah lengkap")
    (customer,) = await sambut.rows(tables.customers)
    assert (customer.name, customer.contact) == ("Siti", "siti@contoh.id")


async def test_a_question_may_be_skipped_by_button_or_word(sambut: House) -> None:
    for name, skip in (("Budi", lambda c: c.presses("skip")), ("Ani", lambda c: c.says("tidak ada"))):
        customer = sambut.customer(name)
        await customer.says(STORY, intent="complaint")
        await skip(customer)
        assert customer.heard("harapkan")


async def test_an_answer_that_cannot_be_kept_is_helped_then_kept(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await budi.says("sebentar ya kak", intent="affirm")
    assert budi.heard("misalnya RPN-12345")
    await budi.says("RPN-12345")
    assert budi.heard("harapkan")


async def test_two_answers_that_cannot_be_kept_bring_a_human_with_the_form(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await budi.says("apa itu", intent="affirm")
    await budi.says("bingung saya", intent="affirm")
    assert budi.heard("Percakapan ini kami teruskan kepada petugas kami dengan nomor KLH-202611-00001")
    (conversation,) = await sambut.rows(tables.conversations)
    assert (conversation.handler, conversation.form, conversation.case_id) == ("human", None, 1)
    assert len(await sambut.rows(tables.tickets)) == 1


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await budi.says("jam berapa cs buka?", intent="general")
    assert budi.heard("08.00-20.00")
    assert budi.heard("nomor pesanan")
    await budi.says("RPN-12345")
    assert budi.heard("harapkan")


async def test_a_stop_in_the_middle_keeps_the_ticket(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await budi.says("batal")
    assert budi.heard("KLH-202611-00001 tetap tercatat")
    await budi.says("jam berapa cs buka?", intent="general")
    assert budi.heard("08.00-20.00")
    assert not budi.heard("nomor pesanan yang terkait")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.status == "new"


async def test_days_of_silence_and_a_restart_change_nothing(database_url: str) -> None:
    async with house(database_url) as before:
        budi = before.customer("Budi")
        await budi.says(STORY, intent="complaint")
        later = before.now
    async with house(database_url) as after:
        after.now = later
        after.arrived = 100
        after.passes(days=5)
        budi = after.customer("Budi")
        await budi.says("RPN-12345")
        assert budi.heard("harapkan")
        await budi.presses("wish:Penggantian barang")
        assert budi.heard("KLH-202611-00001 sudah lengkap")
        (ticket,) = await after.rows(tables.tickets)
        assert ticket.fields["wish"] == "Penggantian barang"


async def test_a_burst_is_one_story_and_one_ticket(sambut: House) -> None:
    budi = sambut.customer("Budi")
    burst = ("kecewa banget", "paket saya hilang", "sudah dua minggu menunggu")
    await budi.says(*burst, intent="complaint")
    assert len(budi.replies) == 1
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.fields["story"] == "\n".join(burst)
    assert len(await sambut.rows(tables.messages, tables.messages.c.direction == "in")) == 3


async def test_the_button_of_an_old_question_is_harmless(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.presses("wish:Perbaikan")
    assert budi.heard("tombol itu dari pertanyaan sebelumnya")
    await budi.says(STORY, intent="complaint")
    await budi.presses("wish:Perbaikan")
    assert budi.heard("tombol itu dari pertanyaan sebelumnya")
    await budi.says("RPN-12345")
    (ticket,) = await sambut.rows(tables.tickets)
    assert "wish" not in ticket.fields


async def test_an_old_answer_button_asks_the_open_question_again(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("jam berapa cs buka?")
    await budi.says(STORY, intent="complaint")
    await budi.presses("helpful:yes")
    assert budi.heard("nomor pesanan")


async def test_a_photo_in_the_middle_is_kept_and_the_question_comes_again(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await budi.sends_photo()
    assert budi.heard("berkas Anda sudah kami terima")
    assert budi.heard("nomor pesanan")


async def test_urgency_goes_to_a_human_at_once(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("uang saya hilang, saya lapor polisi sekarang juga", intent="complaint")
    assert budi.heard("KLH-202611-00001")
    assert budi.heard("Percakapan ini kami teruskan")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.priority, ticket.reasons[0]) == ("urgent", "Keluhan mendesak")


async def test_after_the_month_ends_in_jakarta_numbers_begin_anew(sambut: House) -> None:
    budi, ani = sambut.customer("Budi"), sambut.customer("Ani")
    await budi.says(STORY, intent="complaint")
    sambut.now = sambut.now.replace(day=30, hour=17, minute=10)  # 1 December, 00.10 WIB
    await ani.says(STORY, intent="complaint")
    assert ani.heard("KLH-202612-00001")


async def test_a_form_of_a_ticket_that_is_finished_is_over(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await sambut.agent("resolve")
    await budi.says("jam berapa cs buka?", intent="general")
    assert budi.heard("08.00-20.00")
    assert not budi.heard("nomor pesanan yang terkait")


async def test_asking_for_a_human_after_the_ticket_is_finished_opens_a_new_one(sambut: House) -> None:
    """A conversation handed to a finished ticket could be claimed by nobody."""
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    await sambut.agent("resolve")
    await budi.says("petugas")
    assert budi.heard("INQ-202611-00001")
    await sambut.agent("claim", ticket_id=2)
    assert budi.heard("Halo, saya Rina")


async def test_its_category_is_kept_and_decides_with_the_cues_how_urgent_it_is(sambut: House) -> None:
    budi = sambut.customer("Budi")
    text = "harga di keranjang dan di tagihan tidak sama, tidak jujur sekali"
    sambut.model.categories[text] = "transaction"
    await budi.says(text, intent="complaint")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.category, ticket.priority) == ("transaction", "high")
