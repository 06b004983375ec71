"""A general or technical question: answered, offered a choice, or an inquiry with a number.

SOP Inquiry, stages 1 to 3.
"""

from dataclasses import replace
from datetime import datetime

from actions import _steps
from actions._articles import best_article
from actions._inquiry import open_inquiry
from bot.domain.article import told
from bot.domain.effects import Effects, InquiryNote, Reply, Situation, unchanged
from bot.domain.forms import FormState
from bot.messages import Button, Match, Understood

OFFER = "offer"  # the name of the state in which candidates were offered
_CHOICES = 3
_UNLIKELY = 0.03  # below this a candidate is no help


def tell(situation: Situation, match: Match) -> Effects:
    """An article's answer; a form under way goes on after it."""
    article = situation.edition.articles[match.article]
    effects = replace(
        unchanged(situation),
        inquiry=InquiryNote("answered", match.article, match.score),
        failed_answers=0,
        topic=match.article,
    )
    if article.steps and situation.form is None:
        return _steps.begin(situation, article, effects)
    answer = told(article, situation.language, situation.channel)
    return replace(effects, replies=(Reply("utter_article", {"answer": answer}),))


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    match = best_article(situation, understood)
    if match:
        return tell(situation, match)
    if understood.band == "offer":
        return offer(situation, understood)
    return open_inquiry(situation, understood, now)


def offer(situation: Situation, understood: Understood) -> Effects:
    """The likeliest articles as buttons, and a way to say that none is meant."""
    articles = situation.edition.articles
    likely = [m for m in understood.matches[:_CHOICES] if m.score >= _UNLIKELY and m.article in articles]
    buttons = tuple(Button(articles[m.article].title[situation.language], f"article:{m.article}") for m in likely)
    return replace(
        unchanged(situation),
        form=FormState(OFFER, 1, answers={"question": understood.text, "class": understood.intent}),
        replies=(Reply("utter_offer", buttons=buttons),),
        inquiry=InquiryNote("offered"),
    )


def chosen(situation: Situation, understood: Understood, now: datetime) -> Effects | None:
    """What an offer was answered with; None for anything but its buttons."""
    pressed, state = understood.button or "", situation.form
    if state is None or not pressed:
        return None
    situation = replace(situation, form=None)
    if pressed == "offer:none":
        asked = replace(understood, intent=str(state.answers["class"]))
        return open_inquiry(situation, asked, now, {"question": str(state.answers["question"])})
    return picked(situation, pressed)


def picked(situation: Situation, pressed: str) -> Effects | None:
    """The article of a button `article:<id>`, as long as it is published."""
    kind, _, name = pressed.partition(":")
    known = kind == "article" and name in situation.edition.articles
    return tell(situation, Match(name, 1.0)) if known else None


def not_helped(situation: Situation, understood: Understood, now: datetime) -> Effects:
    """The customer pressed that an answer did not help: their next words become the inquiry."""
    failed = situation.failed_answers + 1
    return replace(unchanged(situation), failed_answers=failed, replies=(Reply("utter_not_helped"),))
