"""A turn's effects become rows, inside the transaction of the turn."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.calendar import due
from bot.domain.edition import Edition
from bot.domain.effects import Effects, Reply
from bot.domain.tickets import PREFIXES, month
from bot.messages import Inbound, Json, Understood
from bot.services.projection import Projection
from bot.services.replies import render
from bot.store import conversations, tickets
from bot.store.database import Database
from bot.store.rows import (
    add_events,
    add_inquiry,
    add_messages,
    add_sendings,
    event,
    message,
    sending,
)


@dataclass(slots=True)
class Turn:
    """What one turn knows while it is written down. `cause` names it in the keys of its rows."""

    connection: AsyncConnection
    conversation: Any
    inbounds: Sequence[Inbound]
    understood: Understood
    edition: Edition
    now: datetime
    cause: int
    ticket: Any = None


class Outcome:
    def __init__(self, database: Database, projection: Projection) -> None:
        self._database, self._projection = database, projection

    async def write(self, turn: Turn, effects: Effects) -> None:
        turn.ticket = await self._ticket(turn, effects)
        ticket_id = turn.ticket.id if turn.ticket else effects.ticket_id
        replies = (*effects.replies, *((effects.question,) if effects.question else ()))
        language = effects.language or turn.conversation.language
        answer = [self._out(turn, replies, ticket_id, language)] if replies else []
        ids = await add_messages(turn.connection, self._heard(turn, ticket_id) + answer)
        await self._customer(turn, effects)
        await self._conversation(turn, effects, ticket_id)
        await self._inquiry(turn, effects, ids[0], ticket_id)
        rows = [to_customer(turn.conversation, f"reply:{turn.cause}", ids[-1], out, turn.now) for out in answer]
        if ticket_id:
            rows += self._projection.case(ticket_id, str(turn.cause), turn.now)
        await add_sendings(self._database, turn.connection, rows)
        await add_events(turn.connection, self._events(turn, effects, ticket_id))

    async def relay(self, turn: Turn) -> None:
        """A human has the conversation: the customer's words go to the case and nothing is said."""
        case_id = turn.conversation.case_id
        ids = await add_messages(turn.connection, self._heard(turn, case_id))
        rows = [row for i in ids for row in self._projection.line(case_id, i, turn.now)]
        await add_sendings(self._database, turn.connection, rows)

    async def say(self, turn: Turn, replies: Sequence[Reply], key: str) -> None:
        """Say something beside the turn, once per `key`; the turn itself comes later."""
        row = self._out(turn, replies, None, turn.conversation.language)
        ids = await add_messages(turn.connection, [row])
        sendings = [to_customer(turn.conversation, key, ids[0], row, turn.now)]
        await add_sendings(self._database, turn.connection, sendings)

    async def _ticket(self, turn: Turn, effects: Effects) -> Any:
        if effects.ticket:
            return await self._new_ticket(turn, effects)
        if effects.ticket_id is None:
            return None
        row = await tickets.get(turn.connection, effects.ticket_id)
        changes: Json = {"fields": {**(row.fields or {}), **effects.enrich}} if effects.enrich and row else {}
        if effects.priority:
            changes["priority"] = effects.priority
        if effects.handoff:
            changes |= {"handed_off_at": turn.now, "reasons": _reasons(turn, effects)}
        if changes:
            await tickets.update(turn.connection, effects.ticket_id, **changes)
        return row

    async def _new_ticket(self, turn: Turn, effects: Effects) -> Any:
        new, edition = effects.ticket, turn.edition
        assert new is not None
        values = asdict(new) | {"fields": {**new.fields, **effects.enrich}}
        clocks = {
            f"{clock}_due_at": due(target, edition.calendar, turn.now)
            for clock, target in edition.sla[new.type].items()
        }
        handed = {"handed_off_at": turn.now if effects.handoff else None, "reasons": _reasons(turn, effects)}
        owner = {"customer_id": turn.conversation.customer_id, "conversation_id": turn.conversation.id}
        period = month(turn.now, edition.calendar.zone)
        return await tickets.create(
            self._database, turn.connection, PREFIXES[new.type], period,
            created_at=turn.now, **values, **clocks, **handed, **owner,
        )  # fmt: skip

    def _heard(self, turn: Turn, ticket_id: int | None) -> list[Json]:
        return [
            message(
                turn.conversation.id, "in", i.text or _title(turn.edition, i.button), turn.now, ticket_id=ticket_id,
                external_id=i.external_id, author="customer", attachments=[asdict(a) for a in i.attachments] or None,
            )
            for i in turn.inbounds
        ]  # fmt: skip

    def _out(self, turn: Turn, replies: Sequence[Reply], ticket_id: int | None, language: str) -> Json:
        number = {"number": turn.ticket.number} if turn.ticket else {}
        text, buttons = render(turn.edition, replies, language, turn.cause, number)
        shown = [asdict(button) for button in buttons] or None
        return message(turn.conversation.id, "out", text, turn.now, ticket_id=ticket_id, author="bot", buttons=shown)

    async def _customer(self, turn: Turn, effects: Effects) -> None:
        known = {"name": effects.customer_name, "contact": effects.contact}
        if values := {name: value for name, value in known.items() if value}:
            await conversations.know_customer(turn.connection, turn.conversation.customer_id, **values)

    async def _conversation(self, turn: Turn, effects: Effects, ticket_id: int | None) -> None:
        form = effects.form
        if form and form.ticket_id is None and ticket_id:
            form = replace(form, ticket_id=ticket_id)
        after: Json = {
            "form": form.to_json() if form else None,
            "failed_answers": effects.failed_answers,
        }
        if effects.language:
            after |= {"language": effects.language, "leaning": effects.leaning}
        if effects.topic:
            after |= {"topic": effects.topic, "topic_at": turn.now}
        if effects.handoff:
            after |= {"handler": "human", "case_id": ticket_id}
        changed = {name: value for name, value in after.items() if getattr(turn.conversation, name) != value}
        if changed:
            await conversations.update(turn.connection, turn.conversation.id, **changed)

    async def _inquiry(self, turn: Turn, effects: Effects, message_id: int, ticket_id: int | None) -> None:
        if effects.inquiry is None:
            return
        said = turn.understood
        await add_inquiry(
            turn.connection, conversation_id=turn.conversation.id, message_id=message_id, ticket_id=ticket_id,
            message_class=said.intent, confidence=said.confidence, ranking=[list(r) for r in said.ranking[:3]],
            article=effects.inquiry.article, score=effects.inquiry.score, outcome=effects.inquiry.outcome,
            articles=[[m.article, m.score] for m in said.matches[:3]], reading=_reading(said),
            priority=effects.priority or (effects.ticket.priority if effects.ticket else "medium"),
            model=said.model, edition=turn.edition.id, created_at=turn.now,
        )  # fmt: skip

    def _events(self, turn: Turn, effects: Effects, ticket_id: int | None) -> list[Json]:
        place = {"ticket_id": ticket_id, "conversation_id": turn.conversation.id}
        rows: list[Json] = []
        if effects.ticket:
            data = {"type": effects.ticket.type, "priority": effects.ticket.priority}
            rows.append(event("ticket.created", turn.now, data=data, **place))
        if effects.handoff:
            why: Json = {"rules": list(effects.rules), "facts": effects.facts}
            rows.append(event("conversation.handed_off", turn.now, data=why, **place))
        return rows


def _reading(said: Understood) -> Json:
    """Why the message was read so, without a word of it: names and kinds only."""
    return {
        "cues": [name for name, _ in said.cues],
        "category": said.category,
        "details": sorted({detail.kind for detail in said.details}),
        "language": said.language,
        "also": said.also.intent if said.also else "",
    }


def _title(edition: Edition, button: str | None) -> str:
    """What stood on a pressed button, for those who read the conversation later."""
    article = edition.articles.get((button or "").removeprefix("article:"))
    if article:
        return article.title["id"]
    buttons = (b for variants in edition.wording.values() for variant in variants for b in variant.buttons)
    return next((b.title for b in buttons if b.value == button), button or "")


def _reasons(turn: Turn, effects: Effects) -> list[str]:
    """Why the case is here, with the words of the message that were urgent."""
    return [*effects.handoff, *(f'"{words}"' for _, words in turn.understood.cues)]


def to_customer(
    conversation: Any, key: str, message_id: int, row: Json, now: datetime, ticket_id: int | None = None
) -> Json:
    """The outbox row of the message `row`. `ticket_id` only for what an agent caused: they see how it went."""
    payload = {"address": conversation.address, "text": row["text"], "buttons": row["buttons"] or []}
    return sending(
        conversation.source, key, conversation.lane, payload, now, message_id=message_id, ticket_id=ticket_id
    )
