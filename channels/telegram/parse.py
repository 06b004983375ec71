"""Telegram's Update object (core.telegram.org/bots/api#update) as our own values. Pure.

An update pushed to the webhook and one fetched and written out again by python-telegram-bot differ
in keys that are false or empty: ask for truth, never for presence.
"""

import re
from typing import Literal

from bot.errors import BadRequest
from bot.messages import Attachment, Inbound, Json
from channels.telegram.text import clean

SOURCE = "telegram"
_Kind = Literal["photo", "document", "voice", "video", "other"]
# In this order: an animation also carries a `document` for old clients.
_FILES: tuple[tuple[str, _Kind], ...] = (
    ("animation", "video"),
    ("video", "video"),
    ("video_note", "video"),
    ("voice", "voice"),
    ("audio", "document"),
    ("document", "document"),
)
_OTHERS = ("venue", "location", "contact", "sticker", "poll", "dice", "story")
# What the app reports by itself; the customer said nothing.
_SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "chat_background_set",
    "write_access_allowed",
    "connected_website",
    "forum_topic_created",
    "forum_topic_edited",
)
# A name after @ belongs to the command only when the word ends there.
_COMMAND = re.compile(r"\s*/[/\s]*(\w*)(?:@\w+(?=\s|$))?")


def parse(update: Json) -> list[Inbound]:
    """What the customer said; empty for edits, groups, channels, other bots and service messages.

    Raises BadRequest only without a usable update_id. Any other oddity is parked for a human: an
    error status would make Telegram hold back this chat's messages and retry for up to 24 hours.
    """
    number = update.get("update_id")
    if type(number) is not int or not 0 <= number < 2**63:
        raise BadRequest("an update needs a whole number as update_id")
    try:
        return _events(update, str(number))
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        return [_unreadable(str(number))]


def _events(update: Json, key: str) -> list[Inbound]:
    if "callback_query" in update:
        return _press(update["callback_query"], key)
    return _message(update["message"], key) if "message" in update else []


def _press(query: Json, key: str) -> list[Inbound]:
    # Without `message` the button hung under an inline result; without `data` it opened a game.
    if not query.get("message") or not query.get("data"):
        return []
    if _foreign(query["message"]["chat"], query["from"]):
        return []
    # Telegram queues button presses apart from texts; from here on they share the chat's lane.
    return [_inbound(key, query["message"]["chat"], query["from"], button=clean(query["data"]))]


def _message(message: Json, key: str) -> list[Inbound]:
    if _foreign(message["chat"], message.get("from") or {}) or any(message.get(k) for k in _SERVICE):
        return []
    text = _said(clean(message.get("text") or message.get("caption") or ""))
    attachments = _files(message) or (() if text else (_other(message),))
    return [_inbound(key, message["chat"], message["from"], text=text, attachments=attachments)]


def _foreign(chat: Json, sender: Json) -> bool:
    return chat["type"] != "private" or bool(sender.get("is_bot"))


def _inbound(
    key: str,
    chat: Json,
    sender: Json,
    text: str = "",
    button: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Inbound:
    if type(chat["id"]) is not int:
        raise TypeError("a chat id is a whole number")
    address = str(chat["id"])
    names = (clean(sender.get(part) or "").strip() for part in ("first_name", "last_name"))
    name = " ".join(filter(None, names)) or None
    return Inbound(SOURCE, key, f"{SOURCE}:{address}", address, text, button, attachments, name)


def _said(text: str) -> str:
    """A command as the word a customer would write: commands are only a habit of this platform."""
    command = _COMMAND.match(text)
    if command is None:
        return text
    if command[1] == "start":
        return "halo"
    return command[1] + text[command.end() :] or text


def _files(message: Json) -> tuple[Attachment, ...]:
    if sizes := message.get("photo"):
        largest = max(sizes, key=lambda size: size["width"] * size["height"])
        return (Attachment("photo", clean(largest["file_id"])),)
    for field, kind in _FILES:
        if file := message.get(field):
            return (Attachment(kind, clean(file["file_id"]), clean(file.get("file_name") or "")),)
    return ()


def _other(message: Json) -> Attachment:
    """No file to fetch: `ref` says what it was, `name` what an agent would want to read of it."""
    kind = next((field for field in _OTHERS if message.get(field)), "unsupported")
    return Attachment("other", kind, _detail(kind, message.get(kind) or {}))


def _detail(kind: str, content: Json) -> str:
    if kind in ("location", "venue"):
        place = content.get("location") or content
        return f"{float(place['latitude'])},{float(place['longitude'])}"
    if kind == "contact":
        return clean(f"{content['first_name']} {content['phone_number']}")
    return clean(content.get("emoji") or "")


def _unreadable(key: str) -> Inbound:
    parked = (Attachment("other", "unreadable"),)
    return Inbound(SOURCE, key, f"{SOURCE}:unreadable", "unreadable", attachments=parked, reachable=False)
