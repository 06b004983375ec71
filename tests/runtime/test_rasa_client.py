"""The circuit: whatever a Rasa server may answer, what needs no model acts, and a probe closes it again."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.errors import ModelDown, SetupError
from bot.runtime.clock import utc_now
from bot.runtime.understanding import FixedServer, RasaClient
from bot.store import tables
from tests.fakes.rasa import BAD, FakeRasa
from tests.house import house
from tests.runtime.supervised import TIMEOUT


@pytest.mark.parametrize("answer", [*BAD, "hang", "drip", "close"])
async def test_the_circuit_opens_on_every_bad_answer(
    served: tuple[FakeRasa, FixedServer], client: RasaClient, answer: str
) -> None:
    assert (await client.parse("selamat pagi")).intent == "greet"
    served[0].behave(answer=answer)
    began = time.monotonic()
    with pytest.raises(ModelDown):
        await client.parse("selamat pagi")
    assert time.monotonic() - began < 2 * TIMEOUT + 1
    assert client.down_since
    assert not await client.probe()
    served[0].behave()
    with pytest.raises(ModelDown):  # nothing is asked before a probe succeeded
        await client.parse("selamat pagi")
    assert await client.probe()
    assert (await client.parse("selamat pagi")).intent == "greet"


async def test_what_needs_no_model_acts_while_the_model_is_frozen(
    served: tuple[FakeRasa, FixedServer], client: RasaClient, tmp_path: Path
) -> None:
    served[0].behave(answer="hang")
    async with house(f"sqlite:///{tmp_path}/sambut.db", parse=client.parse) as sambut:
        waits = sambut.customer("Wati")
        await waits.write("jam berapa cs buka?")
        began = time.monotonic()
        for name, words in (("Ana", "tolong sambungkan ke petugas"), ("Budi", "kamera saya keluar asap!")):
            customer = sambut.customer(name)
            await customer.says(words)
            assert customer.heard("kami teruskan kepada petugas"), name
        citra = sambut.customer("Citra")
        await citra.says("batal")
        assert citra.heard("tidak ada yang sedang berjalan") or citra.heard("asisten virtual")
        dewi = sambut.customer("Dewi")
        await dewi.says("bagaimana kabar tiket KLH-202611-00042?")
        assert [m for m in dewi.replies if "KLH-202611-00042" in m.text]
        assert time.monotonic() - began < 3  # one message met the frozen server, the others did not
        assert not [m for m in waits.replies if "08.00" in m.text]
        served[0].behave()
        assert await client.probe()
        await sambut.settle()
        assert waits.replies
        assert len(await sambut.rows(tables.inbox, tables.inbox.c.state == "done")) == 5


async def test_one_text_that_the_server_cannot_take_does_not_hold_up_the_others(
    served: tuple[FakeRasa, FixedServer], client: RasaClient
) -> None:
    served[0].behave(poison="racun")
    with pytest.raises(ModelDown):
        await client.parse("racun")
    assert client.down_since is None
    assert (await client.parse("selamat pagi")).intent == "greet"


@pytest.mark.parametrize("lead", ["/", "\n/", "\t /", "\u00a0/", "/ /", "\r\n//\n", "\x1f/", "\u2003/"])
async def test_no_text_can_name_an_intent(client: RasaClient, lead: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    async def ask(text: str) -> bytes:
        asked.append(text)
        return b'{"intent": {"name": "greet", "confidence": 0.5}, "intent_ranking": []}'

    monkeypatch.setattr(client, "_ask", ask)
    text = lead + 'complaint{"a": 1}'
    assert (await client.parse(text)).text == text
    # Rasa strips what str.strip strips before it looks for the slash.
    assert not asked[0].strip().startswith("/")


async def test_a_server_that_is_not_there(client: RasaClient) -> None:
    gone = RasaClient(FixedServer("http://127.0.0.1:9", ""), TIMEOUT, utc_now)
    assert not await gone.probe()
    await gone.close()


async def test_many_at_once_against_a_frozen_server(served: tuple[FakeRasa, FixedServer], client: RasaClient) -> None:
    served[0].behave(answer="hang")
    began = time.monotonic()
    results = await asyncio.gather(*(client.parse(f"pesan {n}") for n in range(50)), return_exceptions=True)
    assert all(isinstance(result, ModelDown) for result in results)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("url", ["localhost:5005", "http://", "rasa", "ftp://rasa:5005"])
def test_a_wrong_address_is_refused_at_once(url: str) -> None:
    with pytest.raises(SetupError, match="RASA_URL"):
        FixedServer(url, "")
