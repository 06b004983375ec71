"""The web desk through its front: real pages over a real database, and the customer at the other end."""

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from starlette.routing import Route

from bot.store import tables
from desks.web import WebDesk
from desks.web.labels import DONE
from desks.web.sessions import Sessions
from tests.house import House

BASE = "http://127.0.0.1:8001"
USED = "Tautan ini sudah dipakai atau kedaluwarsa. Minta tautan baru dengan perintah: sambut desk-link"
PHONE = "081234567890"
STORY = f"kecewa banget, paket sudah seminggu belum sampai juga, hubungi {PHONE}"
Html = str


def text_of(page: Html) -> str:
    spaced = re.sub(r"</?(dt|dd|div|p|h1|h2|li)\b[^>]*>", " ", page)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", spaced)).split())


def value(page: Html, name: str) -> str:
    return unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1])


class Browser:
    """One agent's browser: keeps cookies, posts the forms that it was shown."""

    def __init__(self, app: Any, base: str = BASE) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=base)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.http.post(path, data=form)

    async def enter(self, link: str, name: str) -> httpx.Response:
        page = (await self.get(link)).text
        return await self.post("/open", token=value(page, "token"), code=value(page, "code"), name=name)

    async def act(self, verb: str, text: str = "", ticket_id: int = 1) -> httpx.Response:
        page = (await self.get(f"/cases/{ticket_id}")).text
        return await self.press(page, verb, text, ticket_id)

    async def press(self, page: Html, verb: str, text: str = "", ticket_id: int = 1) -> httpx.Response:
        known = {name: value(page, name) for name in ("token", "nonce")}
        return await self.post(f"/cases/{ticket_id}/do", verb=verb, text=text, **known)


class Desk:
    def __init__(self, sambut: House, links: Path) -> None:
        core = sambut.core
        self.house, self.links = sambut, links
        self.web = WebDesk(
            b"k" * 32, links, core.cases, core.desk, core.alerts, core.editions, core.health,
            core.signals, lambda: sambut.now,
        )  # fmt: skip
        self.app = self.web.app()
        self.opened: list[Browser] = []

    def browser(self, base: str = BASE) -> Browser:
        self.opened.append(Browser(self.app, base))
        return self.opened[-1]

    async def agent(self, name: str = "Rina") -> Browser:
        browser = self.browser()
        assert (await browser.enter(self.web.link(BASE), name)).status_code == 303
        return browser

    def paths(self, method: str) -> list[str]:
        return [
            re.sub(r"\{\w+:int\}", "1", route.path)
            for route in self.app.routes
            if isinstance(route, Route) and method in (route.methods or ())
        ]

    async def dump(self) -> dict[str, list[Any]]:
        return {name: await self.house.rows(table) for name, table in tables.metadata.tables.items()}


@pytest.fixture
async def desk(sambut: House, tmp_path: Path) -> AsyncIterator[Desk]:
    made = Desk(sambut, tmp_path / "links")
    yield made
    for browser in made.opened:
        await browser.http.aclose()


async def complaint(desk: Desk, text: str = STORY, name: str = "Budi") -> Any:
    """A customer whose case waits for a human."""
    customer = desk.house.customer(name)
    await customer.says(text, intent="complaint")
    await customer.says("bicara dengan petugas")
    return customer


# Coming in


async def test_a_link_opens_once(desk: Desk) -> None:
    link = desk.web.link(BASE)
    browser = desk.browser()
    answer = await browser.enter(link, "Rina")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("sambut_desk="))
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.lower().replace(" ", "").split(";"))
    assert (await browser.get("/")).status_code == 200
    again = await desk.browser().get(link)
    assert again.status_code == 403
    assert USED in text_of(again.text)


async def test_looking_at_a_link_does_not_use_it_up(desk: Desk) -> None:
    link = desk.web.link(BASE)
    await desk.browser().get(link)
    assert (await desk.browser().enter(link, "Rina")).status_code == 303


async def test_two_who_opened_the_same_link_do_not_both_come_in(desk: Desk) -> None:
    link = desk.web.link(BASE)
    first, second = desk.browser(), desk.browser()
    pages = [(await browser.get(link)).text for browser in (first, second)]
    forms = [{"token": value(p, "token"), "code": value(p, "code"), "name": "Rina"} for p in pages]
    assert (await first.post("/open", **forms[0])).status_code == 303
    late = await second.post("/open", **forms[1])
    assert late.status_code == 403
    assert USED in text_of(late.text)


async def test_a_link_is_too_old_after_15_minutes(desk: Desk) -> None:
    link = desk.web.link(BASE)
    desk.house.passes(minutes=15)
    assert USED in text_of((await desk.browser().get(link)).text)


@pytest.mark.parametrize("code", ["", "x", "A" * 22, "%ff%00", "é"])
async def test_a_forged_code_opens_nothing(desk: Desk, code: str) -> None:
    desk.web.link(BASE)
    answer = await desk.browser().get(f"/open?code={code}")
    assert answer.status_code == 403
    assert USED in text_of(answer.text)


async def test_links_are_unguessable_and_kept_as_hashes(desk: Desk) -> None:
    codes = {desk.web.link(BASE).partition("code=")[2] for _ in range(50)}
    assert len(codes) == 50
    assert all(len(code) >= 22 for code in codes)
    kept = [path.name + path.read_text() for path in desk.links.iterdir()]
    assert kept
    assert not any(code in text for text in kept for code in codes)


async def test_entering_needs_the_form_that_this_browser_was_shown(desk: Desk) -> None:
    link = desk.web.link(BASE)
    page = (await desk.browser().get(link)).text
    form = {"code": value(page, "code"), "token": value(page, "token"), "name": "Rina"}
    assert (await desk.browser().post("/open", **form)).status_code == 403
    assert (await desk.browser().enter(link, "Rina")).status_code == 303


@pytest.mark.parametrize("name", ["", "R", "R" * 41, "12345", "Bot", "asisten", "\u202e\u202e", "   "])
async def test_a_name_that_would_mislead_is_asked_again(desk: Desk, name: str) -> None:
    link = desk.web.link(BASE)
    answer = await desk.browser().enter(link, name)
    assert answer.status_code == 422
    assert "Tulis nama Anda" in text_of(answer.text)
    assert (await desk.browser().enter(link, "Rina")).status_code == 303


async def test_a_session_ends_after_12_hours_and_on_leaving(desk: Desk) -> None:
    rina, budi = await desk.agent("Rina"), await desk.agent("Budi")
    page = (await budi.get("/")).text
    cookie = budi.http.cookies["sambut_desk"]
    await budi.post("/leave", token=value(page, "token"))
    budi.http.cookies.set("sambut_desk", cookie)
    assert (await budi.get("/")).status_code == 303
    desk.house.passes(hours=11, minutes=59)
    assert (await rina.get("/")).status_code == 200
    desk.house.passes(minutes=1)
    assert (await rina.get("/")).status_code == 303


@pytest.mark.parametrize("change", ["body", "signature", "unsigned", "cut", "other key", "junk", "not ascii"])
async def test_a_forged_cookie_is_no_session(desk: Desk, change: str) -> None:
    rina = await desk.agent("Rina")
    body, _, signature = rina.http.cookies["sambut_desk"].rpartition(".")
    other = Sessions(b"x" * 32)
    forged = {
        "body": f"A{body[1:]}.{signature}",
        "signature": f"{body}.{'0' * len(signature)}",
        "unsigned": body,
        "cut": f"{body}.{signature[:-1]}",
        "other key": other.issue("Rina", desk.house.now),
        "junk": "....",
        "not ascii": "caf\xe9.\xff",
    }[change]
    header = [(b"cookie", f"sambut_desk={forged}".encode("latin-1"))]
    answer = await desk.browser().http.get("/", headers=header)
    assert answer.status_code == 303


def test_a_short_key_is_refused(sambut: House) -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        WebDesk(b"short", *[None] * 8)  # type: ignore[arg-type]


# Every door


async def test_every_route_demands_a_session(desk: Desk) -> None:
    await complaint(desk)
    browser = desk.browser()
    open_doors = {"/open", "/health"}
    gets, posts = set(desk.paths("GET")) - open_doors, set(desk.paths("POST")) - open_doors
    assert len(gets) >= 4
    assert len(posts) >= 4
    for path in gets:
        answer = await browser.get(path)
        fragment = path.startswith("/live/")
        assert answer.status_code == (403 if fragment else 303), path
        assert "KLH-" not in answer.text
    for path in posts:
        assert (await browser.post(path, token="x")).status_code == 403, path


async def test_every_form_needs_its_token(desk: Desk) -> None:
    await complaint(desk)
    rina, sari = await desk.agent("Rina"), await desk.agent("Sari")
    foreign = value((await sari.get("/")).text, "token")
    before = await desk.dump()
    for path in set(desk.paths("POST")) - {"/open"}:
        for form in ({}, {"token": ""}, {"token": "é"}, {"token": foreign}):
            form |= {"verb": "claim", "nonce": "0" * 32}
            answer = await rina.post(path, **form)
            assert answer.status_code == 403, path
    assert await desk.dump() == before
    assert (await rina.get("/")).status_code == 200


async def test_a_form_from_another_page_is_refused_whatever_it_carries(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    rina.http.headers["sec-fetch-site"] = "same-site"
    assert (await rina.press(page, "claim")).status_code == 403


async def test_no_get_changes_anything(desk: Desk) -> None:
    await complaint(desk)
    await desk.house.core.alerts.raise_("send_slow", "x", desk.house.now, outlet="memory")
    rina = await desk.agent()
    before = await desk.dump()
    for path in {*desk.paths("GET"), *desk.paths("POST")}:
        answer = await rina.get(f"{path}?verb=claim&nonce={'0' * 32}&done=resolve")
        assert answer.status_code < 500 or path == "/health"
    assert await desk.dump() == before


FOREIGN = ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[", ""]


@pytest.mark.parametrize("host", FOREIGN)
async def test_a_foreign_host_is_refused(desk: Desk, host: str) -> None:
    link = desk.web.link(BASE)
    rina = await desk.agent()
    for path in ("/", "/open", "/health", "/static/desk.css", link):
        answer = await rina.http.get(path, headers={"host": host})
        assert answer.status_code == 403
    assert (await desk.browser().enter(link, "Rina")).status_code == 303


@pytest.mark.parametrize("base", ["http://localhost:8001", "http://127.0.0.1:9", "http://[::1]:8001"])
async def test_loopback_by_any_name_is_answered(desk: Desk, base: str) -> None:
    answer = await desk.browser(base).enter(desk.web.link(base), "Rina")
    assert answer.status_code == 303


async def test_every_answer_has_the_protecting_headers(desk: Desk) -> None:
    rina = await desk.agent()
    for path in ("/", "/open", "/cases/99", "/nowhere", "/static/desk.js", "/health"):
        headers = (await rina.get(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert all(f"{part} 'none'" in policy for part in ("object-src", "base-uri", "frame-ancestors"))
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"


async def test_pages_keep_their_own_policy(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    for path in ("/", "/cases/1"):
        page = (await rina.get(path)).text
        assert not re.search(r"<[^>]+\s(on\w+|style)=|<style|<script(?! type=\"module\" src)", page)
        assert not re.search(r"(src|href|action)=\"(?!/|#)", page)


@pytest.mark.parametrize("path", ["/cases/99", f"/cases/{2**70}", "/live/cases/99", "/cases/x", "/nowhere"])
async def test_what_is_not_there_says_so(desk: Desk, path: str) -> None:
    answer = await (await desk.agent()).get(path)
    assert answer.status_code == 404
    assert "tidak ada" in answer.text


async def test_a_failure_is_told_without_its_details(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    rina = await desk.agent()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk.house.core.cases, "queue", _explode)
        answer = await rina.get("/")
    assert answer.status_code == 500
    assert "Ada gangguan di sisi kami" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert PHONE not in answer.text + caplog.text


async def _explode(**_: object) -> None:
    raise RuntimeError(f"the row of {PHONE}")


async def test_bodies_that_no_form_sends_are_refused(desk: Desk) -> None:
    rina = await desk.agent()
    assert (await rina.http.post("/leave", content=b"x" * 300_000)).status_code == 413
    assert (await rina.http.post("/leave", content=b"a=1&" * 30)).status_code == 400
    assert (await rina.http.post("/leave", content=b"\xff=1")).status_code == 400


async def test_health_is_plain_and_open(desk: Desk) -> None:
    health = desk.house.core.health
    answer = await desk.browser().get("/health")
    assert answer.status_code == 503
    health.worker = health.sender = True
    health.model = "ready"
    answer = await desk.browser().get("/health")
    assert (answer.status_code, answer.text) == (200, "ready: true\nmodel: ready\n")


# The queue


async def test_the_queue_shows_who_waits_and_masks_them(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/")).text
    shown = text_of(page)
    assert "<title>(1) Sambut</title>" in page
    for words in ("KLH-202611-00001", "Budi", "Memory", "Keluhan", "Pelanggan menunggu di chat", "Belum ada"):
        assert words in shown
    assert PHONE not in page
    assert "0812******90" in page
    assert "lewat batas" not in shown
    desk.house.passes(hours=2)
    assert "lewat batas 1 jam" in text_of((await rina.get("/")).text)


async def test_the_tabs_sort_cases_by_who_has_them(desk: Desk) -> None:
    await complaint(desk)
    await complaint(desk, "barang rusak parah sejak pertama dibuka", name="Dewi")
    rina, sari = await desk.agent("Rina"), await desk.agent("Sari")
    await rina.act("claim", ticket_id=1)

    async def numbers(browser: Browser, tab: str) -> list[str]:
        page = (await browser.get(f"/live/queue?tab={tab}")).text
        return re.findall(r'class="ticket">KLH-202611-0000(\d)', page)

    assert await numbers(rina, "waiting") == ["2"]
    assert await numbers(rina, "mine") == ["1"]
    assert await numbers(sari, "mine") == []
    assert await numbers(sari, "all") == ["1", "2"]
    await rina.act("resolve", ticket_id=1)
    assert await numbers(sari, "all") == ["2"]
    assert await numbers(sari, "done") == ["1"]
    assert await numbers(sari, "no such tab") == ["2"]


async def test_a_returned_case_waits_again_when_it_is_late(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    await rina.act("claim")
    await rina.act("return")
    assert "Tidak ada kasus yang menunggu" in (await rina.get("/")).text
    desk.house.passes(days=7)
    rina = await desk.agent()
    assert "KLH-202611-00001" in (await rina.get("/")).text


async def test_the_first_response_is_no_longer_due_once_an_agent_replied(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    await rina.act("reply", "Sedang kami cek.")
    desk.house.passes(hours=3)
    page = text_of((await rina.get("/?tab=mine")).text)
    assert "sudah dibalas petugas" in page
    assert "lewat batas" not in page


async def test_an_alert_is_shown_with_its_case_and_can_be_closed(desk: Desk) -> None:
    await complaint(desk)
    alert = {"number": "KLH-202611-00001", "minutes": 12}
    await desk.house.core.alerts.raise_("unclaimed", "1", desk.house.now, **alert)
    rina = await desk.agent()
    page = (await rina.get("/?tab=all")).text
    assert "menunggu sejak 12 menit" in page
    assert re.search(r'<a href="/cases/1"[^>]*>Buka kasus</a>', page)
    answer = await rina.post("/alerts/1/dismiss", token=value(page, "token"), tab="all")
    assert answer.headers["location"] == "/?tab=all"
    assert "menunggu sejak" not in (await rina.get("/")).text


async def test_the_state_of_the_model_is_told(desk: Desk) -> None:
    rina = await desk.agent()
    desk.house.core.health.model = "down"
    assert "Asisten tidak menjawab" in (await rina.get("/")).text


# A case


async def test_a_case_shows_what_is_known_and_said(desk: Desk) -> None:
    budi = await complaint(desk)
    await budi.says("baris satu\nbaris dua")
    page = (await (await desk.agent()).get("/cases/1")).text
    shown = text_of(page)
    for words in ("KLH-202611-00001", "Cerita pelanggan", "Kontak", "Mengapa sampai ke petugas", "Prioritas"):
        assert words in shown
    assert "first_message" not in shown
    assert "baris satu\nbaris dua" in page
    assert 'class="line customer"' in page
    assert 'class="line bot"' in page
    assert "Terkirim" in shown
    assert PHONE not in page


async def test_claiming_silences_the_assistant_and_tells_the_customer(desk: Desk) -> None:
    budi = await complaint(desk)
    rina = await desk.agent("Rina")
    answer = await rina.act("claim")
    assert answer.headers["location"] == "/cases/1?done=claim"
    page = text_of((await rina.get("/cases/1?done=claim")).text)
    assert DONE["claim"] in page
    assert "Anda menangani kasus ini. Asisten diam" in page
    await desk.house.settle()
    assert budi.heard("saya Rina dari RPN")
    (ticket,) = await desk.house.rows(tables.tickets)
    assert (ticket.assignee, ticket.assignee_name) == ("web:rina", "Rina")


async def test_a_claimed_case_is_refused_to_the_next_agent_with_the_text_kept(desk: Desk) -> None:
    await complaint(desk)
    rina, sari = await desk.agent("Rina"), await desk.agent("Sari")
    page = (await sari.get("/cases/1")).text
    await rina.act("claim")
    before = await desk.dump()
    answer = await sari.press(page, "reply", "Halo,\r\nsaya bantu.")
    assert answer.status_code == 409
    assert "Kasus ini sudah diambil oleh Rina." in text_of(answer.text)
    assert "\nHalo,\nsaya bantu.</textarea>" in answer.text.replace("\r\n", "\n")
    assert await desk.dump() == before
    assert "Ditangani Rina" in text_of((await sari.get("/cases/1")).text)


async def test_an_agent_who_comes_back_still_has_the_case(desk: Desk) -> None:
    await complaint(desk)
    await (await desk.agent("Rina Wulan")).act("claim")
    again = await desk.agent("rina  wulan")
    assert (await again.act("reply", "Sudah kami kirim ulang.")).status_code == 303


async def test_a_double_click_replies_once(desk: Desk) -> None:
    budi = await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    clicks = [rina.press(page, "reply", "Sedang kami cek.\r\nMohon tunggu.") for _ in range(3)]
    answers = await asyncio.gather(*clicks)
    assert [answer.headers["location"] for answer in answers] == ["/cases/1?done=reply"] * 3
    await desk.house.settle()
    texts = [reply.text for reply in budi.replies]
    assert texts.count("Sedang kami cek.\nMohon tunggu.") == 1
    assert sum("saya Rina dari" in text for text in texts) == 1


async def test_another_text_from_the_same_page_is_another_reply(desk: Desk) -> None:
    budi = await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    await rina.press(page, "reply", "Satu.")
    await rina.press(page, "reply", "Dua.")
    await desk.house.settle()
    assert [reply.text for reply in budi.replies[-2:]] == ["Satu.", "Dua."]


async def test_a_reply_says_how_far_it_came(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    await rina.act("reply", "Sedang kami cek.")
    assert "Menunggu dikirim" in (await rina.get("/cases/1")).text
    await desk.house.settle()
    assert "Menunggu dikirim" not in (await rina.get("/live/cases/1")).text
    await rina.act("reply", "Mohon maaf.")
    async with desk.house.database.write() as connection:
        change = sa.update(tables.outbox).where(tables.outbox.c.state == "queued")
        await connection.execute(change.values(state="dead", error="pelanggan memblokir bot"))
    assert "Gagal terkirim: pelanggan memblokir bot" in text_of((await rina.get("/live/cases/1")).text)


async def test_a_note_never_reaches_the_customer(desk: Desk) -> None:
    budi = await complaint(desk)
    sent = len(budi.replies)
    rina = await desk.agent()
    assert (await rina.act("note", "Pelanggan lama, tolong hati-hati.")).status_code == 303
    await desk.house.settle()
    assert len(budi.replies) == sent
    outgoing = await desk.house.rows(tables.outbox, tables.outbox.c.outlet == "memory")
    assert not any("hati-hati" in str(row.payload) for row in outgoing)
    page = (await rina.get("/cases/1")).text
    assert re.search(r'class="line note".*?Catatan internal · <bdi>Rina</bdi>.*?hati-hati', page, re.S)


async def test_an_empty_reply_is_refused_in_words(desk: Desk) -> None:
    await complaint(desk)
    answer = await (await desk.agent()).act("reply", "  \r\n ")
    assert answer.status_code == 409
    assert "Tulis isi pesannya lebih dulu." in answer.text


async def test_resolving_and_returning_reach_the_customer(desk: Desk) -> None:
    budi = await complaint(desk)
    rina = await desk.agent()
    await rina.act("claim")
    await rina.act("return")
    await desk.house.settle()
    assert budi.heard("Asisten virtual kami siap membantu")
    await rina.act("resolve")
    await desk.house.settle()
    assert budi.heard("KLH-202611-00001 kami nyatakan selesai")
    page = (await rina.get("/cases/1")).text
    assert 'value="claim"' not in page
    assert 'id="reply"' not in page
    late = await rina.press(page, "claim")
    assert late.status_code == 409
    assert "sudah selesai" in late.text


@pytest.mark.parametrize("form", [{"verb": "delete"}, {"verb": ""}, {"nonce": "x"}, {"nonce": ""}])
async def test_a_command_that_no_page_offers_is_refused(desk: Desk, form: dict[str, str]) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    before = await desk.dump()
    known = {"token": value(page, "token"), "nonce": value(page, "nonce"), "verb": "claim"}
    assert (await rina.post("/cases/1/do", **(known | form))).status_code == 400
    assert await desk.dump() == before


async def test_revealing_is_an_event_before_it_is_a_look(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent("Rina Wulan")
    page = (await rina.get("/cases/1")).text
    assert PHONE not in page
    answer = await rina.post("/cases/1/reveal", token=value(page, "token"), nonce=value(page, "nonce"))
    assert PHONE in answer.text
    assert "Data pribadi ditampilkan lengkap" in answer.text
    assert 'data-live-url=""' in answer.text
    (event,) = await desk.house.rows(tables.events, tables.events.c.type == "customer.revealed")
    assert (event.actor, event.ticket_id) == ("web:rina-wulan", 1)
    assert PHONE not in (await rina.get("/cases/1")).text
    missing = await rina.post("/cases/99/reveal", token=value(page, "token"))
    assert missing.status_code == 404


HOSTILE = (
    "</bdi></textarea><script>alert(1)</script><img src=x onerror=alert(1)> {{ 7*7 }} "
    "\u202emoc.live\u202c paket saya rusak & hilang"
)


async def test_what_a_customer_writes_is_inert(desk: Desk) -> None:
    await complaint(desk, HOSTILE, name="<b onclick=alert(1)>Budi")
    rina = await desk.agent()
    for path in ("/", "/live/queue", "/cases/1", "/live/cases/1"):
        page = (await rina.get(path)).text
        assert "<img" not in page.replace('<img src="/static/icon.svg"', "")
        assert "<b onclick" not in page
        assert "alert(1)</script>" not in page
        assert "49" not in re.findall(r"\{\{.*?\}\}|\b49\b", page)
        assert "\u202e" not in page
        assert "&lt;/bdi&gt;" in page


async def test_an_agents_own_name_and_text_are_inert(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent("<i>Rina</i>")
    await rina.act("note", "<u>catatan</u>")
    page = (await rina.get("/cases/1")).text
    assert "<i>Rina" not in page
    assert "<u>catatan" not in page


async def test_times_are_told_in_the_zone_of_the_calendar(desk: Desk) -> None:
    await complaint(desk)
    page = text_of((await (await desk.agent()).get("/cases/1")).text)
    assert "Masuk hari ini pukul 10.00 WIB" in page
    desk.house.passes(hours=14)
    page = text_of((await (await desk.agent()).get("/cases/1")).text)
    assert "Masuk kemarin pukul 10.00 WIB" in page
    assert "Respons pertama lewat batas" in page


# How a message was understood


def chosen(page: Html) -> list[str]:
    return re.findall(r'<option value="(\w+)" selected>', page[page.index('id="correct-form"') :])


async def test_a_case_shows_how_its_message_was_understood_and_why(desk: Desk) -> None:
    desk.house.model.known[STORY] = ("complaint", 0.87)
    await desk.house.customer().says(STORY)
    async with desk.house.database.write() as connection:
        ranking = [["complaint", 0.87], ["technical", 0.09], ["ticket_status", 0.02]]
        articles = [["opening-hours", 0.31], ["no-longer-there", 0.2]]
        await connection.execute(sa.update(tables.inquiries).values(ranking=ranking, articles=articles))
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    shown = text_of(page)
    assert "Keluhan, keyakinan model 87%" in shown
    assert "Mengapa Perkiraan model" in shown.replace("</summary>", " ")
    assert "Kendala teknis 9%" in shown
    title = desk.house.core.editions.current.articles["opening-hours"].title["id"]
    assert f"{title} 31%" in shown
    assert "no-longer-there 20%" in shown
    live = (await rina.get("/live/cases/1")).text
    assert "keyakinan model 87%" in text_of(live)
    assert "correct-form" not in live


async def test_an_agent_corrects_a_class_with_a_plain_form(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    assert len(re.findall(r"<option value=", page)) == 15 + 4
    assert "Perbaiki kelas" in page
    answer = await rina.press(page, "correct", "technical")
    assert answer.headers["location"] == "/cases/1?done=correct"
    page = (await rina.get("/cases/1?done=correct")).text
    assert DONE["correct"] in text_of(page)
    assert "Kendala teknis, diperbaiki petugas" in text_of(page)
    assert chosen(page) == ["technical"]
    (row,) = await desk.house.rows(tables.corrections)
    assert (row.corrected, row.actor) == ("technical", "web:rina")


async def test_the_class_it_has_and_one_that_is_none_are_refused_with_the_choice_kept(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    (was,) = chosen(page)
    before = await desk.dump()
    same = await rina.press(page, "correct", was)
    assert (same.status_code, chosen(same.text)) == (409, [was])
    assert "memang sudah dicatat sebagai" in text_of(same.text)
    unknown = await rina.press(page, "correct", "<b>lain")
    assert unknown.status_code == 409
    assert "Kelas ini tidak dikenal" in text_of(unknown.text)
    assert "<b>lain" not in unknown.text
    assert await desk.dump() == before


async def test_a_correction_needs_the_form_of_its_session(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    form = {"verb": "correct", "text": "technical", "nonce": value(page, "nonce")}
    assert (await rina.post("/cases/1/do", **form)).status_code == 403
    assert await desk.house.rows(tables.corrections) == []


async def test_a_double_click_corrects_once(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    answers = await asyncio.gather(*(rina.press(page, "correct", "technical") for _ in range(3)))
    assert [answer.status_code for answer in answers] == [303] * 3
    assert len(await desk.house.rows(tables.corrections)) == 1


# How soon a case must be looked after


async def prioritize(rina: Browser, page: Html, level: str, why: str) -> httpx.Response:
    known = {name: value(page, name) for name in ("token", "nonce")}
    return await rina.post("/cases/1/do", verb="prioritize", level=level, text=why, **known)


async def test_an_agent_changes_a_priority_and_says_why(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    assert "Prioritas sedang" in text_of(page)
    answer = await prioritize(rina, page, "urgent", "Pelanggan <b>lansia</b>,\r\ntinggal sendiri.")
    assert answer.headers["location"] == "/cases/1?done=prioritize"
    page = (await rina.get("/cases/1?done=prioritize")).text
    assert DONE["prioritize"] in text_of(page)
    assert "Prioritas mendesak" in text_of(page)
    assert "Prioritas: Sedang → Mendesak. Pelanggan &lt;b&gt;lansia" in page
    (changed,) = await desk.house.rows(tables.events, tables.events.c.type == "ticket.prioritized")
    assert (changed.actor, changed.data) == ("web:rina", {"from": "medium", "to": "urgent"})
    assert desk.house.channel.sent[-1].text.count("lansia") == 0, "no word of it reaches the customer"


@pytest.mark.parametrize(
    ("level", "why", "told"),
    [
        ("medium", "sama saja", "memang sudah Sedang"),
        ("gawat", "sekali", "tidak dikenal"),
        ("urgent", " ", "Tulis alasannya"),
    ],
)
async def test_a_priority_that_cannot_be_is_refused_with_what_was_typed_kept(
    desk: Desk, level: str, why: str, told: str
) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    before = await desk.dump()
    answer = await prioritize(rina, page, level, why)
    assert answer.status_code == 409
    assert told in text_of(answer.text)
    assert why.strip() in answer.text
    assert await desk.dump() == before


async def test_a_finished_case_has_no_priority_to_change(desk: Desk) -> None:
    await complaint(desk)
    rina = await desk.agent()
    page = (await rina.get("/cases/1")).text
    await rina.act("resolve")
    assert "sudah selesai" in text_of((await prioritize(rina, page, "urgent", "telat")).text)
    assert "priority-form" not in (await rina.get("/cases/1")).text


async def test_a_category_is_told_in_words(desk: Desk) -> None:
    desk.house.model.categories[STORY] = "delivery"
    await complaint(desk)
    assert "Kategori Pengiriman" in text_of((await (await desk.agent()).get("/cases/1")).text)


async def test_a_case_without_an_understood_message_shows_no_class(desk: Desk) -> None:
    await complaint(desk)
    async with desk.house.database.write() as connection:
        await connection.execute(tables.inquiries.delete())
    page = (await (await desk.agent()).get("/cases/1")).text
    assert "correct-form" not in page
    assert "Kelas pesan" not in page
