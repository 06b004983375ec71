"""A person is wanted or needed: the case goes to the desk with a number and an honest estimate."""

from dataclasses import replace
from datetime import datetime

from bot.domain.effects import (
    Effects,
    InquiryNote,
    Reply,
    Situation,
    new_ticket,
    promise,
    unchanged,
)
from bot.domain.tickets import ACTIVE
from bot.messages import Understood

# The bot's own next step makes no sense to a customer who is being handed over.
_NOT_BEFORE_A_HUMAN = (
    "utter_rephrase", "utter_inquiry_ticket", "utter_not_helped", "utter_offer", "utter_steps_exhausted",
)  # fmt: skip


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    """The customer asks for a person; the rules of escalation do the rest."""
    return replace(unchanged(situation), asked_human=True)


def hand_off(situation: Situation, understood: Understood, effects: Effects, now: datetime) -> Effects:
    """Send a turn's outcome to a human. Every handed-off conversation has a ticket, so none is lost."""
    effects = effects if effects.ticket or effects.ticket_id else _with_case(situation, understood, effects)
    ticket_type = effects.ticket.type if effects.ticket else _type(situation, effects.ticket_id)
    estimate = promise(situation, ticket_type, "first_response", now)
    kept = (reply for reply in effects.replies if reply.key not in _NOT_BEFORE_A_HUMAN)
    replies = (*kept, Reply("utter_handoff", {"estimate": estimate}))
    inquiry = effects.inquiry or InquiryNote("handoff")
    return replace(effects, form=None, question=None, failed_answers=0, replies=replies, inquiry=inquiry)


def _with_case(situation: Situation, understood: Understood, effects: Effects) -> Effects:
    """The ticket of the form under way, else the newest open one, else a new one.

    Never a finished one: no agent could claim it, and the customer would wait for ever.
    """
    asked_for = situation.form.ticket_id if situation.form else None
    active = [t.id for t in situation.tickets if t.status in ACTIVE]
    if active:
        return replace(effects, ticket_id=asked_for if asked_for in active else active[0])
    return replace(effects, ticket=new_ticket(situation, understood, "inquiry", {"question": understood.text}))


def _type(situation: Situation, ticket_id: int | None) -> str:
    ticket = situation.ticket(ticket_id)
    return ticket.type if ticket else "inquiry"
