"""The words customers read: every response can be said, and a wrong one is refused when it is saved."""

import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain.responses import PLACEHOLDERS, check
from bot.domain.wording import LANGUAGES, fill, parse_wording, pick
from bot.domain.yaml_text import load
from bot.errors import BadPolicy

ROOT = Path(__file__).parents[2]
COMPANY = load("company.yml", (ROOT / "policies/company.yml").read_text(encoding="utf-8"))
RESPONSES = load("domain.yml", (ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
CODE = [path for folder in ("actions", "bot/domain", "bot/services") for path in (ROOT / folder).glob("*.py")]


def keys_in_the_code() -> set[str]:
    """Every wording key that actions, forms and services name; `utter_{intent}` spelt out."""
    texts = [path.read_text(encoding="utf-8") for path in CODE if path.name != "responses.py"]
    named = {key for text in texts for key in re.findall(r"""["'](utter_[a-z_]+)["']""", text)}
    smalltalk = {f"utter_{i}" for i in ("greet", "goodbye", "thank", "affirm", "deny", "cancel", "out_of_scope")}
    return named | smalltalk | {key for key in PLACEHOLDERS if key.startswith("utter_status_")}


def changed(key: str, entries: Any) -> Any:
    return parse_wording(RESPONSES | {key: entries})


def test_the_code_and_the_contract_name_the_same_responses() -> None:
    assert keys_in_the_code() == set(PLACEHOLDERS)


def test_domain_yml_holds_exactly_the_responses_that_are_said() -> None:
    assert set(RESPONSES) == set(PLACEHOLDERS)


def test_every_response_can_be_said() -> None:
    check(parse_wording(RESPONSES), COMPANY)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", PLACEHOLDERS)
def test_every_response_is_said_in_the_language_of_the_conversation(key: str, language: str) -> None:
    variant = pick(parse_wording(RESPONSES), key, language, 0)
    said = fill(variant.text, {"company": COMPANY, **dict.fromkeys(PLACEHOLDERS[key], "x")})
    assert (variant.language, bool(said)) == (language, True)


@pytest.mark.parametrize("key", PLACEHOLDERS)
def test_both_languages_say_the_same(key: str) -> None:
    """As many variants, the same placeholders, and buttons that mean the same."""
    id_, en = ([v for v in parse_wording(RESPONSES)[key] if v.language == code] for code in LANGUAGES)
    assert [names(v.text) for v in id_] == [names(v.text) for v in en]
    assert [[b.value for b in v.buttons] for v in id_] == [[b.value for b in v.buttons] for v in en]


def names(text: str) -> set[str]:
    inside = " ".join(re.findall(r"{[{%].+?[%}]}", text, re.DOTALL))
    return set(re.findall(r"[a-z_.]{2,}", inside)) - {"if", "endif"}


@pytest.mark.parametrize(
    ("language", "intro", "said"),
    [
        ("id", "", "Langkah 1 dari 4: Geser router."),
        ("id", "Maaf.", "Maaf.\n\nLangkah 1 dari 4: Geser router."),
        ("en", "", "Step 1 of 4: Geser router."),
        ("en", "Sorry.", "Sorry.\n\nStep 1 of 4: Geser router."),
    ],
)
def test_a_step_follows_its_introduction(language: str, intro: str, said: str) -> None:
    variant = pick(parse_wording(RESPONSES), "utter_step", language, 0)
    assert fill(variant.text, {"intro": intro, "at": 1, "of": 4, "step": "Geser router."}) == said


@pytest.mark.parametrize("key", PLACEHOLDERS)
def test_every_promised_placeholder_is_used_by_some_variant(key: str) -> None:
    texts = " ".join(entry["text"] for entry in RESPONSES[key])
    for name in PLACEHOLDERS[key]:
        if (key, name) != ("utter_contact_done", "asked"):  # the form has no ticket of its own to name
            assert re.search(rf"\b{name}\b", texts), f"{key} never says {name}"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Nomor {{ nomer }}", "nomer"),
        ("Nomor {{ number }}", "number"),  # known elsewhere, not here
        ("{{ company.nama }}", "nama"),
        ("{{ company.name", "template"),
        ("{% if asked %}x", "template"),
        ("{{ 1 / 0 }}", "zero"),
        ("{{ company.__class__.__mro__ }}", "unsafe|undefined|no attribute|__class__"),
    ],
)
def test_a_response_that_cannot_be_said_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(BadPolicy, match=rf"utter_greet.*({named})"):
        check(changed("utter_greet", [{"text": text}]), COMPANY)


def test_a_placeholder_in_a_branch_is_looked_at_too() -> None:
    for text in ("{% if asked %}{{ tiket }}{% endif %}", "{% if not asked %}{{ tiket }}{% endif %}"):
        with pytest.raises(BadPolicy, match=r"utter_cancelled.*tiket"):
            check(changed("utter_cancelled", [{"text": text}]), COMPANY)


def test_a_response_that_is_missing_is_named() -> None:
    without = {key: value for key, value in RESPONSES.items() if key != "utter_handoff"}
    with pytest.raises(BadPolicy, match="utter_handoff"):
        check(parse_wording(without), COMPANY)


def test_a_response_without_english_is_refused_and_says_how_to_write_it() -> None:
    with pytest.raises(BadPolicy, match=r"English response utter_greet.*metadata: \{language: en\}"):
        check(changed("utter_greet", [{"text": "Halo"}]), COMPANY)


def test_a_response_in_english_only_is_refused() -> None:
    with pytest.raises(BadPolicy, match="Indonesian response utter_greet"):
        check(changed("utter_greet", [{"text": "Hello", "metadata": {"language": "en"}}]), COMPANY)


@pytest.mark.parametrize(
    "entries",
    [
        None, [], "Halo", {"text": "Halo"}, [None], ["Halo"], [{}], [{"text": None}], [{"text": 5}], [{"text": " "}],
        [{"text": "x", "metadata": None}], [{"text": "x", "buttons": [{"title": "x"}]}],
        [{"text": "x", "buttons": [{"title": "x", "payload": "wish:" + "y" * 60}]}],
    ],
)  # fmt: skip
def test_a_response_of_a_wrong_form_is_refused_by_name(entries: Any) -> None:
    with pytest.raises(BadPolicy, match="utter_greet"):
        check(changed("utter_greet", entries), COMPANY)


@pytest.mark.parametrize("responses", [None, [], "x"])
def test_responses_of_a_wrong_form_are_refused(responses: Any) -> None:
    with pytest.raises(BadPolicy, match="responses"):
        parse_wording(responses)


def test_variants_take_turns_by_the_seed_and_repeat_with_it() -> None:
    wording = parse_wording({"utter_x": [{"text": "a"}, {"text": "b"}]})
    assert [pick(wording, "utter_x", "id", seed).text for seed in (0, 1, 2, 0)] == ["a", "b", "a", "a"]


def test_a_language_without_a_variant_falls_back_to_indonesian() -> None:
    wording = parse_wording({"utter_x": [{"text": "halo"}, {"text": "hello", "metadata": {"language": "en"}}]})
    assert [pick(wording, "utter_x", language, 0).text for language in ("id", "en", "fr")] == ["halo", "hello", "halo"]


def test_what_a_customer_wrote_is_never_read_as_a_template() -> None:
    assert fill('Tiket "{{ subject }}"', {"subject": "{{ company }} {% raw"}) == 'Tiket "{{ company }} {% raw"'
