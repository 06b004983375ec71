"""Texts as n-grams: chat spelling is forgiven, rarity counts, and no text is too strange to be weighed."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.domain.ngrams import Vocabulary, Weights, read
from tests.domain.growth import HOSTILE, is_linear

TEXTS = ["berapa ongkir ke bandung", "berapa lama ongkir dikirim", "jam berapa cs buka"]
KNOWN = Vocabulary.of(TEXTS)


def part(weights: Weights, runs: bool) -> Weights:
    return {gram: weight for gram, weight in weights.items() if gram.startswith("~") is runs}


def length(weights: Weights) -> float:
    return math.sqrt(sum(weight * weight for weight in weights.values()))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Jam BERAPA, cs buka?!", ["jam", "berapa", "cs", "buka"]),
        ("lamaaaaaa bangettt", ["lamaa", "bangett"]),
        ("maaf, saat ini", ["maaf", "saat", "ini"]),  # two letters are a spelling, not a shout
        ("Rp1.250.000,50 tgl 12", ["rp0", "tgl", "0"]),
        ("0000000 11111", ["0", "0"]),
        ("foo_bar e-mail don't", ["foo", "bar", "e", "mail", "don", "t"]),
        ("طلبي 订单 é", ["طلبي", "订单", "é"]),
    ],
)
def test_a_text_is_read_as_plain_words(text: str, words: list[str]) -> None:
    assert read(text) == words


@pytest.mark.parametrize("text", ["", " \n\t", "?!...", "🙂🙂", "___", "\x00", "\u200b"])
def test_what_holds_no_word_weighs_nothing(text: str) -> None:
    assert read(text) == []
    assert KNOWN.weigh(text) == {}


def test_words_and_runs_each_have_length_one() -> None:
    weights = KNOWN.weigh("berapa ongkir ke jakarta")
    assert length(part(weights, runs=False)) == pytest.approx(1)
    assert length(part(weights, runs=True)) == pytest.approx(1)


def test_pairs_and_single_words_are_known_in_their_order_only() -> None:
    words = part(KNOWN.weigh("ongkir berapa"), runs=False)
    assert set(words) == {"ongkir", "berapa"}
    assert "berapa ongkir" in KNOWN.weigh("berapa ongkir")


def test_a_wrong_spelling_still_shares_runs_of_letters() -> None:
    weights = KNOWN.weigh("ongkirr")
    assert not part(weights, runs=False)
    assert "~ ongk" in weights and "~kir" in weights


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    weights = KNOWN.weigh("berapa bandung")
    assert weights["bandung"] > weights["berapa"] > 0


def test_saying_a_word_again_weighs_more_but_not_twice_as_much() -> None:
    weights = KNOWN.weigh("bandung bandung jam")  # "bandung" and "jam" are equally rare
    assert 1 < weights["bandung"] / weights["jam"] == pytest.approx(1 + math.log(2))


def test_a_text_counts_a_gram_once_for_its_rarity() -> None:
    assert Vocabulary.of(["a a a", "b"]).rarity["a"] == Vocabulary.of(["a", "b"]).rarity["a"]


def test_unknown_words_alone_weigh_nothing() -> None:
    assert KNOWN.weigh("xyzzy") == {}


def test_unknown_words_beside_known_ones_change_no_word() -> None:
    assert part(KNOWN.weigh("bandung xyzzy"), runs=False) == part(KNOWN.weigh("bandung"), runs=False)


@pytest.mark.parametrize("texts", [[], [""], ["", "🙂"]])
def test_a_vocabulary_of_nothing_knows_nothing(texts: list[str]) -> None:
    assert Vocabulary.of(texts).rarity == {}
    assert Vocabulary.of(texts).weigh("berapa ongkir") == {}


def test_the_texts_may_come_as_a_stream() -> None:
    def stream() -> Iterator[str]:
        yield from TEXTS

    assert Vocabulary.of(stream()) == KNOWN


def test_the_same_texts_make_the_same_vocabulary_in_any_order() -> None:
    assert Vocabulary.of(reversed(TEXTS)).rarity == KNOWN.rarity


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("reader", [read, KNOWN.weigh], ids=["read", "weigh"])
def test_a_hostile_text_is_weighed_in_linear_time(reader: Callable[[str], Any], unit: str) -> None:
    assert is_linear(reader, unit, length=20_000)
