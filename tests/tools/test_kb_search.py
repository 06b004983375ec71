"""`sambut kb search` says why an article was found, on the real search."""

import hashlib
import io
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.domain import fitting
from bot.domain.edition import build
from bot.domain.ranker import Example, Ranker
from bot.messages import Understood
from bot.runtime.understanding import Understander
from bot.services.editions import read_files
from bot.services.search import Search
from bot.settings import Settings
from bot.store.database import Database
from bot.tools import kb_search
from bot.tools.kb_ask import table
from bot.tools.reader import Reader
from tests.house import ROOT

_ARTICLE = """
id: {id}
category: company
class: general
owner: cs-lead
title: {{id: "{id}", en: "{id}"}}
questions: {{id: [{questions}]}}
answer: {{id: "{id}", en: "{id}"}}
"""
_ASKED = {"hours": "jam buka, toko buka sampai jam berapa", "stores": "alamat toko, toko di Bandung ada di mana"}


async def _parse(text: str) -> Understood:
    """A vector that is the same for the same text."""
    seed = hashlib.sha256(text.encode()).digest()
    return Understood(text, vector=tuple(byte / 255 for byte in seed), encoder="stub", model="stub")


async def _fit(examples: Sequence[Example]) -> Ranker:
    return fitting.fit(examples)


@pytest.fixture
async def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, blank_sqlite: Path) -> AsyncIterator[Reader]:
    """The real search over two articles."""
    files = {name: text for name, text in read_files(ROOT).items() if not name.startswith("knowledge_base/")}
    files |= {f"knowledge_base/{name}.yml": _ARTICLE.format(id=name, questions=_ASKED[name]) for name in _ASKED}
    shutil.copy(blank_sqlite, tmp_path / "tools.db")
    edition, database = build(files), Database(f"sqlite:///{tmp_path}/tools.db")
    search = Search(database, _parse, _fit)
    await search.fit_to(edition)
    made = Reader(edition, database, None, search, None, Understander(_parse, search))  # type: ignore[arg-type]

    @asynccontextmanager
    async def reader(settings: Any) -> AsyncIterator[Reader]:
        yield made

    monkeypatch.setattr(kb_search, "reader", reader)
    yield made
    await database.close()


async def searched(text: str, as_json: bool) -> str:
    out = io.StringIO()
    await kb_search.run(Settings(), text, as_json, out)
    return out.getvalue()


@pytest.mark.usefixtures("read")
async def test_the_best_articles_come_with_their_reasons() -> None:
    found = json.loads(await searched("toko buka sampai jam berapa", True))
    assert [article["id"] for article in found["articles"]] == ["hours", "stores"]
    best = found["articles"][0]
    assert best["nearest"] == {"question": "toko buka sampai jam berapa", "cosine": 1.0}
    assert {"buka", "jam"} <= {each["word"] for each in best["words"]}
    assert best["score"] > found["articles"][1]["score"]
    assert found["articles"][1]["nearest"]["question"] in _ASKED["stores"]


async def test_the_table_says_what_a_customer_would_meet(read: Reader) -> None:
    first, _, best, *_ = (await searched("toko buka sampai jam berapa", False)).splitlines()
    limits = read.edition.limits
    assert first.startswith(f"the first is told (told from {limits.answer}, offered from {limits.offer})")
    assert best.split()[1] == "hours"
    assert best.endswith("1.000   toko buka sampai jam berapa")


@pytest.mark.usefixtures("read")
async def test_a_word_that_says_little_is_not_shown() -> None:
    rows = (await searched("xyzzy", False)).splitlines()[2:]
    assert [row.split()[2] for row in rows] == ["-", "-"]


def test_columns_are_as_wide_as_their_widest_entry() -> None:
    assert table([("a", "bb"), ("ccc", "d")]) == ["a    bb", "ccc  d"]
