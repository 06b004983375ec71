"""The modals that an agent types into. Pure."""

import json

from bot.messages import Json
from desks.slack.blocks import plain

_TITLES = {"reply": "Balas pelanggan", "note": "Catatan internal"}
_LABELS = {"reply": "Pesan untuk pelanggan", "note": "Catatan untuk rekan kerja"}
_HINTS = {
    "reply": "Pelanggan membaca pesan ini persis seperti yang Anda tulis.",
    "note": "Hanya dibaca rekan kerja. Pelanggan tidak melihatnya.",
}
_SUBMITS = {"reply": "Kirim", "note": "Simpan"}


def modal(verb: str, ticket_id: int, channel: str, about: str) -> Json:
    """`about` reminds the agent which case this is."""
    home = json.dumps({"ticket_id": ticket_id, "channel": channel})
    return {
        "type": "modal",
        "callback_id": verb,
        "title": plain(_TITLES[verb], 24),
        "submit": plain(_SUBMITS[verb], 24),
        "close": plain("Batal", 24),
        "private_metadata": home,
        "blocks": [{"type": "context", "elements": [plain(about, 150)]}, _input(verb)],
    }


def _input(verb: str) -> Json:
    element = {"type": "plain_text_input", "action_id": "text", "multiline": True, "max_length": 3000}
    return {
        "type": "input",
        "block_id": "text",
        "label": plain(_LABELS[verb], 150),
        "hint": plain(_HINTS[verb], 150),
        "element": element,
    }
