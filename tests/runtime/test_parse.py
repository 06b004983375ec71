"""What is read from the model's answer, and that an answer of a wrong shape is a model that is down."""

import base64
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.domain.edition import build
from bot.errors import ModelDown
from bot.messages import Detail, Inbound, Understood
from bot.runtime.understanding import RasaClient, Understander
from bot.services.editions import read_files
from bot.services.search import Search
from bot.store.database import Database
from tests.house import MONDAY, ROOT

PHRASE, NO_PHRASE = "kameranya BERASAP kak", "baunya aneh sekali kak"
VECTOR = (0.5, -0.25, 0.0, 1.0)
PACKED = base64.b64encode(np.asarray(VECTOR, "<f2").tobytes()).decode()
COMPLAINT = {"name": "complaint", "confidence": 0.8}
EDITION = build(read_files(ROOT))

Answers = Callable[..., None]


@pytest.fixture
def answers(served: tuple[Any, Any], client: RasaClient) -> Answers:
    """The server gives these values beside its intents, or in their place."""
    return lambda **extra: served[0].behave(extra=extra)


def cue(confidence: Any, name: Any = "danger", words: Any = "baunya aneh") -> dict[str, Any]:
    return {"name": name, "confidence": confidence, "words": words}


async def test_vector_encoder_category_and_model_are_read(client: RasaClient, answers: Answers) -> None:
    category = {"name": "delivery", "confidence": 0.6}
    answers(intent=COMPLAINT, vector=PACKED, encoder="e5-small-1", category=category)
    assert await client.parse("paket saya telat") == Understood(
        "paket saya telat", "complaint", 0.8, (("greet", 0.9), ("general", 0.1)),
        category="delivery", vector=VECTOR, encoder="e5-small-1", model="external",
    )  # fmt: skip


async def test_a_pipeline_that_names_only_intents_will_do(client: RasaClient) -> None:
    said = await client.parse("halo")
    assert (said.intent, said.vector, said.encoder, said.category, said.cues) == ("greet", (), "", "", ())


async def test_only_a_complaint_has_a_category(client: RasaClient, answers: Answers) -> None:
    answers(category={"name": "delivery", "confidence": 0.99})
    assert (await client.parse("halo")).category == ""


@pytest.mark.parametrize("category", [None, {}])
async def test_a_complaint_may_have_none(client: RasaClient, answers: Answers, category: object) -> None:
    answers(intent=COMPLAINT, category=category)
    assert (await client.parse("paket saya telat")).category == ""


@pytest.mark.parametrize(
    ("text", "told", "words"),
    [
        (NO_PHRASE, [cue(0.3)], "baunya aneh"),
        (NO_PHRASE, [cue(0.299)], None),
        (NO_PHRASE, [], None),
        (PHRASE, [cue(0.1)], "berasap"),
        (PHRASE, [cue(0.099)], None),
        (PHRASE, [], None),
        (PHRASE, [cue(0.9)], "berasap"),  # the phrase's own words, where there are some
        (PHRASE, [cue(0.9, "fraud")], None),
        ("tidak berasap", [cue(0.29)], None),
        ("tidak berasap", [cue(0.5)], "baunya aneh"),
        (PHRASE, None, "berasap"),
        (NO_PHRASE, None, None),
    ],
)
@pytest.mark.parametrize("through", ["client", "understander"])
async def test_a_cue_counts_alone_or_with_a_phrase(
    client: RasaClient, answers: Answers, tmp_path: Path, text: str, told: Any, words: str | None, through: str
) -> None:
    answers(**({} if told is None else {"cues": told}))
    said = await (client.parse(text) if through == "client" else read(client, tmp_path, text))
    assert dict(said.cues).get("danger") == words


async def test_each_cue_is_judged_by_itself(client: RasaClient, answers: Answers) -> None:
    answers(cues=[cue(0.05), cue(0.17, "money", "tagihan dobel"), cue(0.16, "threat"), cue(0.16, "fraud")])
    said = await client.parse("saya ditipu dan kameranya berasap")
    assert dict(said.cues) == {"money": "tagihan dobel", "fraud": "ditipu"}


VECTORS: tuple[Any, ...] = (None, 7, 0.5, True, [0.1, 0.2], {}, "A", "AA==", PACKED[:-3], PACKED + "é", "Zm9v")
CUES: tuple[Any, ...] = (
    7, True, "danger", [7], ["danger"], [None], [[]], [{}], {"danger": 0.9}, [{"name": "danger"}],
    [{"confidence": 0.9}], [cue("high")], [cue(None)], [cue([0.9])], [cue(1.5)], [cue(-0.1)], [cue(math.nan)],
    [cue(math.inf)], [cue(0.9, None)], [cue(0.9, 7)], [cue(0.9, [])], [cue(0.9, {})],
    [{"name": "danger", "confidence": 0.9}], [cue(0.9), None],
)  # fmt: skip
CATEGORIES = (7, "delivery", ["delivery"], {"name": "delivery"}, {"confidence": 1}, cue(2.0), cue(0.5, None), cue("x"))
BROKEN = (
    *({"vector": vector} for vector in VECTORS),
    *({"cues": cues} for cues in CUES),
    *({"intent": COMPLAINT, "category": category} for category in CATEGORIES),
)


@pytest.mark.parametrize("extra", BROKEN, ids=str)
async def test_a_wrong_shape_is_a_model_that_is_down(
    client: RasaClient, answers: Answers, tmp_path: Path, extra: dict[str, Any]
) -> None:
    answers(**extra)
    said = await read(client, tmp_path, f"{PHRASE}, pesanan ORD-12345")
    assert (said.model, said.language, said.vector, said.band) == ("down", "id", (), "none")
    assert dict(said.cues) == {"danger": "berasap"}  # what needs no model is there all the same
    assert [detail.kind for detail in said.details] == ["order_number"]
    assert client.down_since
    with pytest.raises(ModelDown):
        await client.parse(PHRASE)


async def read(client: RasaClient, folder: Path, *texts: str) -> Understood:
    search = Search(Database(f"sqlite:///{folder}/unused.db"), client.parse)
    inbounds = [Inbound("test", str(n), "lane", "lane", text) for n, text in enumerate(texts)]
    return await Understander(client.parse, search).read(inbounds, EDITION, MONDAY)


async def test_the_understander_keeps_what_the_model_and_the_text_say(
    client: RasaClient, answers: Answers, tmp_path: Path
) -> None:
    answers(vector=PACKED, encoder="e5-small-1", cues=[cue(0.9, "money", "saldo")])
    said = await read(client, tmp_path, "jam berapa cs buka?", "hubungi saya di 081234567890")
    assert (said.intent, said.vector, said.encoder, said.language) == ("greet", VECTOR, "e5-small-1", "id")
    assert said.cues == (("money", "saldo"),)
    assert said.details == (Detail("phone", "081234567890", "+6281234567890", said.text.index("0812")),)
    assert said.also is None


async def test_a_second_request_is_read_for_itself(client: RasaClient, answers: Answers, tmp_path: Path) -> None:
    answers(vector=PACKED)
    said = await read(client, tmp_path, "paket saya belum sampai. sekalian mau tanya jam berapa cs buka?")
    assert said.also is not None
    assert said.also.text == "tanya jam berapa cs buka?"
    assert (said.also.vector, said.also.matches[0].article) == (VECTOR, "opening-hours")


@pytest.mark.parametrize("texts", [(), ("",), ("", "")])
async def test_without_a_text_no_model_is_asked(
    client: RasaClient, answers: Answers, tmp_path: Path, texts: tuple[str, ...]
) -> None:
    answers(vector=7)
    assert (await read(client, tmp_path, *texts)).model == "none"
