"""Escalation rules: a closed set of named conditions over facts, no expressions.

A lead edits policies/escalation.yml; each firing is stored with the rule and the facts it saw.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from bot.domain.priority import PRIORITIES
from bot.errors import BadPolicy

_LEVELS = tuple(PRIORITIES)


@dataclass(frozen=True, slots=True)
class Facts:
    asked_human: bool = False
    cues: tuple[str, ...] = ()
    failed_answers: int = 0
    complaint: bool = False
    priority: str = "medium"
    model_down: bool = False
    unclaimed_minutes: float = 0


Check = Callable[[Facts, Any], bool]

_FLAGS: dict[str, Check] = {
    "asked_human": lambda facts, _: facts.asked_human,
    "danger": lambda facts, _: "danger" in facts.cues,
    "fraud": lambda facts, _: "fraud" in facts.cues,
    "complaint": lambda facts, _: facts.complaint,
    "model_down": lambda facts, _: facts.model_down,
}
_VALUED: dict[str, Check] = {
    "failed_answers": lambda facts, value: facts.failed_answers >= value,
    "unclaimed_minutes": lambda facts, value: facts.unclaimed_minutes >= value,
    "priority_at_least": lambda facts, value: _LEVELS.index(facts.priority) >= _LEVELS.index(value),
}


@dataclass(frozen=True, slots=True)
class Rule:
    name: str
    mode: Literal["all", "any"]
    conditions: tuple[tuple[str, Any], ...]
    then: Literal["handoff", "remind"]
    reason: str

    def fires(self, facts: Facts) -> bool:
        checks = {**_FLAGS, **_VALUED}
        results = [checks[name](facts, value) for name, value in self.conditions]
        return all(results) if self.mode == "all" else any(results)


def fired(rules: tuple[Rule, ...], facts: Facts, then: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.then == then and rule.fires(facts))


def parse_rules(data: Any) -> tuple[Rule, ...]:
    """Rules from policies/escalation.yml. Raises BadPolicy naming the rule that is wrong."""
    if not isinstance(data, list):
        raise BadPolicy("policies/escalation.yml: `rules` must be a list of rules")
    return tuple(_rule(entry) for entry in data)


def _rule(entry: Any) -> Rule:
    if not isinstance(entry, dict):
        raise BadPolicy(f"policies/escalation.yml: {entry!r} is no rule; write `- rule: its name`")
    name = str(entry.get("rule", "?"))
    if entry.get("then") not in ("handoff", "remind"):
        raise _bad(name, "`then` must be handoff or remind")
    when = entry.get("when")
    if not isinstance(when, dict) or len(when) != 1 or next(iter(when)) not in ("all", "any"):
        raise _bad(name, "`when` must hold exactly one of all or any")
    mode, conditions = next(iter(when.items()))
    if not conditions or not isinstance(conditions, list):
        raise _bad(name, f"`{mode}` must be a list of conditions")
    parsed = tuple(_condition(name, condition) for condition in conditions)
    return Rule(name, mode, parsed, entry["then"], str(entry.get("reason", name)))


def _condition(rule: str, entry: Any) -> tuple[str, Any]:
    if isinstance(entry, str) and entry in _FLAGS:
        return entry, None
    if isinstance(entry, dict) and len(entry) == 1:
        name, value = next(iter(entry.items()))
        known = value in _LEVELS if name == "priority_at_least" else type(value) is int and value > 0
        if name in _VALUED and known:
            return name, value
    raise _bad(rule, f"{entry!r} is no condition; known: {', '.join((*_FLAGS, *_VALUED))}")


def _bad(rule: str, reason: str) -> BadPolicy:
    return BadPolicy(f"policies/escalation.yml, rule {rule}: {reason}")
