"""The state of a ticket, told to its owner only.

Knowing a number is not identity: a number of someone else and one that does not exist get the
same answer.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.effects import Effects, InquiryNote, Reply, Situation, TicketFacts, say, unchanged
from bot.domain.tickets import ACTIVE
from bot.domain.words import moment
from bot.messages import Understood

_MOST = 3


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    return replace(_tell(situation, understood, now), inquiry=InquiryNote("answered"))


def _tell(situation: Situation, understood: Understood, now: datetime) -> Effects:
    if understood.ticket_number:
        return _one(situation, understood.ticket_number, now)
    active = [ticket for ticket in situation.tickets if ticket.status in ACTIVE][:_MOST]
    if not active:
        return say(situation, "utter_no_tickets")
    return replace(unchanged(situation), replies=tuple(_status(situation, t, now) for t in active))


def _one(situation: Situation, number: str, now: datetime) -> Effects:
    ticket = next((t for t in situation.tickets if t.number == number), None)
    if ticket is None:
        return say(situation, "utter_ticket_unknown", asked=number)
    return replace(unchanged(situation), replies=(_status(situation, ticket, now),))


def _status(situation: Situation, ticket: TicketFacts, now: datetime) -> Reply:
    due, active = ticket.resolution_due_at, ticket.status in ACTIVE
    ahead = due if due and active and due >= now else None
    words = moment(ahead, situation.edition.calendar, now, situation.language) if ahead else ""
    params = {"asked": ticket.number, "subject": ticket.subject, "due": words}
    labels = {"status_label": f"utter_status_{ticket.status}"}
    return Reply("utter_ticket_status", params | {"with_human": ticket.handed_off and active}, labels)
