"""What desks that are pushed to must show, as outbox rows. They hold ids; the words are read when sent."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.messages import DeskCommand, Json
from bot.store.rows import sending


class Projection:
    """`desks` is read when something happens: desks may be added until the house opens."""

    def __init__(self, desks: Collection[str]) -> None:
        self.desks = desks

    def _rows(self, kind: str, key: str, ticket_id: int, now: datetime, **more: Any) -> list[Json]:
        payload = {"kind": kind, "ticket_id": ticket_id, **more}
        return [
            # A desk that was down for days must still learn of every case: no expiry.
            sending(
                d,
                f"{kind}:{key}",
                f"{d}:case:{ticket_id}",
                payload,
                now,
                ticket_id=ticket_id,
                expires_at=None,
            )
            for d in self.desks
        ]

    def case(self, ticket_id: int, cause: str, now: datetime) -> list[Json]:
        """The case's state; `cause` is what changed it, so that a repeat adds nothing."""
        return self._rows("case", f"{ticket_id}:{cause}", ticket_id, now)

    def line(self, ticket_id: int, message_id: int, now: datetime, already: str = "") -> list[Json]:
        """A line of the transcript; the desk named by `already` shows it without our help."""
        rows = self._rows("line", str(message_id), ticket_id, now, message_id=message_id)
        return [row for row in rows if row["outlet"] != already]

    def delivery(self, ticket_id: int, message_id: int, cause: str, now: datetime) -> list[Json]:
        return self._rows("delivery", f"{message_id}:{cause}", ticket_id, now, message_id=message_id)

    def refused(self, command: DeskCommand, text: str, now: datetime) -> list[Json]:
        """To the desk of the command alone: the others have nothing to do with it."""
        rows = self._rows("refused", command.external_id, command.ticket_id, now, text=text, actor=command.actor)
        return [row for row in rows if row["outlet"] == command.desk]

    def alert(self, alert_id: int, text: str, now: datetime) -> list[Json]:
        payload = {"kind": "alert", "text": text}
        return [sending(d, f"alert:{alert_id}", f"{d}:alerts", payload, now, expires_at=None) for d in self.desks]
