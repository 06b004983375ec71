"""What a question finds: by meaning once the ranker is fitted, by its words from the moment of an edit."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from bot.domain.edition import Edition
from bot.domain.ngrams import Vocabulary
from bot.domain.ranker import NOTHING, Example, Ranker
from bot.services.search import Fit, Found, Search
from bot.store.database import Database
from tests.services.small import HOURS, PARKING, SHIPPING, TODAY, Model, article, edition, fit_here, heard, refreshed

SMALL = edition(PARKING, SHIPPING, HOURS)
VALET = article("parking", "apakah parkir di toko gratis?", "layanan valet tersedia?")
EDITED = edition(VALET, SHIPPING, HOURS)
BY_WORDS = "apakah parkir di toko gratis?"
BY_MEANING = "mobil ditaruh sebelah mana"  # no word of it stands in an article
DAY = timedelta(days=1)


def ask(search: Search, current: Edition, text: str) -> Found:
    return search.find(current, heard(text), TODAY)


def names(found: Found) -> list[str]:
    return [match.article for match in found.matches]


def shared(**shares: float) -> Fit:
    """A fit whose ranker gives every text the same shares."""
    dense = np.log([[*shares.values(), 1 - sum(shares.values())]]).astype(np.float32)

    async def fit(_: Sequence[Example]) -> Ranker:
        return Ranker((*shares, NOTHING), Vocabulary({}), {}, dense[:0], dense, np.zeros(1, np.float32))

    return fit


async def fitted(database: Database, current: Edition, fit: Fit = fit_here) -> Search:
    made = Search(database, Model().parse, fit)
    await made.fit_to(current)
    await database.close()  # a question needs none
    return made


@pytest.fixture(scope="module")
def small(blank_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Search:
    """Fitted to SMALL; a question changes nothing, so all may ask the same one."""
    path = shutil.copy(blank_sqlite, tmp_path_factory.mktemp("small"))
    return asyncio.run(fitted(Database(f"sqlite:///{path}"), SMALL))


async def test_an_edit_is_found_by_its_words_at_once_and_by_its_meaning_after_the_refit(search: Search) -> None:
    before = edition(SHIPPING, HOURS)
    await search.fit_to(before)
    for new in (SMALL, EDITED):
        found = ask(search, new, BY_WORDS)
        assert (names(found)[0], found.band) == ("parking", "answer")
        assert "parking" not in names(ask(search, new, BY_MEANING))
        await refreshed(search, new)
        found = ask(search, new, BY_MEANING)
        assert (names(found)[0], found.band) == ("parking", "answer")


async def test_a_removed_article_is_never_found(search: Search) -> None:
    await search.fit_to(SMALL)
    without = edition(SHIPPING, HOURS)
    for _ in range(2):  # before the refit and after it
        assert not {"parking"} & {*names(ask(search, without, BY_MEANING)), *names(ask(search, without, BY_WORDS))}
        await refreshed(search, without)


def test_before_the_first_fit_words_alone_find(local: Database) -> None:
    search = Search(local, Model().parse)
    found = ask(search, SMALL, "ongkir ke bandung berapa?")
    assert (names(found)[0], found.band) == ("shipping", "answer")
    assert ask(search, SMALL, BY_MEANING) == Found()


def test_the_others_are_found_by_meaning_while_one_is_edited(small: Search) -> None:
    found = ask(small, EDITED, "ongkir berapaan")
    assert (names(found)[0], found.band) == ("shipping", "answer")


@pytest.mark.parametrize(
    ("holds", "serves"),
    [
        ({"valid_until": TODAY - DAY}, False),
        ({"valid_until": TODAY}, True),
        ({"valid_from": TODAY}, True),
        ({"valid_from": TODAY + DAY}, False),
    ],
    ids=["expired", "last day", "first day", "not yet"],
)
async def test_an_article_is_found_on_the_days_it_holds(
    local: Database, holds: dict[str, object], serves: bool
) -> None:
    current = edition(article("parking", BY_WORDS, **holds), SHIPPING, HOURS)
    search = await fitted(local, current)
    edited = edition(article("parking", BY_WORDS, "valet?", **holds), SHIPPING, HOURS)
    for asked, text in ((current, BY_MEANING), (current, BY_WORDS), (edited, BY_WORDS)):
        assert ("parking" in names(ask(search, asked, text))) is serves


@pytest.mark.parametrize(
    ("limit", "less", "band"),
    [("answer", 0, "answer"), ("answer", 2e-4, "offer"), ("offer", 0, "offer"), ("offer", 2e-4, "none")],
)
async def test_the_band_follows_the_limits(local: Database, limit: str, less: float, band: str) -> None:
    search = await fitted(local, SMALL, shared(parking=getattr(SMALL.limits, limit) - less, hours=0.01))
    assert search.find(SMALL, heard("apa saja", 1.0), TODAY).band == band


async def test_a_new_limit_holds_without_a_refit(local: Database) -> None:
    search = await fitted(local, SMALL, shared(parking=0.6, hours=0.1))
    strict = replace(SMALL, limits=replace(SMALL.limits, answer=0.61))
    assert [search.find(at, heard("apa", 1.0), TODAY).band for at in (SMALL, strict)] == ["answer", "offer"]


@pytest.mark.parametrize(
    ("sure", "text", "best", "band"),
    [
        (0.3, "layanan valet tersedia?", ["parking", "shipping", "hours"], "answer"),
        (0.6, "layanan valet tersedia?", ["shipping", "hours", "parking"], "answer"),
        (0.3, "valet bandara internasional terminal tiga", ["shipping", "hours", "parking"], "offer"),
        (0.05, "valet bandara internasional terminal tiga", ["shipping", "hours", "parking"], "none"),
    ],
    ids=["before unsure ones", "not before a sure one", "few words in common", "nothing fits"],
)
async def test_an_edited_article_is_told_when_its_words_fit(
    local: Database, sure: float, text: str, best: list[str], band: str
) -> None:
    search = await fitted(local, SMALL, shared(shipping=sure, hours=0.02, parking=0.01))
    found = search.find(EDITED, heard(text, 1.0), TODAY)
    assert (names(found), found.band) == (best, band)


def test_a_question_that_no_article_answers_is_told_none(small: Search) -> None:
    found = ask(small, SMALL, "siapa direktur utamanya")
    assert found.band != "answer"
    assert NOTHING not in names(found)


async def test_ten_articles_at_most_are_looked_at(local: Database) -> None:
    many = edition(*(article(f"a{n}", f"pertanyaan {n}") for n in range(14)))
    search = await fitted(local, many, shared(**{f"a{n}": 0.05 + n / 1000 for n in range(14)}))
    assert names(search.find(many, heard("apa", 1.0), TODAY)) == [f"a{n}" for n in range(13, 3, -1)]


@pytest.mark.parametrize("text", ["", " ", "?!", "🙂", "\x00", "a" * 20_000, "parkir " * 2_000])
def test_no_text_breaks_the_search(small: Search, text: str) -> None:
    for current in (SMALL, EDITED):
        found = ask(small, current, text)
        assert all(0 <= match.score <= 1 for match in found.matches)
        assert len(names(found)) == len(set(names(found)))


async def test_another_models_vectors_are_not_ranked_and_the_next_beat_fits_anew(local: Database, model: Model) -> None:
    search = Search(local, model.parse, fit_here)
    await search.fit_to(SMALL)
    model.encoder = "large-1"
    found = search.find(SMALL, heard(BY_WORDS, 1.0, 2.0, encoder="large-1"), TODAY)
    assert names(found)[0] == "parking"  # by its words
    await refreshed(search, SMALL)
    assert names(search.find(SMALL, heard(BY_MEANING, encoder="large-1"), TODAY))[0] == "parking"


async def test_expired_articles_take_nothing_from_those_that_serve(local: Database, model: Model) -> None:
    questions = ("apakah ada promo bulan ini?", "promo apa saja?")
    old = [article(f"promo-{n}", *questions, valid_until=TODAY - DAY) for n in "abc"]
    many = edition(*old, article("promo-d", *questions), PARKING, SHIPPING)
    search = Search(local, model.parse, fit_here)
    assert names(ask(search, many, questions[0]))[0] == "promo-d"
    await search.fit_to(many)
    found = ask(search, many, questions[0])
    assert (names(found)[0], found.band) == ("promo-d", "answer")
    assert found.matches[0].score > 0.5


async def test_an_edit_is_found_at_once_beside_many_that_match_as_well(local: Database, model: Model) -> None:
    alike = [article(f"s{n}", "ongkir ke bandung berapa?") for n in range(4)]
    search = Search(local, model.parse, fit_here)
    await search.fit_to(edition(*alike, PARKING))
    edited = edition(*alike, article("parking", "ongkir ke bandung berapa?"))
    assert "parking" in names(ask(search, edited, "ongkir ke bandung berapa?"))


async def test_a_single_article_is_not_taken_for_the_answer_to_everything(local: Database, model: Model) -> None:
    alone = replace(edition(PARKING), examples=(("parkir di mana", "parking"),))
    search = Search(local, model.parse, fit_here)
    await search.fit_to(alone)
    assert ask(search, alone, "qwerty zxcvb") == Found()
