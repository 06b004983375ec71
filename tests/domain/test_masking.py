"""What leaves the house without personal data, and what agents must still be able to read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.masking import mask

NIK, NPWP, CARD, PHONE = "3171234567890001", "123456789012345", "4111111111111111", "081234567890"


def hidden(text: str, digits: str) -> bool:
    """Whether no run of six of the digits can be read, whatever stands between them."""
    left = re.sub(r"[^\d*]", "", mask(text))
    return not any(digits[i : i + 6] in left for i in range(len(digits) - 5))


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        (NIK, NIK), ("3171 2345 6789 0001", NIK), ("31.71.23.456789.0001", NIK), (f"NIK:{NIK}", NIK),
        (f"NIK{NIK}", NIK),
        (NPWP, NPWP), ("12.345.678.9-012.345", NPWP), ("0123456789012345", "0123456789012345"),
        (CARD, CARD), ("4111 1111 1111 1111", CARD), ("4111-1111-1111-1111", CARD),
        (PHONE, PHONE), ("0812 3456 7890", PHONE), ("0812-3456-7890", PHONE), ("0812.3456.7890", PHONE),
        ("0812–3456–7890", PHONE), ("0812 - 3456 - 7890", PHONE), ("0812\u00a03456\u00a07890", PHONE),
        ("+62 812 3456 7890", PHONE[1:]), ("+62 (812) 3456-7890", PHONE[1:]), ("(0812) 34567890", PHONE),
        ("HP081234567890", PHONE), ("wa-81234567890", PHONE[1:]), ("KTP-3171234567890001", NIK),
        ("081234567890ya", PHONE), ("_081234567890_", PHONE), ("saya.081234567890", PHONE),
        ("1" * 40, "1" * 40), ("5512 3456", "55123456"), ("rek. 12345678", "12345678"),
    ],
)  # fmt: skip
def test_a_persons_number_is_hidden(written: str, digits: str) -> None:
    assert hidden(written, digits)
    assert hidden(f"halo, ini {written}, terima kasih", digits)


@pytest.mark.parametrize("mail", ["budi@contoh.id", "Budi.Santoso+cs@mail.contoh.co.id", "b@x.co", "büdi@contoh.id"])
def test_a_mail_address_is_hidden(mail: str) -> None:
    local, host = mail.split("@")
    assert mask(f"email {mail}.") == f"email {local[0]}***@{host}."


@pytest.mark.parametrize(
    "text",
    [
        "KLH-202611-00042", "tiket klh 202611 42 ya", "INQ-202611-00001, SRV-202611-00002",
        "2026-11-23", "2026-11-23 10:30", "2026-11-23T10:30:00Z", "23/11/2026", "23-11-2026 pukul 14.30",
        "Senin-Jumat 08.00-20.00 serta Sabtu-Minggu 09.00-17.00", "08:00 - 20:00",
        "Rp12.500.000", "Rp 12.500.000", "Rp1.250.000,00", "harga 1.250.000.000", "Rp 150.000",
        "RPN-12345", "SN12345678AB", "RPN-20261123-001", "INV/20261123/001", "5 GB, 128 GB, 2 x 30 cm", "112",
        "1500-000", "24 November 2026 pukul 08.00 WIB",
    ],
)  # fmt: skip
def test_what_agents_work_with_stays_readable(text: str) -> None:
    assert mask(text) == text


def test_the_ends_stay_so_that_an_agent_can_compare() -> None:
    assert mask(PHONE) == "0812******90"


def test_a_price_beside_a_phone_number_does_not_save_it() -> None:
    assert mask("bayar 12.500.000 ke 081234567890") == "bayar 12.500.000 ke 0812******90"
    assert mask("KLH-202611-00042 081234567890") == "KLH-202611-00042 0812******90"


def test_masking_twice_changes_nothing_more() -> None:
    once = mask(f"{NIK} budi@contoh.id {PHONE} Rp 12.500.000")
    assert mask(once) == once


@given(st.text(alphabet="ab .,-()/+\n", max_size=12), st.text(alphabet="ab .,-()/+\n", max_size=12))
def test_a_phone_number_is_hidden_whatever_stands_around_it(before: str, after: str) -> None:
    assert PHONE not in mask(before + PHONE + after)
