"""The web desk in a real Chromium: an agent works a case, and the pages keep themselves fresh."""

import asyncio
import contextlib
import os
import socket as sockets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.runtime import web
from desks.web import WebDesk
from tests.house import House

pytestmark = pytest.mark.browser
STORY = "kecewa banget, paket sudah seminggu belum sampai juga, hubungi 081234567890"
SHOTS = os.environ.get("SAMBUT_SCREENSHOTS", "")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind is enough here: what a browser does depends on pages, not on the database."""
    return f"sqlite:///{tmp_path}/sambut.db"


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        await browser.close()


class Desk:
    def __init__(self, sambut: House, chromium: Browser, web_desk: WebDesk, url: str) -> None:
        self.house, self.chromium, self.web, self.url = sambut, chromium, web_desk, url
        self.problems: list[str] = []

    async def agent(self, name: str, **options: object) -> Page:
        context = await self.chromium.new_context(locale="id-ID", **options)  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)
        await page.goto(self.web.link(self.url))
        await page.get_by_label("Nama Anda").fill(name)
        await page.get_by_role("button", name="Masuk").click()
        await expect(page.locator("#tab-waiting")).to_be_visible()
        return page


@asynccontextmanager
async def serve(desk: WebDesk) -> AsyncIterator[str]:
    listener = sockets.create_server(("127.0.0.1", 0))
    server = web.server(desk.app())
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def desk(sambut: House, chromium: Browser, tmp_path: Path) -> AsyncIterator[Desk]:
    core = sambut.core
    core.health.worker = core.health.sender = True
    core.health.model = "ready"
    made = WebDesk(
        b"k" * 32, tmp_path / "links", core.cases, core.desk, core.alerts, core.editions, core.health,
        core.signals, lambda: sambut.now,
    )  # fmt: skip
    async with serve(made) as url:
        opened = Desk(sambut, chromium, made, url)
        yield opened
        # The server waits for open connections when it stops.
        for context in chromium.contexts:
            await context.close()
        assert opened.problems == []


async def shoot(page: Page, name: str) -> None:
    """Keep a picture when SAMBUT_SCREENSHOTS names a folder."""
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"desk-{name}.png", full_page=True)


async def wait_for_agent(desk: Desk, name: str = "Budi Santoso", story: str = STORY) -> None:
    customer = desk.house.customer(name)
    await customer.says(story, intent="complaint")
    await customer.says("bicara dengan petugas")


async def test_an_agent_works_a_case_from_the_link_to_the_end(desk: Desk) -> None:
    await wait_for_agent(desk)
    page = await desk.agent("Rina Wulandari", viewport={"width": 1200, "height": 900})
    await expect(page).to_have_title("(1) Sambut")
    await shoot(page, "queue")
    await page.get_by_role("link", name="KLH-202611-00001").click()
    await page.get_by_role("button", name="Ambil").click()
    await expect(page.get_by_text("Kasus ini sekarang Anda tangani")).to_be_visible()
    await page.get_by_label("Balas pelanggan").fill("Selamat siang, Pak Budi.\nSedang kami cek ke kurir.")
    await page.get_by_role("button", name="Kirim ke pelanggan").click()
    line = page.locator(".line.agent")
    await expect(line).to_contain_text("Menunggu dikirim")
    await desk.house.settle()
    await expect(line).to_contain_text("Terkirim", timeout=15000)
    assert desk.house.channel.sent[-1].text == "Selamat siang, Pak Budi.\nSedang kami cek ke kurir."
    await page.get_by_text("Selesaikan…").click()
    await page.get_by_role("button", name="Ya, selesaikan").click()
    await expect(page.get_by_text("Kasus ini selesai.").first).to_be_visible()
    await expect(page.get_by_label("Balas pelanggan")).to_have_count(0)


async def test_what_is_typed_stays_while_the_page_refreshes_and_after_a_reload(desk: Desk) -> None:
    await wait_for_agent(desk)
    page = await desk.agent("Rina", viewport={"width": 1200, "height": 900})
    await page.goto(f"{desk.url}/cases/1")
    box = page.get_by_label("Balas pelanggan")
    await box.fill("Belum selesai saya tul")
    await desk.house.customer("Budi Santoso").says("halo? masih di sana?")
    await expect(page.get_by_text("halo? masih di sana?")).to_be_visible(timeout=15000)
    await expect(box).to_have_value("Belum selesai saya tul")
    await expect(box).to_be_focused()
    await page.reload()
    await expect(box).to_have_value("Belum selesai saya tul")
    await page.get_by_role("button", name="Kirim ke pelanggan").click()
    await expect(page.locator(".line.agent")).to_be_visible()
    await expect(box).to_have_value("")


async def test_a_question_that_is_open_stays_open_while_the_page_refreshes(desk: Desk) -> None:
    await wait_for_agent(desk)
    page, other = await desk.agent("Rina"), await desk.agent("Sari")
    await page.goto(f"{desk.url}/cases/1")
    await page.get_by_text("Selesaikan…").click()
    sure = page.get_by_role("button", name="Ya, selesaikan")
    await sure.focus()
    desk.house.passes(minutes=1)
    await expect(page.locator("#facts")).to_contain_text("58 menit lagi", timeout=15000)
    await expect(sure).to_be_visible()
    await other.goto(f"{desk.url}/cases/1")
    await other.get_by_role("button", name="Ambil").click()
    await expect(page.get_by_text("Ditangani Sari")).to_be_visible(timeout=15000)
    await expect(sure).to_have_count(0)


async def test_a_new_case_is_announced_on_every_page(desk: Desk) -> None:
    await wait_for_agent(desk)
    queue, case = await desk.agent("Rina"), await desk.agent("Sari")
    await case.goto(f"{desk.url}/cases/1")
    await wait_for_agent(desk, "Dewi", "barang rusak parah sejak pertama dibuka")
    await expect(queue.get_by_role("link", name="KLH-202611-00002")).to_be_visible(timeout=15000)
    await expect(queue).to_have_title("(2) Sambut")
    await expect(queue.locator("#news")).to_have_text("Ada kasus baru. 2 kasus menunggu petugas.")
    await expect(case).to_have_title("(2) KLH-202611-00001 · Sambut", timeout=15000)


async def test_the_keyboard_alone_is_enough(desk: Desk) -> None:
    await wait_for_agent(desk)
    page = await desk.agent("Rina")
    await page.keyboard.press("Tab")
    await expect(page.get_by_text("Langsung ke isi")).to_be_focused()
    await page.locator("#open-1").focus()
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/cases/1", wait_until="load")  # Ctrl+Enter is the script's
    await page.get_by_label("Balas pelanggan").focus()
    await page.keyboard.type("Sedang kami cek.")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".line.agent")).to_contain_text("Sedang kami cek.")


async def test_without_scripts_every_action_works(desk: Desk) -> None:
    await wait_for_agent(desk)
    page = await desk.agent("Rina", java_script_enabled=False)
    await page.goto(f"{desk.url}/cases/1")
    await page.get_by_role("button", name="Tampilkan data").click()
    await expect(page.get_by_text("Data pribadi ditampilkan lengkap.")).to_be_visible()
    await expect(page.locator("#log")).to_contain_text("081234567890")
    await page.get_by_text("Catatan internal", exact=True).click()
    await page.get_by_label("Catatan untuk rekan kerja").fill("Sudah ditelepon.")
    await page.get_by_role("button", name="Simpan catatan").click()
    await expect(page.locator(".line.note")).to_contain_text("Sudah ditelepon.")
    await page.get_by_role("button", name="Kembalikan ke asisten").click()
    await expect(page.get_by_text("Asisten kembali melayani")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_pages_fit(desk: Desk, width: int, scheme: str) -> None:
    await fill(desk)
    page = await desk.agent("Rina Wulandari", viewport={"width": width, "height": 844}, color_scheme=scheme)
    for name, path in {"queue": "/?tab=all", "case": "/cases/1", "done": "/?tab=done"}.items():
        await page.goto(desk.url + path)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        await shoot(page, f"{name}-{width}-{scheme}")
    await work_on(page, desk, f"{width}-{scheme}")
    await page.get_by_role("button", name="Keluar").click()
    await expect(page.get_by_role("heading", name="Anda belum masuk")).to_be_visible()
    desk.problems.clear()  # the browser counts a page of status 403 as an error
    await shoot(page, f"left-{width}-{scheme}")


async def work_on(page: Page, desk: Desk, name: str) -> None:
    await page.goto(f"{desk.url}/cases/2")
    await shoot(page, f"free-{name}")
    await page.get_by_label("Balas pelanggan").fill("Bu Dewi, mohon cabut kabelnya dan jauhkan dari api.")
    await page.get_by_role("button", name="Kirim ke pelanggan").click()
    await page.get_by_text("Selesaikan…").click()
    await page.get_by_text("Catatan internal", exact=True).click()
    await shoot(page, f"mine-{name}")
    await page.get_by_role("button", name="Tampilkan data").click()
    await shoot(page, f"revealed-{name}")


async def fill(desk: Desk) -> None:
    """A lived-in desk: several cases, a conversation with every voice, alerts."""
    house = desk.house
    budi = house.customer("Budi Santoso")
    await budi.says(STORY, intent="complaint")
    await budi.says("RPN-240981")
    await budi.presses("wish:Pengembalian dana")
    await budi.says("bicara dengan petugas")
    await house.agent("note", "Kurir bilang paket tertahan di gudang Bekasi. Sudah saya tanyakan lagi.")
    await house.agent("reply", "Selamat siang, Pak Budi. Paket Anda tertahan di gudang; kami kejar hari ini.")
    await budi.says("baik, saya tunggu. jangan lama-lama ya")
    await wait_for_agent(desk, "Dewi Lestari", "kamera keluar asap dan bau gosong waktu dicolok")
    await house.customer("Andi").says("saya mau daftar jadi mitra pemasang", intent="register")
    sri = house.customer("Sri Rahayu")
    await sri.says("minta teknisi ke rumah, bel pintu tidak bunyi", intent="request_service")
    house.passes(minutes=75)
    await house.core.sweeps.unclaimed(house.now)
    await house.agent("claim", ticket_id=3, who="sari")
    await house.agent("resolve", ticket_id=3, who="sari")
