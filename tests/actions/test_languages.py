"""The language stays as it is unless two clear messages or a request say otherwise."""

import pytest

from tests.actions.conftest import Decide, understood


@pytest.mark.parametrize(
    ("first", "language", "leaning", "said", "becomes", "leans"),
    [
        (True, "id", "", "en", "en", ""),
        (True, "id", "", "", "id", ""),
        (False, "id", "", "en", "id", "en"),
        (False, "id", "en", "en", "en", ""),
        (False, "id", "en", "", "id", "en"),
        (False, "id", "en", "id", "id", ""),
        (False, "en", "", "id", "en", "id"),
        (False, "en", "id", "id", "id", ""),
    ],
)
def test_when_it_changes(
    turn: Decide, first: bool, language: str, leaning: str, said: str, becomes: str, leans: str
) -> None:
    effects = turn(understood("x", "greet", language=said), first_contact=first, language=language, leaning=leaning)
    assert (effects.language, effects.leaning) == (becomes, leans)


@pytest.mark.parametrize(
    ("text", "language"),
    [("English please", "en"), ("can we speak english?", "en"), ("pakai bahasa Indonesia aja", "id")],
)
def test_a_request_is_heard_at_once(turn: Decide, text: str, language: str) -> None:
    effects = turn(understood(text, "general"), language="id" if language == "en" else "en")
    assert effects.language == language
    assert [reply.key for reply in effects.replies] == ["utter_language"]


def test_english_in_a_sentence_is_no_request(turn: Decide) -> None:
    assert turn(understood("ada kursus english gak?", "general")).language == "id"
