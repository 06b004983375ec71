"""Smoke, fire, shock, or an account in other hands: safety first, then a human at once."""

from dataclasses import replace
from datetime import datetime

from bot.domain.effects import Effects, InquiryNote, NewTicket, Reply, Situation, subject_of
from bot.messages import Understood


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    """Urgent, whatever was going on. A complaint form under way keeps its ticket."""
    key = "utter_danger" if understood.has_cue("danger") else "utter_fraud"
    effects = Effects(None, situation.failed_answers, replies=(Reply(key),), inquiry=InquiryNote("handoff"))
    under_way = situation.form.ticket_id if situation.form else None
    if under_way:
        return replace(effects, ticket_id=under_way, priority="urgent")
    fields = {"first_message": understood.text}
    ticket = NewTicket("complaint", "complaint", subject_of(understood.text), "urgent", fields=fields)
    return replace(effects, ticket=ticket)
