"""What agents do. One service authorises, decides and writes for every desk.

A case is claimed once, in the database; what one desk does reaches the others through the outbox.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.edition import Edition
from bot.domain.effects import Reply
from bot.domain.priority import PRIORITIES
from bot.domain.text import clean
from bot.domain.tickets import may_become
from bot.errors import Refused
from bot.messages import DeskCommand, Json
from bot.services import cases, corrections
from bot.services.editions import Editions
from bot.services.outcome import to_customer
from bot.services.projection import Projection
from bot.services.replies import render
from bot.store import conversations, tickets
from bot.store.database import Database
from bot.store.rows import add_events, add_messages, add_sendings, close_alert, event, message
from bot.store.tables import inbox


@dataclass(slots=True)
class _Action:
    connection: AsyncConnection
    command: DeskCommand
    ticket: Any
    conversation: Any
    edition: Edition
    now: datetime


class DeskService:
    def __init__(self, database: Database, editions: Editions, projection: Projection) -> None:
        self._database, self._editions, self._projection = database, editions, projection
        self._verbs: dict[str, Callable[[_Action], Awaitable[None]]] = {
            "claim": self._claim,
            "reply": self._reply,
            "note": self._note,
            "resolve": self._resolve,
            "return": self._return,
            "prioritize": self._prioritize,
            "correct": self._correct,
        }

    async def perform(self, connection: AsyncConnection, command: DeskCommand, now: datetime) -> None:
        """Carry a command out inside the caller's transaction. Raises Refused, nothing written."""
        verb = self._verbs.get(command.verb)
        row = await tickets.get(connection, command.ticket_id)
        if verb is None or row is None:
            raise Refused("desk_unknown_case")
        # Conversation first, then ticket: the order of every other writer, so nobody deadlocks.
        conversation = await conversations.lock_by_id(connection, row.conversation_id)
        ticket = await tickets.get(connection, command.ticket_id, lock=True)
        action = _Action(connection, command, ticket, conversation, self._editions.current, now)
        await verb(action)
        if command.ref:
            await cases.remember(connection, command.desk, "typed", command.ref, now, ticket_id=row.id)
        rows = self._projection.case(row.id, f"{command.desk}:{command.external_id}", now)
        await add_sendings(self._database, connection, rows)

    async def perform_now(self, command: DeskCommand, now: datetime) -> None:
        """Carry a command out at once; a repeated one changes nothing. Raises Refused, nothing written.

        The row in the inbox is what knows a repeat; it is born done, so that no worker takes it.
        """
        row = {
            "outlet": command.desk,
            "key": command.external_id,
            "lane": f"{command.desk}:case:{command.ticket_id}",
            "payload": command.to_json(),
            "created_at": now,
            "ready_at": now,
            "state": "done",
        }
        query = self._database.insert(inbox).values(row).on_conflict_do_nothing().returning(inbox.c.id)
        async with self._database.write() as connection:
            if (await connection.execute(query)).first() is not None:
                await self.perform(connection, command, now)

    async def refuse(self, connection: AsyncConnection, command: DeskCommand, refused: Refused, now: datetime) -> None:
        """Tell the desk, in words, why nothing happened. A case that does not exist has no place for words."""
        if refused.key == "desk_unknown_case":
            return
        text = agent_words(refused)
        rows = self._projection.refused(command, text, now)
        await add_sendings(self._database, connection, rows)

    async def _claim(self, action: _Action) -> None:
        self._open(action)
        command, ticket, conversation = action.command, action.ticket, action.conversation
        if ticket.assignee == command.actor:
            return
        if ticket.assignee:
            raise Refused("desk_already_claimed", name=ticket.assignee_name)
        busy = conversation.handler == "human" and conversation.case_id not in (None, ticket.id)
        other = await tickets.get(action.connection, conversation.case_id) if busy else None
        if other is not None and other.assignee:
            raise Refused("desk_conversation_busy", number=other.number, name=other.assignee_name)
        changes = {"assignee": command.actor, "assignee_name": command.name, "claimed_at": action.now}
        changes |= {"reminded_at": None}
        await tickets.update(action.connection, ticket.id, status="open", **changes)
        taken = {"handler": "human", "case_id": ticket.id, "form": None}
        await conversations.update(action.connection, conversation.id, **taken)
        await close_alert(action.connection, f"unclaimed:{ticket.id}", action.now)
        await self._tell(action, Reply("utter_claimed", {"agent": command.name}), "bot")
        await self._log(action, "ticket.assigned")

    async def _reply(self, action: _Action) -> None:
        text = clean(action.command.text)
        if not text:
            raise Refused("desk_empty")
        await self._claim(action)
        if action.ticket.first_human_reply_at is None:
            await tickets.update(action.connection, action.ticket.id, first_human_reply_at=action.now)
        message_id = await self._send(action, text, action.command.name, "reply")
        await self._show(action, message_id)
        await self._log(action, "message.replied")

    async def _note(self, action: _Action) -> None:
        text = clean(action.command.text)
        if not text:
            raise Refused("desk_empty")
        await self._write_note(action, text, already=action.command.desk if action.command.ref else "")
        await self._log(action, "ticket.noted")

    async def _write_note(self, action: _Action, text: str, already: str = "") -> None:
        place = {"ticket_id": action.ticket.id, "author": action.command.name}
        ids = await add_messages(
            action.connection, [message(action.conversation.id, "note", text, action.now, **place)]
        )
        await self._show(action, ids[0], already)

    async def _resolve(self, action: _Action) -> None:
        if not may_become(action.ticket.status, "resolved"):
            raise Refused("desk_not_open", number=action.ticket.number)
        self._mine(action)
        await tickets.update(action.connection, action.ticket.id, status="resolved", resolved_at=action.now)
        await self._tell(action, Reply("utter_resolved", {"asked": action.ticket.number}), "bot")
        if (action.conversation.form or {}).get("ticket_id") == action.ticket.id:
            await conversations.update(action.connection, action.conversation.id, form=None)
        await self._give_back(action)
        await self._log(action, "ticket.resolved")

    async def _return(self, action: _Action) -> None:
        self._open(action)
        self._mine(action)
        if action.conversation.case_id != action.ticket.id:
            raise Refused("desk_not_with_human")
        await tickets.update(
            action.connection,
            action.ticket.id,
            status="open",
            assignee="",
            assignee_name="",
            handed_off_at=None,
        )
        await self._tell(action, Reply("utter_returned"), "bot")
        await self._give_back(action)
        await self._log(action, "conversation.handed_back")

    async def _prioritize(self, action: _Action) -> None:
        """The command's text is a priority and, after a space, why; colleagues read that as a note."""
        self._open(action)
        level, _, why = action.command.text.partition(" ")
        before = action.ticket.priority
        if level not in PRIORITIES:
            raise Refused("desk_unknown_priority")
        if level == before:
            raise Refused("desk_same_priority", label=PRIORITIES[level])
        if not clean(why):
            raise Refused("desk_no_reason")
        await tickets.update(action.connection, action.ticket.id, priority=level)
        await self._write_note(action, f"Prioritas: {PRIORITIES[before]} → {PRIORITIES[level]}. {clean(why)}")
        await self._log(action, "ticket.prioritized", {"from": before, "to": level})

    async def _correct(self, action: _Action) -> None:
        """Of any case, also one that a colleague has or that is finished: a label takes nothing from anybody."""
        await corrections.correct(action.connection, action.ticket, action.command, action.now)

    async def _give_back(self, action: _Action) -> None:
        """The bot answers again, unless another case of the conversation waits for a human."""
        if action.conversation.case_id != action.ticket.id:
            return
        waiting = await tickets.handed_off(action.connection, action.conversation.id, besides=action.ticket.id)
        freed = {"handler": "human" if waiting else "bot", "case_id": waiting, "form": None, "failed_answers": 0}
        await conversations.update(action.connection, action.conversation.id, **freed)

    def _open(self, action: _Action) -> None:
        if action.ticket.status in ("resolved", "closed", "merged", "cancelled"):
            raise Refused("desk_not_open", number=action.ticket.number)

    def _mine(self, action: _Action) -> None:
        if action.ticket.assignee not in ("", action.command.actor):
            raise Refused("desk_already_claimed", name=action.ticket.assignee_name)

    async def _tell(self, action: _Action, reply: Reply, author: str) -> None:
        text, _ = render(action.edition, [reply], action.conversation.language, action.ticket.id, {})
        await self._show(action, await self._send(action, text, author, f"tell-{action.command.verb}"))

    async def _send(self, action: _Action, text: str, author: str, what: str) -> int:
        conversation, command = action.conversation, action.command
        row = message(conversation.id, "out", text, action.now, ticket_id=action.ticket.id, author=author)
        message_id = (await add_messages(action.connection, [row]))[0]
        key = f"{what}:{command.desk}:{command.external_id}"
        sending = to_customer(conversation, key, message_id, row, action.now, ticket_id=action.ticket.id)
        await add_sendings(self._database, action.connection, [sending])
        return message_id

    async def _show(self, action: _Action, message_id: int, already: str = "") -> None:
        rows: list[Json] = self._projection.line(action.ticket.id, message_id, action.now, already)
        await add_sendings(self._database, action.connection, rows)

    async def _log(self, action: _Action, type_: str, data: Json | None = None) -> None:
        place = {"ticket_id": action.ticket.id, "conversation_id": action.conversation.id, "data": data or {}}
        await add_events(action.connection, [event(type_, action.now, action.command.actor, **place)])


_REFUSALS = {
    "desk_unknown_case": "Kasus ini tidak ditemukan.",
    "desk_already_claimed": "Kasus ini sudah diambil oleh {name}.",
    "desk_conversation_busy": "Percakapan ini sedang ditangani {name} pada {number}. Selesaikan kasus itu lebih dulu.",
    "desk_empty": "Tulis isi pesannya lebih dulu.",
    "desk_not_open": "Tiket {number} sudah selesai, jadi tidak dapat diubah lagi.",
    "desk_not_with_human": "Percakapan ini sudah ditangani asisten virtual.",
    "desk_unknown_priority": "Prioritas ini tidak dikenal. Pilih salah satu dari daftar.",
    "desk_same_priority": "Prioritas kasus ini memang sudah {label}. Pilih yang lain.",
    "desk_no_reason": "Tulis alasannya, supaya rekan kerja memahami perubahan ini.",
    "desk_unknown_class": "Kelas ini tidak dikenal. Pilih salah satu dari daftar.",
    "desk_same_class": "Pesan ini memang sudah dicatat sebagai {label}. Pilih kelas yang lain.",
    "desk_nothing_understood": "Kasus ini tidak punya pesan yang kelasnya dapat diperbaiki.",
}


def agent_words(refused: Refused) -> str:
    """A refusal in the words of the desk."""
    return _REFUSALS[refused.key].format(**refused.params)
