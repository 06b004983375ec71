"""The ranker learns articles from examples, by words and by vectors, and leaves room for what no article answers."""

import pickle
from zlib import crc32

import numpy as np
import pytest

from bot.domain.fitting import fit
from bot.domain.ranker import NOTHING, Example, Floats, Ranker, centred
from bot.messages import Match

TOPICS = ("ship", "hours", NOTHING)
SAID = {
    "ship": ("berapa ongkir ke bandung", "ongkos kirim berapa ya", "biaya pengiriman ke luar kota"),
    "hours": ("jam berapa cs buka", "cs buka sampai jam berapa", "hari minggu buka ga"),
    NOTHING: ("siapa direktur perusahaan", "harga sahamnya berapa", "ada lowongan kerja"),
}
ROUNDED = 5e-5  # of each share


def vector(topic: str, text: str = "", noise: float = 0.2) -> Floats:
    """Points where its topic does, and all of them mostly one way, as E5's do."""
    made = np.random.default_rng(crc32(text.encode())).normal(size=16) * noise
    made[0] += 10
    if topic in TOPICS:
        made[1 + TOPICS.index(topic)] += 1
    return made.astype(np.float32)


EXAMPLES = tuple(Example(text, label, vector(label, text)) for label, texts in SAID.items() for text in texts)
RANKER = fit(EXAMPLES)


def rank(ranker: Ranker, text: str, about: Floats) -> tuple[Match, ...]:
    return ranker.rank(text, about.tolist())


def shares(ranker: Ranker, text: str, about: Floats) -> dict[str, float]:
    return {match.article: match.score for match in rank(ranker, text, about)}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.text)
def test_every_example_finds_its_own_article(example: Example) -> None:
    found = shares(RANKER, example.text, example.vector)
    told = 1 - sum(found.values()) if example.label == NOTHING else found[example.label]
    assert told > 0.5


@pytest.mark.parametrize("topic", TOPICS[:2])
def test_unknown_words_are_ranked_by_their_vector(topic: str) -> None:
    assert rank(RANKER, "xyzzy plugh", vector(topic))[0].article == topic


@pytest.mark.parametrize(("text", "topic"), [("ongkir", "ship"), ("minggu buka?", "hours"), ("ONGKIRRRR", "ship")])
def test_a_vector_that_says_nothing_leaves_it_to_the_words(text: str, topic: str) -> None:
    assert rank(RANKER, text, RANKER.centre)[0].article == topic


@pytest.mark.parametrize("topic", [*TOPICS, "elsewhere"])
@pytest.mark.parametrize("text", ["", "ongkir", "🙂", "\x00", "siapa direktur", "jam " * 2_000])
def test_the_shares_are_probabilities_and_the_rest_is_nobodys(text: str, topic: str) -> None:
    found = rank(RANKER, text, vector(topic))
    scores = [match.score for match in found]
    assert {match.article for match in found} == {"ship", "hours"}
    assert all(0 <= score <= 1 for score in scores) and scores == sorted(scores, reverse=True)
    assert sum(scores) < 1 + ROUNDED * len(scores)


def test_a_question_without_an_article_leaves_little_to_the_articles() -> None:
    assert sum(shares(RANKER, "siapa direktur utama", vector(NOTHING)).values()) < 0.5


def test_without_unanswerable_questions_the_articles_share_everything() -> None:
    ranker = fit([example for example in EXAMPLES if example.label != NOTHING])
    assert sum(shares(ranker, "ongkir", vector("ship")).values()) == pytest.approx(1, abs=2 * ROUNDED)


def test_unanswerable_questions_alone_find_no_article() -> None:
    assert rank(fit(EXAMPLES[-3:]), "ongkir", vector("ship")) == ()


def test_two_labels_with_one_example_each_are_enough() -> None:
    ranker = fit([EXAMPLES[0], EXAMPLES[3]])
    assert ranker.labels == ("hours", "ship")
    assert rank(ranker, EXAMPLES[0].text, EXAMPLES[0].vector)[0].article == "ship"


def test_a_text_of_two_articles_is_shared_between_them() -> None:
    same = vector("ship", "sama")
    ranker = fit([Example("sama persis", label, same) for label in ("ship", "hours")] * 3)
    assert shares(ranker, "sama persis", same) == pytest.approx({"ship": 0.5, "hours": 0.5}, abs=0.01)


@pytest.mark.parametrize("texts", [("?!", "🙂"), ("", ""), ("...", "-")])
def test_examples_without_a_word_are_told_apart_by_their_vectors(texts: tuple[str, str]) -> None:
    given = [Example(text, topic, vector(topic)) for text, topic in zip(texts, ("ship", "hours"), strict=True)]
    assert rank(fit(given), "?", vector("hours"))[0].article == "hours"


def test_examples_without_a_vector_are_told_apart_by_their_words() -> None:
    bare = [Example(example.text, example.label, np.zeros(0, np.float32)) for example in EXAMPLES]
    assert fit(bare).rank("ongkir ke bandung", ())[0].article == "ship"


def test_the_same_examples_make_the_same_ranker() -> None:
    again = fit(EXAMPLES)
    assert again.rows == RANKER.rows
    for made, before in zip((again.lexical, again.dense), (RANKER.lexical, RANKER.dense), strict=True):
        assert np.array_equal(made, before)


def test_the_order_of_the_examples_changes_little() -> None:
    turned, asked = fit(EXAMPLES[::-1]), ("berapa ongkir", vector("ship"))
    assert shares(turned, *asked) == pytest.approx(shares(RANKER, *asked), abs=0.01)


def test_it_travels_between_processes() -> None:
    moved: Ranker = pickle.loads(pickle.dumps(RANKER))
    assert rank(moved, "ongkir", vector("ship")) == rank(RANKER, "ongkir", vector("ship"))


def test_the_words_that_speak_for_an_article_come_strongest_first() -> None:
    told = RANKER.words("ongkir ke bandung jam xyzzy", "ship")
    names, parts = [name for name, _ in told], [part for _, part in told]
    assert names[0] == "ongkir" and "xyzzy" not in names and "jam" not in names
    assert parts == sorted(parts, reverse=True) and min(parts) > 0
    assert "jam" in dict(RANKER.words("ongkir jam", "hours"))


@pytest.mark.parametrize("text", ["", "xyzzy", "?!", "🙂"])
def test_no_word_speaks_where_none_is_known(text: str) -> None:
    assert RANKER.words(text, "ship") == ()


def test_as_many_words_are_told_as_asked_for_and_each_once() -> None:
    said = "ongkir ongkir ongkos kirim biaya pengiriman luar kota bandung"
    assert len(RANKER.words(said, "ship")) == 5
    assert len(RANKER.words(said, "ship", most=2)) == 2
    assert [name for name, _ in RANKER.words("ongkir ongkir", "ship")] == ["ongkir"]


def test_a_vector_at_the_centre_points_nowhere() -> None:
    assert not centred(RANKER.centre, RANKER.centre).any()
    assert np.linalg.norm(centred(np.stack([vector("ship"), vector("hours")]), RANKER.centre), axis=1) == pytest.approx(
        1
    )
