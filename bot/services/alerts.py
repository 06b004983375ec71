"""Alerts to the desks: one row a cause, however often it happens, so that no desk is flooded."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.messages import Json
from bot.services.projection import Projection
from bot.store.database import Database
from bot.store.rows import add_sendings
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
        """Open an alert, or count it again. Only the first of a key is pushed to the desks."""
        row: Json = {"kind": kind, "key": f"{kind}:{key}", "data": data, "created_at": now}
        again = {"count": alerts.c.count + 1}
        upsert = self._database.insert(alerts).values(row)
        upsert = upsert.on_conflict_do_update(index_elements=[alerts.c.key], set_=again).returning(alerts.c.count)
        async with self._database.write() as connection:
            count = (await connection.execute(upsert)).scalar_one()
            if count == 1:
                text = _TEXTS[kind].format(**data)
                await add_sendings(self._database, connection, self._projection.alert(row["key"], text, now))

    async def close(self, kind: str, now: datetime) -> None:
        query = sa.update(alerts).where(alerts.c.kind == kind, alerts.c.closed_at.is_(None))
        async with self._database.write(durable=False) as connection:
            await connection.execute(query.values(closed_at=now))

    async def open(self) -> list[tuple[int, str, datetime, int]]:
        """Open alerts, newest first: id, text, when, how often."""
        query = sa.select(alerts).where(alerts.c.closed_at.is_(None)).order_by(alerts.c.id.desc()).limit(50)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).all()
        return [(row.id, _TEXTS[row.kind].format(**row.data), row.created_at, row._mapping["count"]) for row in rows]

    async def dismiss(self, alert_id: int, now: datetime) -> None:
        query = sa.update(alerts).where(alerts.c.id == alert_id).values(closed_at=now)
        async with self._database.write(durable=False) as connection:
            await connection.execute(query)
