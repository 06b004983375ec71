"""Sentence vectors by the hash of their text, so that an edited article costs only its new texts."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import vectors

_AT_ONCE = 500  # keys of one statement: SQLite and PostgreSQL both take many more


def key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


async def load(database: Database, encoder: str, texts: Collection[str]) -> dict[str, Any]:
    """The known ones among the texts, as arrays of float32."""
    by_key = {key(text): text for text in texts}
    keys = list(by_key)
    found: dict[str, Any] = {}
    async with database.read() as connection:
        for start in range(0, len(keys), _AT_ONCE):
            part = vectors.c.key.in_(keys[start : start + _AT_ONCE])
            rows = await connection.execute(sa.select(vectors).where(vectors.c.encoder == encoder, part))
            found |= {by_key[row.key]: np.frombuffer(row.vector, "<f2").astype(np.float32) for row in rows}
    return found


async def save(database: Database, encoder: str, made: Mapping[str, Sequence[float]]) -> None:
    rows = [
        {"key": key(text), "encoder": encoder, "vector": np.asarray(vector, "<f2").tobytes()}
        for text, vector in made.items()
    ]
    if rows:
        async with database.write(durable=False) as connection:
            await connection.execute(database.insert(vectors).on_conflict_do_nothing(), rows)
