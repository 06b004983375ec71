"""Answer, offer, or an inquiry; and short questions that lean on the one before."""

from dataclasses import replace

import pytest

from bot.domain.effects import Effects
from bot.domain.forms import FormState
from tests.actions.conftest import EDITION, Decide, understood

OFFERED = FormState("offer", 1, answers={"question": "ongkirnya gimana?", "class": "general"})


def said(effects: Effects) -> list[str]:
    return [reply.key for reply in effects.replies]


def test_a_sure_match_is_told_and_becomes_the_topic(turn: Decide) -> None:
    effects = turn(understood("cs sampai jam berapa?", "general", ("opening-hours", 0.9)))
    assert said(effects) == ["utter_article"]
    assert "08.00-20.00" in effects.replies[0].params["answer"]
    assert effects.topic == "opening-hours"
    assert effects.inquiry and effects.inquiry.article == "opening-hours"


def test_a_half_sure_match_is_offered_with_the_next_ones(turn: Decide) -> None:
    matches = (("shipping-cost", 0.3), ("shipping-time", 0.2), ("track-order", 0.1), ("refund-time", 0.05))
    effects = turn(understood("ongkirnya gimana?", "general", *matches))
    assert said(effects) == ["utter_offer"]
    values = [button.value for button in effects.replies[0].buttons]
    assert values == ["article:shipping-cost", "article:shipping-time", "article:track-order"]
    assert effects.replies[0].buttons[0].title == EDITION.articles["shipping-cost"].title["id"]
    assert effects.form == FormState("offer", 1, answers={"question": "ongkirnya gimana?", "class": "general"})
    assert effects.ticket is None


def test_an_unlikely_candidate_is_not_offered(turn: Decide) -> None:
    effects = turn(understood("ongkirnya gimana?", "general", ("shipping-cost", 0.3), ("refund-time", 0.01)))
    assert [button.value for button in effects.replies[0].buttons] == ["article:shipping-cost"]


def test_a_weak_match_becomes_an_inquiry(turn: Decide) -> None:
    effects = turn(understood("ada kamera bawah air?", "general", ("product-catalog", 0.02)))
    assert effects.ticket and effects.ticket.type == "inquiry"


def test_a_choice_is_told(turn: Decide) -> None:
    effects = turn(understood("", "out_of_scope", button="article:shipping-time"), form=OFFERED)
    assert said(effects) == ["utter_article"]
    assert effects.form is None


def test_none_of_the_choices_opens_an_inquiry_with_the_question(turn: Decide) -> None:
    effects = turn(understood("", "out_of_scope", button="offer:none"), form=OFFERED)
    assert effects.ticket
    assert dict(effects.ticket.fields) == {"question": "ongkirnya gimana?"}
    assert effects.ticket.message_class == "general"


def test_other_words_end_the_offer(turn: Decide) -> None:
    effects = turn(understood("makasih ya", "thank"), form=OFFERED)
    assert said(effects) == ["utter_thank"]
    assert effects.form is None


@pytest.mark.parametrize("button", ["article:no-such-article", "article:", "offer:none"])
def test_a_button_of_long_ago_is_stale(turn: Decide, button: str) -> None:
    assert said(turn(understood("", "out_of_scope", button=button))) == ["utter_stale_button"]


def test_a_choice_of_long_ago_still_answers(turn: Decide) -> None:
    assert said(turn(understood("", "out_of_scope", button="article:refund-time"))) == ["utter_article"]


def test_unclear_words_with_a_likely_article_are_offered_not_answered(turn: Decide) -> None:
    unclear = replace(understood("jam cs?", "general", ("opening-hours", 0.9)), confidence=0.1)
    effects = turn(unclear)
    assert said(effects) == ["utter_offer"]


@pytest.mark.parametrize("text", ["kalau ke luar Jawa?", "klo instan?", "terus hari libur?", "what about Papua?"])
def test_a_short_question_leans_on_the_topic(turn: Decide, text: str) -> None:
    effects = turn(
        understood(text, "general", ("voice-assistant", 0.1), ("shipping-time", 0.06)), topic="shipping-time"
    )
    assert said(effects) == ["utter_article"]
    assert effects.inquiry and effects.inquiry.article == "shipping-time"


def test_it_may_lean_on_a_related_article(turn: Decide) -> None:
    related = EDITION.articles["shipping-time"].related[0]
    effects = turn(understood("kalau biayanya?", "general", (related, 0.08)), topic="shipping-time")
    assert effects.inquiry and effects.inquiry.article == related


def test_a_full_question_does_not_lean(turn: Decide) -> None:
    text = "kalau saya mau jadi reseller resmi di kota saya, apa saja syarat dan berapa modal awalnya?"
    effects = turn(understood(text, "general", ("shipping-time", 0.06)), topic="shipping-time")
    assert effects.ticket


def test_without_a_topic_nothing_is_leaned_on(turn: Decide) -> None:
    assert turn(understood("kalau ke luar Jawa?", "general", ("shipping-time", 0.06))).ticket
