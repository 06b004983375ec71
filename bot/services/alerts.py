"""Alerts to the desks: one row a cause, however often it happens, so that no desk is flooded."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.messages import Json
from bot.services.projection import Projection
from bot.store.database import Database
from bot.store.rows import add_sendings, close_alert
from bot.store.tables import alerts

_TEXTS = {
    "model_down": "Sistem pemahaman bahasa tidak menjawab sejak {since}. Pesan pelanggan dialihkan ke petugas.",
    "parked": "Ada pesan yang gagal diproses ({error}). Kasusnya ada di antrean dan pelanggan sudah diberi tahu.",
    "unreadable": "Ada pesan masuk yang tidak dapat dibaca ({error}). Isinya tersimpan di inbox nomor {inbox}.",
    "send_failed": "Pesan ke pelanggan gagal terkirim lewat {outlet}: {error}.",
    "send_slow": "Pengiriman lewat {outlet} tertahan lebih dari dua menit.",
    "edition": "Berkas pengetahuan atau kebijakan belum dapat dipakai: {problem}. Versi sebelumnya tetap berlaku.",
    "unclaimed": "Kasus {number} menunggu sejak {minutes} menit dan belum diambil. Mohon segera diambil.",
}


class Alerts:
    def __init__(self, database: Database, projection: Projection) -> None:
        self._database, self._projection = database, projection

    async def raise_(self, kind: str, key: str, now: datetime, **data: Any) -> None:
        """Open an alert, or count it again while it is open. Only the first is pushed to the desks."""
        row: Json = {"kind": kind, "key": f"{kind}:{key}", "data": data, "created_at": now}
        again = {"count": alerts.c.count + 1}
        upsert = self._database.insert(alerts).values(row).on_conflict_do_update(index_elements=["key"], set_=again)
        async with self._database.write() as connection:
            told = (await connection.execute(upsert.returning(alerts.c.id, alerts.c["count"].label("times")))).one()
            if told.times == 1:
                text = _TEXTS[kind].format(**data)
                await add_sendings(self._database, connection, self._projection.alert(told.id, text, now))

    async def close(self, kind: str, now: datetime) -> None:
        """Close every open alert of a kind."""
        await self._close(alerts.c.kind == kind, now)

    async def dismiss(self, alert_id: int, now: datetime) -> None:
        await self._close(alerts.c.id == alert_id, now)

    async def _close(self, which: sa.ColumnElement[bool], now: datetime) -> None:
        query = sa.select(alerts.c.key).where(which, alerts.c.closed_at.is_(None))
        async with self._database.write() as connection:
            for key in (await connection.execute(query)).scalars().all():
                await close_alert(connection, key, now)

    async def open(self) -> list[tuple[int, str, datetime, int]]:
        """Open alerts, newest first: id, text, when, how often."""
        query = sa.select(alerts).where(alerts.c.closed_at.is_(None)).order_by(alerts.c.id.desc()).limit(50)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [(row.id, _TEXTS[row.kind].format(**row.data), row.created_at, row._mapping["count"]) for row in rows]
