"""A wish about one's own data (UU PDP art. 30 to 44)"""

from datetime import datetime

from actions._noted import note
from bot.domain.effects import Effects, Situation
from bot.messages import Understood


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    return note(situation, understood, now, "inquiry", "utter_data_ticket")
