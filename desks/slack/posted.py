"""Our own posts, found again by the key they carry in their metadata.

Slack takes no idempotency key: after a call without an answer only this tells whether it arrived.
Reading metadata: conversations.history and conversations.replies with include_all_metadata.
"""

import hashlib
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import DeskUpdate, Json

EVENT = "sambut"
_PAGE, _PAGES = 200, 25
_SKEW = timedelta(minutes=5)  # between our clock and Slack's
_RECENT = timedelta(hours=1)


def key_of(update: DeskUpdate) -> str:
    ticket = update.case.ticket_id if update.case else 0
    if update.line or update.kind == "case":
        return f"{update.kind}:{ticket}:{update.line.id if update.line else 0}"
    words = f"{update.actor}\n{update.text}".encode(errors="replace")
    return f"{update.kind}:{ticket}:{hashlib.sha256(words).hexdigest()[:16]}"


def metadata(key: str) -> Json:
    return {"event_type": EVENT, "event_payload": {"key": key}}


def since(update: DeskUpdate, now: datetime) -> datetime:
    """No copy of it can be older.

    Only equal alerts and refusals may follow one another: for them a copy too many is better
    than taking an old one for the new.
    """
    if update.line:
        return update.line.at - _SKEW
    return (update.case.created_at if update.case and update.kind == "case" else now - _RECENT) - _SKEW


async def find(
    client: AsyncWebClient, bot_user: str, channel: str, thread: str, key: str, oldest: datetime
) -> str | None:
    """The ts of our post with this key, in a thread or, when `thread` is empty, in the channel."""
    cursor = None
    for _ in range(_PAGES):
        page = await _page(client, channel, thread, oldest, cursor)
        for message in page.get("messages") or ():
            if _key(message, bot_user) == key:
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return None


async def ticket_of(client: AsyncWebClient, bot_user: str, channel: str, thread: str) -> int | None:
    """The ticket of a parent post, as the post itself says."""
    answer = await client.conversations_replies(channel=channel, ts=thread, limit=1, include_all_metadata=True)
    for message in answer.get("messages") or ():
        kind, _, ticket = _key(message, bot_user).partition(":")
        if kind == "case" and message.get("ts") == thread:
            return int(ticket.partition(":")[0])
    return None


async def _page(client: AsyncWebClient, channel: str, thread: str, oldest: datetime, cursor: str | None) -> Json:
    bounds = {"oldest": f"{oldest.timestamp():.6f}", "limit": _PAGE, "cursor": cursor}
    ask = client.conversations_replies if thread else client.conversations_history
    where = {"channel": channel} | ({"ts": thread} if thread else {})
    answer = await ask(**where, **bounds, include_all_metadata=True)  # type: ignore[arg-type]
    return answer.data if isinstance(answer.data, dict) else {}


def _key(message: Json, bot_user: str) -> str:
    """Another app may write metadata too; only ours is believed."""
    mark = message.get("metadata") or {}
    if message.get("user") != bot_user or mark.get("event_type") != EVENT:
        return ""
    return str((mark.get("event_payload") or {}).get("key") or "")
