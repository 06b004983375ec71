"""Updates on their way to the store, pushed or polled. Nothing is confirmed before it is committed."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import Conflict, TelegramError

from bot.domain.retry import backoff
from bot.errors import PermanentFailure, SetupError
from bot.messages import Inbound, Json
from channels.telegram import client
from channels.telegram.parse import parse
from channels.telegram.settings import TelegramSettings

log = logging.getLogger(__name__)
Accept = Callable[[list[Inbound], datetime], Awaitable[list[bool]]]
Sleep = Callable[[float], Awaitable[None]]
_T = TypeVar("_T")
_KINDS = ["message", "callback_query"]


class Receiver:
    """python-telegram-bot's own Updater confirms what it still holds in memory, so it is not used."""

    def __init__(
        self,
        settings: TelegramSettings,
        bot: Bot,
        accept: Accept,
        clock: Callable[[], datetime],
        sleep: Sleep,
    ) -> None:
        self._settings, self._bot = settings, bot
        self._accept, self._clock, self._sleep = accept, clock, sleep
        self._answers: set[asyncio.Task[None]] = set()

    async def take(self, updates: Sequence[Json]) -> None:
        """Returns when all of them are stored; raises what the store raised."""
        messages = [message for update in updates for message in parse(update)]
        if messages:
            await self._accept(messages, self._clock())
        self._answer_presses(updates)

    async def run(self) -> None:
        if self._settings.webhook_url:
            return await self._insist(self._open_webhook)
        await self._insist(self._drop_webhook)
        offset: int | None = None
        while True:
            offset = await self._insist(partial(self._poll, offset))

    async def close(self) -> None:
        for task in self._answers:
            task.cancel()
        await asyncio.gather(*self._answers, return_exceptions=True)

    async def _open_webhook(self) -> None:
        url, secret = self._settings.public_url, self._settings.webhook_secret.get_secret_value()
        try:
            # Dropping what waits would throw away what customers wrote while we were down.
            await self._bot.set_webhook(url, allowed_updates=_KINDS, drop_pending_updates=False, secret_token=secret)
        except TelegramError as error:
            failure = client.failure(error, self._settings.bot_token)
            if isinstance(failure, PermanentFailure):
                raise SetupError(f"Telegram does not take TELEGRAM_WEBHOOK_URL: {failure}") from None
            raise

    async def _drop_webhook(self) -> None:
        await self._bot.delete_webhook(drop_pending_updates=False)

    async def _poll(self, offset: int | None) -> int | None:
        """One round. An offset makes Telegram forget all before it, so it rises after the commit only.

        Once told it is not repeated: after a quiet week the next id is random, perhaps lower.
        """
        updates = await self._fetch(offset)
        await self.take(updates)
        return max((update["update_id"] + 1 for update in updates), default=None)

    async def _fetch(self, offset: int | None) -> Sequence[Json]:
        timeout = self._settings.poll_timeout
        try:
            updates = await self._bot.get_updates(offset, timeout=timeout, allowed_updates=_KINDS)
            return [update.to_dict() for update in updates]
        except TelegramError:
            raise
        except Exception:
            # One update of a shape the library does not know spoils the whole answer, each time.
            wanted = {"offset": offset, "allowed_updates": _KINDS}
            raw: Any = await self._bot.do_api_request("getUpdates", api_kwargs=wanted)
            return list(raw)

    def _answer_presses(self, updates: Iterable[Json]) -> None:
        """Stops the button's spinner: best effort, nothing waits for it."""
        for query in (update.get("callback_query") for update in updates):
            if isinstance(query, dict) and isinstance(query.get("id"), str):
                task = asyncio.create_task(self._answer(query["id"]))
                self._answers.add(task)
                task.add_done_callback(self._answers.discard)

    async def _answer(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id)
        except Exception as error:  # "query is too old" is the normal fate of a press during a restart
            log.debug("A button press was not answered (%s)", self._reason(error))

    async def _insist(self, step: Callable[[], Awaitable[_T]]) -> _T:
        """Until it succeeds. Only what the person who runs Sambut must mend comes out as an error."""
        attempt = 0
        while True:
            try:
                return await step()
            except SetupError:
                raise
            except Exception as error:
                wait = self._wait_after(error, attempt)
            attempt += 1
            await self._sleep(wait)

    def _wait_after(self, error: Exception, attempt: int) -> float:
        if isinstance(error, TelegramError) and client.refuses_token(error):
            raise SetupError(client.BAD_TOKEN) from None
        wait = backoff(attempt, random.random(), client.seconds_asked(error)).total_seconds()
        if isinstance(error, Conflict):
            log.warning("Another program receives with this TELEGRAM_TOKEN; trying again in %.1f s", wait)
        else:
            log.warning("Receiving from Telegram failed (%s); again in %.1f s", self._reason(error), wait)
        return wait

    def _reason(self, error: Exception) -> str:
        return client.reason(error, self._settings.bot_token)
