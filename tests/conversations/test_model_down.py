"""The model is down: what needs no model acts, the rest waits a little, then a human goes on."""

from bot.store import tables
from tests.house import Customer, House

STORY = "kecewa banget, paket sudah seminggu belum sampai juga"


async def down(sambut: House) -> Customer:
    budi = sambut.customer("Budi")
    await budi.says(STORY, intent="complaint")
    sambut.model.down = True
    return budi


async def test_a_human_a_stop_a_number_and_danger_need_no_model(sambut: House) -> None:
    budi = await down(sambut)
    await budi.says("klh-202611-00001")
    assert budi.heard("Tiket KLH-202611-00001")
    await budi.says("batal")
    assert budi.heard("tetap tercatat")
    await budi.presses("helpful:yes")
    await budi.sends_photo()
    assert budi.heard("berkas Anda")
    await budi.says("kameranya terbakar")
    assert budi.heard("Keselamatan Anda")


async def test_asking_for_a_person_needs_no_model(sambut: House) -> None:
    budi = await down(sambut)
    await budi.says("petugas")
    assert budi.heard("kami teruskan kepada petugas")


async def test_the_rest_waits_and_is_answered_when_the_model_is_back(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.model.down = True
    await budi.write("jam berapa cs buka?")
    sambut.passes(seconds=3)
    await sambut.step()
    assert budi.replies == []
    sambut.model.down = False
    await sambut.settle()
    assert budi.heard("08.00-20.00")
    assert budi.heard("asisten virtual")


async def test_the_customer_is_told_once_after_ten_seconds(sambut: House) -> None:
    budi = await down(sambut)
    before = len(budi.replies)
    await budi.write("satu pertanyaan panjang yang perlu model")
    for _ in range(8):
        sambut.passes(seconds=8)
        await sambut.step()
    assert len(budi.replies) == before + 1
    assert budi.heard("sedikit tertunda")


async def test_after_five_minutes_a_human_goes_on_in_order(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.model.down = True
    for text in ("pertama saya mau tanya", "kedua soal pengiriman", "ketiga soal harga"):
        await budi.write(text)
        sambut.passes(seconds=20)
        await sambut.step()
    for _ in range(6):
        sambut.passes(minutes=1)
        await sambut.step()
    assert budi.heard("Percakapan ini kami teruskan kepada petugas")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.reasons[0] == "Sistem pemahaman bahasa sedang tidak tersedia"
    heard = await sambut.rows(tables.messages, tables.messages.c.direction == "in")
    assert [m.text.split()[0] for m in heard] == ["pertama", "kedua", "ketiga"]
    notices = [m for m in budi.replies if "tertunda" in m.text]
    assert len(notices) == 1


async def test_waiting_costs_no_attempts(sambut: House) -> None:
    budi = sambut.customer("Budi")
    sambut.model.down = True
    await budi.write("jam berapa cs buka?")
    for _ in range(20):
        sambut.passes(seconds=5)
        await sambut.step()
    (row,) = await sambut.rows(tables.inbox)
    assert (row.state, row.attempts) == ("queued", 0)


async def test_the_desk_has_one_alert_however_long_it_lasts(sambut: House) -> None:
    since = sambut.now
    for _ in range(5):
        sambut.passes(minutes=5)
        await sambut.core.alerts.raise_("model_down", since.isoformat(), sambut.now, since="10.00")
    await sambut.settle()
    (text,) = sambut.desk.alerts
    assert "tidak menjawab sejak 10.00" in text
