"""The index finds the article that a question is about."""

from pathlib import Path

import pytest

from bot.domain.edition import build
from bot.domain.knowledge import Index, words
from bot.services.editions import read_files

EDITION = build(read_files(Path(__file__).parents[2]))
QUESTIONS = [(q, article.id) for article in EDITION.articles.values() for q in article.questions]


def test_an_articles_own_questions_find_it() -> None:
    found = [bool(m := EDITION.index.search(q)) and m[0].article == own for q, own in QUESTIONS]
    assert sum(found) / len(found) >= 0.95


def test_and_are_sure_enough_to_be_answered() -> None:
    sure = [EDITION.index.search(q)[0].score >= EDITION.limits.lexical for q, _ in QUESTIONS if words(q)]
    assert sum(sure) / len(sure) >= 0.95


@pytest.mark.parametrize("text", ["", " ", "!!!", "yang di ke", "xyzzy plugh", "🙂", "\n" * 50])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert all(match.score < EDITION.limits.lexical for match in EDITION.index.search(text))


def test_scores_are_shares_and_the_best_comes_first() -> None:
    found = EDITION.index.search("jam berapa cs buka hari minggu?")
    assert found[0].article == "opening-hours"
    assert [0 <= match.score <= 1 for match in found] == [True] * len(found)


def test_chat_spelling_is_folded() -> None:
    assert words("Brp harganya kameranya min?") == words("berapa harga kamera")


def test_an_empty_index_finds_nothing() -> None:
    assert Index([], {}).search("jam berapa buka?") == ()
