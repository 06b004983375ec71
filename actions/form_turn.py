"""One answer inside a form: kept, skipped, or asked again with help; then a human."""

from collections.abc import Mapping
from dataclasses import replace

from actions._contact import question
from bot.domain.effects import Effects, Reply, Situation, unchanged
from bot.domain.forms import Form, FormState, fail, skip, take
from bot.domain.validators import InvalidAnswer
from bot.messages import Understood

_PATIENCE = 2  # failed answers to one question before a human helps


def decide(situation: Situation, forms: Mapping[str, Form], understood: Understood) -> Effects:
    state = situation.form
    assert state is not None
    form = forms[state.form]
    try:
        return _kept(situation, form, state, _step(form, state, understood))
    except InvalidAnswer as invalid:
        return _again(situation, state, invalid.key)


def resume(situation: Situation, forms: Mapping[str, Form], effects: Effects) -> Effects:
    """Something else was answered in between: ask the open question again."""
    state = situation.form
    if state is None or state.form not in forms:
        return effects
    return replace(effects, form=state, question=question(forms[state.form], state))


def _step(form: Form, state: FormState, understood: Understood) -> FormState:
    asked = form.field(state.asked or "")
    if understood.button == "skip" or (understood.exact == "skip" and asked and asked.optional):
        return skip(form, state)
    if understood.button:
        return take(form, state, _pressed(state, understood.button))
    return take(form, state, understood.text)


def _pressed(state: FormState, button: str) -> str:
    """The value of a form button `field:value`; a button of another question is no answer."""
    name, _, value = button.partition(":")
    if name != state.asked:
        raise InvalidAnswer("utter_stale_button")
    return value


def _kept(situation: Situation, form: Form, before: FormState, after: FormState) -> Effects:
    new = {name: value for name, value in after.answers.items() if before.answers.get(name) != value}
    effects = replace(
        unchanged(situation),
        form=after if after.asked else None,
        ticket_id=after.ticket_id,
        enrich=new,
        customer_name=new.get("name", ""),
        contact=new.get("contact", ""),
    )
    if after.asked:
        return replace(effects, question=question(form, after))
    ticket = situation.ticket(after.ticket_id)
    return replace(effects, replies=(Reply(form.done, {"asked": ticket.number if ticket else ""}),))


def _again(situation: Situation, state: FormState, help_key: str) -> Effects:
    state = fail(state)
    effects = replace(unchanged(situation), form=state, replies=(Reply(help_key),))
    if state.failures < _PATIENCE:
        return effects
    return replace(effects, failed_answers=_PATIENCE, ticket_id=state.ticket_id)
