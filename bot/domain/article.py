"""Articles: one YAML file each, checked when it is saved, told in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.domain.article_fields import FIELDS, REQUIRED
from bot.domain.wording import fill
from bot.errors import BadPolicy

Texts = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Article:
    """`steps`, by language, are tried one after the other; the answer leads into them.

    `channels` holds answers that stand in for `answer` on a channel. `valid_from` and `valid_until`
    are the first and the last day on which the article holds.
    """

    id: str
    message_class: str
    title: Texts
    questions: tuple[str, ...]
    answer: Texts
    category: str
    owner: str
    steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: Mapping[str, Texts] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    related: tuple[str, ...] = ()

    def serves(self, today: date) -> bool:
        return (self.valid_from or today) <= today <= (self.valid_until or today)


def told(article: Article, language: str, channel: str = "") -> str:
    """All that a customer reads in one message: the answer for this channel, then its steps, numbered."""
    answer = article.channels.get(channel, article.answer)[language]
    steps = (f"{number}. {step}" for number, step in enumerate(article.steps.get(language, ()), 1))
    return "\n".join((answer, *steps))


def rendered(article: Article, values: Mapping[str, Mapping[str, Any]]) -> Article:
    """The article with its placeholders filled from `values` of each language. Raises BadPolicy naming the file."""
    try:
        return replace(
            article,
            answer=_filled(article.answer, values),
            steps={code: tuple(fill(s, values[code]) for s in steps) for code, steps in article.steps.items()},
            channels={channel: _filled(texts, values) for channel, texts in article.channels.items()},
        )
    except BadPolicy as error:
        raise BadPolicy(f"knowledge_base/{article.id}.yml: {error}") from None


def _filled(texts: Texts, values: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {code: fill(text, values[code]) for code, text in texts.items()}


def parse_article(name: str, data: Any) -> Article:
    """An article from its YAML, placeholders unfilled. Raises BadPolicy naming file and field."""
    if not isinstance(data, dict):
        raise BadPolicy(f"{name}: must hold `field: value` entries")
    if missing := [known for known in REQUIRED if known not in data]:
        raise BadPolicy(f"{name}: the field {missing[0]} is missing")
    if unknown := [entry for entry in data if entry not in FIELDS]:
        raise BadPolicy(f"{name}: {unknown[0]} is no field of an article; known: {', '.join(FIELDS)}")
    values = {entry: _read(name, entry, value) for entry, value in data.items()}
    article = Article(message_class=values.pop("class"), **values)
    _check(name, article)
    return article


def _read(name: str, entry: str, value: Any) -> Any:
    try:
        return FIELDS[entry](value)
    except ValueError as error:
        raise BadPolicy(f"{name}, {entry}: {error}") from None


def _check(name: str, article: Article) -> None:
    if f"{article.id}.yml" != name.rsplit("/", 1)[-1]:
        raise BadPolicy(f"{name}: the id {article.id!r} differs from the file's name")
    first, last = article.valid_from, article.valid_until
    if first and last and last < first:
        raise BadPolicy(f"{name}, valid_until: {last} is before valid_from")
