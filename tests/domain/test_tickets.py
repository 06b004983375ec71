"""Ticket numbers, and what a ticket may become."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.tickets import ACTIVE, TRANSITIONS, find_number, may_become, month, number

WIB = ZoneInfo("Asia/Jakarta")


@pytest.mark.parametrize(
    "said",
    [
        "KLH-202611-00042", "klh-202611-00042", "klh 202611 42", "KLH202611 42", "KLH20261100042", "Klh.202611.042",
        "#KLH-202611-00042", "KLH: 202611-00042", "klh/202611/00042", "KLH–202611–00042", "KLH—202611—42",
        "tiket saya KLH-202611-00042, sudah sampai mana?", "(klh-202611-00042)", "KLH-\n202611-\n00042",
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(said: str) -> None:
    assert find_number(said) == "KLH-202611-00042"


@pytest.mark.parametrize(
    "said",
    [
        "", "KLH", "KLH-202613-00042", "KLH-202600-00042", "KLH-199911-00042", "XKLH-202611-00042", "ABC-202611-00042",
        "KLH-202611", "KLH-202611-", "KLH-202611-1234567", "KLH - - - 202611 - 42", "202611-00042", "order 20261100042",
    ],
)  # fmt: skip
def test_what_is_no_number_is_not_found(said: str) -> None:
    assert find_number(said) is None


@pytest.mark.parametrize("prefix", ["INQ", "KLH", "SRV", "ONB"])
@pytest.mark.parametrize("value", [1, 42, 99_999, 100_000, 999_999])
def test_every_number_that_is_made_is_found_again(prefix: str, value: int) -> None:
    made = number(prefix, "202611", value)
    assert find_number(f"soal {made.lower()} ya") == made


def test_the_first_of_two_numbers_counts() -> None:
    assert find_number("KLH-202611-00001 dan INQ-202611-00002") == "KLH-202611-00001"


def test_the_month_is_the_one_in_jakarta() -> None:
    assert month(datetime(2026, 11, 30, 16, 59, tzinfo=UTC), WIB) == "202611"
    assert month(datetime(2026, 11, 30, 17, 10, tzinfo=UTC), WIB) == "202612"
    assert month(datetime(2026, 12, 31, 17, 0, tzinfo=UTC), WIB) == "202701"


def test_no_status_leads_to_one_that_does_not_exist() -> None:
    assert {target for targets in TRANSITIONS.values() for target in targets} <= set(TRANSITIONS)


def test_every_active_ticket_can_be_resolved_and_no_finished_one_can() -> None:
    assert all(may_become(status, "resolved") for status in ACTIVE)
    assert not any(may_become(status, "resolved") for status in set(TRANSITIONS) - set(ACTIVE))
    assert may_become("resolved", "open")
