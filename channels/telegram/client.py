"""python-telegram-bot's Bot, kept quiet, and its errors in our words."""

import logging
import re
import warnings
from datetime import timedelta

import aiohttp
from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.warnings import PTBDeprecationWarning, PTBUserWarning

from bot.errors import PermanentFailure, RetryLater
from channels.telegram.request import NEVER_LEFT, AioRequest
from channels.telegram.settings import TelegramSettings

BAD_TOKEN = "TELEGRAM_TOKEN is not accepted by Telegram; copy it again from @BotFather"


class _QuietBot(Bot):
    def __repr__(self) -> str:
        """The library's own shows the token, and some traceback printers show every local."""
        return "Bot"


def hush() -> None:
    """The library's own errors quote whole bodies, and every URL holds the token."""
    for name in ("aiohttp", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("telegram.Bot", "telegram.request.BaseRequest"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", message=".*`retry_after`", category=PTBDeprecationWarning)
    warnings.filterwarnings("ignore", message="Please use 'Bot.getUpdates'", category=PTBUserWarning)


def requests(settings: TelegramSettings) -> tuple[AioRequest, AioRequest]:
    """Connections for everything, and one of its own for the long poll."""
    return AioRequest(32, settings.request_timeout), AioRequest(1, settings.request_timeout)


def bot(settings: TelegramSettings, calls: AioRequest, polls: AioRequest) -> Bot:
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
    return isinstance(cause, TimeoutError | aiohttp.ClientError) and not isinstance(cause, NEVER_LEFT)


def _by_a_proxy(error: TelegramError) -> bool:
    # Telegram always answers JSON. The library maps any 401, 403 and 404 by its number alone, and
    # leaves the failed reading of the body as the cause.
    return error.__cause__ is not None
