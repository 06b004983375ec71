"""A question that needs a human: an inquiry with a number, an honest estimate, and a way to reach the customer."""

from collections.abc import Mapping
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

CLASSES = ("general", "technical")


def open_inquiry(
    situation: Situation,
    understood: Understood,
    now: datetime,
    fields: Mapping[str, str] | None = None,
    key: str = "utter_inquiry_ticket",
) -> Effects:
    """`fields` default to the words just said; `key` is what the customer is told."""
    fields = fields or {"question": understood.text}
    message_class = understood.intent if understood.intent in CLASSES else "general"
    ticket = new_ticket(situation, understood, "inquiry", fields, message_class)
    estimate = promise(situation, "inquiry", "resolution", now)
    effects = Effects(
        situation.form,
        situation.failed_answers + 1,
        replies=(Reply(key, {"estimate": estimate}),),
        ticket=ticket,
        inquiry=InquiryNote("ticket"),
    )
    return contact_form(situation, understood, effects)
