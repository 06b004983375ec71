"""The outside, as the core sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.routing import BaseRoute

from bot.messages import DeskUpdate, Outbound, Receipt, Understood


@dataclass(frozen=True, slots=True)
class Pace:
    """Token buckets of a platform: messages a second and how many may leave at once."""

    per_lane: float
    per_lane_burst: int
    overall: float
    overall_burst: int


class Outlet(Protocol):
    """A place the sender can reach; its name stands in the outbox row."""

    name: str

    @property
    def pace(self) -> Pace | None: ...


class Channel(Outlet, Protocol):
    """A customers' channel. It verifies, parses and sends, and decides nothing."""

    def routes(self) -> Sequence[BaseRoute]: ...

    async def run(self) -> None:
        """Whatever must run beside the web server (a poll loop); returns when there is nothing."""

    async def send(self, message: Outbound) -> Receipt:
        """Raises RetryLater or PermanentFailure; any other error counts as RetryLater."""


class Desk(Outlet, Protocol):
    """An agents' desk that is pushed to. A desk that only reads (the web desk) is not one."""

    async def run(self) -> None: ...

    async def show(self, update: DeskUpdate) -> Receipt:
        """Raises as Channel.send does."""


class Understanding(Protocol):
    async def parse(self, text: str) -> Understood:
        """Intent and ranking of one text. Raises ModelDown."""
