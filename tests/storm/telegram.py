"""Telegram during a storm: the loopback Bot API that notes when a message came, and what delivers updates."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp

from tests.fakes.telegram_api import Json, TelegramApi
from tests.storm.script import Chat, Said

REPEATED = "(pesan ulang) "
SECRET = "storm-secret"
NOTICE = "Pesan Anda sudah kami terima."  # how the notice begins that an answer is late
# Seconds that a patient customer waits for one reply. Kills come faster than leases end, and the oldest message
# is the first to be hit again: on PostgreSQL each hit costs it a lease.
_PATIENCE = 600.0
_LATEST = 5  # messages of its chat that may come between a message and its late copy


def bare(text: str) -> str:
    return text.removeprefix(REPEATED)


class StormApi(TelegramApi):
    """Each message sent carries `life`: how many times the house had been killed before.

    `replies` counts what each customer was told, a repeated reply once (no two in a row say the
    same), and the notice that an answer is late not at all.
    """

    def __init__(self) -> None:
        super().__init__()
        self.life = 0
        self.replies: Counter[int] = Counter()
        self._last: dict[int, str] = {}

    async def _sendmessage(self, params: Json) -> Json:
        result = await super()._sendmessage(params | {"life": self.life})
        chat, text = int(params["chat_id"]), bare(params["text"])
        if NOTICE not in text and text != self._last.get(chat):
            self._last[chat] = text
            self.replies[chat] += 1
        return result

    async def next_life(self) -> None:
        """What the dead process had sent is read to its end first: it belongs to the life that ended."""
        assert self._runner.server
        while self._runner.server.connections:
            await asyncio.sleep(0.001)
        self.life += 1

    def has_told(self, chat: int, replies: int) -> bool:
        return self.replies[chat] >= replies


class Deliverer:
    """Pushes updates as Telegram does: in order within a chat, again until a 2xx, and some of them twice.

    `permits` lets so many first deliveries pass; `delivered` counts those that were told 200.
    """

    def __init__(self, api: StormApi, url: str, up: Callable[[], Awaitable[None]], copies: int, dice: random.Random):
        self.permits = asyncio.Semaphore(0)
        self.delivered = 0
        self._api, self._url, self._up, self._copies, self._dice = api, url, up, copies, dice
        self._changed = asyncio.Condition()

    async def run(self, chats: tuple[Chat, ...]) -> None:
        limits = aiohttp.TCPConnector(limit=0)
        session = aiohttp.ClientSession(connector=limits, timeout=aiohttp.ClientTimeout(total=30))
        async with session, asyncio.TaskGroup() as group:
            for chat in chats:
                group.create_task(self._chat(session, chat))

    async def until(self, count: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.delivered >= count)

    async def _chat(self, session: aiohttp.ClientSession, chat: Chat) -> None:
        late: list[tuple[int, Said]] = []
        for position, said in enumerate(chat.said):
            await self.permits.acquire()
            delays = [self._dice.choice((0, 0, self._dice.randint(1, _LATEST))) for _ in range(self._copies - 1)]
            late += [(position + delay, said) for delay in delays]
            due = [copy for at, copy in late if at <= position]
            late = [(at, copy) for at, copy in late if at > position]
            await asyncio.gather(*(self._push(session, copy) for copy in (said, *due)))
            await self._note()
            if chat.habit == "patient":
                await self._patiently(chat, position + 1)
        await asyncio.gather(*(self._push(session, copy) for _, copy in late))

    async def _patiently(self, chat: Chat, replies: int) -> None:
        try:
            await self._api.until(partial(self._api.has_told, chat.id, replies), _PATIENCE)
        except TimeoutError:
            told = self._api.replies[chat.id]
            raise AssertionError(f"chat {chat.id}: {told} of {replies} replies after {_PATIENCE:.0f} s") from None

    async def _note(self) -> None:
        self.delivered += 1
        async with self._changed:
            self._changed.notify_all()

    async def _push(self, session: aiohttp.ClientSession, said: Said) -> None:
        while not await self._told(session, said.update):
            await self._up()

    async def _told(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        try:
            async with session.post(self._url, json=update, headers=headers) as answer:
                assert answer.status in (200, 503), answer.status
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
