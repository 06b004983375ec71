"""The language of a conversation: it changes on a request, or on two messages in a row that are clear.

The first message sets it. Short and mixed messages say nothing (`Understood.language` is empty).
"""

from bot.domain.cues import asked_language
from bot.domain.effects import Situation
from bot.messages import Understood


def decide(situation: Situation, understood: Understood) -> tuple[str, str]:
    """The language from now on, and the other one when the last message leaned to it."""
    if asked := asked_language(understood.text):
        return asked, ""
    said = understood.language
    if not said or said == situation.language:
        return situation.language, "" if said else situation.leaning
    return (said, "") if situation.first_contact or situation.leaning == said else (situation.language, said)
