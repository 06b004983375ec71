"""Text as a database and Telegram can take it."""

import re

# Telegram counts UTF-16 code units where it counts at all; counting them is never too generous.
LIMIT = 4096
# PostgreSQL refuses NUL, and UTF-8 has no form for half a surrogate pair.
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The same text with every character that nobody can store made visible as U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def split(text: str) -> list[str]:
    """Parts that fit into one message each, cut at a line end or a space where there is one."""
    parts, rest = [], clean(text).strip()
    while rest:
        head = _fitting(rest)
        cut = len(rest) if len(head) == len(rest) else _boundary(head)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return parts


def _fitting(text: str) -> str:
    # Half a pair at the end is dropped, so that no emoji is cut in two.
    return text[:LIMIT].encode("utf-16-le")[: 2 * LIMIT].decode("utf-16-le", "ignore")


def _boundary(head: str) -> int:
    """A late line end, else a late space; a first part of a few words would look broken."""
    cuts = (head.rfind(mark) for mark in "\n ")
    return next((cut for cut in cuts if cut >= len(head) // 2), len(head))
