"""The fields of an article's file: what each may hold. A reader raises ValueError in words for the editor."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.domain.wording import LANGUAGES


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{str(value)[:40]!r} is no text; quotation marks help when YAML reads something else")
    if "\0" in value:
        raise ValueError(f"{value[:40]!r} holds a sign that no text has")
    return value.strip()


def _list(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("must be a list of `- text`")
    return tuple(_text(item) for item in value)


def _both(value: Any) -> dict[str, Any]:
    """An entry for each language and nothing else, in the order of the languages."""
    held = value if isinstance(value, dict) else {}
    if missing := [code for code in LANGUAGES if code not in held]:
        raise ValueError(f"{LANGUAGES[missing[0]]} is missing: write it under `{missing[0]}:`")
    if unknown := [code for code in held if code not in LANGUAGES]:
        raise ValueError(f"{unknown[0]!r} is no language; known: {', '.join(LANGUAGES)}")
    return {code: held[code] for code in LANGUAGES}


def _texts(value: Any) -> dict[str, str]:
    return {code: _text(text) for code, text in _both(value).items()}


def _questions(value: Any) -> tuple[str, ...]:
    """Customers mix the languages, so one that has no question yet is no mistake."""
    if not isinstance(value, dict) or not set(value) <= set(LANGUAGES):
        raise ValueError(f"must hold lists under {' and '.join(LANGUAGES)}")
    found = tuple(question for listed in value.values() for question in _list(listed))
    if not found:
        raise ValueError("at least one is needed")
    if empty := [question for question in found if not any(sign.isalnum() for sign in question)]:
        raise ValueError(f"{empty[0]!r} holds no word")
    return found


def _steps(value: Any) -> dict[str, tuple[str, ...]]:
    steps = {code: _list(listed) for code, listed in _both(value).items()}
    first, *others = steps.values()
    if not first or any(len(other) != len(first) for other in others):
        raise ValueError("must be at least one, and as many in every language")
    return steps


def _channels(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        raise ValueError("must hold `channel: {id: ..., en: ...}` entries")
    return {_text(channel): _texts(texts) for channel, texts in value.items()}


def _day(value: Any) -> date:
    if type(value) is not date:  # a datetime is a date too
        raise ValueError(f"{str(value)[:40]!r} is no date; write it as 2026-12-31")
    return value


REQUIRED: dict[str, Callable[[Any], Any]] = {
    "id": _text,
    "category": _text,
    "class": _text,
    "owner": _text,
    "title": _texts,
    "questions": _questions,
    "answer": _texts,
}
FIELDS = REQUIRED | {
    "steps": _steps,
    "channels": _channels,
    "valid_from": _day,
    "valid_until": _day,
    "related": _list,
}
