"""A table that grows for years must not make a turn slower: SQLite is asked how it runs each statement."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tests.house import House, house

STORY = "kecewa banget, paket sudah seminggu belum sampai juga"
# A scan of a partial index is one of the rows that wait, not of all; "all older rows" are nearly all.
_WHOLE_TABLE = re.compile(
    r"^SCAN (?!.*USING (?:COVERING )?INDEX ix_(?:in|out)box_live)(?!\d)"
    r"|^SEARCH \w+$|^SEARCH .*PRIMARY KEY \(rowid[<>]"
)


def listen(sambut: House) -> set[str]:
    """Each statement that runs from now on."""
    ran: set[str] = set()

    def _ran(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        ran.add(statement)

    for engine in sambut.database.engines():
        sa.event.listen(engine.sync_engine, "before_cursor_execute", _ran)
    return ran


def scans(path: Path, statements: set[str]) -> list[str]:
    found = []
    connection = sqlite3.connect(path)
    for statement in statements:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?"))
        found += [f"{row[3]}: {' '.join(statement.split())}" for row in plan if _WHOLE_TABLE.search(row[3])]
    connection.close()
    return sorted(found)


async def test_no_statement_of_a_conversation_reads_a_whole_table(tmp_path: Path) -> None:
    async with house(f"sqlite:///{tmp_path}/sambut.db") as sambut:
        ran = listen(sambut)
        budi = sambut.customer("Budi")
        await budi.says("jam berapa cs buka?", intent="general")
        await budi.says(STORY, intent="complaint")
        await budi.says("RPN-12345")
        await budi.says("dua", "pesan sekaligus")
        await budi.says("petugas")
        await sambut.agent("claim")
        await sambut.agent("reply", "Baik, kami bantu.")
        assert budi.heard("Baik, kami bantu.")
    statements = {statement for statement in ran if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))}
    found = scans(tmp_path / "sambut.db", statements)
    assert not found, "\n".join(found)
