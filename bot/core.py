"""Everything between channels and desks, wired together over one database."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path

from bot.messages import Understood
from bot.ports import Channel, Desk
from bot.runtime.pump import Pump
from bot.runtime.sender import Sender
from bot.runtime.understanding import Understander
from bot.runtime.worker import Worker
from bot.services.alerts import Alerts
from bot.services.cases import Cases
from bot.services.desk import DeskService
from bot.services.editions import Editions
from bot.services.health import Health
from bot.services.history import History
from bot.services.intake import Debounce, Intake
from bot.services.outcome import Outcome
from bot.services.projection import Projection
from bot.services.search import Search
from bot.services.signals import Signals
from bot.services.sweeps import Sweeps
from bot.services.turns import Turns
from bot.store import tables
from bot.store.database import Database
from bot.store.queue import Queue

_LANES = 8  # worked on at once, in each direction


class Core:
    """The house without its doors: put channels into `channels` and desks into `desks`."""

    def __init__(
        self, database: Database, root: Path, parse: Callable[[str], Awaitable[Understood]],
        clock: Callable[[], datetime], debounce: Debounce, lease: timedelta,
    ) -> None:  # fmt: skip
        self.database, self.clock = database, clock
        self.channels: dict[str, Channel] = {}
        self.desks: dict[str, Desk] = {}
        self.health, self.signals = Health(), Signals()
        self.inbox = Queue(database, tables.inbox, lease, bursts=True)
        self.outbox = Queue(database, tables.outbox, lease, bursts=False)
        self.editions = Editions(root, database)
        self.history = History(database)
        self.intake = Intake(database, debounce, lambda: self.signals.wake("inbox"))
        projection = Projection(self.desks)
        self.alerts = Alerts(database, projection)
        self.cases = Cases(database, self.editions)
        self.desk = DeskService(database, self.editions, projection)
        self.sweeps = Sweeps(database, self.editions, self.alerts)
        turns = Turns(database, self.inbox, self.editions, Outcome(database, projection))
        self.search = Search(database, parse)
        understander = Understander(parse, self.search)
        self.worker = Worker(
            database, self.inbox, turns, self.desk, understander, self.editions, self.alerts, self.signals,
            clock, self.desks,
        )  # fmt: skip
        self.sender = Sender(
            database, self.outbox, self.channels, self.desks, self.cases, projection, self.alerts,
            self.signals, clock,
        )  # fmt: skip

    def pumps(self) -> tuple[Pump, Pump]:
        """The two loops: inbox and outbox."""
        common = (_LANES, self.signals, self.clock)
        return (
            Pump("inbox", self.inbox, self.worker.work, *common),
            Pump("outbox", self.outbox, self.sender.work, *common),
        )

    async def open(self) -> None:
        """Load the published edition; free what a killed process left running."""
        if self.database.is_sqlite:  # its one writing process is us: nobody else can hold a lease
            await self.inbox.release_all()
            await self.outbox.release_all()
        await self.editions.refresh(self.clock())
