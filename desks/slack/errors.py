"""What a failed call of the Web API means for a send."""

from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import PermanentFailure, RetryLater

# OSError: a name that does not resolve, a refused connection.
CALL_FAILED = (SlackApiError, aiohttp.ClientError, TimeoutError, OSError)

# Only what is wrong with the message itself. A wrong token or channel is put right by a person,
# and until then nothing may be thrown away.
_SHAPE = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_arguments",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "no_text",
        "message_not_found",
        "thread_not_found",
        "cant_update_message",
        "edit_window_closed",
    }
)

_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})


def refuses_token(error: BaseException) -> bool:
    return code(error) in _TOKEN


def code(error: BaseException) -> str:
    """Slack's own word for the failure, empty when Slack did not answer with one."""
    # The response of a broken body is aiohttp's and holds no data.
    data = getattr(getattr(error, "response", None), "data", None)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


def failure(error: BaseException) -> RetryLater | PermanentFailure:
    """Carries no payload and no header, so that neither a token nor a customer's words reach a log."""
    reason = code(error)
    if reason in _SHAPE:
        return PermanentFailure(f"Slack: {reason}")
    return RetryLater(f"Slack: {reason or _status(error) or type(error).__name__}", _after(error))


def _status(error: BaseException) -> str:
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return f"HTTP {status}" if status else ""


def _after(error: BaseException) -> float | None:
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return float(headers["Retry-After"])
    except (KeyError, ValueError):
        return None
