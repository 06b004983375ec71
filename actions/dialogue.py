"""One message, one decision: the order of precedence that holds for every workflow.

Danger > stop or human > a choice or step just offered > button > ticket number > the form under way >
the intent. Then a second request in the message is minded, the escalation rules look at the
outcome, and the first contact introduces the bot.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from actions import (
    _contact,
    _steps,
    after_sales,
    answer,
    complaint,
    danger,
    form_turn,
    handoff,
    languages,
    manage_data,
    onboarding,
    second,
    smalltalk,
    ticket_status,
)
from actions._articles import best_article
from actions._inquiry import CLASSES
from bot.domain.cues import asked_language
from bot.domain.effects import Effects, InquiryNote, Reply, Situation, say, unchanged
from bot.domain.escalation import Facts, fired
from bot.domain.tickets import ACTIVE
from bot.messages import Understood

FORMS = {form.name: form for form in (complaint.FORM, _contact.FORM)}
Workflow = Callable[[Situation, Understood, datetime], Effects]
WORKFLOWS: dict[str, Workflow] = {
    **dict.fromkeys(CLASSES, answer.decide),
    **dict.fromkeys(smalltalk.INTENTS, smalltalk.decide),
    "complaint": complaint.decide,
    "register": onboarding.decide,
    "request_service": after_sales.decide,
    "manage_data": manage_data.decide,
    "ticket_status": ticket_status.decide,
    "talk_to_human": handoff.decide,
}
# States that the next message ends, unless it answers them.
PASSING = {answer.OFFER: answer.chosen, _steps.STEPS: _steps.decide}
_SURE = 0.8  # so clear must a stop or a human request in free words be, and an intent beside an article that fits


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    language, leaning = languages.decide(situation, understood)
    situation = replace(_without_finished_form(situation), language=language)
    effects = _route(situation, understood, now)
    effects = second.mind(situation, understood, effects)
    effects = _escalate(situation, understood, effects, now)
    effects = _introduce(situation, understood, effects)
    return replace(effects, language=language, leaning=leaning)


def _without_finished_form(situation: Situation) -> Situation:
    """An agent who finishes a ticket has answered its questions too."""
    ticket = situation.ticket(situation.form.ticket_id) if situation.form else None
    return replace(situation, form=None) if ticket and ticket.status not in ACTIVE else situation


def _route(situation: Situation, understood: Understood, now: datetime) -> Effects:
    if understood.has_cue("danger", "fraud"):
        return danger.decide(situation, understood, now)
    if _wants(understood, "human", "talk_to_human"):
        return handoff.decide(situation, understood, now)
    if _wants(understood, "cancel", "cancel"):
        return _cancel(situation)
    if asked_language(understood.text):
        return form_turn.resume(situation, FORMS, say(situation, "utter_language"))
    if situation.form and situation.form.form in PASSING:
        effects = PASSING[situation.form.form](situation, understood, now)
        if effects:
            return effects
        situation = replace(situation, form=None)
    if understood.button:
        return _button(situation, understood, now)
    if understood.ticket_number and not _in_story(situation):
        return form_turn.resume(situation, FORMS, ticket_status.decide(situation, understood, now))
    if understood.attachments and not understood.text:
        return form_turn.resume(situation, FORMS, say(situation, "utter_attachment"))
    if situation.form and situation.form.form in FORMS:
        return _form(situation, understood, now)
    return _intent(situation, understood, now)


def _wants(understood: Understood, exact: str, intent: str) -> bool:
    said = understood.exact == exact or understood.button == exact
    return said or (understood.intent == intent and understood.confidence >= _SURE)


def _in_story(situation: Situation) -> bool:
    form = FORMS.get(situation.form.form) if situation.form else None
    asked = form.field(situation.form.asked or "") if form and situation.form else None
    return bool(asked and asked.free_text)


def _cancel(situation: Situation) -> Effects:
    if situation.form is None:
        return say(situation, "utter_cancel")
    if situation.form.form == _steps.STEPS:
        return replace(say(situation, "utter_steps_stopped"), form=None)
    ticket = situation.ticket(situation.form.ticket_id)
    return replace(say(situation, "utter_cancelled", asked=ticket.number if ticket else ""), form=None)


def _button(situation: Situation, understood: Understood, now: datetime) -> Effects:
    if understood.button == "helpful:no":
        return answer.not_helped(situation, understood, now)
    if understood.button == "helpful:yes":
        return form_turn.resume(situation, FORMS, replace(say(situation, "utter_helped"), failed_answers=0))
    if situation.form and situation.form.form in FORMS:
        return form_turn.decide(situation, FORMS, understood)
    return answer.picked(situation, understood.button or "") or say(situation, "utter_stale_button")


def _form(situation: Situation, understood: Understood, now: datetime) -> Effects:
    effects = form_turn.decide(situation, FORMS, understood)
    if effects.form is None or not effects.form.failures or not _clear(situation, understood):
        return effects
    # The words were no answer to the question: perhaps they are a question themselves.
    match = best_article(situation, understood)
    if understood.intent in CLASSES and match:
        return form_turn.resume(situation, FORMS, answer.tell(situation, match))
    asks_anew = understood.intent in WORKFLOWS and understood.intent not in smalltalk.INTENTS
    if asks_anew and situation.form and FORMS[situation.form.form].yields:
        return _intent(situation, understood, now)
    return effects


def _clear(situation: Situation, understood: Understood) -> bool:
    return understood.confidence >= situation.edition.limits.intent


def _intent(situation: Situation, understood: Understood, now: datetime) -> Effects:
    if understood.model == "down":
        return replace(unchanged(situation), model_down=True)
    if understood.intent in WORKFLOWS and _clear(situation, understood):
        return _workflow(understood)(situation, understood, now)
    if understood.band != "none" and understood.intent in CLASSES:
        return answer.offer(situation, understood)
    failed = situation.failed_answers + 1
    effects = say(situation, "utter_rephrase")
    return replace(effects, failed_answers=failed, inquiry=InquiryNote("not_understood"))


def _workflow(understood: Understood) -> Workflow:
    """Search is told apart from near misses, intents are not: a question read as a complaint is still a question."""
    doubted = understood.band == "answer" and understood.confidence < _SURE
    return answer.decide if doubted else WORKFLOWS[understood.intent]


def _escalate(situation: Situation, understood: Understood, effects: Effects, now: datetime) -> Effects:
    under_way = situation.ticket(effects.ticket_id)
    subject = effects.ticket or under_way
    facts = Facts(
        asked_human=effects.asked_human,
        cues=tuple(name for name, _ in understood.cues),
        failed_answers=effects.failed_answers,
        complaint=bool(subject and subject.type == "complaint"),
        priority=effects.priority or (subject.priority if subject else "medium"),
        model_down=effects.model_down,
    )
    rules = fired(situation.edition.rules, facts, "handoff")
    if not rules:
        return effects
    reasons = tuple(rule.reason for rule in rules)
    seen = {"cues": list(facts.cues), "failed_answers": facts.failed_answers, "priority": facts.priority}
    effects = replace(effects, handoff=reasons, rules=tuple(rule.name for rule in rules), facts=seen)
    return handoff.hand_off(situation, understood, effects, now)


def _introduce(situation: Situation, understood: Understood, effects: Effects) -> Effects:
    """The first contact names the bot and the privacy notice."""
    if not situation.first_contact:
        return effects
    rest = tuple(reply for reply in effects.replies if reply.key != "utter_greet")
    return replace(effects, replies=(Reply("utter_intro"), *rest))
