"""policies/escalation.yml, rule by rule, and what a lead may get wrong in it."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.escalation import Facts, fired, parse_rules
from bot.domain.yaml_text import load
from bot.errors import BadPolicy

FILE = Path(__file__).parents[2] / "policies" / "escalation.yml"
OURS = parse_rules(load("escalation.yml", FILE.read_text(encoding="utf-8"))["rules"])


def names(then: str, **facts: Any) -> list[str]:
    return [rule.name for rule in fired(OURS, Facts(**facts), then)]


def test_nothing_fires_on_an_ordinary_message() -> None:
    assert names("handoff") == names("remind") == []


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"asked_human": True}, "human_asked"),
        ({"cues": ("danger",)}, "danger"),
        ({"cues": ("money", "fraud")}, "danger"),
        ({"failed_answers": 2}, "failed_answers"),
        ({"failed_answers": 3}, "failed_answers"),
        ({"complaint": True, "priority": "urgent"}, "urgent_complaint"),
        ({"model_down": True}, "model_down"),
    ],
)
def test_each_rule_hands_off(facts: dict[str, Any], rule: str) -> None:
    assert names("handoff", **facts) == [rule]
    assert names("remind", **facts) == []


@pytest.mark.parametrize(
    "facts",
    [
        {"failed_answers": 1},
        {"complaint": True, "priority": "high"},
        {"priority": "urgent"},
        {"cues": ("money", "threat", "repeat", "business")},
        {"unclaimed_minutes": 60},
    ],
)
def test_just_below_a_rule_nothing_hands_off(facts: dict[str, Any]) -> None:
    assert names("handoff", **facts) == []


@pytest.mark.parametrize(("minutes", "rules"), [(0, []), (9.9, []), (10, ["unclaimed"]), (600, ["unclaimed"])])
def test_an_unclaimed_case_is_reminded_of(minutes: float, rules: list[str]) -> None:
    assert names("remind", unclaimed_minutes=minutes) == rules


def test_every_rule_of_the_file_is_tested_here() -> None:
    tested = {"human_asked", "danger", "failed_answers", "urgent_complaint", "model_down", "unclaimed"}
    assert {rule.name for rule in OURS} == tested


def test_all_needs_every_condition_and_any_one_of_them() -> None:
    rule: dict[str, Any] = {"rule": "r", "then": "handoff", "reason": "x"}
    both = parse_rules([rule | {"when": {"all": ["complaint", "danger"]}}])
    either = parse_rules([rule | {"when": {"any": ["complaint", "danger"]}}])
    complaint = Facts(complaint=True)
    assert (len(fired(both, complaint, "handoff")), len(fired(either, complaint, "handoff"))) == (0, 1)
    assert len(fired(both, Facts(complaint=True, cues=("danger",)), "handoff")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"then": "shout"}, {"then": None}, {"when": None}, {"when": []}, {"when": {}}, {"when": "asked_human"},
        {"when": {"all": ["danger"], "any": ["fraud"]}}, {"when": {"none": ["danger"]}}, {"when": {"all": []}},
        {"when": {"all": "danger"}}, {"when": {"all": {"failed_answers": 2}}}, {"when": {"all": 3}},
        {"when": {"all": ["dangerous"]}}, {"when": {"all": ["failed_answers"]}}, {"when": {"all": [{"danger": True}]}},
        {"when": {"all": [{"failed_answers": "2"}]}}, {"when": {"all": [{"failed_answers": True}]}},
        {"when": {"all": [{"failed_answers": 0}]}}, {"when": {"all": [{"priority_at_least": "huge"}]}},
        {"when": {"all": [{"priority_at_least": ["urgent"]}]}}, {"when": {"all": [None]}},
        {"when": {"all": [{"failed_answers": 2, "unclaimed_minutes": 3}]}},
    ],
)  # fmt: skip
def test_a_wrong_rule_is_refused_by_its_name(wrong: dict[str, Any]) -> None:
    good = {"rule": "panic", "when": {"all": ["danger"]}, "then": "handoff", "reason": "x"}
    assert parse_rules([good])
    with pytest.raises(BadPolicy, match=r"policies/escalation\.yml, rule panic"):
        parse_rules([good | wrong])


@pytest.mark.parametrize("data", [None, {}, "danger", 3, ["danger"], [None], [["rule"]]])
def test_rules_of_a_wrong_form_are_refused(data: Any) -> None:
    with pytest.raises(BadPolicy, match=r"policies/escalation\.yml"):
        parse_rules(data)
