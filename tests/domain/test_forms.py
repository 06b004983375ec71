"""The form engine: asked one by one, nothing twice."""

import json
from dataclasses import replace

import pytest

from bot.domain import validators
from bot.domain.forms import Field, Form, FormState, begin, fail, skip, take
from bot.domain.validators import InvalidAnswer

NAME = Field("name", "ask_name", validators.name, find=validators.find_name)
CONTACT = Field("contact", "ask_contact", validators.contact, find=validators.find_contact)
ORDER = Field("order", "ask_order", validators.order_number, find=validators.find_order_number, optional=True)
STORY = Field("story", "ask_story", validators.story, free_text=True)
FORM = Form("complaint", 1, (STORY, ORDER, NAME, CONTACT), done="done")


def test_questions_come_in_order_until_nothing_is_missing() -> None:
    state = begin(FORM, {})
    asked = []
    for answer in ("kameranya rusak", "RPN-12345", "Budi", "0812 3456 7890"):
        asked.append(state.asked)
        state = take(FORM, state, answer)
    assert asked == ["story", "order", "name", "contact"]
    assert state.asked is None
    assert state.answers == {
        "story": "kameranya rusak", "order": "RPN-12345", "name": "Budi", "contact": "+6281234567890",
    }  # fmt: skip


def test_what_is_known_or_already_said_is_not_asked() -> None:
    state = begin(FORM, {"name": "Budi"}, "no pesanan saya RPN-12345, hp 081234567890")
    assert (state.asked, set(state.answers)) == ("story", {"name", "order", "contact"})


def test_an_answer_may_hold_the_next_answers_too() -> None:
    state = take(FORM, begin(FORM, {}), "pesanan RPN-12345 rusak. nama saya Budi, hp 081234567890")
    assert (state.asked, state.answers["order"], state.answers["name"]) == (None, "RPN-12345", "Budi")


def test_a_later_mention_does_not_change_an_answer() -> None:
    state = take(FORM, begin(FORM, {"order": "RPN-11111"}), "bukan pesanan RPN-99999 yang rusak")
    assert state.answers["order"] == "RPN-11111"


def test_an_invalid_answer_keeps_the_question() -> None:
    state = take(FORM, begin(FORM, {}), "kameranya rusak")
    with pytest.raises(InvalidAnswer, match="utter_invalid_order_number"):
        take(FORM, state, "lupa")
    assert fail(fail(state)).failures == 2
    assert take(FORM, fail(state), "RPN-12345").failures == 0


def test_only_an_optional_field_can_be_skipped() -> None:
    state = take(FORM, begin(FORM, {}), "kameranya rusak")
    state = skip(FORM, state)
    assert (state.answers["order"], state.asked) == ("", "name")
    with pytest.raises(InvalidAnswer, match="utter_cannot_skip"):
        skip(FORM, state)


def test_a_changed_form_asks_only_what_is_new() -> None:
    state = take(FORM, begin(FORM, {}, ticket_id=7), "kameranya rusak")
    serial = Field("serial", "ask_serial", validators.anything)
    newer = replace(FORM, version=2, fields=(STORY, serial, ORDER, NAME, CONTACT))
    state = take(newer, state, "RPN-12345")
    assert (state.version, state.asked, state.ticket_id) == (2, "serial", 7)
    assert state.answers["story"] == "kameranya rusak"


def test_a_question_that_is_gone_gives_way_to_the_next() -> None:
    state = take(FORM, begin(FORM, {}), "kameranya rusak")
    shorter = replace(FORM, version=2, fields=(STORY, NAME))
    for go_on in (lambda: take(shorter, state, "RPN-12345"),):
        assert go_on().asked == "name"
    with pytest.raises(InvalidAnswer):
        skip(shorter, state)


@pytest.mark.parametrize("asked", [0, 1, 2, 3, 4])
def test_a_form_survives_being_stored_at_any_question(asked: int) -> None:
    state = begin(FORM, {}, ticket_id=3)
    for answer in ("kameranya rusak", "RPN-12345", "Budi", "081234567890")[:asked]:
        state = take(FORM, state, answer)
    assert FormState.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_no_form_is_stored_as_nothing() -> None:
    assert FormState.from_json(None) is None
