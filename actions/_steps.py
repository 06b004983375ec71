"""Troubleshooting, one step at a time: what did not help leads to the next, then to a ticket with the history."""

import re
from dataclasses import replace
from datetime import datetime

from actions._inquiry import open_inquiry
from bot.domain.article import Article
from bot.domain.cues import plain
from bot.domain.effects import Effects, Reply, Situation, say, unchanged
from bot.domain.forms import FormState
from bot.messages import Understood

STEPS = "steps"  # the name of the state in which an article is walked
_WORKED = re.compile(
    r"\b(?:berhasil|(?:sudah|udah|udh|dah|sdh) (?:bisa|normal|nyala|jalan|beres|ok|oke|aman|online|connect)|normal lagi"
    r"|beres|nyala lagi|works?(?: now)?|working (?:now|again)|fixed|solved|it helped)\b"
)
_NOT = re.compile(r"\b(?:belum|blm|tidak|tdk|gak|ga|nggak|ngga|not|doesn't|didn't|still|masih|tetap|tetep)\b")
_SHORT = 10  # words: a longer message tells something new


def begin(situation: Situation, article: Article, effects: Effects) -> Effects:
    """The introduction and the first step."""
    intro = article.channels.get(situation.channel, article.answer)[situation.language]
    return _show(situation, article, 1, replace(effects, form=_state(article, 1)), intro)


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects | None:
    """What comes after a step; None when the message is about something else."""
    state = situation.form
    article = situation.edition.articles.get(str(state.answers["article"])) if state else None
    if state is None or article is None or not article.steps:
        return None
    last = len(article.steps[situation.language])
    at = min(int(state.answers["at"]), last)  # the article may have been edited since
    outcome, freed = _outcome(article, understood), replace(situation, form=None)
    if outcome == "worked":
        return replace(say(freed, "utter_step_worked"), failed_answers=0)
    if outcome == "next" and at == last:
        return _exhausted(freed, article, understood, now)
    if outcome:
        at += outcome == "next"
        return _show(situation, article, at, replace(unchanged(situation), form=_state(article, at)))
    return None


def _outcome(article: Article, understood: Understood) -> str:
    """worked, next, again, or empty when it is no answer to a step."""
    if understood.button:
        return {"step:worked": "worked", "step:next": "next"}.get(understood.button, "")
    said = plain(understood.text)
    elsewhere = understood.band == "answer" and understood.matches[0].article != article.id
    if not said or len(said.split()) > _SHORT or elsewhere:
        return ""
    if _WORKED.search(said) and not _NOT.search(said):
        return "worked"
    if understood.intent == "affirm":
        return "again"
    return "next" if understood.intent == "deny" or _NOT.search(said) else ""


def _state(article: Article, at: int) -> FormState:
    return FormState(STEPS, 1, answers={"article": article.id, "at": at})


def _show(situation: Situation, article: Article, at: int, effects: Effects, intro: str = "") -> Effects:
    listed = article.steps[situation.language]
    params = {"intro": intro, "at": at, "of": len(listed), "step": listed[at - 1]}
    return replace(effects, replies=(Reply("utter_step", params),))


def _exhausted(situation: Situation, article: Article, understood: Understood, now: datetime) -> Effects:
    tried = "\n".join(f"{number}. {step}" for number, step in enumerate(article.steps["id"], 1))
    fields = {"question": f"{article.title['id']}: {understood.text}".removesuffix(": "), "tried": tried}
    asked = replace(understood, intent="technical")
    return open_inquiry(situation, asked, now, fields, "utter_steps_exhausted")
