"""From Slack's events to stored commands."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncApp, AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.text import clean
from bot.errors import SambutError
from bot.messages import DeskCommand, Json
from desks.slack.errors import CALL_FAILED, code
from desks.slack.forms import modal
from desks.slack.incoming import FORMS, Parsed, Place, to_command
from desks.slack.mrkdwn import mentioned, plain
from desks.slack.people import People
from desks.slack.posted import ticket_of

Accept = Callable[[DeskCommand], Awaitable[bool]]
FindCase = Callable[[str], Awaitable[int | None]]

HELP = (
    "Cara kerja di utas ini:\n"
    "• Tulisan biasa menjadi catatan internal. Pelanggan tidak melihatnya.\n"
    "• balas: … mengirim tulisan setelah titik dua kepada pelanggan.\n"
    "• ambil – kasus ini menjadi tanggung jawab Anda.\n"
    "• selesai – kasus ini selesai.\n"
    "• kembalikan – bot kembali melayani pelanggan."
)
FILES = (
    "Lampiran tidak terkirim: dari Slack baru teks yang dapat diteruskan kepada pelanggan. "
    "Teks balasan Anda, bila ada, tetap diproses."
)


class NotStored(SambutError):
    """Slack must deliver again."""


class Listener:
    """`place` is known once Slack has said who we are; before that nothing arrives."""

    def __init__(self, client: AsyncWebClient, accept: Accept, find_case: FindCase, log: logging.Logger) -> None:
        self.place = Place("", "", "")
        self._client, self._accept, self._find_case, self._log = client, accept, find_case, log
        self._people = People(client, log)
        # slack_sdk handles envelopes side by side; "ambil" must stay before "balas".
        self._in_order = asyncio.Lock()

    def app(self) -> AsyncApp:
        # Before authorisation, because bolt answers 200 when its own auth.test fails: an event
        # that came at such a moment would be acknowledged and gone.
        app = AsyncApp(client=self._client, before_authorize=self.store, logger=self._log)
        for verb in FORMS:
            app.action(verb)(self.open_form)
        app.event("message")(self.explain)
        return app

    async def store(
        self, body: Json, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Runs before bolt acknowledges; an exception here means no acknowledgement."""
        parsed = to_command(body, self.place)
        if parsed is None:
            return BoltResponse(status=200)
        context["parsed"] = parsed
        if parsed.verb == "form":
            await next_()
            return None
        known = await self._keep(parsed)
        if known and (parsed.verb == "help" or (parsed.verb == "reply" and parsed.files)):
            await next_()
            return None
        return BoltResponse(status=200)

    async def _keep(self, parsed: Parsed) -> bool:
        async with self._in_order:
            try:
                return await self._store(parsed)
            except Exception as error:
                # Only the kind: a database's message repeats the words it could not store.
                raise NotStored(f"not stored, Slack will ask again: {type(error).__name__}") from None

    async def _store(self, parsed: Parsed) -> bool:
        ticket_id = await self._ticket(parsed)
        if ticket_id is not None and parsed.verb != "help":
            await self._accept(await self._command(parsed, ticket_id))
        return ticket_id is not None

    async def _ticket(self, parsed: Parsed) -> int | None:
        if parsed.ticket_id is not None:
            return parsed.ticket_id
        ticket_id = await self._find_case(parsed.thread)
        if ticket_id is None and parsed.ours:
            # An agent may be quicker than the receipt of our post.
            channel, _, ts = parsed.thread.partition(":")
            return await ticket_of(self._client, self.place.bot_user, channel, ts)
        return ticket_id

    async def _command(self, parsed: Parsed, ticket_id: int) -> DeskCommand:
        names = await self._people.names({parsed.user, *mentioned(parsed.text)})
        text = plain(parsed.text, names)
        if parsed.verb == "note":
            text = "\n".join([text, *(f"[lampiran: {clean(name)}]" for name in parsed.files)]).strip()
        return DeskCommand(
            desk="slack",
            external_id=parsed.external_id,
            actor=f"slack:{parsed.user}",
            name=names[parsed.user],
            ticket_id=ticket_id,
            verb=parsed.verb,
            text=text,
            ref=parsed.ref,
        )

    async def open_form(self, ack: Callable[[], Awaitable[object]], body: Json, parsed: Parsed) -> None:
        await ack()
        view = modal(parsed.text, parsed.ticket_id or 0, self.place.channel, _about(body))
        try:
            await self._client.views_open(trigger_id=body["trigger_id"], view=view)
        except CALL_FAILED as error:
            # The trigger lives for three seconds; the agent presses again.
            self._log.warning("Slack: form not opened (%s)", code(error) or type(error).__name__)

    async def explain(self, parsed: Parsed) -> None:
        channel, _, thread = parsed.thread.partition(":")
        text = HELP if parsed.verb == "help" else FILES
        try:
            await self._client.chat_postMessage(channel=channel, thread_ts=thread, text=text)
        except CALL_FAILED as error:
            self._log.warning("Slack: help not posted (%s)", code(error) or type(error).__name__)


def _about(body: Json) -> str:
    """The heading of our own post, whose button was pressed."""
    blocks = (body.get("message") or {}).get("blocks") or [{}]
    return str((blocks[0].get("text") or {}).get("text") or "")
