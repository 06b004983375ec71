"""Structured logs without personal data: what is written is masked, and no library writes bodies."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.domain.masking import mask

_CHATTY = (
    "httpx",
    "httpcore",
    "telegram",
    "slack_bolt",
    "slack_sdk",
    "aiosqlite",
    "websockets",
    "asyncio",
    "uvicorn",
)


def _masked(_: Any, __: str, entry: MutableMapping[str, Any]) -> dict[str, Any]:
    return {k: mask(v) if isinstance(v, str) and k != "timestamp" else v for k, v in entry.items()}


class _MaskFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = mask(record.getMessage()).replace("\n", "\\n"), None
        return True


def set_up() -> None:
    """httpx writes tokens at INFO and python-telegram-bot bodies at DEBUG: both stay at WARNING."""
    handler = logging.StreamHandler()
    handler.addFilter(_MaskFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _masked,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
