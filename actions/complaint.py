"""A complaint: the ticket exists from the first message, then what is missing is asked.

SOP Complaint, stages 1 and 2: empathy first, the story is not interrupted, a number is given.
"""

from datetime import datetime

from actions._contact import CONTACT, NAME, learn, question, start
from bot.domain import validators
from bot.domain.effects import (
    Effects,
    InquiryNote,
    Reply,
    Situation,
    new_ticket,
    promise,
)
from bot.domain.forms import Field, Form
from bot.messages import Understood

_SHORT_STORY = 6  # words; a shorter first message does not yet tell what happened


def _find_story(text: str) -> str | None:
    return text if len(text.split()) >= _SHORT_STORY else None


FORM = Form(
    "complaint",
    1,
    (
        Field("story", "utter_ask_story", validators.story, find=_find_story, free_text=True),
        Field(
            "order_number",
            "utter_ask_order_number",
            validators.order_number,
            find=validators.find_order_number,
            optional=True,
        ),
        Field("wish", "utter_ask_wish", validators.anything, free_text=True, optional=True),
        NAME,
        CONTACT,
    ),
    done="utter_complaint_done",
)


def decide(situation: Situation, understood: Understood, now: datetime) -> Effects:
    state = start(FORM, situation, understood.text)
    fields = {"first_message": understood.text, **state.answers}
    ticket = new_ticket(situation, understood, "complaint", fields, "complaint", understood.category)
    estimates = {
        "first_response": promise(situation, "complaint", "first_response", now),
        "resolution": promise(situation, "complaint", "resolution", now),
    }
    effects = Effects(
        state if state.asked else None,
        situation.failed_answers,
        replies=(Reply("utter_complaint_ticket", estimates),),
        question=question(FORM, state),
        ticket=ticket,
        inquiry=InquiryNote("ticket"),
    )
    return learn(situation, state, effects)
