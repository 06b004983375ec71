"""The chat page in a real Chromium, against a real server and database."""

import asyncio
import re
import shutil
import struct
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.channels.test_webchat import House

pytestmark = pytest.mark.browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with House(tmp_path).open() as house:
        yield house


@pytest.fixture
async def page(house: House) -> AsyncIterator[Page]:
    """The page, open; it must not break a rule of its own content policy or throw."""
    troubles: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, NAMES)), ON_MAC),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        context = await browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda m: troubles.append(m.text) if "Content Security" in m.text else None)
        await page.goto(house.url)
        yield page
        await browser.close()
    assert troubles == []


async def write(page: Page, text: str, label: str = "Pesan Anda") -> None:
    await page.get_by_label(label).fill(text)
    await page.keyboard.press("Enter")


async def heard(page: Page, *texts: str) -> None:
    await expect(page.locator(".line .text")).to_have_text(list(texts), timeout=15_000)


async def is_connected(page: Page) -> None:
    await expect(page.locator("#link")).to_have_text("Terhubung", timeout=15_000)


@asynccontextmanager
async def refused(page: Page, code: str) -> AsyncIterator[None]:
    """What happens inside is answered by an error frame with this code."""
    seen = asyncio.Event()
    async with page.expect_websocket() as coming:
        await page.reload()

    def look(frame: str | bytes) -> None:
        if f'"code": "{code}"' in str(frame):
            seen.set()

    (await coming.value).on("framereceived", look)
    await is_connected(page)
    yield
    await asyncio.wait_for(seen.wait(), 10)


async def is_lost(page: Page) -> None:
    await expect(page.locator("#link")).to_have_text("Menyambungkan kembali…", timeout=15_000)


async def test_a_message_is_answered_and_a_reload_keeps_the_history(house: House, page: Page) -> None:
    await expect(page).to_have_title("Chat dengan Rumah Pintar Nusantara")
    await write(page, "halo")
    await heard(page, "halo", "Anda menulis: halo")
    await expect(page.locator(".customer .meta")).to_have_text(re.compile(r"^\d\d\.\d\d · terkirim$"))
    await page.reload()
    await heard(page, "halo", "Anda menulis: halo")
    assert len(await house.inbound()) == 1


async def test_what_is_written_while_the_line_is_down_arrives_once(house: House, page: Page) -> None:
    await write(page, "satu")
    await heard(page, "satu", "Anda menulis: satu")
    await house.stop()
    await is_lost(page)
    await write(page, "dua")
    await write(page, "tiga")
    await expect(page.locator(".customer .meta").last).to_have_text(re.compile("mengirim…$"))
    await house.start()
    await is_connected(page)
    await expect(page.locator(".bot .text").last).to_have_text("Anda menulis: tiga", timeout=15_000)
    await expect(page.locator(".waiting")).to_have_count(0)
    assert [row["text"] for row in await house.inbound()] == ["satu", "dua", "tiga"]


async def test_an_unsent_message_survives_a_reload(house: House, page: Page) -> None:
    await is_connected(page)
    house.intake.capacity = 0
    await write(page, "jangan hilang")
    await expect(page.locator(".waiting")).to_have_count(1)
    house.intake.capacity = 10
    await page.reload()
    await heard(page, "jangan hilang", "Anda menulis: jangan hilang")
    assert len(await house.inbound()) == 1


async def test_a_message_that_found_no_room_is_sent_again(house: House, page: Page) -> None:
    await is_connected(page)
    house.intake.capacity = 0
    async with refused(page, "busy"):
        await write(page, "halo")
    await expect(page.locator(".waiting")).to_have_count(1)
    house.intake.capacity = 10
    await heard(page, "halo", "Anda menulis: halo")


async def test_an_accepted_message_is_shown_before_its_turn_is_over(house: House, page: Page) -> None:
    house.gate.clear()
    await write(page, "halo")
    await expect(page.locator(".customer .meta")).to_have_text(re.compile("terkirim$"))
    await expect(page.locator("#typing")).to_be_visible()
    await page.reload()
    await heard(page, "halo")
    await expect(page.locator("#typing")).to_be_visible()
    house.gate.set()
    await heard(page, "halo", "Anda menulis: halo")
    await expect(page.locator("#typing")).to_be_hidden()


async def test_quick_replies_are_pressed_by_keyboard_and_then_gone(house: House, page: Page) -> None:
    choices = [{"title": "Ya", "value": "form:yes"}, {"title": "Tidak", "value": "form:no"}]
    house.reply = lambda payload: [("bot", "Benar?", [] if payload["button"] else choices)]
    await write(page, "halo")
    await page.get_by_role("button", name="Tidak").focus()
    await page.keyboard.press("Enter")
    await heard(page, "halo", "Benar?", "Tidak", "Benar?")
    await expect(page.get_by_role("group", name="Pilihan jawaban")).to_have_count(0)
    assert [row["button"] for row in await house.inbound()] == [None, "form:no"]


async def test_bot_agent_and_customer_are_told_apart(house: House, page: Page) -> None:
    house.reply = lambda payload: [("bot", "Baik", []), ("Rina", "Saya Rina", [])]
    await write(page, "halo")
    await expect(page.locator(".by")).to_have_text(["Anda", "Sambut · asisten virtual", "Petugas layanan"])


async def test_text_stays_text(house: House, page: Page) -> None:
    nasty = "<img src=x onerror=alert(1)> javascript:alert(1) https://a.example/?x=<b>."
    house.reply = lambda payload: [("bot", payload["text"], [{"title": "<b>x</b>", "value": "x"}])]
    await write(page, nasty)
    await heard(page, nasty, nasty)
    await expect(page.get_by_role("button", name="<b>x</b>")).to_be_visible()
    assert await page.locator(".log img, .log b").count() == 0
    hrefs = await page.locator(".log a").evaluate_all("links => links.map(link => link.href)")
    assert hrefs == ["https://a.example/?x="]


async def test_the_page_speaks_english_too_and_keeps_the_conversation(house: House, page: Page, tmp_path: Path) -> None:
    await page.get_by_role("link", name="English").click()
    await expect(page).to_have_title("Chat with Rumah Pintar Nusantara")
    await write(page, "hello", "Your message")
    await heard(page, "hello", "Anda menulis: hello")
    await expect(page.locator(".day")).to_have_text("Today")
    await expect(page.locator(".by")).to_have_text(["You", "Sambut · virtual assistant"])
    await expect(page.locator(".customer .meta")).to_have_text(re.compile(r"^\d\d:\d\d · sent$"))
    (tmp_path / "bill.pdf").write_text("not a PDF")
    await page.get_by_label("Send a photo or PDF").set_input_files(tmp_path / "bill.pdf")
    await expect(page.locator(".failed .text")).to_have_text("Attachment: bill.pdf")
    await expect(page.locator(".failed .meta")).to_contain_text("not sent: We cannot accept this file.")
    await page.get_by_role("link", name="Bahasa Indonesia").click()
    await heard(page, "hello", "Anda menulis: hello")
    await expect(page.locator(".day")).to_have_text("Hari ini")


async def test_a_photo_is_drawn_anew_and_sent(house: House, page: Page, tmp_path: Path) -> None:
    (tmp_path / "roda.png").write_bytes(_png())
    await page.get_by_label("Kirim foto atau PDF").set_input_files(tmp_path / "roda.png")
    await expect(page.locator(".customer .text")).to_have_text("Lampiran: roda.png")
    await expect(page.locator(".customer .meta")).to_have_text(re.compile("terkirim$"))
    (stored,) = (await house.inbound())[0]["attachments"]
    sent = (house.files / stored["ref"]).read_bytes()
    assert sent.startswith(b"\x89PNG")
    assert b"Taken at home" not in sent


async def test_a_file_that_cannot_be_sent_is_told_at_once(house: House, page: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("halo")
    await page.get_by_label("Kirim foto atau PDF").set_input_files(tmp_path / "a.txt")
    await expect(page.get_by_role("alert")).to_contain_text("tidak dapat dikirim")
    assert await house.inbound() == []


async def test_a_forgotten_session_begins_anew_and_keeps_what_was_not_sent(house: House, page: Page) -> None:
    await write(page, "lama")
    await heard(page, "lama", "Anda menulis: lama")
    await house.stop()
    await is_lost(page)
    await write(page, "baru")
    await page.evaluate("localStorage.setItem('sambut.session', JSON.stringify('forged'))")
    await house.start()
    await heard(page, "baru", "Anda menulis: baru")
    first, second = await house.inbound()
    assert first["lane"] != second["lane"]


async def test_the_page_says_when_the_assistant_is_being_prepared(house: House, page: Page) -> None:
    house.health.model, _ = "training", house.gate.clear()
    await page.reload()
    await expect(page.locator("#banner")).to_contain_text("Kami sedang menyiapkan asisten.")
    await write(page, "halo")
    await expect(page.locator("#banner")).to_have_text(
        "Kami sedang menyiapkan asisten. Pesan Anda sudah kami terima dan akan dijawab sebentar lagi."
    )
    house.health.model, _ = "ready", house.gate.set()
    await heard(page, "halo", "Anda menulis: halo")
    await expect(page.locator("#banner")).to_be_hidden()


async def test_who_reads_older_lines_is_told_of_a_new_one_and_not_moved(house: House, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 600})
    house.reply = lambda payload: [("bot", "baris\n" * 40, [])]
    await write(page, "halo")
    await expect(page.locator(".bot")).to_have_count(1)
    await page.locator("#scroll").evaluate("scroll => { scroll.scrollTop = 0; }")
    await house.say((await house.inbound())[0]["lane"], "Rina", "Halo")
    await page.get_by_role("button", name="Pesan baru").click()
    await expect(page.get_by_text("Halo", exact=True)).to_be_in_viewport()


def _png() -> bytes:
    """Eight green pixels square, with a comment as a camera leaves it."""
    rows = b"".join(b"\0" + bytes([40, 160, 90]) * 8 for _ in range(8))
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"tEXt", b"Comment\0Taken at home"), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
