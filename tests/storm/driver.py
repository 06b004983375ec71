"""A storm: customers write, Telegram repeats itself, and the house is killed again and again."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

from bot.store.database import Database
from tests.storm.evidence import Evidence, at_rest, collect
from tests.storm.process import ROOT, Victim, free_port
from tests.storm.script import Chat
from tests.storm.stub_rasa import StubRasa
from tests.storm.telegram import SECRET, Deliverer, StormApi

_SETTLES = 60.0  # seconds, within which everything delivered must be worked off
_PASSAGES = 12  # a named point is hit at one of its first passages in a life
_MOMENT = 0.03  # seconds: an end from outside may come anywhere, also between two events
KILLED = -9


@dataclass
class Storm:
    """`points` are the kills in their order: the name of a kill point, or "" for a random moment."""

    url: str
    folder: Path
    chats: tuple[Chat, ...]
    points: list[str]
    copies: int = 3
    environment: dict[str, str] = field(default_factory=dict)
    dice: random.Random = field(default_factory=lambda: random.Random(20261123))
    lives: list[tuple[str, float]] = field(default_factory=list)

    async def rage(self) -> Evidence:
        port = free_port()
        async with StormApi() as api, StubRasa() as model:
            environment = self._environment(api.url, api.token, model.url, port)
            async with Victim(environment, port, self.folder / "victim.log") as victim:
                url = f"http://127.0.0.1:{port}/webhooks/telegram"
                deliverer = Deliverer(api, url, victim.listening, self.copies, self.dice)
                async with asyncio.TaskGroup() as group:
                    group.create_task(deliverer.run(self.chats))
                    group.create_task(self._kills(victim, deliverer, api))
                await self._end(victim)
            return await self._evidence(api)

    def _environment(self, api: str, token: str, model: str, port: int) -> dict[str, str]:
        telegram = {
            "TOKEN": token,
            "API_BASE": api,
            "WEBHOOK_SECRET": SECRET,
            "WEBHOOK_URL": f"http://127.0.0.1:{port}",
        }
        own = {
            "ROOT": str(ROOT), "DATA": str(self.folder / "data"), "DATABASE_URL": self.url, "PORT": str(port),
            "DESK_PORT": str(free_port()), "DEBOUNCE": "false", "LEASE_SECONDS": "6",
        }  # fmt: skip
        settings = {f"TELEGRAM_{k}": v for k, v in telegram.items()} | {f"SAMBUT_{k}": v for k, v in own.items()}
        return settings | {"RASA_URL": model, "SLACK_BOT_TOKEN": ""} | self.environment

    async def _kills(self, victim: Victim, deliverer: Deliverer, api: StormApi) -> None:
        """Each life is given its share of the messages and ends somewhere within it."""
        total, lives = sum(len(chat.said) for chat in self.chats), len(self.points) + 1
        given = 0
        for number, point in enumerate([*self.points, None]):
            share = total * (number + 1) // lives - given
            kill_at = {"STORM_KILL_AT": f"{point}:{self.dice.randint(1, min(share, _PASSAGES))}"} if point else {}
            started = time.monotonic()
            await victim.start(**kill_at)
            _permit(deliverer, share)
            if point == "":
                await deliverer.until(given + self.dice.randint(0, share))
                await asyncio.sleep(self.dice.random() * _MOMENT)
                await victim.kill()
            if point is not None:
                assert await victim.ended() == KILLED, "it ended by itself"
                await api.next_life()
            self.lives.append((point or "", time.monotonic() - started))
            given += share

    async def _end(self, victim: Victim) -> None:
        database = Database(self.url)
        try:
            async with asyncio.timeout(_SETTLES):
                while not await at_rest(database):
                    await asyncio.sleep(0.05)
        finally:
            await database.close()
        assert await victim.stop() == 0, "a stop signal must end it in order"

    async def _evidence(self, api: StormApi) -> Evidence:
        database = Database(self.url)
        said = tuple(message for chat in self.chats for message in chat.said)
        try:
            return await collect(database, said, api.sent, api.life)
        finally:
            await database.close()


def _permit(deliverer: Deliverer, count: int) -> None:
    for _ in range(count):
        deliverer.permits.release()
