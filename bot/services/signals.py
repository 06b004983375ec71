"""Wake-ups inside one process. They carry no data: whoever wakes reads the database."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Signals:
    """Events by topic (a lane, or one of the fixed topics). A lost wake-up costs time, never data."""

    def __init__(self) -> None:
        self._events: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def listen(self, topic: str) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._events.setdefault(topic, set()).add(event)
        try:
            yield event
        finally:
            self._events[topic].discard(event)
            if not self._events[topic]:
                del self._events[topic]

    def wake(self, topic: str) -> None:
        for event in self._events.get(topic, ()):
            event.set()


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Until the event or the time is up; the event is cleared for the next round."""
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await event.wait()
    except TimeoutError:
        pass
    event.clear()
