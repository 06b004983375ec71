"""Indonesian and English are told apart as customers write them, and what says nothing is left open."""

import pytest

from bot.runtime.language import language_of, likely
from tests.domain.growth import HOSTILE, is_linear

INDONESIAN = (
    "jam berapa cs buka hari minggu?",
    "Selamat siang, mohon informasi mengenai masa garansi produk.",
    "KAMERA SAYA MATI TOTAL SEJAK KEMARIN",
    "kok lama bgt sih balesnya udah nunggu 2 jam",
    "kamera saya rusak 😭😭😭 tolong bantu",
)
SLANG_WITH_ENGLISH = (
    "min, router gw down mulu nih please help asap",
    "Refund gw mana nih, udah cancel order from last week",
    "kak order saya kok blm sampai ya, tracking number nya error",
    "saya mau return product ini, how to nya gimana",
    "tolong cek invoice dan payment confirmation order saya",
    "udh bayar via virtual account tp status masih pending payment",
    "gmn cara reset password nya ya min",
    "https://example.com/track paket saya sampai mana ya",
)
ENGLISH = (
    "Hello, how can I reset my password?",
    "the router is not working",
    "hi there, my smart lock won't pair with the app",
    "I would like to return this vacuum cleaner",
    "MY ORDER HAS NOT ARRIVED YET",
    "what time do you open on sunday? 🙂🙂",
    "can i pay with gopay or bca transfer",
    "could you please send someone to Surabaya",
    "see https://example.com/help and tell me what to do next",
    "My phone number is 081234567890, please call me back",
    "Can you call me back in 10 min? Dr Smith",
    "please wait 5 min more",
    "is there a store in Jakarta Selatan?",
)
SILENT = (
    "", " \n\t", "ok", "halo", "ok thanks", "makasih kak", "Budi Santoso", "Jl. Sudirman 5",
    "{{ company.name }} {% raw %}", "a b c d e f g", "1234 5678 9012 3456", "ORD-12345", "0812-3456-7890",
    "budi@example.com", "https://example.com", "🙂 🙂 🙂 🙂 🙂", "!!! ??? ... ---", "___ ___ ___ ___",
    "\x00\x00 \x00\x00", "\u200b \u200b \u200b \u200b",
)  # fmt: skip
STRANGE = (
    "\x00" * 100, "a" * 20_000, "halo " * 4_000, "https://a.b/?c=d&e=" * 1_000, "🙂" * 10_000, "\u202e abc def ghi jkl",
    "e\u0301\u0301\u0301 " * 1_000, "{{ 1 + 1 }} {% for a in b %} {{ c.__class__ }} {% raw %}",
    "الطلب لم يصل حتى الآن شكرا", "我的订单还没到 请问 怎么办 谢谢", "'; DROP TABLE tickets; -- yes please",
    "<script>alert('halo dunia apa')</script>", "ﬁ ǆ ẞ İİ ıı", "\n" * 20_000, "- " * 10_000,
)  # fmt: skip


@pytest.mark.parametrize("text", INDONESIAN)
def test_indonesian_is_told(text: str) -> None:
    assert (language_of(text), likely(text)) == ("id", "id")


@pytest.mark.parametrize("text", SLANG_WITH_ENGLISH)
def test_slang_with_english_words_in_it_is_indonesian(text: str) -> None:
    assert (language_of(text), likely(text)) == ("id", "id")


@pytest.mark.parametrize("text", ENGLISH)
def test_clear_english_is_told(text: str) -> None:
    assert (language_of(text), likely(text)) == ("en", "en")


@pytest.mark.parametrize("text", SILENT)
def test_what_is_too_short_says_nothing(text: str) -> None:
    assert language_of(text) == ""


@pytest.mark.parametrize("text", SILENT)
def test_what_says_nothing_is_still_likely_one_of_the_two(text: str) -> None:
    assert likely(text) in ("id", "en")


@pytest.mark.parametrize("text", ["", "ok", "🙂", "1234", "makasih kak", "min gmn"])
def test_without_a_sign_indonesian_is_likelier(text: str) -> None:
    assert likely(text) == "id"


@pytest.mark.parametrize("text", STRANGE, ids=range(len(STRANGE)))
def test_strange_text_is_read_too(text: str) -> None:
    assert language_of(text) in ("id", "en", "")
    assert likely(text) in ("id", "en")


@pytest.mark.parametrize("text", ["the router is not working", "router saya tidak menyala sejak kemarin"])
def test_neither_case_nor_marks_nor_blanks_change_the_language(text: str) -> None:
    told = language_of(text)
    assert {language_of(each) for each in (text.upper(), f"  {text}!!!\n", text.replace(" ", "\n"))} == {told}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    assert is_linear(language_of, unit, length=20_000)
