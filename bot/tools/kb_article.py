"""What may be wrong with one article: all of it, field by field."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import PurePath
from typing import Any

from bot.domain.article import Article, parse_article
from bot.domain.wording import LANGUAGES, fill
from bot.errors import BadPolicy
from bot.tools.kb_page import Page
from bot.tools.kb_problem import Problem, problem

Values = Mapping[str, Mapping[str, Any]]  # of placeholders, by language
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_ENOUGH = 8  # example questions


def check(page: Page, names: set[str], values: Values | None, today: date) -> Iterator[Problem]:
    """`names` are the ids of all articles. Without `values` the placeholders stay unchecked."""
    if not isinstance(page.data, dict):
        yield Problem(page.name, 1, "must hold `field: value` entries")
        return
    held, broken = _sound(page)
    article = parse_article(page.name, held)
    yield from broken
    yield from _questions(page, held["questions"])
    yield from _days(page, article, today)
    yield from _related(page, article, names)
    yield from _placeholders(page, article, values) if values else ()


def _sound(page: Page) -> tuple[dict[str, Any], list[Problem]]:
    """The fields with a stand-in for each broken field: one parse a field finds what is wrong with every one."""
    held, broken = _stand_in(page), []
    for field in {**held, **page.data}:
        tried = {known: value for known, value in held.items() if known != field}
        if field in page.data:
            tried[field] = page.data[field]
        try:
            parse_article(page.name, tried)
            held = tried
        except BadPolicy as error:
            broken += page.unquoted(field) or [problem(error, page.name, page.line(field))]
    return held, broken


def _stand_in(page: Page) -> dict[str, Any]:
    """The least that is an article and needs no warning."""
    texts = dict.fromkeys(LANGUAGES, "x")
    plain = {"id": PurePath(page.name).stem, "category": "x", "class": "x", "owner": "x"}
    return {**plain, "title": texts, "questions": dict.fromkeys(LANGUAGES, ["x"] * _ENOUGH), "answer": texts}


def _questions(page: Page, listed: Mapping[str, list[str]]) -> Iterator[Problem]:
    """The parse asks for one in any language; the search learns little from so few."""
    number, line = sum(map(len, listed.values())), page.line("questions")
    if number < _ENOUGH:
        said = f"only {number} example questions; write at least {_ENOUGH}, as customers would type them"
        yield Problem(page.name, line, said, warning=True)
    for code, language in LANGUAGES.items():
        if not listed.get(code):
            yield Problem(page.name, line, f"no question in {language}; write some under `{code}:`", warning=True)


def _days(page: Page, article: Article, today: date) -> Iterator[Problem]:
    first, last = article.valid_from, article.valid_until
    if first and first > today:
        said = f"not told before {first}; correct valid_from if it holds already"
        yield Problem(page.name, page.line("valid_from"), said, warning=True)
    if last and last < today:
        said = f"not told since {last} has passed; move valid_until, or delete the article"
        yield Problem(page.name, page.line("valid_until"), said, warning=True)


def _related(page: Page, article: Article, names: set[str]) -> Iterator[Problem]:
    for other in article.related:
        if other not in names:
            said = f"related: no article is called {other}; correct the id or take it out"
            yield Problem(page.name, page.line_of("related", other), said)


def _placeholders(page: Page, article: Article, values: Values) -> Iterator[Problem]:
    for field, code, text in _told(article):
        for part, reason in _unfilled(text, values[code]):
            said = f"{reason} in the {LANGUAGES[code]} {field}; see the placeholders in knowledge_base/README.md"
            yield Problem(page.name, page.line_of(field, text, part), said)


def _told(article: Article) -> Iterator[tuple[str, str, str]]:
    """Every text that a customer reads, with its field and language."""
    yield from (("answer", code, text) for code, text in article.answer.items())
    yield from (("steps", code, text) for code, steps in article.steps.items() for text in steps)
    yield from (("channels", code, text) for texts in article.channels.values() for code, text in texts.items())


def _unfilled(text: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each part of a text that cannot be filled; the braces when no part of them is one."""
    if _fills(text, values):
        return
    blamed = [part for part in _PLACEHOLDER.findall(text) if not _fills(part, values)]
    yield from ((part, f"{part} has no value") for part in dict.fromkeys(blamed))
    if not blamed:
        yield "{", "a placeholder is not written as {{ name }}"


def _fills(text: str, values: Mapping[str, Any]) -> bool:
    try:
        fill(text, values)
    except BadPolicy:
        return False
    return True
