"""A person takes over: the bot is silent, nothing is lost on the way, and the bot comes back."""

from bot.messages import DeskCommand, Understood
from bot.store import tables
from tests.house import Customer, Hints, House, house


async def handed_off(sambut: House) -> Customer:
    budi = sambut.customer("Budi")
    await budi.says("petugas")
    return budi


async def test_whoever_asks_for_a_person_gets_a_number_and_a_time(sambut: House) -> None:
    budi = await handed_off(sambut)
    assert budi.heard("INQ-202611-00001")
    assert budi.heard("paling lambat hari ini pukul 14.05 WIB")
    (case,) = [update.case for update in sambut.desk.shown if update.kind == "case" and update.case][-1:]
    assert (case.number, case.reasons) == ("INQ-202611-00001", ("Pelanggan meminta petugas",))


async def test_the_bot_is_silent_and_the_desk_reads_every_word_in_order(sambut: House) -> None:
    budi = await handed_off(sambut)
    before = len(budi.replies)
    for text in ("satu", "dua", "jam berapa cs buka?"):
        await budi.says(text)
    await budi.says("empat", "lima")
    assert len(budi.replies) == before
    assert sambut.desk.lines() == ["satu", "dua", "jam berapa cs buka?", "empat", "lima"]


async def test_an_agents_reply_reaches_the_customer_and_a_note_never_does(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("note", "pelanggan ini sulit")
    await sambut.agent("claim")
    assert budi.heard("Halo, saya Rina dari RPN")
    await sambut.agent("reply", "Baik Pak, kami cek")
    assert budi.last == "Baik Pak, kami cek"
    await sambut.agent("note", "sudah saya cek, memang salah kirim")
    assert budi.last == "Baik Pak, kami cek"
    assert not any("sulit" in m.text or "salah kirim" in m.text for m in sambut.channel.sent)
    assert "pelanggan ini sulit" in sambut.desk.lines()


async def test_a_note_is_not_in_what_the_customer_may_read_later(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("note", "rahasia")
    seen = [line.text for line in await sambut.core.history.after(budi.lane, 0)]
    assert "rahasia" not in seen
    assert "petugas" in seen


async def test_a_reply_is_a_claim(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("reply", "Selamat siang")
    assert [m.text for m in budi.replies][-2:] == [
        "Halo, saya Rina dari RPN. Saya akan melanjutkan bantuan untuk Anda.", "Selamat siang",
    ]  # fmt: skip
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.assignee, ticket.first_human_reply_at is not None) == ("memo:rina", True)


async def test_resolving_gives_the_conversation_back_to_the_bot(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("claim")
    await sambut.agent("resolve")
    assert budi.heard("Tiket INQ-202611-00001 kami nyatakan selesai")
    await budi.says("jam berapa cs buka?")
    assert budi.heard("08.00-20.00")


async def test_thanks_after_the_end_reopen_nothing(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("claim")
    await sambut.agent("resolve")
    await budi.says("makasih kak", intent="thank")
    (ticket,) = await sambut.rows(tables.tickets)
    (conversation,) = await sambut.rows(tables.conversations)
    assert (ticket.status, conversation.handler) == ("resolved", "bot")


async def test_returning_to_the_bot_keeps_the_ticket_open(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("claim")
    await sambut.agent("return")
    assert budi.heard("Asisten virtual kami siap membantu Anda lagi")
    await budi.says("jam berapa cs buka?")
    assert budi.heard("08.00-20.00")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.status, ticket.assignee) == ("open", "")


async def test_a_second_agent_is_told_who_has_the_case(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("claim", who="rina")
    before = len(budi.replies)
    for verb in ("claim", "reply", "resolve", "return"):
        await sambut.agent(verb, "halo", who="dewi")
        assert sambut.desk.shown[-1].text == "Kasus ini sudah diambil oleh Rina."
        assert sambut.desk.shown[-1].actor == "memo:dewi"
    assert len(budi.replies) == before
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.assignee_name, ticket.status) == ("Rina", "open")


async def test_claiming_twice_is_one_claim(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("claim")
    before = len(budi.replies)
    await sambut.agent("claim")
    assert len(budi.replies) == before


async def test_an_empty_reply_and_a_finished_case_are_refused_in_words(sambut: House) -> None:
    budi = await handed_off(sambut)
    await sambut.agent("reply", " \x00 ")
    assert sambut.desk.shown[-1].text == "Tulis isi pesannya lebih dulu."
    await sambut.agent("claim")
    await sambut.agent("resolve")
    before = len(budi.replies)
    for verb in ("claim", "reply", "resolve", "return"):
        await sambut.agent(verb, "halo")
        assert "sudah selesai" in sambut.desk.shown[-1].text
    assert len(budi.replies) == before


async def test_a_command_for_a_case_that_does_not_exist_harms_nothing(sambut: House) -> None:
    await handed_off(sambut)
    shown = len(sambut.desk.shown)
    await sambut.agent("claim", ticket_id=999)
    await sambut.agent("explode")
    assert len(sambut.desk.shown) == shown
    assert {row.state for row in await sambut.rows(tables.inbox)} == {"done"}


async def test_a_claim_while_the_message_is_being_understood_keeps_the_bot_silent(database_url: str) -> None:
    hints = Hints()

    async def parse(text: str) -> Understood:
        if text == "RPN-12345":
            command = DeskCommand("memo", "quick", "memo:rina", "Rina", 1, "claim")
            async with sambut.database.write() as connection:
                await sambut.core.desk.perform(connection, command, sambut.now)
        return await hints.parse(text)

    async with house(database_url, parse=parse) as sambut:
        budi = sambut.customer("Budi")
        hints.known["kecewa, paket sudah seminggu belum sampai juga"] = ("complaint", 0.9)
        await budi.says("kecewa, paket sudah seminggu belum sampai juga")
        await budi.says("RPN-12345")
        assert budi.heard("Halo, saya Rina")
        assert not any("harapkan" in m.text for m in budi.replies)
        assert "RPN-12345" in sambut.desk.lines()


async def test_two_tickets_of_one_conversation_are_not_worked_on_at_once(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("minta teknisi", intent="request_service")
    await budi.says("mau daftar", intent="register")
    await sambut.agent("claim", ticket_id=1, who="rina")
    await sambut.agent("claim", ticket_id=2, who="dewi")
    assert "sedang ditangani Rina pada SRV-202611-00001" in sambut.desk.shown[-1].text
    await sambut.agent("note", "ini punya saya nanti", ticket_id=2, who="dewi")
    await sambut.agent("resolve", ticket_id=1, who="rina")
    await sambut.agent("claim", ticket_id=2, who="dewi")
    assert budi.heard("Halo, saya Dewi")
    await budi.says("siap")
    last_line = [u for u in sambut.desk.shown if u.kind == "line"][-1]
    assert (last_line.case and last_line.case.number) == "ONB-202611-00001"


async def test_personal_data_is_masked_on_the_desk(sambut: House) -> None:
    budi = await handed_off(sambut)
    await budi.says("NIK saya 3171234567890001, hp 0812-3456-7890, tanggal 23/11/2026")
    assert sambut.desk.lines() == ["NIK saya 3171**********01, hp 0812******90, tanggal 23/11/2026"]


async def test_a_claim_does_not_wait_behind_the_customers_queue(sambut: House) -> None:
    """An agent's command has the lane of its case: a customer who writes a lot cannot hold it up."""
    budi = await handed_off(sambut)
    for text in ("a", "b", "c"):
        await budi.write(text)
        sambut.passes(seconds=9)
    await sambut.agent("claim")
    assert budi.heard("Halo, saya Rina")
    assert [line for line in sambut.desk.lines() if len(line) == 1] == ["a", "b", "c"]


async def test_a_human_button_pressed_right_after_a_text_counts(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.write("jam berapa cs buka?")
    await budi.presses("human")
    assert budi.heard("kami teruskan kepada petugas")


async def test_an_unclaimed_case_still_waits_when_another_is_finished(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("mau daftar", intent="register")
    await budi.says("kameranya terbakar")  # case 2, handed off, nobody has it
    await sambut.agent("claim", ticket_id=1, who="dewi")
    await sambut.agent("resolve", ticket_id=1, who="dewi")
    before = len(budi.replies)
    await budi.says("halo? ada orang?")
    assert len(budi.replies) == before
    assert sambut.desk.lines()[-1] == "halo? ada orang?"


async def test_a_resolve_ends_the_form(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("kecewa banget, paket sudah seminggu belum sampai juga", intent="complaint")
    await sambut.agent("resolve")
    (c,) = await sambut.rows(tables.conversations)
    assert c.form is None


async def test_a_pressed_button_is_shown_by_its_title(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("kecewa banget, paket sudah seminggu belum sampai juga", intent="complaint")
    await budi.presses("skip")
    await budi.presses("wish:Pengembalian dana")
    view = await sambut.core.cases.view(1)
    assert view
    assert [line.text for line in view.lines if line.author == "customer"][1:] == ["Tidak ada", "Pengembalian dana"]
