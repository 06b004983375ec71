"""python-telegram-bot's Bot, kept quiet, and its errors in our words."""

import logging
import re
import warnings
from datetime import timedelta

import httpx
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

from bot.errors import PermanentFailure, RetryLater
from channels.telegram.settings import TelegramSettings

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
BAD_TOKEN = "TELEGRAM_TOKEN is not accepted by Telegram; copy it again from @BotFather"


class _QuietBot(Bot):
    def __repr__(self) -> str:
        """The library's own shows the token, and some traceback printers show every local."""
        return "Bot"


def hush() -> None:
    """httpx logs every URL, and with it the token; the library's own errors quote whole bodies."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("telegram.Bot", "telegram.request.BaseRequest"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", message=".*`retry_after`", category=PTBDeprecationWarning)
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'", category=PTBUserWarning)


def requests(settings: TelegramSettings) -> tuple[HTTPXRequest, HTTPXRequest]:
    """Connections for everything, and one of its own for the long poll."""
    return _request(settings, 32), _request(settings, 1)


def _request(settings: TelegramSettings, connections: int) -> HTTPXRequest:
    seconds = settings.request_timeout
    return HTTPXRequest(connections, seconds, seconds, seconds, pool_timeout=seconds)


def bot(settings: TelegramSettings, calls: HTTPXRequest, polls: HTTPXRequest) -> Bot:
    """Never initialised: `initialize` puts the token into the text of its error."""
    base = settings.api_base.rstrip("/")
    return _QuietBot(settings.bot_token, f"{base}/bot", f"{base}/file/bot", calls, polls)


def refuses_token(error: TelegramError) -> bool:
    return isinstance(error, InvalidToken) and not _by_a_proxy(error)


def seconds_asked(error: Exception) -> float | None:
    if not isinstance(error, RetryAfter):
        return None
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


def failure(error: TelegramError, token: str) -> RetryLater | PermanentFailure:
    """A refusal of this message or chat is final; everything else may mend."""
    if refuses_token(error):
        return RetryLater(BAD_TOKEN)
    final = isinstance(error, Forbidden | ChatMigrated | BadRequest) and not _by_a_proxy(error)
    if final:
        return PermanentFailure(reason(error, token))
    return RetryLater(reason(error, token), seconds_asked(error), unclear=_answer_lost(error))


def reason(error: Exception, token: str) -> str:
    """Fit for a log: other errors (the database's) may quote what the customer wrote."""
    if not isinstance(error, TelegramError):
        return type(error).__name__
    # The library lowers the case of what it quotes.
    told = re.sub(re.escape(token), "***", str(error), flags=re.IGNORECASE)
    return f"{type(error).__name__}: {told}"[:200]


def _answer_lost(error: TelegramError) -> bool:
    """Telegram may have taken the message. What never reached it is clear, and so is any answer."""
    cause = error.__cause__
    return isinstance(cause, httpx.TransportError) and not isinstance(cause, _NEVER_LEFT)


def _by_a_proxy(error: TelegramError) -> bool:
    # Telegram always answers JSON. The library maps any 401, 403 and 404 by its number alone, and
    # leaves the failed reading of the body as the cause.
    return error.__cause__ is not None
