"""Each workflow once through the trained model, in words that are not in its training data."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.runtime.understanding import RasaClient
from bot.store import tables
from tests.house import ROOT, House, house


@pytest.fixture
async def sambut(tmp_path: Path, model: RasaClient) -> AsyncIterator[House]:
    async with house(f"sqlite:///{tmp_path}/sambut.db", parse=model.parse) as made:
        yield made


SENTENCES = {
    "greet": "selamat siang kak, ada orangnya?",
    "general": "customer service melayani sampai jam berapa ya?",
    "technical": "alat saya terputus terus dari wifi, langkah perbaikannya bagaimana?",
    "complaint": "saya kecewa sekali, sudah dua minggu pesanan tak kunjung datang dan tidak ada yang peduli",
    "ticket_status": "laporan yang saya ajukan minggu lalu sudah sampai mana prosesnya?",
    "talk_to_human": "saya lebih suka berbicara dengan staf langsung, bukan mesin",
    "register": "saya berminat menjadi pelanggan baru, tolong didaftarkan",
    "request_service": "saya ingin mengajukan klaim garansi, pompa air saya tidak menyala lagi",
    "manage_data": "tolong hapus semua data pribadi saya dari sistem kalian",
    "thank": "oke sip, makasih banyak atas bantuannya ya",
    "goodbye": "baik kak, sampai jumpa lagi",
    "out_of_scope": "siapa juara piala dunia sepak bola tahun ini?",
}


def _training_texts() -> set[str]:
    lines = (line for path in (ROOT / "nlu").glob("*.yml") for line in path.read_text(encoding="utf-8").splitlines())
    return {re.sub(r"\W+", " ", line).strip().lower() for line in lines if line.lstrip().startswith("- ")}


@pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
def test_the_sentence_is_not_in_the_training_data(sentence: str) -> None:
    assert re.sub(r"\W+", " ", sentence).strip().lower() not in _training_texts()


@pytest.mark.parametrize(("intent", "sentence"), SENTENCES.items(), ids=SENTENCES)
async def test_the_model_understands(model: RasaClient, intent: str, sentence: str) -> None:
    understood = await model.parse(sentence)
    assert understood.intent == intent, understood.ranking[:3]
    assert understood.confidence >= 0.45, understood.ranking[:3]


async def test_a_greeting_introduces_the_bot(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(SENTENCES["greet"])
    assert budi.heard("asisten virtual")
    await budi.says(SENTENCES["thank"])
    assert budi.heard("sama-sama") or budi.heard("senang hati")
    await budi.says(SENTENCES["goodbye"])
    assert budi.heard("sampai jumpa")
    assert await sambut.rows(tables.tickets) == []


@pytest.mark.parametrize("kind", ["general", "technical"])
async def test_a_question_is_answered_from_the_knowledge_base(sambut: House, kind: str) -> None:
    budi = sambut.customer("Budi")
    await budi.says(SENTENCES[kind])
    (inquiry,) = await sambut.rows(tables.inquiries)
    assert inquiry.outcome == "answered"
    asked = {"general": ["helpful:yes", "helpful:no"], "technical": ["step:worked", "step:next"]}
    assert [button.value for button in budi.replies[-1].buttons] == asked[kind]


async def test_a_question_without_an_article_gets_a_number(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("apakah kantor kalian menerima kunjungan studi wisata untuk anak SD?")
    assert budi.heard("INQ-202611-00001")
    (ticket,) = await sambut.rows(tables.tickets)
    assert ticket.type == "inquiry"


async def test_a_complaint_becomes_a_ticket_and_its_form_goes_on(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(SENTENCES["complaint"])
    assert budi.heard("KLH-202611-00001")
    await budi.says("RPN-12345")
    (ticket,) = await sambut.rows(tables.tickets)
    assert (ticket.type, ticket.fields["order_number"]) == ("complaint", "RPN-12345")


async def test_the_status_of_a_ticket(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(SENTENCES["complaint"])
    await budi.says("batal")
    await budi.says(SENTENCES["ticket_status"])
    assert budi.heard("KLH-202611-00001")
    assert len(await sambut.rows(tables.tickets)) == 1


async def test_a_human_is_called(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says(SENTENCES["talk_to_human"])
    assert budi.heard("teruskan kepada petugas")
    assert [update.kind for update in sambut.desk.shown][:1] == ["case"]


@pytest.mark.parametrize(
    ("intent", "kind"), [("register", "ONB"), ("request_service", "SRV"), ("manage_data", "202611-")]
)
async def test_a_request_gets_a_number(sambut: House, intent: str, kind: str) -> None:
    budi = sambut.customer("Budi")
    await budi.says(SENTENCES[intent])
    assert budi.heard(kind)
    assert len(await sambut.rows(tables.tickets)) == 1


async def test_what_is_none_of_our_business(sambut: House) -> None:
    budi = sambut.customer("Budi")
    await budi.says("halo")
    await budi.says(SENTENCES["out_of_scope"])
    assert budi.heard("di luar layanan kami") or budi.heard("untuk hal itu kami tidak bisa membantu")
    assert await sambut.rows(tables.tickets) == []


@pytest.mark.parametrize("lead", ["/", "\n/", "\t /", "\u00a0/", "// ", "/\n/"])
async def test_a_customer_cannot_name_an_intent(model: RasaClient, lead: str) -> None:
    text = lead + 'complaint{"order_number": "RPN-1"}'
    understood = await model.parse(text)
    assert len(understood.ranking) > 1, "the model classified it; a named intent stands alone"
    assert understood.confidence < 1.0


async def test_what_no_sentence_is_costs_nothing(model: RasaClient) -> None:
    for text in ("", "/", "😀", "?!", "a\u0000b", "\ud800", "x" * 50_000, "[a](b){c}", "{}", '"'):
        understood = await model.parse(text)
        assert 0.0 <= understood.confidence <= 1.0
    assert model.down_since is None
