"""An edition: one published version of knowledge, policies and wording, pinned by a turn."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain import responses, words
from bot.domain.article import Article, parse_article, rendered, told
from bot.domain.calendar import Calendar, Target, due, parse_calendar, parse_target
from bot.domain.escalation import Rule, parse_rules
from bot.domain.knowledge import Index
from bot.domain.priority import Priorities, parse_priorities
from bot.domain.ranker import NOTHING
from bot.domain.tickets import PREFIXES
from bot.domain.wording import LANGUAGES, Wording, parse_wording
from bot.domain.yaml_text import load
from bot.errors import BadPolicy

Files = Mapping[str, str]
UNANSWERABLE = "knowledge_base/unanswerable.yml"
_CLOCKS = ("first_response", "resolution")
_SUFFIXES = {"id": "", "en": "_en"}  # of the placeholders in articles: `hours` and `hours_en`
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds and waits of policies/escalation.yml."""

    notice_after: timedelta
    handoff_after: timedelta
    intent: float
    answer: float
    offer: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Edition:
    """`id` is the hash of the files it was built from. Articles are rendered.

    `answers` are their whole texts, by article id and language, steps included. `examples` are the
    texts that search learns from, each with its article's id or NOTHING.
    """

    id: str
    wording: Wording
    articles: Mapping[str, Article]
    answers: Mapping[str, Mapping[str, str]]
    index: Index
    examples: tuple[tuple[str, str], ...]
    sla: Mapping[str, Mapping[str, Target]]
    calendar: Calendar
    rules: tuple[Rule, ...]
    limits: Limits
    priorities: Priorities
    company: Mapping[str, str]
    products: tuple[str, ...]


def edition_id(files: Files) -> str:
    return hashlib.sha256(json.dumps(dict(sorted(files.items()))).encode()).hexdigest()[:16]


def build(files: Files) -> Edition:
    """An edition from file texts by path. Raises BadPolicy naming what must be mended."""
    calendar = parse_calendar(_read(files, "policies/calendar.yml"))
    sla = _sla(_read(files, "policies/sla.yml"), calendar)
    about = _read(files, "policies/company.yml")
    company = {k: str(v) for k, v in about.items() if k != "products"}
    escalation = _read(files, "policies/escalation.yml")
    articles = _articles(files, _values(company, calendar, sla))
    answers = {id_: {code: told(article, code) for code in LANGUAGES} for id_, article in articles.items()}
    wording = parse_wording(_read(files, "domain.yml").get("responses"))
    responses.check(wording, company)
    return Edition(
        id=edition_id(files),
        wording=wording,
        articles=articles,
        answers=answers,
        index=Index(articles.values(), answers),
        examples=(*_examples(articles, answers), *_unanswerable(files)),
        sla=sla,
        calendar=calendar,
        rules=parse_rules(escalation.get("rules")),
        limits=_limits(escalation),
        priorities=parse_priorities(_read(files, "policies/priority.yml")),
        company=company,
        products=_products(about.get("products", [])),
    )


def _products(named: Any) -> tuple[str, ...]:
    if not isinstance(named, list) or not all(isinstance(name, str) and name.strip() for name in named):
        raise BadPolicy("policies/company.yml, products: must be a list of `- name`")
    return tuple(named)


def _examples(articles: Mapping[str, Article], answers: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for name, article in articles.items():
        yield from ((text, name) for text in (*article.questions, *article.title.values(), *answers[name].values()))


def _unanswerable(files: Files) -> Iterator[tuple[str, str]]:
    """Questions of the company's field that no article answers; a project may have none."""
    listed = _read(files, UNANSWERABLE).get("questions") if UNANSWERABLE in files else []
    if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
        raise BadPolicy(f"{UNANSWERABLE}, questions: must be a list of `- text`")
    return ((text, NOTHING) for text in listed)


def _read(files: Files, name: str) -> Any:
    if name not in files:
        raise BadPolicy(f"{name} is missing")
    data = load(name, files[name])
    if not isinstance(data, dict):
        raise BadPolicy(f"{name}: must hold `name: value` entries")
    return data


def _articles(files: Files, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Article]:
    names = [name for name in files if name.startswith("knowledge_base/") and name != UNANSWERABLE]
    parsed = [parse_article(name, load(name, files[name])) for name in sorted(names)]
    articles = {article.id: rendered(article, values) for article in parsed}
    for article in parsed:
        if lost := [other for other in article.related if other not in articles]:
            raise BadPolicy(f"knowledge_base/{article.id}.yml, related: no article is called {lost[0]}")
    return articles


def _values(
    company: Mapping[str, str], calendar: Calendar, sla: Mapping[str, Mapping[str, Target]]
) -> dict[str, dict[str, Any]]:
    """What an article may name in each language, so that no Indonesian hours stand in an English answer."""
    return {
        code: {
            "company": company,
            f"hours{suffix}": words.hours(calendar, code),
            f"sla{suffix}": _sla_words(sla, code),
        }
        for code, suffix in _SUFFIXES.items()
    }


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


def _sla_words(sla: Mapping[str, Mapping[str, Target]], language: str) -> dict[str, dict[str, str]]:
    return {kind: {clock: words.target(t, language) for clock, t in targets.items()} for kind, targets in sla.items()}


def _limits(escalation: Any) -> Limits:
    try:
        return Limits(
            timedelta(seconds=float(escalation["model"]["notice_after_seconds"])),
            timedelta(minutes=float(escalation["model"]["handoff_after_minutes"])),
            float(escalation["confidence"]["intent"]),
            *(float(escalation["confidence"]["article"][band]) for band in ("answer", "offer", "lexical")),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadPolicy(f"policies/escalation.yml: {error} is missing or no number") from None
