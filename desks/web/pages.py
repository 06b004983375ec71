"""Templates, and what all pages share."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

import bot
from bot.domain.text import clean
from bot.services.editions import Editions
from desks.web import labels
from desks.web.times import Times

TEMPLATES = Path(bot.__file__).parent / "templates" / "desk"
_COMMAND = "sambut desk-link"
_MESSAGES = {
    "used_link": ("Tautan tidak berlaku", "Tautan ini sudah dipakai atau kedaluwarsa."),
    "no_session": ("Anda belum masuk", "Sesi Anda belum dibuka atau sudah berakhir."),
    "forbidden": (
        "Permintaan ditolak",
        "Formulir ini tidak berasal dari sesi Anda yang sekarang. Muat ulang halamannya, lalu coba lagi.",
    ),
    "missing": ("Tidak ditemukan", "Halaman atau kasus ini tidak ada."),
    "refused": ("Permintaan tidak dapat diproses", "Kembali ke halaman sebelumnya, lalu coba lagi."),
    "too_large": ("Isian terlalu panjang", "Persingkat isinya, lalu kirim lagi."),
    "crashed": (
        "Ada gangguan di sisi kami",
        "Tindakan Anda belum dijalankan. Coba sekali lagi; bila tetap gagal, beri tahu pengelola Sambut.",
    ),
}
_BY_STATUS = {403: "forbidden", 404: "missing", 413: "too_large"}


def said(text: object) -> Markup:
    """What others wrote: inert, with its line breaks, and unable to turn the text around it."""
    return Markup("<bdi>{}</bdi>").format(clean(str(text)))


class Pages:
    def __init__(self, editions: Editions, clock: Callable[[], datetime]) -> None:
        self._editions, self._clock = editions, clock
        # StrictUndefined: a misspelt name must fail in a test, not leave a hole in a page.
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._templates.filters["said"] = said
        self._templates.globals["labels"] = labels

    def times(self) -> Times:
        return Times(self._editions.current.calendar, self._clock())

    def show(self, template: str, status: int = 200, **values: object) -> HTMLResponse:
        company = self._editions.current.company.get("name", "")
        values = {"company": company, "times": self.times(), "agent": None} | values
        return HTMLResponse(self._templates.get_template(template).render(values), status)

    def message(self, key: str, status: int) -> HTMLResponse:
        """A page that explains. The two about coming in say how to get a new link."""
        title, text = _MESSAGES[key]
        command = _COMMAND if key in ("used_link", "no_session") else ""
        return self.show("message.html", status, title=title, text=text, command=command)

    async def failed(self, request: Request, error: Exception) -> HTMLResponse:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self.message(_BY_STATUS.get(status, "refused"), status)
