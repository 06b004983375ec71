"""Cases and lines as Block Kit. Pure.

Whatever a customer wrote goes into plain_text, where Slack reads no markup at all; the `text`
beside the blocks is markup and therefore escaped.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.priority import PRIORITIES
from bot.domain.text import clean
from bot.messages import CaseLine, CaseView, Json
from desks.slack.mrkdwn import escape

# Block Kit's own limits, with room for characters that Slack counts twice.
_SECTION, _FIELD, _HEADER, _CONTEXT = 2900, 300, 145, 600
_SECTIONS = 4  # Slack refuses a message of more than about 13,200 characters
_FALLBACK = 300
_LAST_LINES = 5
_ZONE, _ZONE_LABEL = ZoneInfo("Asia/Jakarta"), "WIB"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des")
_TYPES = {
    "inquiry": "Pertanyaan",
    "complaint": "Keluhan",
    "service": "Layanan purnajual",
    "after_sales": "Layanan purnajual",
    "onboarding": "Pendaftaran pelanggan",
}
_AUTHORS = {"customer": "Pelanggan", "bot": "Bot"}
_CUT = "Pesan ini dipotong. Selengkapnya ada di desk web."
_OVER = ("resolved", "closed", "merged", "cancelled")


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def fallback(text: str) -> str:
    """For notifications and screen readers. Escaped after the cut, or an entity could be halved."""
    return escape(cut(" ".join(clean(text).split()), _FALLBACK)) or "-"


def plain(text: str, limit: int = _SECTION) -> Json:
    # Slack refuses an empty text.
    return {"type": "plain_text", "text": cut(clean(text), limit) or "-", "emoji": False}


def section(text: str) -> Json:
    return {"type": "section", "text": plain(text)}


def context(text: str) -> Json:
    return {"type": "context", "elements": [plain(text, _CONTEXT)]}


def title(case: CaseView) -> str:
    kind = _TYPES.get(case.message_class) or _TYPES.get(case.type, case.type)
    return f"{case.number} · {kind} · Prioritas {_priority(case)}"


def case_blocks(case: CaseView) -> list[Json]:
    """The parent post: always the present state, with the buttons that fit it."""
    blocks: list[Json] = [{"type": "header", "text": plain(title(case), _HEADER)}]
    if case.subject:
        blocks.append(section(cut(case.subject, 500)))
    blocks.append({"type": "section", "fields": [plain(text, _FIELD) for text in _fields(case)]})
    if case.fields:
        blocks.append(section("Isian formulir\n" + _form(case.fields)))
    if case.lines:
        blocks.append(section("Percakapan terakhir\n" + "\n".join(map(_summary, case.lines[-_LAST_LINES:]))))
    buttons = _buttons(case)
    return [*blocks, {"type": "actions", "elements": buttons}] if buttons else blocks


def _fields(case: CaseView) -> list[str]:
    pairs = {
        "Pelanggan": case.customer or "Belum dikenal",
        "Kanal": case.channel,
        "Status": case.status_label or case.status,
        "Prioritas": _priority(case),
        "Petugas": case.assignee or "Belum ada",
        "Batas respons pertama": moment(case.first_response_due_at),
        "Batas penyelesaian": moment(case.resolution_due_at),
        "Alasan": "; ".join(case.reasons) or "-",
    }
    return [f"{label}: {value}" for label, value in pairs.items()]


def _priority(case: CaseView) -> str:
    return PRIORITIES.get(case.priority, case.priority)


def _form(fields: Json) -> str:
    rows = (f"{name.replace('_', ' ')}: {cut(clean(str(value)), 300)}" for name, value in fields.items())
    return cut("\n".join(rows), 1500)


def _summary(line: CaseLine) -> str:
    who = f"📝 {author(line)}" if line.direction == "note" else author(line)
    return f"{who}: {cut(' '.join(clean(line.text).split()), 300)}"


def author(line: CaseLine) -> str:
    return _AUTHORS.get(line.author, line.author)


def moment(at: datetime | None) -> str:
    if at is None:
        return "-"
    local = at.astimezone(_ZONE)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H.%M} {_ZONE_LABEL}"


def line_blocks(line: CaseLine) -> list[Json]:
    text = clean(line.text) or "(tanpa teks)"
    parts = [text[n : n + _SECTION] for n in range(0, len(text), _SECTION)]
    blocks = [context(f"{_mark(line)} · {moment(line.at)}"), *map(section, parts[:_SECTIONS])]
    return [*blocks, context(_CUT)] if len(parts) > _SECTIONS else blocks


def _mark(line: CaseLine) -> str:
    if line.direction == "note":
        return f"📝 catatan internal · {author(line)}"
    return f"→ ke pelanggan · {author(line)}" if line.direction == "out" else author(line)


def _buttons(case: CaseView) -> list[Json]:
    if case.status in _OVER:
        return []
    claim = [] if case.assignee else [_button(case, "claim", "Ambil") | {"style": "primary"}]
    forms = [_button(case, "reply", "Balas"), _button(case, "note", "Catatan")]
    resolve = _button(case, "resolve", "Selesaikan") | {"confirm": _sure()}
    back = [_button(case, "return", "Kembalikan ke bot")] if case.handler == "human" else []
    return [*claim, *forms, resolve, *back]


def _button(case: CaseView, verb: str, label: str) -> Json:
    return {"type": "button", "action_id": verb, "text": plain(label, 75), "value": str(case.ticket_id)}


def _sure() -> Json:
    return {
        "title": plain("Selesaikan kasus ini?", 100),
        "text": plain("Pastikan pertanyaan pelanggan sudah terjawab.", 300),
        "confirm": plain("Ya, selesaikan", 30),
        "deny": plain("Batal", 30),
    }


def refusal_blocks(text: str, actor: str) -> list[Json]:
    """Names the agent, so that Slack tells them and nobody else."""
    desk, _, user = actor.partition(":")
    if desk != "slack" or not user:
        return [section(text)]
    words = f" {cut(clean(text), _SECTION)}"
    parts = [{"type": "user", "user_id": user}, {"type": "text", "text": words}]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": parts}]}]
