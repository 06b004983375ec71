"""What one customer may read of their conversation; notes of agents are not in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.queue import LIVE
from bot.store.tables import conversations, inbox, messages, outbox

_PAGE = 200


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """`seq` rises within a conversation; `external_id` is the id that the channel gave to an
    incoming message; `buttons` is a list of {"title", "value"}."""

    seq: int
    direction: str
    text: str
    buttons: list[dict[str, str]]
    at: datetime
    external_id: str
    author: str


class History:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def after(self, lane: str, seq: int) -> list[HistoryLine]:
        """At most 200 lines after `seq`, oldest first; ask again from the last one for more."""
        columns = (
            messages.c.id, messages.c.direction, messages.c.text, messages.c.buttons,
            messages.c.created_at, messages.c.external_id, messages.c.author,
        )  # fmt: skip
        mine = messages.c.conversation_id == conversations.c.id
        query = (
            sa.select(*columns)
            .join(conversations, mine)
            .where(conversations.c.lane == lane, messages.c.id > seq, messages.c.direction.in_(("in", "out")))
            .order_by(messages.c.id)
            .limit(_PAGE)
        )
        async with self._database.read() as connection:
            return [_line(row) for row in (await connection.execute(query)).all()]

    async def idle(self, lane: str) -> bool:
        """Whether nothing of this lane waits to be understood or to be sent."""
        waiting = [sa.exists().where(queue.c.lane == lane, queue.c.state.in_(LIVE)) for queue in (inbox, outbox)]
        async with self._database.read() as connection:
            return not (await connection.execute(sa.select(sa.or_(*waiting)))).scalar_one()


def _line(row: Any) -> HistoryLine:
    buttons = row.buttons or []
    return HistoryLine(row.id, row.direction, row.text, buttons, row.created_at, row.external_id, row.author)
