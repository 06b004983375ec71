"""Customers on Telegram: some who wait for each reply, and some who come at a fixed rate."""

import asyncio
import itertools
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.machine import TEXTS
from benchmarks.wire import Poster, serving
from tests.storm.script import Said
from tests.storm.stub_rasa import intent

TOKEN = "7000000001:AAF-fake_token_of_the_loopback_server"
_LONGEST = 30.0  # seconds that one reply may take before the measurement is given up
_CHAT = re.compile(rb'chat_id"?[=:]\s*"?(\d+)')
_ME = {"id": 7000000001, "is_bot": True, "first_name": "Sambut", "username": "sambut_bench_bot"}


@dataclass
class Telegram:
    """As much of the Bot API as sending needs; it says when the reply of a chat came."""

    url: str = ""
    replies: int = 0
    waiting: dict[int, asyncio.Future[float]] = field(default_factory=dict)

    def answer(self, path: str, body: bytes) -> bytes:
        method = path.rpartition("/")[2]
        result: object = self._sent(body) if method == "sendMessage" else _ME if method == "getMe" else True
        return json.dumps({"ok": True, "result": result}).encode()

    def _sent(self, body: bytes) -> object:
        found = _CHAT.search(body)
        assert found, body[:200]
        chat, self.replies = int(found[1]), self.replies + 1
        waiting = self.waiting.pop(chat, None)
        if waiting and not waiting.done():
            waiting.set_result(time.perf_counter())
        about = {"id": chat, "type": "private", "first_name": "Budi"}
        return {"message_id": self.replies, "from": _ME, "chat": about, "date": 1794000000, "text": "..."}


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    api = Telegram()
    async with serving(api.answer) as api.url:
        yield api


def stub_parse(_: str, body: bytes) -> bytes:
    """A model that knows everything at once."""
    text = json.loads(body)["text"]
    ranking = [{"name": intent(text), "confidence": 0.95}]
    return json.dumps({"text": text, "intent": ranking[0], "entities": [], "intent_ranking": ranking}).encode()


@dataclass
class Load:
    api: Telegram
    webhook: Poster
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(500_000_000))
    chats: Iterator[int] = field(default_factory=lambda: itertools.count(10_000))

    async def conversations(self, side_by_side: int, turns: int, seconds: float) -> tuple[float, list[float]]:
        """Turns a second and the milliseconds of each, webhook request to sent reply."""
        took: list[float] = []
        end = time.perf_counter() + seconds

        async def talk(chat: int) -> None:
            await self._turn(chat)  # the first contact has an introduction: its time is not kept
            for _ in range(turns):
                if time.perf_counter() > end:
                    return
                took.append(await self._turn(chat))

        started = time.perf_counter()
        await asyncio.gather(*(talk(next(self.chats)) for _ in range(side_by_side)))
        return (len(took) + side_by_side) / (time.perf_counter() - started), sorted(took)

    async def _turn(self, chat: int) -> float:
        replied: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.api.waiting[chat] = replied
        started = time.perf_counter()
        await self._push(chat)
        async with asyncio.timeout(_LONGEST):
            return (await replied - started) * 1000

    async def _push(self, chat: int) -> float:
        number = next(self.ids)
        body = json.dumps(Said(number, chat, TEXTS[number % len(TEXTS)]).update).encode()
        started = time.perf_counter()
        status = await self.webhook.post(body)
        assert status == 200, status
        return (time.perf_counter() - started) * 1000

    async def at_rate(self, rate: float, seconds: float, chats: int = 200) -> list[float]:
        """Milliseconds of webhook answers when requests come at a fixed rate, whatever becomes of them."""
        known = [next(self.chats) for _ in range(chats)]
        started, pushes = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
            pushes.append(asyncio.create_task(self._push(known[number % chats])))
        return sorted(await asyncio.gather(*pushes))
