"""The words customers read: responses of domain.yml, rendered with Jinja2.

A response has variants; a variant may name its language in `metadata.language` (Indonesian when it
does not). Variants rotate by a seed, so that a repeated turn says the same words again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from bot.errors import BadPolicy
from bot.messages import Button

LANGUAGES = {"id": "Indonesian", "en": "English"}

_jinja = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
_LONGEST_VALUE = 64  # bytes of a button's payload: more than this Telegram refuses


@lru_cache(maxsize=2048)
def template(text: str) -> Template:
    """Raises BadPolicy when the text is no template."""
    try:
        return _jinja.from_string(text)
    except TemplateError as error:
        raise BadPolicy(f"{text[:60]!r} is no valid template: {error}") from None


def fill(text: str, params: Mapping[str, Any]) -> str:
    """Raises BadPolicy naming the placeholder that has no value."""
    if "{" not in text:
        return text
    try:
        return template(text).render(params).strip()
    except Exception as error:  # a template may raise anything
        raise BadPolicy(f"{text[:60]!r}: {error}") from None


@dataclass(frozen=True, slots=True)
class Variant:
    text: str
    language: str
    buttons: tuple[Button, ...] = ()


Wording = Mapping[str, tuple[Variant, ...]]


def parse_wording(responses: Any) -> dict[str, tuple[Variant, ...]]:
    """Wording from the `responses` of domain.yml. Raises BadPolicy naming the response."""
    if not isinstance(responses, dict):
        raise BadPolicy("domain.yml: `responses` must hold `utter_name: variants` entries")
    return {str(key): _variants(key, entries) for key, entries in responses.items()}


def _variants(key: str, entries: Any) -> tuple[Variant, ...]:
    if not isinstance(entries, list):
        raise BadPolicy(f"domain.yml, {key}: must be a list of `- text: ...`")
    return tuple(_variant(key, entry) for entry in entries)


def _variant(key: str, entry: Any) -> Variant:
    try:
        buttons = tuple(Button(str(b["title"]), str(b["payload"])) for b in entry.get("buttons", ()))
        language = entry.get("metadata", {}).get("language", "id")
        template(entry["text"])
        variant = Variant(entry["text"].strip(), language, buttons)
    except (KeyError, TypeError, AttributeError) as error:
        raise BadPolicy(f"domain.yml, {key}: {type(error).__name__} {error}") from None
    except BadPolicy as error:
        raise BadPolicy(f"domain.yml, {key}: {error}") from None
    if not variant.text or any(len(b.value.encode()) > _LONGEST_VALUE for b in buttons):
        raise BadPolicy(f"domain.yml, {key}: a text is empty, or a payload is longer than {_LONGEST_VALUE} bytes")
    return variant


def pick(wording: Wording, key: str, language: str, seed: int) -> Variant:
    """A variant in the language, else in Indonesian. Raises BadPolicy for an unknown key."""
    variants = wording.get(key, ())
    chosen = [v for v in variants if v.language == language] or [v for v in variants if v.language == "id"]
    if not chosen:
        raise BadPolicy(f"domain.yml has no response {key}")
    return chosen[seed % len(chosen)]
