"""A general or technical question: an article answers it, or it becomes an inquiry with a number.

SOP Inquiry, stages 1 to 3.
"""

from dataclasses import replace
from datetime import datetime

from actions._contact import contact_form
from bot.domain.effects import (
    Effects,
    InquiryNote,
    NewTicket,
    Reply,
    Situation,
    priority_of,
    promise,
    subject_of,
    unchanged,
)
from bot.messages import Match, Understood

CLASSES = ("general", "technical")


def best_article(situation: Situation, understood: Understood) -> Match | None:
    """The article that may be told to the customer, if one fits well enough."""
    fits = (m for m in understood.matches if m.score >= situation.edition.limits.article)
    return next(fits, None)


def tell(situation: Situation, match: Match) -> Effects:
    """An article's answer; a form under way goes on after it."""
    reply = Reply("utter_article", {"answer": situation.edition.answers[match.article]})
    note = InquiryNote("answered", match.article, match.score)
    return replace(unchanged(situation), replies=(reply,), inquiry=note, failed_answers=0)


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    match = best_article(situation, understood)
    return tell(situation, match) if match else open_inquiry(situation, understood, now)


def open_inquiry(situation: Situation, understood: Understood, now: datetime) -> Effects:
    """A question for a human: a number and an honest estimate, then a way to reach the customer."""
    ticket = NewTicket(
        "inquiry",
        understood.intent if understood.intent in CLASSES else "general",
        subject_of(understood.text),
        priority_of(understood),
        fields={"question": understood.text},
    )
    estimate = promise(situation, "inquiry", "resolution", now)
    failed = situation.failed_answers + 1
    effects = Effects(situation.form, failed, ticket=ticket, inquiry=InquiryNote("ticket"))
    return contact_form(
        situation,
        understood,
        replace(effects, replies=(Reply("utter_inquiry_ticket", {"estimate": estimate}),)),
    )


def not_helped(situation: Situation, understood: Understood, now: datetime) -> Effects:
    """The customer pressed that an answer did not help: their next words become the inquiry."""
    failed = situation.failed_answers + 1
    return replace(unchanged(situation), failed_answers=failed, replies=(Reply("utter_not_helped"),))
