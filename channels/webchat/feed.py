"""What one open socket is shown: the conversation's lines, and whether more is coming."""

import asyncio
import json
import logging
from contextlib import suppress
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.services.health import Health
from bot.services.history import History, HistoryLine
from bot.services.signals import Signals, wait

_log = logging.getLogger(__name__)

# Seconds between looks when nobody wakes us. A turn ends with a receipt that wakes nobody, so the
# looks are close together right after something moved.
_SOON, _BUSY, _WARMING, _QUIET = 0.05, 0.5, 2.0, 15.0


class Feed:
    """Reads the database and keeps nothing of its own but the place where it stopped."""

    def __init__(self, socket: WebSocket, source: tuple[History, Signals, Health], session: str, seq: int) -> None:
        self._socket = socket
        self._history, self._signals, self._health = source
        self._lane, self._prefix = f"webchat:{session}", f"{session}:"
        self._seq = seq
        self._lock = asyncio.Lock()
        self._accepted = 0
        self._shown: dict[str, str] = {}
        self._open = True

    async def send(self, frame: dict[str, Any]) -> None:
        async with self._lock:
            await self._send(frame)

    async def accepted(self, id: str) -> None:
        """Tell that the message is stored; from here on an "idle" speaks of a turn that knows it."""
        async with self._lock:
            self._accepted += 1
            await self._send({"type": "accepted", "id": id})
            await self._show("turn", "typing")
        self._signals.wake(self._lane)

    def stop(self) -> None:
        self._open = False
        self._signals.wake(self._lane)

    async def run(self) -> None:
        """Until `stop`, or until the database fails: then the client comes back by itself."""
        try:
            await self._follow()
        except Exception as error:
            # The driver's message may hold what a customer wrote; its type is enough.
            _log.error("web chat: reading a conversation failed: %s", type(error).__name__)
            await self.close(1011)

    async def close(self, code: int) -> None:
        self._open = False
        with suppress(RuntimeError, WebSocketDisconnect):
            await self._socket.close(code)

    async def _follow(self) -> None:
        pause = _SOON
        with self._signals.listen(self._lane) as event:
            while self._open:
                before = self._seq
                quiet = await self._look()
                pause = _SOON if self._seq != before else min(pause * 2, _BUSY)
                await wait(event, self._rest() if quiet else pause)

    def _rest(self) -> float:
        return _WARMING if self._model() == "warming_up" else _QUIET

    async def _look(self) -> bool:
        # The order matters: what is idle now has all its lines in the table already.
        accepted = self._accepted
        quiet = await self._history.idle(self._lane)
        while self._open and (lines := await self._history.after(self._lane, self._seq)):
            for line in lines:
                await self.send(self._line(line))
                self._seq = line.seq
        async with self._lock:
            await self._show("model", self._model())
            if accepted != self._accepted:
                return False  # a message came in between: look again
            await self._show("turn", "idle" if quiet else "typing")
        return quiet

    def _model(self) -> str:
        return "warming_up" if self._health.model in ("starting", "training") else "ready"

    async def _show(self, what: str, state: str) -> None:
        if self._shown.get(what) != state:
            self._shown[what] = state
            await self._send({"type": "status", "state": state})

    async def _send(self, frame: dict[str, Any]) -> None:
        try:
            await self._socket.send_text(json.dumps(frame))
        except (RuntimeError, WebSocketDisconnect):
            self._open = False  # whoever reads the socket hears of it too

    def _line(self, line: HistoryLine) -> dict[str, Any]:
        frame = {
            "type": "message",
            "seq": line.seq,
            "from": _author(line),
            "text": line.text,
            "buttons": line.buttons,
            "at": line.at.isoformat(),
        }
        if line.direction == "in":
            frame["id"] = line.external_id.removeprefix(self._prefix)
        return frame


def _author(line: HistoryLine) -> str:
    if line.direction == "in":
        return "customer"
    return "bot" if line.author in ("", "bot") else "agent"
