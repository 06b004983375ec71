"""An agent says what a message really was. Nobody is told: it is for the figures, and for the next training."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.intents import CLASSES, INTENTS
from bot.errors import Refused
from bot.messages import DeskCommand
from bot.store import inquiries, tickets
from bot.store.rows import add_events, event


async def correct(connection: AsyncConnection, ticket: Any, command: DeskCommand, now: datetime) -> None:
    """Raises Refused. A ticket keeps its type and number, which a customer may have been told."""
    after = command.text.strip()
    inquiry = await _inquiry(connection, ticket, after)
    place = {"ticket_id": ticket.id, "conversation_id": ticket.conversation_id}
    id_ = await inquiries.correct(connection, inquiry, ticket.id, after, command.actor, now)
    if after in CLASSES:
        await tickets.update(connection, ticket.id, message_class=after)
    data = {"inquiry_id": inquiry.id, "correction_id": id_, "from": inquiry.message_class, "to": after}
    await add_events(connection, [event("inquiry.corrected", now, command.actor, data=data, **place)])


async def _inquiry(connection: AsyncConnection, ticket: Any, after: str) -> Any:
    if after not in INTENTS:
        raise Refused("desk_unknown_class")
    inquiry = await inquiries.of_ticket(connection, ticket.id)
    if inquiry is None:
        raise Refused("desk_nothing_understood")
    if inquiry.message_class == after:
        raise Refused("desk_same_class", label=INTENTS[after])
    return inquiry
