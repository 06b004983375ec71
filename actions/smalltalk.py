"""Greeting, thanks, goodbye, and what no customer service handles."""

from datetime import datetime

from bot.domain.effects import Effects, Situation, say
from bot.messages import Understood

INTENTS = ("greet", "goodbye", "thank", "affirm", "deny", "cancel", "out_of_scope")


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    return say(situation, f"utter_{understood.intent}")
