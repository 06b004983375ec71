"""Troubleshooting is walked one step at a time, and ends with a ticket that knows what was tried."""

import pytest

from bot.domain.effects import Effects
from bot.domain.forms import FormState
from tests.actions.conftest import EDITION, Decide, understood

ARTICLE = EDITION.articles["device-offline"]
LAST = len(ARTICLE.steps["id"])


def walking(at: int) -> FormState:
    return FormState("steps", 1, answers={"article": "device-offline", "at": at})


def shown(effects: Effects) -> str:
    (reply,) = effects.replies
    assert reply.key == "utter_step"
    return str(reply.params["step"])


def test_the_first_step_comes_with_the_introduction(turn: Decide) -> None:
    effects = turn(understood("kamera saya offline", "technical", ("device-offline", 0.9)))
    assert shown(effects) == ARTICLE.steps["id"][0]
    assert effects.replies[0].params["intro"] == ARTICLE.answer["id"]
    assert effects.form == walking(1)


def test_in_english_too(turn: Decide) -> None:
    effects = turn(understood("my camera is offline", "technical", ("device-offline", 0.9)), language="en")
    assert shown(effects) == ARTICLE.steps["en"][0]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("belum bisa juga kak", "technical"),
        ("nggak", "deny"),
        ("masih mati", "technical"),
        ("still offline", "technical"),
    ],
)
def test_what_did_not_help_leads_to_the_next(turn: Decide, text: str, intent: str) -> None:
    effects = turn(understood(text, intent, ("device-offline", 0.6)), form=walking(1))
    assert shown(effects) == ARTICLE.steps["id"][1]
    assert effects.form == walking(2)


def test_the_button_leads_on_too(turn: Decide) -> None:
    assert turn(understood("", "out_of_scope", button="step:next"), form=walking(2)).form == walking(3)


@pytest.mark.parametrize("text", ["sudah bisa, makasih!", "berhasil min", "udah nyala kak", "it works now"])
def test_what_helped_ends_the_walk(turn: Decide, text: str) -> None:
    effects = turn(understood(text, "thank"), form=walking(2))
    assert [reply.key for reply in effects.replies] == ["utter_step_worked"]
    assert effects.form is None


def test_an_okay_shows_the_step_again(turn: Decide) -> None:
    assert turn(understood("oke saya coba dulu", "affirm"), form=walking(2)).form == walking(2)


def test_after_the_last_step_a_ticket_knows_what_was_tried(turn: Decide) -> None:
    effects = turn(understood("", "out_of_scope", button="step:next"), form=walking(LAST))
    assert [reply.key for reply in effects.replies] == ["utter_steps_exhausted"]
    assert effects.ticket
    assert (effects.ticket.type, effects.ticket.message_class) == ("inquiry", "technical")
    assert all(step in effects.ticket.fields["tried"] for step in ARTICLE.steps["id"])
    assert effects.failed_answers == 1


def test_another_question_leaves_the_walk(turn: Decide) -> None:
    effects = turn(understood("garansinya tidak hangus kan?", "general", ("warranty-void", 0.9)), form=walking(1))
    assert effects.inquiry and effects.inquiry.article == "warranty-void"
    assert effects.form is None


def test_a_stop_is_a_stop(turn: Decide) -> None:
    effects = turn(understood("batal", "cancel", exact="cancel"), form=walking(1))
    assert [reply.key for reply in effects.replies] == ["utter_steps_stopped"]
    assert effects.form is None


def test_a_human_and_danger_come_first(turn: Decide) -> None:
    assert turn(understood("petugas", "talk_to_human", exact="human"), form=walking(1)).handoff
    danger = understood("masih mati, keluar asap", "technical", cues=(("danger", "keluar asap"),))
    assert turn(danger, form=walking(1)).handoff


def test_a_walk_through_an_article_that_is_gone_is_forgotten(turn: Decide) -> None:
    gone = FormState("steps", 1, answers={"article": "no-such", "at": 1})
    assert turn(understood("", "out_of_scope", button="step:next"), form=gone).form is None


def test_inside_a_form_all_steps_are_told_at_once(turn: Decide) -> None:
    form = FormState("contact", 1, "name", {}, 0, None)
    said = understood("kamera offline gimana ya?", "technical", ("device-offline", 0.9))
    effects = turn(said, form=form)
    assert "4. " in effects.replies[0].params["answer"]
    assert effects.form and effects.form.form == "contact"


def test_an_article_that_got_shorter_ends_at_its_last_step(turn: Decide) -> None:
    beyond = walking(LAST + 3)
    assert turn(understood("oke saya coba dulu", "affirm"), form=beyond).form == walking(LAST)
    effects = turn(understood("", "out_of_scope", button="step:next"), form=beyond)
    assert [reply.key for reply in effects.replies] == ["utter_steps_exhausted"]
