"""A request that a human carries out: a ticket, an honest estimate, and a way to reach the customer."""

from datetime import datetime

from actions._contact import contact_form
from bot.domain.effects import (
    Effects,
    InquiryNote,
    Reply,
    Situation,
    new_ticket,
    promise,
)
from bot.messages import Understood


def note(situation: Situation, understood: Understood, now: datetime, ticket_type: str, key: str) -> Effects:
    fields = {"request": understood.text}
    ticket = new_ticket(situation, understood, ticket_type, fields, category=understood.intent)
    estimate = promise(situation, ticket_type, "first_response", now)
    effects = Effects(
        None,
        situation.failed_answers,
        replies=(Reply(key, {"estimate": estimate}),),
        ticket=ticket,
        inquiry=InquiryNote("ticket"),
    )
    return contact_form(situation, understood, effects)
