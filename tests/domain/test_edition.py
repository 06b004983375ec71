"""An edition is built whole or not at all: what a turn would stumble over is refused when it is saved."""

from pathlib import Path

import pytest

from bot.domain.edition import Edition, build, edition_id
from bot.errors import BadPolicy
from bot.services.editions import read_files

FILES = read_files(Path(__file__).parents[2])


def with_change(name: str, old: str, new: str) -> Edition:
    assert old in FILES[name], f"{name} no longer holds {old!r}"
    return build(FILES | {name: FILES[name].replace(old, new, 1)})


def test_the_files_of_the_house_make_an_edition() -> None:
    assert build(FILES).id == edition_id(FILES)


def test_the_id_follows_the_content_and_not_the_order() -> None:
    turned = dict(reversed(FILES.items()))
    assert edition_id(turned) == edition_id(FILES) != edition_id(FILES | {"domain.yml": "x"})


@pytest.mark.parametrize("name", ["domain.yml", *(f"policies/{n}.yml" for n in ("calendar", "sla", "company"))])
def test_a_missing_empty_or_wrong_file_is_named(name: str) -> None:
    without = {key: text for key, text in FILES.items() if key != name}
    for files in (without, FILES | {name: ""}, FILES | {name: "- a\n- b\n"}, FILES | {name: "a: [1\n"}):
        with pytest.raises(BadPolicy, match=name):
            build(files)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("policies/sla.yml", "resolution: 3d", "resolution: 3 hari", "complaint.resolution"),
        ("policies/sla.yml", "  resolution: 3d\n", "", "complaint"),
        ("policies/sla.yml", "resolution: 3d", "resolution: 3d\n  next_response: 1h", "complaint"),
        ("policies/sla.yml", "complaint:", "complaints:", "complaints"),
        ("policies/sla.yml", "resolution: 3d", "resolution: 9999d", "calendar"),
        ("policies/sla.yml", "inquiry:\n  first_response: 4h\n  resolution: 1d", "inquiry: 4h", "inquiry"),
        ("policies/company.yml", "bot_name: Sambut", "bot: Sambut", "utter_intro.*bot_name"),
        ("policies/escalation.yml", "intent: 0.", "intent: tinggi 0.", "escalation"),
        ("policies/escalation.yml", "  intent: 0.", "  niat: 0.", "escalation.*intent"),
        ("policies/escalation.yml", "then: remind", "then: tell", "rule unclaimed"),
        ("domain.yml", "{{ estimate }}", "{{ perkiraan }}", "perkiraan"),
        ("knowledge_base/opening-hours.yml", "{{ hours.weekday }}", "{{ hours.weekdays }}", "opening-hours.*weekdays"),
        ("knowledge_base/opening-hours.yml", "id: opening-hours", "id: hours", "differs from the file"),
        ("knowledge_base/opening-hours.yml", "questions:", "pertanyaan:", "opening-hours.*questions"),
        ("knowledge_base/opening-hours.yml", "related: [", "related: [opening, ", "opening-hours.*related.*opening"),
        ("knowledge_base/opening-hours.yml", "{{ hours_en.weekday }}", "{{ hours.weekday }}", "opening-hours.*hours"),
        ("knowledge_base/opening-hours.yml", "  en: |-", "  fr: |-", r"opening-hours\.yml, answer: English"),
        ("knowledge_base/opening-hours.yml", "  en: Cust", "  eng: Cust", r"opening-hours\.yml, title: English"),
        ("knowledge_base/opening-hours.yml", "owner: cs-lead", "pemilik: cs-lead", r"opening-hours\.yml.*owner"),
        ("domain.yml", "      metadata: {language: en}\n", "", "no English response utter_intro"),
    ],
)
def test_a_wrong_entry_is_refused_and_named(name: str, old: str, new: str, said: str) -> None:
    with pytest.raises(BadPolicy, match=f"(?s){said}"):
        with_change(name, old, new)


def test_a_calendar_that_can_never_keep_a_promise_is_refused() -> None:
    closed = "\n".join(line if "working" in line or "00-" not in line else "" for line in calendar_lines())
    with pytest.raises(BadPolicy, match="calendar"):
        build(FILES | {"policies/calendar.yml": closed.replace("hours:\n", "hours: {}\n", 1)})


def calendar_lines() -> list[str]:
    return FILES["policies/calendar.yml"].replace('holiday_hours: ["09:00-17:00"]', "holiday_hours: []").splitlines()


@pytest.mark.parametrize("text", ["", "x", "- x", "id: new\n", "id: new\nclass: general\ntitle: Baru\nanswer: x\n"])
def test_an_unfinished_article_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadPolicy, match=r"knowledge_base/new\.yml"):
        build(FILES | {"knowledge_base/new.yml": text})


def test_hours_are_told_from_the_calendar() -> None:
    later = with_change("policies/calendar.yml", 'monday: ["08:00-20:00"]', 'monday: ["07:30-20:00"]')
    assert "07.30" in later.answers["opening-hours"]["id"]
    assert "07:30" in later.answers["opening-hours"]["en"]
    assert "07.30" not in build(FILES).answers["opening-hours"]["id"]


def test_an_answer_speaks_one_language_in_its_placeholders_too() -> None:
    told = build(FILES).answers
    assert "Monday-Friday 08:00-20:00 and Saturday-Sunday and public holidays" in told["opening-hours"]["en"]
    assert "within 1 working hour" in told["complaint-handling"]["en"]
    assert "1 jam kerja" in told["complaint-handling"]["id"]


def test_the_whole_text_of_an_article_holds_its_steps() -> None:
    edition = build(FILES)
    assert "\n4. " in edition.answers["router-slow"]["en"]
    assert "\n1. " not in edition.articles["router-slow"].answer["en"]
