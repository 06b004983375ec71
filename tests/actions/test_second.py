"""A second request in the same message is not lost."""

import pytest

from bot.domain.cues import second_request
from tests.actions.conftest import Decide, understood


def test_a_second_question_is_answered_too(turn: Decide) -> None:
    also = understood("jam buka tokonya?", "general", ("store-locations", 0.9))
    effects = turn(understood("kecewa, kameranya rusak lagi; sekalian jam buka tokonya?", "complaint", also=also))
    assert [reply.key for reply in effects.replies] == ["utter_complaint_ticket", "utter_article"]
    assert "10.00-21.00" in effects.replies[1].params["answer"]


def test_another_request_stands_on_the_ticket(turn: Decide) -> None:
    also = understood("tolong hapus data saya", "manage_data")
    effects = turn(understood("kecewa berat, sekalian tolong hapus data saya", "complaint", also=also))
    assert effects.ticket and effects.ticket.fields["also"] == "tolong hapus data saya"
    assert effects.replies[-1].key == "utter_also_noted"


@pytest.mark.parametrize("intent", ["thank", "greet", "out_of_scope"])
def test_small_talk_is_no_second_request(turn: Decide, intent: str) -> None:
    effects = turn(understood("kecewa, btw makasih ya", "complaint", also=understood("makasih ya", intent)))
    assert effects.ticket and "also" not in effects.ticket.fields


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("paket saya belum sampai kak, sekalian mau tanya ongkir ke Bali", "tanya ongkir ke Bali"),
        ("my order is late. One more thing, do you ship to Bali?", "do you ship to Bali?"),
        ("cek tiket saya dong, oh iya satu lagi: jam buka toko Bandung", "jam buka toko Bandung"),
        ("paketnya rusak. kurirnya kasar. saya kecewa.", ""),
        ("sekalian dong", ""),
        ("", ""),
    ],
)
def test_where_a_second_request_begins(text: str, second: str) -> None:
    assert second_request(text) == second
