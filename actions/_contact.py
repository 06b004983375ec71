"""The small form that asks for a name and a reachable contact when the channel gives none."""

from dataclasses import replace

from bot.domain.effects import Effects, Reply, Situation
from bot.domain.forms import Field, Form, FormState, begin
from bot.domain.validators import contact, find_contact, find_name, name
from bot.messages import Understood

NAME = Field("name", "utter_ask_name", name, find=find_name)
CONTACT = Field("contact", "utter_ask_contact", contact, find=find_contact)

FORM = Form("contact", 1, (NAME, CONTACT), done="utter_contact_done", yields=True)


def known(situation: Situation) -> dict[str, str]:
    """What the channel or an earlier form already told about the customer."""
    reached = situation.contact or ("-" if situation.reachable else "")
    both = {"name": situation.customer_name, "contact": reached}
    return {field: value for field, value in both.items() if value}


def start(form: Form, situation: Situation, said: str) -> FormState:
    return begin(form, known(situation), said)


def contact_form(situation: Situation, understood: Understood, effects: Effects) -> Effects:
    """Ask for what is missing to reach the customer; nothing when nothing is."""
    state = start(FORM, situation, understood.text)
    effects = replace(effects, form=state if state.asked else None, question=question(FORM, state))
    return learn(situation, state, effects)


def learn(situation: Situation, state: FormState, effects: Effects) -> Effects:
    """Keep a name and a contact that the message held, so that no later form asks for them."""
    new = {field: value for field, value in state.answers.items() if value != known(situation).get(field)}
    return replace(effects, customer_name=new.get("name", ""), contact=new.get("contact", ""))


def question(form: Form, state: FormState) -> Reply | None:
    asked = form.field(state.asked or "")
    return Reply(asked.ask) if asked else None
