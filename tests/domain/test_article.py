"""An article is told whole in both languages, and a file that could not be told is refused by name and field."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.article import Article, parse_article, rendered, told
from bot.domain.edition import build
from bot.errors import BadPolicy
from bot.services.editions import read_files

NAME = "knowledge_base/router-slow.yml"
DATA: dict[str, Any] = {
    "id": "router-slow",
    "category": "devices",
    "class": "technical",
    "owner": "cs-lead",
    "title": {"id": "Router lambat", "en": "Slow router"},
    "questions": {"id": ["kenapa router lambat?"], "en": ["why is my router slow?"]},
    "answer": {"id": "Silakan coba langkah berikut.", "en": "Please try the following steps.\n"},
}
STEPS = {"id": ["Geser router.", "Mulai ulang."], "en": ["Move the router.", "Restart it."]}
TELEGRAM = {"telegram": {"id": "Ikuti ini.", "en": "Follow this."}}
VALUES = {"id": {"hours": {"zone": "WIB"}}, "en": {"hours_en": {"zone": "WIB"}}}


def article(**more: Any) -> Article:
    return parse_article(NAME, DATA | more)


def test_an_article_keeps_what_its_file_says() -> None:
    days = {"valid_from": date(2026, 1, 1), "valid_until": date(2026, 12, 31)}
    made = article(steps=STEPS, channels=TELEGRAM, related=["device-offline"], **days)
    assert made == Article(
        id="router-slow",
        message_class="technical",
        title={"id": "Router lambat", "en": "Slow router"},
        questions=("kenapa router lambat?", "why is my router slow?"),
        answer={"id": "Silakan coba langkah berikut.", "en": "Please try the following steps."},
        category="devices",
        owner="cs-lead",
        steps={"id": ("Geser router.", "Mulai ulang."), "en": ("Move the router.", "Restart it.")},
        channels=TELEGRAM,
        related=("device-offline",),
        **days,
    )


def test_only_what_every_article_has_must_be_written() -> None:
    plain = article()
    assert (plain.steps, plain.channels, plain.related) == ({}, {}, ())
    assert (plain.valid_from, plain.valid_until) == (None, None)


@pytest.mark.parametrize("field", DATA)
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(BadPolicy, match=rf"{NAME}.*{field}"):
        parse_article(NAME, {key: value for key, value in DATA.items() if key != field})


@pytest.mark.parametrize("data", [None, "text", ["id: a"], 5])
def test_a_file_without_fields_is_named(data: Any) -> None:
    with pytest.raises(BadPolicy, match=NAME):
        parse_article(NAME, data)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("answers", {"id": "x", "en": "y"}, "answers is no field of an article"),
        ("id", "router", "differs from the file's name"),
        ("owner", "", "owner: '' is no text"),
        ("owner", None, "owner: 'None' is no text"),
        ("category", ["a"], "category: .* is no text"),
        ("title", "Router lambat", "title: Indonesian is missing"),
        ("title", {"id": "Router lambat"}, "title: English is missing: write it under `en:`"),
        ("answer", {"en": "Please wait."}, "answer: Indonesian is missing"),
        ("answer", {"id": "Tunggu.", "en": ""}, "answer: '' is no text"),
        ("answer", {"id": "Tunggu.", "en": True}, "answer: 'True' is no text"),
        ("answer", {"id": "Tunggu.", "en": "Wait.", "fr": "Attendez."}, "answer: 'fr' is no language"),
        ("questions", {}, "questions: at least one is needed"),
        ("questions", {"id": []}, "questions: at least one is needed"),
        ("questions", {"id": ["/"]}, "questions: '/' holds no word"),
        ("questions", {"id": ["a\0b"]}, "questions: .* holds a sign that no text has"),
        ("questions", ["kenapa?"], "questions: must hold lists under id and en"),
        ("questions", {"eng": ["why?"]}, "questions: must hold lists under id and en"),
        ("questions", {"id": "kenapa?"}, "questions: must be a list"),
        ("questions", {"id": [{"kenapa": "lambat"}]}, "questions: .* is no text"),
        ("steps", {"id": ["Satu."]}, "steps: English is missing"),
        ("steps", {"id": ["Satu.", "Dua."], "en": ["One."]}, "steps: must be .* as many in every language"),
        ("steps", {"id": [], "en": []}, "steps: must be at least one"),
        ("steps", {"id": "Satu.", "en": "One."}, "steps: must be a list"),
        ("channels", ["telegram"], "channels: must hold"),
        ("channels", {"telegram": "Ikuti ini."}, "channels: Indonesian is missing"),
        ("channels", {"telegram": {"id": "Ikuti ini."}}, "channels: English is missing"),
        ("valid_from", "1 Januari", "valid_from: '1 Januari' is no date; write it as 2026-12-31"),
        ("valid_until", None, "valid_until: 'None' is no date"),
        ("related", "device-offline", "related: must be a list"),
        ("related", [7], "related: '7' is no text"),
    ],
)
def test_a_wrong_field_is_refused_with_file_and_field(field: str, value: Any, said: str) -> None:
    with pytest.raises(BadPolicy, match=rf"{NAME}.*{said}"):
        article(**{field: value})


def test_an_article_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadPolicy, match=rf"{NAME}, valid_until: 2026-01-01 is before valid_from"):
        article(valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("first", "last", "serves"),
    [
        (None, None, True),
        (date(2026, 11, 23), date(2026, 11, 23), True),
        (date(2026, 11, 24), None, False),
        (None, date(2026, 11, 22), False),
    ],
)
def test_an_article_serves_from_its_first_to_its_last_day(first: Any, last: Any, serves: bool) -> None:
    assert replace(article(), valid_from=first, valid_until=last).serves(date(2026, 11, 23)) is serves


@pytest.mark.parametrize(
    ("language", "channel", "text"),
    [
        ("id", "", "Silakan coba langkah berikut.\n1. Geser router.\n2. Mulai ulang."),
        ("en", "webchat", "Please try the following steps.\n1. Move the router.\n2. Restart it."),
        ("id", "telegram", "Ikuti ini.\n1. Geser router.\n2. Mulai ulang."),
        ("en", "telegram", "Follow this.\n1. Move the router.\n2. Restart it."),
    ],
)
def test_the_whole_answer_is_told_with_its_steps(language: str, channel: str, text: str) -> None:
    assert told(article(steps=STEPS, channels=TELEGRAM), language, channel) == text


def test_placeholders_are_filled_wherever_a_customer_reads() -> None:
    both = {"id": "Jam {{ hours.zone }}", "en": "Hours in {{ hours_en.zone }}"}
    made = rendered(article(answer=both, steps={k: [v] for k, v in both.items()}, channels={"telegram": both}), VALUES)
    filled = {"id": "Jam WIB", "en": "Hours in WIB"}
    assert (made.answer, made.channels) == (filled, {"telegram": filled})
    assert made.steps == {"id": ("Jam WIB",), "en": ("Hours in WIB",)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"answer": {"id": "Jam {{ hours.zone }}", "en": "Hours in {{ hours.zone }}"}},  # would be Indonesian
        {"steps": {"id": ["Jam {{ jam }}"], "en": ["Hours"]}},
        {"channels": {"telegram": {"id": "Jam", "en": "Hours {{ hours_en.zones }}"}}},
    ],
)
def test_a_placeholder_that_has_no_value_is_refused_by_file(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadPolicy, match=rf"{NAME}.*(hours|jam|zones)"):
        rendered(article(**wrong), VALUES)


def test_every_article_of_the_house_can_be_told_in_both_languages() -> None:
    edition = build(read_files(Path(__file__).parents[2]))
    texts = [told(article, language) for article in edition.articles.values() for language in ("id", "en")]
    assert len(set(texts)) == 2 * len(edition.articles)
    assert not any("{" in text for text in texts)
