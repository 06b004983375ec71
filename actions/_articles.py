"""Which article a message may be answered with."""

import re

from bot.domain.cues import plain
from bot.domain.effects import Situation
from bot.messages import Match, Understood

_SHORT = 8  # words of a question that may lean on the one before
_LEANS = re.compile(
    r"(?:kalau|kalo|klo|kl|trus|terus|trs|lalu|lah|tapi|dan|jadi|berarti|yang|yg|itu|tadi|gimana kal(?:au|o)"
    r"|and|what about|how about|what if|but|so|then)\b"
)


def best_article(situation: Situation, understood: Understood) -> Match | None:
    """The article that may be told to the customer, if one fits well enough."""
    if understood.band == "answer" and understood.matches[0].article in situation.edition.articles:
        return understood.matches[0]
    return _leaned(situation, understood)


def _leaned(situation: Situation, understood: Understood) -> Match | None:
    """A short "kalau ke luar Jawa?" is about the article just told, or one of its relatives."""
    topic = situation.edition.articles.get(situation.topic)
    said = plain(understood.text)
    if topic is None or len(said.split()) > _SHORT or not _LEANS.match(said):
        return None
    family = (topic.id, *topic.related)
    return next((match for match in understood.matches if match.article in family), None)
