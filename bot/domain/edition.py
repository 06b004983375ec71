"""An edition: one published version of knowledge, policies and wording, pinned by a turn."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import responses, words
from bot.domain.calendar import Calendar, Target, due, parse_calendar, parse_target
from bot.domain.escalation import Rule, parse_rules
from bot.domain.knowledge import Article, Index, parse_article
from bot.domain.tickets import PREFIXES
from bot.domain.wording import Wording, fill, parse_wording
from bot.domain.yaml_text import load
from bot.errors import BadPolicy

Files = Mapping[str, str]
_CLOCKS = ("first_response", "resolution")
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds and waits of policies/escalation.yml."""

    notice_after: timedelta
    handoff_after: timedelta
    intent: float
    article: float


@dataclass(frozen=True, slots=True)
class Edition:
    """`id` is the hash of the files it was built from; `answers` are rendered, by article id."""

    id: str
    wording: Wording
    articles: Mapping[str, Article]
    answers: Mapping[str, str]
    index: Index
    sla: Mapping[str, Mapping[str, Target]]
    calendar: Calendar
    rules: tuple[Rule, ...]
    limits: Limits
    company: Mapping[str, str]


def edition_id(files: Files) -> str:
    return hashlib.sha256(json.dumps(dict(sorted(files.items()))).encode()).hexdigest()[:16]


def build(files: Files) -> Edition:
    """An edition from file texts by path. Raises BadPolicy naming what must be mended."""
    calendar = parse_calendar(_read(files, "policies/calendar.yml"))
    sla = _sla(_read(files, "policies/sla.yml"), calendar)
    company = {k: str(v) for k, v in _read(files, "policies/company.yml").items()}
    escalation = _read(files, "policies/escalation.yml")
    articles = _articles(files)
    answers = _answers(articles, {"company": company, "hours": words.hours(calendar), "sla": _sla_words(sla)})
    wording = parse_wording(_read(files, "domain.yml").get("responses"))
    responses.check(wording, company)
    return Edition(
        id=edition_id(files),
        wording=wording,
        articles=articles,
        answers=answers,
        index=Index(articles.values(), answers),
        sla=sla,
        calendar=calendar,
        rules=parse_rules(escalation.get("rules")),
        limits=_limits(escalation),
        company=company,
    )


def _read(files: Files, name: str) -> Any:
    if name not in files:
        raise BadPolicy(f"{name} is missing")
    data = load(name, files[name])
    if not isinstance(data, dict):
        raise BadPolicy(f"{name}: must hold `name: value` entries")
    return data


def _articles(files: Files) -> dict[str, Article]:
    names = [name for name in files if name.startswith("knowledge_base/")]
    articles = [parse_article(name, load(name, files[name])) for name in sorted(names)]
    return {article.id: article for article in articles}


def _answers(articles: Mapping[str, Article], values: Mapping[str, Any]) -> dict[str, str]:
    return {article.id: _answer(article, values) for article in articles.values()}


def _answer(article: Article, values: Mapping[str, Any]) -> str:
    try:
        return fill(article.answer["id"], values)
    except BadPolicy as error:
        raise BadPolicy(f"knowledge_base/{article.id}.yml: {error}") from None


def _sla(data: Any, calendar: Calendar) -> dict[str, dict[str, Target]]:
    """Every clock of every ticket type: a target that is missing here would be missing in a turn."""
    if unknown := [kind for kind in data if kind not in PREFIXES]:
        raise BadPolicy(f"policies/sla.yml: {unknown[0]} is no ticket type; known: {', '.join(PREFIXES)}")
    return {kind: _clocks(kind, data.get(kind), calendar) for kind in PREFIXES}


def _clocks(kind: str, targets: Any, calendar: Calendar) -> dict[str, Target]:
    if not isinstance(targets, dict) or set(targets) != set(_CLOCKS):
        raise BadPolicy(f"policies/sla.yml: {kind} must have exactly {' and '.join(_CLOCKS)}")
    parsed = {clock: parse_target(f"{kind}.{clock}", targets[clock]) for clock in _CLOCKS}
    for target in parsed.values():
        due(target, calendar, _SOME_DAY)  # raises when the calendar can never keep it
    return parsed


def _sla_words(sla: Mapping[str, Mapping[str, Target]]) -> dict[str, dict[str, str]]:
    return {kind: {clock: words.target(t) for clock, t in targets.items()} for kind, targets in sla.items()}


def _limits(escalation: Any) -> Limits:
    try:
        return Limits(
            timedelta(seconds=float(escalation["model"]["notice_after_seconds"])),
            timedelta(minutes=float(escalation["model"]["handoff_after_minutes"])),
            float(escalation["confidence"]["intent"]),
            float(escalation["confidence"]["article"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadPolicy(f"policies/escalation.yml: {error} is missing or no number") from None
