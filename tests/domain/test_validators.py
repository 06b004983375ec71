"""What customers answer, and what is kept of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.domain import validators
from bot.domain.validators import InvalidAnswer, find_contact, find_name, find_order_number
from bot.domain.yaml_text import load

DOMAIN = Path(__file__).parents[2] / "domain.yml"
RESPONSES = load("domain.yml", DOMAIN.read_text(encoding="utf-8"))["responses"]


def refused(validate: Callable[[str], str], said: str) -> str:
    """The help a customer reads after an answer that cannot be kept."""
    with pytest.raises(InvalidAnswer) as caught:
        validate(said)
    return str(RESPONSES[caught.value.key][0]["text"])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Budi", "Budi"), ("budi santoso", "Budi Santoso"), ("BUDI", "Budi"), ("  Budi  ", "Budi"), ("Budi!", "Budi"),
        ("nama saya Budi", "Budi"), ("nama Budi", "Budi"), ("Nama: Budi", "Budi"), ("nama saya: budi", "Budi"),
        ("Nama saya adalah Budi", "Budi"), ("saya Budi", "Budi"), ("dengan Ibu Rina", "Ibu Rina"),
        ("a.n. Budi", "Budi"),
        ("atas nama Budi", "Budi"), ("panggil saja Ani", "Ani"), ("Siti Nur'aini", "Siti Nur'aini"),
        ("M. Rizky", "M. Rizky"), ("I Made Oka", "I Made Oka"), ("Ng", "Ng"), ("An Nisa", "An Nisa"),
        ("Selamat Riyadi", "Selamat Riyadi"), ("Budi\nSantoso", "Budi Santoso"), ("Zoë", "Zoë"),
        ("Budi 081234567890", "Budi"), ("Budi, HP 0812-3456-7890", "Budi"), ("budi budi@contoh.id", "Budi"),
        ("Budi dari Bandung", "Budi"), ("my name is Budi", "Budi"),
    ],
)  # fmt: skip
def test_a_name(said: str, kept: str) -> None:
    assert validators.name(said) == kept


@pytest.mark.parametrize(
    "said",
    ["", " ", "B", "12345", "081234567890", "🙂", "ok", "ya", "tidak", "selamat pagi", "halo", "kapan sampai",
     "jam buka berapa?", "budi@contoh.id", "Budi?", "x" * 61, "<b>Budi</b>", "{{ company }}"],
)  # fmt: skip
def test_no_name_is_helped(said: str) -> None:
    assert "Siti Rahma" in refused(validators.name, said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("0812 3456 7890", "+6281234567890"), ("0812-3456-7890", "+6281234567890"),
        ("0812.3456.7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"), ("+62 (0)812 3456 7890", "+6281234567890"),
        ("62 812 3456 7890", "+6281234567890"), ("0062 812 3456 7890", "+6281234567890"),
        ("(0812) 3456 7890", "+6281234567890"), ("0812–3456–7890", "+6281234567890"),
        ("０８１２３４５６７８９０", "+6281234567890"), ("wa saya 081234567890 ya", "+6281234567890"),
        ("021-5551234", "+62215551234"), ("+1 202 555 0123", "+12025550123"),
        ("Budi@Contoh.ID", "budi@contoh.id"), ("email: budi.s+cs@mail.contoh.co.id.", "budi.s+cs@mail.contoh.co.id"),
        ("budi@contoh.id / 081234567890", "budi@contoh.id"),
    ],
)  # fmt: skip
def test_a_contact(said: str, kept: str) -> None:
    assert validators.contact(said) == kept


@pytest.mark.parametrize(
    "said",
    ["", "12345", "0812", "3171234567890001", "budi@", "@contoh.id", "budi@localhost", "110", "Budi", "RPN-12345"],
)
def test_no_contact_is_helped(said: str) -> None:
    assert "0812 3456 7890" in refused(validators.contact, said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("RPN-12345", "RPN-12345"), ("rpn-12345", "RPN-12345"), ("#12345", "12345"), ("INV/2026/001", "INV/2026/001"),
        ("no pesanan saya RPN-12345", "RPN-12345"), ("nomornya RPN-12345 kak", "RPN-12345"), ("12345", "12345"),
        ("tanggal 2026-11-03, nomornya RPN-12345", "RPN-12345"), ("hp 081234567890 order RPN-12345", "RPN-12345"),
    ],
)  # fmt: skip
def test_an_order_number(said: str, kept: str) -> None:
    assert validators.order_number(said) == kept


@pytest.mark.parametrize(
    "said", ["", "lupa kak", "sudah 3 minggu", "1234", "2026-11-03", "12/10/2026", "081234567890", "+6281234567890"]
)
def test_no_order_number_is_helped(said: str) -> None:
    assert "RPN-12345" in refused(validators.order_number, said)


@pytest.mark.parametrize("said", ["", " ", "rusak"])
def test_a_story_needs_two_words(said: str) -> None:
    assert "lebih panjang" in refused(validators.story, said)
    assert validators.story("rusak total") == "rusak total"


# What is said on the way is not asked again.


@pytest.mark.parametrize(
    ("said", "name", "contact", "order"),
    [
        ("nama saya Budi HP 081234567890", "Budi", "+6281234567890", None),
        ("halo, nama saya Budi Santoso, mau tanya", "Budi Santoso", None, None),
        ("nama saya Siti Nur'aini. no pesanan: RPN-12345", "Siti Nur'aini", None, "RPN-12345"),
        ("pesanan RPN-12345 belum sampai", None, None, "RPN-12345"),
        ("invoice nomor INV/2026/001 salah", None, None, "INV/2026/001"),
        ("email saya budi@contoh.id", None, "budi@contoh.id", None),
        ("nomor pesanan saya belum dikirim", None, None, None),
        ("transaksi 150000 gagal", None, None, None),
        ("nama saya salah di invoice", None, None, None),
        ("nama saya kok tidak ada", None, None, None),
        ("pesan 2 kamera", None, None, None),
        ("NIK saya 3171234567890001", None, None, None),
    ],
)
def test_what_a_message_already_says(said: str, name: str | None, contact: str | None, order: str | None) -> None:
    assert (find_name(said), find_contact(said), find_order_number(said)) == (name, contact, order)
