"""The desk in Slack: one parent post per case, everything else in its thread."""

import asyncio
import logging
from datetime import UTC, datetime

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SetupError
from bot.messages import DeskUpdate, Json, Receipt
from bot.ports import Pace
from desks.slack import blocks
from desks.slack.errors import CALL_FAILED, code, failure, refuses_token
from desks.slack.incoming import Place
from desks.slack.listen import Accept, FindCase, Listener
from desks.slack.posted import find, key_of, metadata, since
from desks.slack.settings import SlackSettings

_TIMEOUT = 10  # seconds a call may take
_WATCH = 10.0  # seconds between two looks at the connection, and between two pings
_PATIENCE = 6  # looks at a dead connection before it is built anew

log = logging.getLogger("sambut.slack")
# At DEBUG the SDK writes whole payloads, and it takes an unset level for DEBUG.
log.setLevel(logging.INFO)


class SlackDesk:
    name = "slack"
    pace = Pace(per_lane=1.0, per_lane_burst=3, overall=1.0, overall_burst=5)

    def __init__(self, settings: SlackSettings, accept: Accept, find_case: FindCase) -> None:
        self._settings = settings
        token = settings.bot_token
        # The SDK's own retry after a lost connection would post the same message twice.
        self._client = AsyncWebClient(token, settings.slack_api_base, timeout=_TIMEOUT, logger=log, retry_handlers=[])
        self._listener = Listener(self._client, accept, find_case, log)
        self._unsure: set[str] = set()  # keys of posts whose last try ended without a good answer

    async def check(self) -> None:
        """Raises SetupError for a wrong token. An unreachable Slack is no reason not to start."""
        try:
            await self._introduce()
        except CALL_FAILED as error:
            if refuses_token(error):
                raise SetupError(f"Slack does not accept SLACK_BOT_TOKEN: {code(error)}") from None
            log.warning("%s; asking again later", failure(error))

    async def _introduce(self) -> None:
        me = await self._client.auth_test()
        self._listener.place = Place(me["team_id"], self._settings.slack_channel, me["user_id"])

    async def run(self) -> None:
        """Stays connected until cancelled."""
        await self._until_known()
        while True:
            handler = self._handler()
            try:
                await self._hold(handler)
            finally:
                await handler.close_async()  # type: ignore[no-untyped-call]
            log.warning("Slack: no connection, building a new one")

    async def _until_known(self) -> None:
        while not self._listener.place.team:
            try:
                await self._introduce()
            except CALL_FAILED as error:
                log.error("%s; the desk is not connected", failure(error))
                await asyncio.sleep(_WATCH)

    def _handler(self) -> AsyncSocketModeHandler:
        token = self._settings.app_token
        return AsyncSocketModeHandler(
            self._listener.app(), token, logger=log, web_client=self._client, ping_interval=_WATCH
        )

    async def _hold(self, handler: AsyncSocketModeHandler) -> None:
        """Returns when the connection stays dead.

        The SDK reconnects by itself, but a failed handshake it repeats for ever with the same
        address, and Slack's addresses are good for one try.
        """
        connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
        try:
            dead = 0
            while dead < _PATIENCE:
                await asyncio.sleep(_WATCH)
                dead = 0 if await handler.client.is_connected() else dead + 1
        finally:
            connecting.cancel()

    async def show(self, update: DeskUpdate) -> Receipt:
        try:
            return await self._show(update)
        except CALL_FAILED as error:
            raise failure(error) from None

    async def _show(self, update: DeskUpdate) -> Receipt:
        if update.kind == "case":
            return await self._case(update)
        if update.kind in ("line", "delivery") and update.line is None:
            return Receipt(update.ref)  # erased meanwhile: nothing is left to show
        if update.kind == "line" and update.line:
            text = f"{blocks.author(update.line)}: {update.line.text}"
            return await self._post(update, text, blocks.line_blocks(update.line))
        if update.kind == "delivery" and update.line:
            return await self._delivery(update)
        actor = update.actor if update.kind == "refused" else ""
        return await self._post(update, update.text, blocks.refusal_blocks(update.text, actor))

    async def _case(self, update: DeskUpdate) -> Receipt:
        if update.case is None:
            raise ValueError("an update of a case without the case")
        text, parts = blocks.title(update.case), blocks.case_blocks(update.case)
        if not update.thread:
            return await self._post(update, text, parts)
        channel, ts = _split(update.thread)
        await self._client.chat_update(
            channel=channel,
            ts=ts,
            text=blocks.fallback(text),
            blocks=parts,
            metadata=metadata(key_of(update)),
        )
        return Receipt(update.thread)

    async def _delivery(self, update: DeskUpdate) -> Receipt:
        assert update.line is not None
        failed = update.line.delivery == "failed"
        if failed:
            why = update.line.delivery_error or "tanpa keterangan"
            reason = f"Balasan ini tidak terkirim kepada pelanggan: {why}"
            await self._post(update, reason, [blocks.section(reason)])
        if update.ref and (failed or update.line.delivery == "sent"):
            await self._react(update.ref, "x" if failed else "white_check_mark")
        return Receipt(update.ref)

    async def _react(self, ref: str, name: str) -> None:
        channel, ts = _split(ref)
        try:
            await self._client.reactions_add(channel=channel, timestamp=ts, name=name)
        except CALL_FAILED as error:
            if code(error) != "already_reacted":
                raise

    async def _post(self, update: DeskUpdate, text: str, parts: list[Json]) -> Receipt:
        thread = "" if update.kind in ("case", "alert") else update.thread
        channel, ts = _split(thread) if thread else (self._settings.slack_channel, "")
        if update.case and not ts and update.kind not in ("case", "alert"):
            parts = [blocks.context(update.case.number), *parts]
        key = key_of(update)
        unsure = update.repeated or key in self._unsure
        found = await self._found(update, channel, ts) if unsure else None
        if found is None:
            self._unsure.add(key)
            answer = await self._client.chat_postMessage(
                channel=channel,
                thread_ts=ts or None,
                text=blocks.fallback(text),
                blocks=parts,
                metadata=metadata(key),
                unfurl_links=False,
                unfurl_media=False,
            )
            channel, found = answer["channel"], answer["ts"]
        self._unsure.discard(key)
        return Receipt(f"{channel}:{found}")

    async def _found(self, update: DeskUpdate, channel: str, thread: str) -> str | None:
        if not self._listener.place.bot_user:
            await self._introduce()
        us, oldest = self._listener.place.bot_user, since(update, datetime.now(UTC))
        return await find(self._client, us, channel, thread, key_of(update), oldest)


def _split(ref: str) -> tuple[str, str]:
    channel, _, ts = ref.partition(":")
    return channel, ts
