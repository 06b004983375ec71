"""A whole house in a test: real database, real turn, a channel and a desk that remember.

async with house() as sambut:
    budi = sambut.customer("Budi")
    await budi.says("halo")
    assert budi.heard("asisten virtual")
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core import Core
from bot.domain.cues import cues
from bot.messages import Attachment, DeskCommand, DeskUpdate, Inbound, Outbound, Receipt, Understood
from bot.services.intake import Debounce
from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.store.tables import conversations

ROOT = Path(__file__).parent.parent
MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # 10.00 WIB, a working day


class Memory:
    """A channel that keeps what it was asked to send; `fail` makes the next sends raise."""

    name, pace = "memory", None

    def __init__(self) -> None:
        self.sent: list[Outbound] = []
        self.fail: list[Exception] = []

    def routes(self) -> list[Any]:
        return []

    async def run(self) -> None: ...

    async def send(self, message: Outbound) -> Receipt:
        if self.fail:
            raise self.fail.pop(0)
        self.sent.append(message)
        return Receipt(str(len(self.sent)))


class MemoryDesk:
    """A pushing desk that keeps what it was shown."""

    name, pace = "memo", None

    def __init__(self) -> None:
        self.shown: list[DeskUpdate] = []
        self.fail: list[Exception] = []

    async def run(self) -> None: ...

    async def show(self, update: DeskUpdate) -> Receipt:
        if self.fail:
            raise self.fail.pop(0)
        self.shown.append(update)
        return Receipt(f"post-{len(self.shown)}")

    def lines(self) -> list[str]:
        return [u.line.text for u in self.shown if u.kind == "line" and u.line]

    @property
    def alerts(self) -> list[str]:
        return [u.text for u in self.shown if u.kind == "alert"]


@dataclass
class Hints:
    """A stand-in for the model: the intent of a text is what the test said it is."""

    known: dict[str, tuple[str, float]] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    down: bool = False
    asked: int = 0

    async def parse(self, text: str) -> Understood:
        from bot.errors import ModelDown

        self.asked += 1
        if self.down:
            raise ModelDown("test")
        intent, confidence = self.known.get(text, ("general", 0.9))
        return Understood(
            text, intent, confidence, ((intent, confidence),), cues=cues(text),
            category=self.categories.get(text, ""), model="hints",
        )  # fmt: skip


@dataclass
class Customer:
    house: "House"
    name: str
    lane: str
    reachable: bool = True

    async def says(self, *texts: str, intent: str = "", confidence: float = 0.95) -> None:
        """One burst, understood as `intent`, and everything that follows from it."""
        if intent:
            self.house.model.known["\n".join(texts)] = (intent, confidence)
        for text in texts:
            await self.write(text)
        await self.house.settle()

    async def presses(self, button: str) -> None:
        await self.write("", button=button)
        await self.house.settle()

    async def write(self, text: str, button: str | None = None, external_id: str = "", **more: Any) -> None:
        """Only the arrival: nothing is worked on yet."""
        self.house.arrived += 1
        key = external_id or f"m{self.house.arrived}"
        message = Inbound(
            "memory", key, self.lane, self.lane, text, button, sender_name=self.name or None,
            reachable=self.reachable, **more,
        )  # fmt: skip
        await self.house.core.intake.accept([message], self.house.now)

    async def sends_photo(self, caption: str = "") -> None:
        await self.write(caption, attachments=(Attachment("photo", "ref-1", "foto.jpg"),))
        await self.house.settle()

    async def speaks(self, language: str) -> None:
        """The conversation, which must have begun, is in this language from now on."""
        mine = conversations.c.lane == self.lane
        async with self.house.database.write() as connection:
            await connection.execute(sa.update(conversations).where(mine).values(language=language))

    @property
    def replies(self) -> list[Outbound]:
        return [m for m in self.house.channel.sent if m.address == self.lane]

    @property
    def last(self) -> str:
        return self.replies[-1].text if self.replies else ""

    def heard(self, words: str) -> bool:
        return words.lower() in self.last.lower()


class House:
    def __init__(self, database: Database, root: Path, parse: Callable[[str], Awaitable[Understood]] | None) -> None:
        self.now, self.arrived, self.commands = MONDAY, 0, 0
        self.model = Hints()
        self.database = database
        quiet = Debounce()
        self.core = Core(database, root, parse or self.model.parse, lambda: self.now, quiet, timedelta(seconds=30))
        self.channel, self.desk = Memory(), MemoryDesk()
        self.core.channels["memory"] = self.channel
        self.core.desks["memo"] = self.desk

    def customer(self, name: str = "Budi", lane: str = "", reachable: bool = True) -> Customer:
        return Customer(self, name, lane or f"memory:{name}", reachable)

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    async def settle(self, most: int = 500) -> None:
        """Let the debounce pass and work until nothing is ready."""
        self.passes(seconds=10)
        for _ in range(most):
            if not await self.step():
                return
        raise AssertionError("the house does not come to rest")

    async def step(self) -> bool:
        """One job of each queue; False when there was none."""
        worked = False
        for queue, work in (
            (self.core.inbox, self.core.worker.work),
            (self.core.outbox, self.core.sender.work),
        ):
            job = await queue.claim(self.now)
            if job:
                await work(job)
                worked = True
        return worked

    async def agent(self, verb: str, text: str = "", ticket_id: int = 1, who: str = "rina") -> None:
        """An agent's command on the pushing desk, and everything that follows from it."""
        self.commands += 1
        command = DeskCommand("memo", f"c{self.commands}", f"memo:{who}", who.title(), ticket_id, verb, text)
        await self.core.intake.accept_command(command, self.now)
        await self.settle()

    async def rows(self, table: sa.Table, *where: Any) -> list[Any]:
        async with self.database.read() as connection:
            return list((await connection.execute(sa.select(table).where(*where).order_by(*table.primary_key))).all())


@asynccontextmanager
async def house(
    url: str, root: Path = ROOT, parse: Callable[[str], Awaitable[Understood]] | None = None
) -> AsyncIterator[House]:
    database = Database(url)
    upgrade(database)
    made = House(database, root, parse)
    await made.core.open()
    try:
        yield made
    finally:
        await database.close()
