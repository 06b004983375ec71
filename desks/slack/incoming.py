"""What Slack sent, read as what an agent did. Pure: no network, no store."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from bot.messages import Json

BUTTONS = ("claim", "resolve", "return")
FORMS = ("reply", "note")
_WORDS = {
    "ambil": "claim",
    "selesai": "resolve",
    "kembalikan": "return",
    "kembali ke bot": "return",
    "bantuan": "help",
}
_REPLY = re.compile(r"\s*(?:balas|reply|b)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are at home; whatever comes from elsewhere is not ours to read."""

    team: str
    channel: str
    bot_user: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """`verb` is a desk command's, or "form" (open the modal named by `text`) or "help".

    A message knows its `thread`, a button its `ticket_id`. `text` is still Slack's markup.
    `ours` says that the thread's parent is a post of our own, `ref` where the typed words stand.
    """

    external_id: str
    user: str
    verb: str
    text: str = ""
    ticket_id: int | None = None
    thread: str = ""
    ours: bool = False
    ref: str = ""
    files: tuple[str, ...] = ()


def to_command(body: Json, place: Place) -> Parsed | None:
    """None for everything that is no agent's doing in our channel."""
    if (body.get("team_id") or (body.get("team") or {}).get("id")) != place.team:
        return None
    if body.get("type") == "event_callback":
        return _message(body, place)
    if body.get("type") == "block_actions":
        return _button(body, place)
    return _submission(body, place) if body.get("type") == "view_submission" else None


def _message(body: Json, place: Place) -> Parsed | None:
    event = body.get("event") or {}
    if not _typed_in_thread(event, place):
        return None
    files = tuple(str(file.get("name") or "file") for file in event.get("files") or ())
    verb, text = _verb(event.get("text") or "", files)
    return Parsed(
        external_id=body["event_id"],
        user=event["user"],
        verb=verb,
        text=text,
        thread=f"{event['channel']}:{event['thread_ts']}",
        ours=event.get("parent_user_id") == place.bot_user,
        ref=f"{event['channel']}:{event['ts']}",
        files=files,
    )


def _typed_in_thread(event: Json, place: Place) -> bool:
    """A colleague's own words: no bot, no echo of ours, no edit, no broadcast, nobody from outside."""
    return (
        event.get("type") == "message"
        and event.get("channel") == place.channel
        and event.get("thread_ts") not in (None, event.get("ts"))
        and event.get("subtype") in (None, "file_share")
        and not event.get("bot_id")
        and event.get("user") not in (None, place.bot_user)
        and (event.get("user_team") or event.get("team") or place.team) == place.team
        and bool((event.get("text") or "").strip() or event.get("files"))
    )


def _verb(text: str, files: tuple[str, ...]) -> tuple[str, str]:
    """Words without a command stay inside the house: a slip must never reach the customer."""
    word = _WORDS.get(" ".join(text.lower().split()))
    if word and not files:
        return word, ""
    reply = _REPLY.fullmatch(text)
    if reply is None:
        return "note", text
    return ("reply", reply[1]) if reply[1].strip() else ("help", "")


def _button(body: Json, place: Place) -> Parsed | None:
    action = (body.get("actions") or [{}])[0]
    channel = (body.get("channel") or {}).get("id")
    verb, ticket = action.get("action_id"), _number(action.get("value"))
    if channel != place.channel or not _colleague(body, place) or ticket is None:
        return None
    user = body["user"]["id"]
    key = f"{user}:{verb}:{action.get('action_ts') or body['trigger_id']}"
    if verb in FORMS:
        return Parsed(key, user, "form", verb, ticket)
    return Parsed(key, user, verb, "", ticket) if verb in BUTTONS else None


def _submission(body: Json, place: Place) -> Parsed | None:
    view = body.get("view") or {}
    home = _object(view.get("private_metadata"))
    ticket, text = _number(home.get("ticket_id")), _typed(view)
    wanted = view.get("callback_id") in FORMS and home.get("channel") == place.channel
    if not wanted or not _colleague(body, place) or ticket is None or not text.strip():
        return None
    # Slack does not redeliver a submission: it asks the agent to press again, in the same view.
    # The same words again are a repeat, changed words are a new message.
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:16]
    return Parsed(f"{view['id']}:{digest}", body["user"]["id"], view["callback_id"], text, ticket)


def _colleague(body: Json, place: Place) -> bool:
    return (body["user"].get("team_id") or place.team) == place.team


def _typed(view: Json) -> str:
    values = (view.get("state") or {}).get("values") or {}
    return ((values.get("text") or {}).get("text") or {}).get("value") or ""


def _object(text: Any) -> Json:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: Any) -> int | None:
    return int(value) if str(value).isascii() and str(value).isdigit() else None
