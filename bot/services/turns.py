"""One turn, one transaction: lock the conversation, decide, write the effects, close the inbox row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from actions.dialogue import decide
from actions.handoff import hand_off
from bot.domain.effects import Effects, Reply, Situation
from bot.domain.forms import FormState
from bot.errors import ModelDown
from bot.messages import Inbound, Understood
from bot.services.editions import Editions
from bot.services.outcome import Outcome, Turn
from bot.store import conversations, tickets
from bot.store.database import Database
from bot.store.queue import Job, Queue

_TOPIC = timedelta(minutes=15)  # so long a short question may lean on the answer before


class Turns:
    def __init__(self, database: Database, queue: Queue, editions: Editions, outcome: Outcome) -> None:
        self._database, self._queue, self._editions, self._outcome = database, queue, editions, outcome

    async def take(self, job: Job, inbounds: Sequence[Inbound], understood: Understood, now: datetime) -> None:
        """Answer or relay a burst.

        Raises ModelDown, nothing written, when the words need a model that is down and may still
        wait; LeaseLost when another worker has the job.
        """
        async with self._database.write() as connection:
            turn, first = await self._begin(connection, job, inbounds, understood, now)
            if turn.conversation.handler == "human":
                # An agent may have claimed while the message was being understood: the lock tells.
                await self._outcome.relay(turn)
            else:
                self._may_wait(turn, job, now)
                situation = await self._situation(turn, first)
                await self._outcome.write(turn, decide(situation, understood, now))
            await self._queue.finish(connection, job)

    async def park(self, job: Job, inbounds: Sequence[Inbound], error: str, now: datetime) -> None:
        """A message that cannot be processed goes to a human, with an apology to the customer."""
        understood = Understood(text="\n".join(i.text for i in inbounds))
        async with self._database.write() as connection:
            turn, first = await self._begin(connection, job, inbounds, understood, now)
            if turn.conversation.handler == "human":
                await self._outcome.relay(turn)
            else:
                situation = await self._situation(turn, first)
                effects = Effects(None, 0, handoff=("Pesan gagal diproses",), rules=("parked",))
                handed = hand_off(situation, understood, effects, now)
                apology = tuple(Reply("utter_apology", reply.params) for reply in handed.replies)
                apology = (Reply("utter_intro"), *apology) if first else apology
                await self._outcome.write(turn, replace(handed, replies=apology))
            await self._queue.finish(connection, job, "parked", error=error)

    async def delay(self, job: Job, inbounds: Sequence[Inbound], now: datetime) -> None:
        """Tell the customer, once per message that waits, that the answer is late."""
        understood = Understood(text="")
        async with self._database.write() as connection:
            turn, first = await self._begin(connection, job, inbounds, understood, now)
            told = turn.conversation.delayed_notice_at
            if turn.conversation.handler == "human" or (told and told >= job.created_at):
                return
            await conversations.update(connection, turn.conversation.id, delayed_notice_at=now)
            replies = [Reply("utter_intro"), Reply("utter_delayed")] if first else [Reply("utter_delayed")]
            await self._outcome.say(turn, replies, f"delayed:{turn.cause}")

    def _may_wait(self, turn: Turn, job: Job, now: datetime) -> None:
        said = turn.understood
        acts = bool(said.exact in ("human", "cancel") or said.button or said.ticket_number)
        acts = acts or said.has_cue("danger", "fraud") or bool(said.attachments and not said.text)
        patience = turn.edition.limits.handoff_after
        if said.model == "down" and not acts and now - job.created_at < patience:
            raise ModelDown("the message waits for the model")

    async def _begin(
        self,
        connection: AsyncConnection,
        job: Job,
        inbounds: Sequence[Inbound],
        understood: Understood,
        now: datetime,
    ) -> tuple[Turn, bool]:
        conversation = await conversations.lock(connection, job.lane)
        first = conversation is None
        if conversation is None:
            conversation = await conversations.create(connection, inbounds[0], now)
        edition = self._editions.current
        return Turn(connection, conversation, inbounds, understood, edition, now, job.ids[0]), first

    async def _situation(self, turn: Turn, first: bool) -> Situation:
        row: Any = turn.conversation
        return Situation(
            edition=turn.edition,
            first_contact=first,
            language=row.language,
            leaning=row.leaning,
            topic=row.topic if row.topic_at and turn.now - row.topic_at <= _TOPIC else "",
            channel=row.source,
            form=FormState.from_json(row.form),
            failed_answers=row.failed_answers,
            customer_name=row.customer_name,
            contact=row.contact,
            reachable=turn.inbounds[0].reachable,
            tickets=() if first else await tickets.of_customer(turn.connection, row.customer_id),
        )
