"""Which doors are open, and to whom: the real composition root, its two servers on loopback."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from starlette.routing import Mount, Route, WebSocketRoute
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

import bot.app
from bot.runtime import web
from bot.runtime.serve import routes
from bot.settings import Settings
from tests.contract.desk_drivers import web as web_desk
from tests.contract.drivers import SECRET, webchat, webhook
from tests.contract.help import serving, until
from tests.fakes.telegram_api import TelegramApi
from tests.house import ROOT, House

SPOOFED = (
    "127.0.0.1", "203.0.113.9", "1.2.3.4, 127.0.0.1", "localhost", "::1", "not an address", "'; DROP TABLE inbox; --",
    "x" * 5000, ",,,", "\N{SNOWMAN}",
)  # fmt: skip


@dataclass(frozen=True)
class Product:
    """A running `sambut serve`."""

    public: str
    desk: str


@pytest.fixture
async def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Product]:
    bound: list[socket.socket] = []
    real = bot.app._bind
    monkeypatch.setattr(bot.app, "_bind", lambda settings: bound.extend(real(settings)) or tuple(bound))
    async with TelegramApi() as api:
        for name, value in {"TOKEN": api.token, "API_BASE": api.url, "WEBHOOK_SECRET": SECRET}.items():
            monkeypatch.setenv(f"TELEGRAM_{name}", value)
        monkeypatch.setenv("TELEGRAM_WEBHOOK_URL", "http://127.0.0.1:9")
        monkeypatch.setenv("RASA_URL", "http://127.0.0.1:9")  # nobody is there
        settings = Settings(root=ROOT, data=tmp_path / "var", port=0, desk_port=0)
        running = asyncio.create_task(bot.app.run(settings, lambda _: None))
        await until(lambda: running.done() or api.webhook, 60)
        try:
            assert not running.done(), running.exception()
            public, desk = (f"http://127.0.0.1:{each.getsockname()[1]}" for each in bound)
            yield Product(public, desk)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def paths(found: list[Route | Mount | WebSocketRoute]) -> Iterator[str]:
    for route in found:
        inner = list(paths(route.routes)) if isinstance(route, Mount) and route.routes else [""]
        yield from (re.sub(r"\{\w+:int\}", "1", route.path) + path for path in inner)


async def test_the_public_app_has_webhooks_web_chat_and_health_and_no_other_route(
    sambut: House, tmp_path: Path
) -> None:
    async with webhook(sambut, tmp_path), webchat(sambut, tmp_path):
        app = web.public_app(routes(sambut.core), sambut.core.health)
        found = sorted(paths(app.routes))
    assert found == [
        "/", "/chat/static", "/chat/ws", "/health/live", "/health/ready", "/webhooks/telegram",
    ]  # fmt: skip
    kinds = [kind for channel in ("webhooks", "chat", "health") for kind in found if kind.startswith(f"/{channel}/")]
    assert sorted([*kinds, "/"]) == found


async def test_no_page_of_the_desk_is_on_the_public_port(product: Product, sambut: House, tmp_path: Path) -> None:
    async with web_desk(sambut, tmp_path) as desk, httpx.AsyncClient(base_url=product.public) as client:
        inside = set(paths(desk.app.routes)) - {"/"} | {"/static/desk.css", "/open?code=x"}
        assert len(inside) > 8
        for path in inside:
            assert (await client.get(path)).status_code == 404, path
            assert (await client.post(path, data={"token": "x"})).status_code == 404, path
        front = await client.get("/")
        assert (front.status_code, "Meja petugas" in front.text) == (200, False)
        assert (await client.get("/", headers={"Host": "127.0.0.1:8001"})).text == front.text
        for path in ("/docs", "/openapi.json", "/metrics", "/../etc/passwd", "/chat/static/../index.html"):
            assert (await client.get(path)).status_code == 404, path


async def test_the_desk_port_has_no_channel(product: Product) -> None:
    async with httpx.AsyncClient(base_url=product.desk) as client:
        for path in ("/webhooks/telegram", "/chat/ws", "/chat/static/chat.js"):
            assert (await client.post(path)).status_code in (403, 404), path
        assert (await client.get("/")).status_code == 303
        assert (await client.get("/open")).status_code == 403


async def test_the_desk_answers_loopback_names_only(product: Product) -> None:
    port = product.desk.rpartition(":")[2]
    async with httpx.AsyncClient(base_url=product.desk) as client:
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
            assert (await client.get("/health", headers={"Host": host})).status_code == 200, host
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "10.0.0.5", "0.0.0.0", "", "["):
            for more in ({}, {"X-Forwarded-Host": "127.0.0.1"}, {"Forwarded": "host=127.0.0.1"}):
                answer = await client.get("/open?code=x", headers={"Host": host} | more)
                assert answer.status_code in (400, 403), host
                assert "Sambut" not in answer.text


def test_the_desk_is_bound_to_loopback_whatever_the_public_host_is() -> None:
    sockets = bot.app._bind(Settings(host="127.0.0.2", port=0, desk_port=0))
    try:
        assert [each.getsockname()[0] for each in sockets] == ["127.0.0.2", "127.0.0.1"]
    finally:
        for each in sockets:
            each.close()


async def test_the_product_is_ready_only_with_a_worker_and_a_sender(sambut: House) -> None:
    health = sambut.core.health
    async with serving(web.public_app([], health)) as url, httpx.AsyncClient(base_url=url) as client:
        for worker, sender, status in ((False, False, 503), (True, False, 503), (False, True, 503), (True, True, 200)):
            health.worker, health.sender = worker, sender
            answer = await client.get("/health/ready")
            assert (answer.status_code, answer.json()["ready"]) == (status, status == 200)
            assert (await client.get("/health/live")).status_code == 200


async def test_the_running_product_is_ready(product: Product) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{product.public}/health/ready")
        assert (answer.status_code, answer.json()["ready"]) == (200, True)
        assert set(answer.json()) == {"ready", "model"}, "nothing else is told to strangers"


@pytest.mark.parametrize("address", SPOOFED)
async def test_a_spoofed_address_opens_and_breaks_nothing(product: Product, address: str) -> None:
    forwarded = [(name, address.encode()) for name in (b"x-forwarded-for", b"x-real-ip", b"x-forwarded-proto")]
    forwarded += [(b"x-forwarded-host", b"127.0.0.1")]
    async with httpx.AsyncClient() as client:

        async def status(url: str, method: str = "GET", *more: tuple[bytes, bytes]) -> int:
            return (await client.request(method, url, headers=[*forwarded, *more])).status_code

        assert await status(f"{product.public}/") == 200
        assert await status(f"{product.public}/health/ready") == 200
        assert await status(f"{product.public}/open") == 404
        assert await status(f"{product.public}/webhooks/telegram", "POST") == 401
        assert await status(f"{product.desk}/") == 303
        assert await status(f"{product.desk}/", "GET", (b"host", b"evil.example")) == 403
        assert await status(f"{product.desk}/cases/1/do", "POST") == 403


async def test_behind_a_proxy_each_address_has_its_own_places_whatever_it_claims(product: Product) -> None:
    url = product.public.replace("http", "ws", 1) + "/chat/ws"
    async with AsyncExitStack() as stack:
        for n in range(20):  # the proxy appends the true address to what a client sent
            claim = {"X-Forwarded-For": f"198.51.100.{n}, 203.0.113.9"}
            await stack.enter_async_context(connect(url, proxy=None, additional_headers=claim))
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, proxy=None, additional_headers={"X-Forwarded-For": "127.0.0.1, 203.0.113.9"})
        assert refused.value.response.status_code == 429
        other = connect(url, proxy=None, additional_headers={"X-Forwarded-For": "203.0.113.10"})
        await stack.enter_async_context(other)
