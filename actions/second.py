"""A second request in the same message is not lost: a question is answered too, anything else stands on the ticket."""

from dataclasses import replace

from actions._articles import best_article
from actions._inquiry import CLASSES
from bot.domain.article import told
from bot.domain.effects import Effects, Reply, Situation
from bot.messages import Understood

_REQUESTS = ("general", "technical", "complaint", "register", "request_service", "manage_data")


def mind(situation: Situation, understood: Understood, effects: Effects) -> Effects:
    also = understood.also
    clear = also is not None and also.confidence >= situation.edition.limits.intent
    if also is None or not clear or also.intent not in _REQUESTS or not effects.inquiry:
        return effects
    match = best_article(situation, also) if also.intent in CLASSES else None
    if match and match.article != effects.inquiry.article:
        answer = told(situation.edition.articles[match.article], situation.language, situation.channel)
        return replace(effects, replies=(*effects.replies, Reply("utter_article", {"answer": answer})))
    if effects.ticket:
        ticket = replace(effects.ticket, fields={**effects.ticket.fields, "also": also.text})
        noted = Reply("utter_also_noted", {"also": also.text})
        return replace(effects, ticket=ticket, replies=(*effects.replies, noted))
    return effects
