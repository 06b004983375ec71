"""Telegram behind the Channel port."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError

from bot.errors import BadRequest, PermanentFailure, RetryLater, SetupError
from bot.messages import Button, Inbound, Json, Outbound, Receipt
from bot.ports import Pace
from channels.telegram import client, webhook
from channels.telegram.parse import SOURCE, parse
from channels.telegram.receiver import Accept, Receiver, Sleep
from channels.telegram.settings import PATH, TelegramSettings
from channels.telegram.text import split

log = logging.getLogger(__name__)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    name = SOURCE
    # Below Telegram's own limits (about 1 a second in a chat, 30 overall): one 429 blocks every call.
    pace: Pace | None = Pace(per_lane=1.0, per_lane_burst=3, overall=25.0, overall_burst=25)

    def __init__(
        self,
        settings: TelegramSettings,
        accept: Accept,
        clock: Callable[[], datetime],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        if not settings.enabled:
            raise SetupError("TELEGRAM_TOKEN is not set; @BotFather on Telegram gives you one")
        client.hush()
        self._settings = settings
        self._requests = client.requests(settings)
        self._bot = client.bot(settings, *self._requests)
        self._receiver = Receiver(settings, self._bot, accept, clock, sleep)

    def parse(self, update: Json) -> list[Inbound]:
        return parse(update)

    async def check(self) -> None:
        """Raises SetupError for a wrong token. An unreachable Telegram is no reason not to start."""
        try:
            await self._bot.get_me()
        except TelegramError as error:
            if client.refuses_token(error):
                raise SetupError(client.BAD_TOKEN) from None
            log.warning("Telegram cannot be asked about the token now (%s)", self._reason(error))

    async def run(self) -> None:
        await self._receiver.run()

    async def close(self) -> None:
        """After the last send: webhook mode sends long after `run` returned."""
        await self._receiver.close()
        await asyncio.gather(*(request.shutdown() for request in self._requests))

    def routes(self) -> Sequence[BaseRoute]:
        secret = self._settings.webhook_secret.get_secret_value()
        return [Route(PATH, self._webhook, methods=["POST"])] if secret else []

    async def _webhook(self, request: Request) -> Response:
        if not webhook.authentic(request, self._settings.webhook_secret.get_secret_value()):
            return Response(status_code=401)
        try:
            await self._receiver.take([await webhook.read(request)])
        except webhook.TooLarge:
            return Response(status_code=413)
        except BadRequest:
            return Response(status_code=400)
        except Exception as error:
            log.error("A Telegram message was not stored (%s); it will come again", self._reason(error))
            return Response(status_code=503)
        # Telegram runs a method named in the body of a 2xx: the body stays empty.
        return Response()

    async def send(self, message: Outbound) -> Receipt:
        parts = split(f"(pesan ulang) {message.text}" if message.repeated else message.text)
        chat, board = _chat(message.address), _keyboard(message.buttons)
        if not parts:
            raise PermanentFailure("an empty message")
        ref = ""
        for number, part in enumerate(parts, 1):
            try:
                # No parse mode: whatever looks like markup in a text stays text.
                sent = await self._bot.send_message(
                    chat, part, reply_markup=board if number == len(parts) else None, link_preview_options=_NO_PREVIEW
                )
            except TelegramError as error:
                failure = client.failure(error, self._settings.bot_token)
                if isinstance(failure, RetryLater) and number > 1:
                    failure.unclear = True  # the parts before this one have left
                raise failure from None
            ref = str(sent.message_id)
        return Receipt(ref)

    def _reason(self, error: Exception) -> str:
        return client.reason(error, self._settings.bot_token)


def _chat(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise PermanentFailure("not the address of a Telegram chat") from None


def _keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    if any(not 1 <= len(button.value.encode()) <= 64 for button in buttons):
        raise PermanentFailure("a button's value must have 1 to 64 bytes")
    rows = [[InlineKeyboardButton(b.title, callback_data=b.value)] for b in buttons]
    return InlineKeyboardMarkup(rows) if rows else None
