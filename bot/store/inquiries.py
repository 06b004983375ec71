"""How messages were understood, and what agents made of that."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import corrections, inquiries, messages, tickets

_CONVERSATION = sa.select(tickets.c.conversation_id).where(tickets.c.id == sa.bindparam("ticket"))
_CORRECTED = sa.exists().where(corrections.c.inquiry_id == inquiries.c.id)
# A message of another ticket is never this one's; one that led to no ticket may be.
_OF_TICKET = (
    sa.select(inquiries, _CORRECTED.label("corrected"))
    .where(
        inquiries.c.conversation_id == _CONVERSATION.scalar_subquery(),
        sa.or_(inquiries.c.ticket_id == sa.bindparam("ticket"), inquiries.c.ticket_id.is_(None)),
    )
    .order_by(inquiries.c.ticket_id.is_(None), inquiries.c.id.desc())
    .limit(1)
)
# An inquiry names the first message of its burst; the others were written in the same moment.
_BURST = (
    (messages.c.conversation_id == inquiries.c.conversation_id)
    & (messages.c.id >= inquiries.c.message_id)
    & (messages.c.created_at == inquiries.c.created_at)
    & (messages.c.direction == "in")
)
_SAID = (
    sa.select(inquiries.c.id, messages.c.text)
    .join(messages, _BURST)
    .where(_CORRECTED, messages.c.text != "")
    .order_by(inquiries.c.id, messages.c.id)
)


async def of_ticket(connection: AsyncConnection, ticket_id: int) -> Any | None:
    """The newest inquiry of the ticket, else of its conversation, with whether an agent corrected it."""
    return (await connection.execute(_OF_TICKET, {"ticket": ticket_id})).first()


async def correct(
    connection: AsyncConnection, inquiry: Any, ticket_id: int, corrected: str, actor: str, now: datetime
) -> int:
    """The inquiry has another class from now on; the id of the row that says who changed it from what."""
    row = {"inquiry_id": inquiry.id, "ticket_id": ticket_id, "predicted": inquiry.message_class}
    row |= {"corrected": corrected, "actor": actor, "created_at": now}
    query = sa.insert(corrections).values(row).returning(corrections.c.id)
    correction_id: int = (await connection.execute(query)).scalar_one()
    change = sa.update(inquiries).where(inquiries.c.id == inquiry.id)
    await connection.execute(change.values(message_class=corrected))
    return correction_id


async def corrected(connection: AsyncConnection) -> tuple[Sequence[Any], dict[int, str]]:
    """All corrections, oldest first, and the whole burst of messages behind each of their inquiries."""
    rows = (await connection.execute(sa.select(corrections).order_by(corrections.c.id))).all()
    said: dict[int, str] = {}
    for id_, text in (await connection.execute(_SAID)).all():
        said[id_] = f"{said[id_]}\n{text}" if id_ in said else text
    return rows, said
