"""Between Slack's markup and plain text."""

import re
from collections.abc import Mapping

from bot.domain.text import clean

_MARK = re.compile(r"<(@|#|!|[a-z][a-z0-9+.-]{0,20}:)([^<>|]*)(?:\|([^<>]*))?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(amp|lt|gt);")
_PLAIN = {"amp": "&", "lt": "<", "gt": ">"}
_MENTION = re.compile(r"<@([UW][A-Z0-9]+)>")
_NOBODY: Mapping[str, str] = {}


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mentioned(text: str) -> set[str]:
    """Ids of people who stand in the text without a name."""
    return set(_MENTION.findall(text))


def plain(text: str, names: Mapping[str, str] = _NOBODY) -> str:
    """What an agent meant to write. `names` are those of mentioned people; a nameless one goes."""
    unmarked = _MARK.sub(lambda found: _read(found[1], found[2], found[3] or "", names), text)
    # One pass: "&amp;lt;" is a typed "&lt;", not a "<".
    return clean(_ENTITY.sub(lambda found: _PLAIN[found[1]], unmarked))


def _read(kind: str, target: str, label: str, names: Mapping[str, str]) -> str:
    if kind == "@":
        name = label or names.get(target, "")
        return f"@{name.removeprefix('@')}" if name else ""
    if kind == "#":
        return f"#{label}" if label else ""
    if kind == "!":
        return f"@{target}" if target in ("here", "channel", "everyone") else label
    return _link(kind, target, label)


def _link(scheme: str, target: str, label: str) -> str:
    """Slack labels an address that it recognised itself with what was typed."""
    typed = (scheme + target, target, target.removeprefix("//"))
    if not label or label in typed or scheme in ("mailto:", "tel:"):
        return label or (target if scheme in ("mailto:", "tel:") else scheme + target)
    return f"{label} ({scheme}{target})"
