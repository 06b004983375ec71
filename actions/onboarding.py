"""Registration (SOP Onboarding, stage 1)"""

from datetime import datetime

from actions._noted import note
from bot.domain.effects import Effects, Situation
from bot.messages import Understood


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    return note(situation, understood, now, "onboarding", "utter_register_ticket")
