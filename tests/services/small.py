"""A company with few articles, and a stand-in for the model that gives every topic a direction of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
import yaml

from bot.domain.edition import UNANSWERABLE, Edition, build
from bot.domain.fitting import fit
from bot.domain.ranker import Example, Ranker
from bot.errors import ModelDown
from bot.messages import Understood
from bot.services.editions import read_files
from bot.services.search import Search
from tests.house import MONDAY, ROOT

TODAY = MONDAY.date()
_RULES = {name: text for name, text in read_files(ROOT).items() if not name.startswith("knowledge_base/")}
_UNANSWERED = yaml.safe_dump({"questions": ["siapa direkturnya", "harga saham berapa", "ada lowongan kerja"]})
# "mobil" stands in no article: only the vectors know that it belongs to "parkir".
_TOPICS = (("parkir", "parking", "mobil"), ("ongkir", "shipping"), ("jam", "hours"), ("direktur", "saham", "lowongan"))

File = tuple[str, str]


def article(name: str, *questions: str, **fields: Any) -> File:
    both = dict.fromkeys(("id", "en"), name)
    needed = {"category": "c", "class": "general", "owner": "o", "title": both, "answer": dict(both)}
    content = {"id": name, "questions": {"id": list(questions)}} | needed | fields
    return f"knowledge_base/{name}.yml", yaml.safe_dump(content, allow_unicode=True)


PARKING = article("parking", "apakah parkir di toko gratis?", "parkir motor bayar berapa")
SHIPPING = article("shipping", "ongkir ke bandung berapa?", "ongkir gratis untuk pesanan besar?")
HOURS = article("hours", "jam berapa toko buka?", "jam tutup di akhir pekan")


@cache
def edition(*articles: File) -> Edition:
    return build(_RULES | dict(articles) | {UNANSWERABLE: _UNANSWERED})


def vector(text: str) -> tuple[float, ...]:
    made = np.random.default_rng(crc32(text.encode())).normal(size=8) * 0.1
    made[:4] += [any(word in text.lower() for word in topic) for topic in _TOPICS]
    return tuple(made.tolist())


def heard(text: str, *given: float, encoder: str = "small-1") -> Understood:
    return Understood(text, vector=given or vector(text), encoder=encoder)


@dataclass
class Model:
    """Counts what it is asked; is down, or answers no more, after so many texts."""

    encoder: str = "small-1"
    asked: list[str] = field(default_factory=list)
    down_after: float = float("inf")
    hangs_after: float = float("inf")
    hangs: asyncio.Event = field(default_factory=asyncio.Event)

    async def parse(self, text: str) -> Understood:
        if len(self.asked) >= self.down_after:
            raise ModelDown("test")
        if len(self.asked) >= self.hangs_after:
            self.hangs.set()
            await asyncio.Event().wait()
        self.asked.append(text)
        return Understood(text, vector=vector(text), encoder=self.encoder)


async def fit_here(examples: Sequence[Example]) -> Ranker:
    return fit(examples)


async def refreshed(search: Search, new: Edition) -> None:
    """One beat of the heart, and what it began."""
    search.refresh(new)
    if search._busy:
        await search._busy
