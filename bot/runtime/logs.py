"""Structured logs without personal data: what is written is masked, and no library writes bodies."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.domain.masking import mask

_CHATTY = (
    "httpx",
    "httpcore",
    "aiohttp",
    "telegram",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "aiosqlite",
    "websockets",
    "asyncio",
    "uvicorn",
)
# Errors of libraries name addresses, and addresses hold passwords and tokens.
_SECRET = re.compile(
    r"(?P<telegram>\b(?:bot)?\d{6,12}:)[\w-]{30,}|(?P<slack>\bx(?:ox[a-z]|app)-)[\w-]+"
    r"|(?P<named>(?:token|secret|password)=)[^\s&'\"]+|(?P<url>://[^\s:/@]+:)[^\s@]+(?=@)",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text without personal numbers, addresses, passwords and tokens."""
    return mask(_SECRET.sub(lambda found: f"{found[found.lastgroup or 0]}***", text))


def _cleaned(_: Any, __: str, entry: MutableMapping[str, Any]) -> dict[str, Any]:
    plain = (bool, int, float, type(None))
    return {k: v if k == "timestamp" or isinstance(v, plain) else clean(str(v)) for k, v in entry.items()}


class _CleanFormatter(logging.Formatter):
    """Cleans the whole record, with its traceback; a line break in a message cannot forge a record."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record)).replace("\n", "\\n")


def set_up() -> None:
    """httpx writes tokens at INFO and python-telegram-bot bodies at DEBUG: both stay at WARNING."""
    handler = logging.StreamHandler()
    handler.setFormatter(_CleanFormatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _cleaned,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
