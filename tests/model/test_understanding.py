"""What the trained model makes of real words: language, two requests, cues with their words, search by meaning."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.runtime.understanding import FixedServer, RasaClient
from bot.settings import Settings
from bot.store import tables
from bot.tools.reader import reader
from tests.house import ROOT, House, house


@pytest.fixture(scope="session")
def vectors(rasa: FixedServer) -> Path:
    """A database with the vectors of all example questions; kept between runs, beside the models."""
    settings = Settings(root=ROOT, rasa_url=rasa.url, rasa_token=SecretStr(rasa.token))

    async def fill() -> None:
        async with reader(settings):
            pass

    asyncio.run(fill())
    return settings.cache.parent / "tools.db"


@pytest.fixture
async def sambut(tmp_path: Path, model: RasaClient, vectors: Path) -> AsyncIterator[House]:
    shutil.copy(vectors, tmp_path / "sambut.db")
    async with house(f"sqlite:///{tmp_path}/sambut.db", parse=model.parse) as made:
        await made.core.search.fit_to(made.core.editions.current)
        yield made


async def test_questions_find_their_articles_by_meaning(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("kapan uang saya balik setelah pesanannya batal?")
    await budi.says("can I pay for it bit by bit every month?")
    await budi.says("apakah gedung kalian bisa disewa untuk resepsi pernikahan?")
    told = [(row.outcome, row.article) for row in await sambut.rows(tables.inquiries)]
    assert told[:2] == [("answered", "refund-time"), ("answered", "installment")]
    assert told[2][0] in ("offered", "ticket")


async def test_a_fault_is_walked_through_in_english(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("Hello, my camera shows as offline in the app since this morning, what should I do?")
    steps = sambut.core.editions.current.articles["device-offline"].steps["en"]
    assert budi.heard(steps[0])
    await budi.says("still offline I am afraid")
    assert budi.heard(steps[1])
    await budi.says("it works now, thank you!")
    assert not budi.heard(steps[2])
    assert await sambut.rows(tables.tickets) == []


async def test_what_was_understood_is_kept_with_its_reasons(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("adaptor kameranya keluar percikan api, tolong segera ditangani!")
    await sambut.customer("Sari").says("uang saya kepotong dua kali untuk pesanan RPN-12345, kecewa sekali saya")
    danger, money = await sambut.rows(tables.inquiries)
    assert (danger.outcome, danger.reading["cues"]) == ("handoff", ["danger"])
    assert (money.message_class, money.reading["category"]) == ("complaint", "transaction")
    assert "money" in money.reading["cues"]
    assert "order_number" in money.reading["details"]
    assert money.model and money.edition and len(money.ranking) == 3


async def test_two_requests_in_one_message_are_both_served(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("mau klaim garansi, vacuum saya mati total. sekalian mau tanya, cs buka sampai jam berapa?")
    assert budi.heard("SRV-202611-00001")
    assert budi.heard("08.00-20.00")
