"""The ranker follows the edition in the background; whatever fails on the way leaves the last good one serving."""

import asyncio
import contextlib
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
import sqlalchemy as sa

from bot.domain.edition import Edition
from bot.domain.ranker import Example, Ranker
from bot.errors import ModelDown
from bot.messages import Understood
from bot.services.search import Search, fit_apart
from bot.store import tables, vectors
from bot.store.database import Database
from tests.services.small import (
    HOURS,
    PARKING,
    SHIPPING,
    TODAY,
    Model,
    article,
    edition,
    fit_here,
    heard,
    refreshed,
    vector,
)

PROBE = "halo"  # what the model is asked for its encoder
SMALL = edition(PARKING, SHIPPING, HOURS)
NEW = "layanan valet tersedia?"
EDITED = edition(article("parking", "apakah parkir di toko gratis?", "parkir motor bayar berapa", NEW), SHIPPING, HOURS)
MANY = edition(article("parking", *(f"parkir nomor {n}" for n in range(250))), SHIPPING)


def texts(of: Edition) -> set[str]:
    return {text for text, _ in of.examples}


def best(search: Search, current: Edition, text: str) -> str:
    found = search.find(current, heard(text, encoder=search._encoder), TODAY)
    return found.matches[0].article if found.matches else ""


async def test_every_text_is_asked_for_once_and_an_edit_costs_its_new_ones(search: Search, model: Model) -> None:
    await refreshed(search, SMALL)
    assert sorted(model.asked) == sorted([PROBE, *texts(SMALL)])
    model.asked.clear()
    await refreshed(search, EDITED)
    assert model.asked == [PROBE, NEW]


async def test_texts_in_other_hands_and_after_a_restart_cost_nothing(database: Database, model: Model) -> None:
    await Search(database, model.parse, fit_here).fit_to(SMALL)
    model.asked.clear()
    swapped = edition(article("parking", "jam berapa toko buka?"), article("hours", "parkir motor bayar berapa"))
    await Search(database, model.parse, fit_here).fit_to(swapped)
    assert model.asked == [PROBE]


async def test_an_edition_that_is_known_is_not_fitted_again(local: Database, model: Model) -> None:
    search = Search(local, model.parse, fit_here)
    await refreshed(search, SMALL)
    first = search.ranker
    model.asked.clear()
    await refreshed(search, SMALL)
    assert search.ranker is first and model.asked == []


@pytest.mark.parametrize("answers", [0, 1], ids=["at once", "at the new text"])
async def test_a_model_that_is_down_leaves_the_last_ranker_until_it_is_back(
    local: Database, model: Model, answers: int
) -> None:
    search = Search(local, model.parse, fit_here)
    await refreshed(search, SMALL)
    good = search.ranker
    model.down_after = len(model.asked) + answers
    for _ in range(2):
        await refreshed(search, EDITED)
    assert search.ranker is good
    assert best(search, EDITED, "ongkirnya mahal") == "shipping"
    assert best(search, EDITED, NEW) == "parking"  # by its words meanwhile
    model.down_after = float("inf")
    await refreshed(search, EDITED)
    assert search.ranker is not good


async def test_whoever_waits_for_a_fit_hears_that_the_model_is_down(local: Database, model: Model) -> None:
    search, model.down_after = Search(local, model.parse, fit_here), 0
    with pytest.raises(ModelDown):
        await search.fit_to(SMALL)
    assert search.ranker is None


@dataclass
class Fitter:
    """A fit that fails, or waits for `go`, when a test wants it."""

    go: asyncio.Event
    error: Exception | None = None
    begun: int = 0

    async def fit(self, examples: Sequence[Example]) -> Ranker:
        self.begun += 1
        await self.go.wait()
        if self.error:
            raise self.error
        return await fit_here(examples)


@pytest.fixture
def fitter() -> Fitter:
    go = asyncio.Event()
    go.set()
    return Fitter(go)


@pytest.mark.parametrize("error", [np.linalg.LinAlgError("singular"), OSError("no process")])
async def test_a_fit_that_fails_leaves_the_last_ranker(
    local: Database, model: Model, fitter: Fitter, error: Exception
) -> None:
    search = Search(local, model.parse, fitter.fit)
    await refreshed(search, SMALL)
    good, fitter.error = search.ranker, error
    await refreshed(search, EDITED)
    assert search.ranker is good
    assert (best(search, EDITED, "ongkirnya mahal"), best(search, EDITED, NEW)) == ("shipping", "parking")
    fitter.error = None
    await refreshed(search, EDITED)
    assert search.ranker is not good


async def test_one_fit_at_a_time_and_an_edit_meanwhile_is_fitted_next(
    local: Database, model: Model, fitter: Fitter
) -> None:
    search = Search(local, model.parse, fitter.fit)
    fitter.go.clear()
    for current in (SMALL, SMALL, EDITED, EDITED):
        search.refresh(current)
    fitter.go.set()
    await refreshed(search, EDITED)
    assert fitter.begun == 1
    assert best(search, EDITED, NEW) == "parking"  # the ranker is older than the edition
    await refreshed(search, EDITED)
    assert fitter.begun == 2
    await refreshed(search, EDITED)
    assert fitter.begun == 2


async def test_a_stop_in_the_middle_keeps_what_was_saved(database: Database, model: Model) -> None:
    model.hangs_after = 1 + 230
    starting = asyncio.create_task(Search(database, model.parse, fit_here).fit_to(MANY))
    await model.hangs.wait()
    starting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await starting
    lost = set(model.asked[1 + 200 :])
    again = Model()
    await Search(database, again.parse, fit_here).fit_to(MANY)
    assert set(again.asked) == {PROBE} | lost | (texts(MANY) - set(model.asked))


async def test_another_encoders_vectors_are_not_mixed(database: Database, model: Model) -> None:
    await Search(database, model.parse, fit_here).fit_to(SMALL)
    other = Model(encoder="large-1")
    await Search(database, other.parse, fit_here).fit_to(SMALL)
    assert texts(SMALL) < set(other.asked)
    model.asked.clear()
    await Search(database, model.parse, fit_here).fit_to(SMALL)
    assert model.asked == [PROBE]


async def test_a_vector_comes_back_as_it_was_given_in_half_precision(database: Database) -> None:
    made = {f"teks {n} 🙂": (n / 7, -1.0, 0.1) for n in range(1_001)}  # more than one statement holds
    await vectors.save(database, "a", made)
    await vectors.save(database, "a", made | {"teks 0 🙂": (9.0, 9.0, 9.0)})  # kept as it was
    await vectors.save(database, "a", {})
    found = await vectors.load(database, "a", [*made, "unknown"])
    assert found.keys() == made.keys()
    assert all(np.array_equal(found[text], np.asarray(made[text], np.float16)) for text in made)
    assert await vectors.load(database, "b", list(made)) == {}
    assert await vectors.load(database, "a", []) == {}
    async with database.read() as connection:
        assert await connection.scalar(sa.select(sa.func.count()).select_from(tables.vectors)) == len(made)


async def test_a_text_that_the_model_cannot_read_does_not_hold_up_the_others(local: Database, model: Model) -> None:
    async def parse(text: str) -> Understood:
        if text == NEW:
            raise ModelDown("this one")
        return await model.parse(text)

    search = Search(local, parse, fit_here)
    await search.fit_to(EDITED)
    assert best(search, EDITED, "ongkirnya mahal") == "shipping"


async def test_a_model_that_is_replaced_in_the_middle_leaves_no_vector_under_a_wrong_name(
    local: Database, model: Model
) -> None:
    async def parse(text: str) -> Understood:
        model.encoder = "small-1" if len(model.asked) < 6 else "large-1"
        return await model.parse(text)

    search = Search(local, parse, fit_here)
    with pytest.raises(ModelDown):
        await search.fit_to(SMALL)
    assert await vectors.load(local, "small-1", list(texts(SMALL))) == {}


async def test_the_ranker_is_fitted_in_a_process_of_its_own_that_ends_when_nobody_waits() -> None:
    examples = [Example(text, label, np.asarray(vector(text), np.float32)) for text, label in SMALL.examples]
    assert (await fit_apart(examples)).labels
    waiting = asyncio.create_task(fit_apart(examples * 100))
    while not multiprocessing.active_children():
        await asyncio.sleep(0)
    waiting.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    for child in multiprocessing.active_children():
        child.join(5)
    assert multiprocessing.active_children() == []
