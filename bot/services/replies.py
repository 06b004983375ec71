"""A turn's replies as one message: what the customer reads, rendered when numbers are known."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.edition import Edition
from bot.domain.effects import Reply
from bot.domain.wording import fill, pick
from bot.messages import Button


def render(
    edition: Edition, replies: Sequence[Reply], language: str, seed: int, values: Mapping[str, Any]
) -> tuple[str, tuple[Button, ...]]:
    """The text of all replies, a blank line between them, and the buttons of the last that has some."""
    parts = [_one(edition, reply, language, seed, values) for reply in replies]
    shown = [buttons for _, buttons in parts if buttons]
    return "\n\n".join(text for text, _ in parts), shown[-1] if shown else ()


def _one(
    edition: Edition, reply: Reply, language: str, seed: int, values: Mapping[str, Any]
) -> tuple[str, tuple[Button, ...]]:
    variant = pick(edition.wording, reply.key, language, seed)
    labels = {name: pick(edition.wording, key, language, 0).text for name, key in reply.labels.items()}
    text = fill(variant.text, {"company": edition.company, **values, **labels, **reply.params})
    return text, reply.buttons + variant.buttons


def words(edition: Edition, key: str, **params: object) -> str:
    """One reply in Indonesian, for what is not part of a turn."""
    return render(edition, [Reply(key, params)], "id", 0, {})[0]
