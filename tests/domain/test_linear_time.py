"""No pattern of ours can be made to hang: 100,000 characters of anything take linear time."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain import cues, text, tickets, validators
from bot.domain.knowledge import words
from bot.domain.masking import mask
from tests.domain.growth import HOSTILE, is_linear

READERS: tuple[Callable[[str], Any], ...] = (
    mask, text.clean, tickets.find_number, cues.exact, cues.cues, cues.acts_at_once, words,
    validators.name, validators.contact, validators.order_number, validators.story, validators.anything,
    validators.find_name, validators.find_contact, validators.find_order_number,
)  # fmt: skip
# What stands before the hostile part leads into the deepest branch of a pattern.
STARTS = (
    "",
    "nama saya",
    "nama",
    "no pesanan saya",
    "pesanan",
    "klh",
    "budi@",
    "sudah",
    "tolong",
    "tidak",
    "+62(",
    "Rp",
)


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("reader", READERS, ids=lambda f: f"{f.__module__.rsplit('.')[-1]}.{f.__name__}")
def test_a_hostile_text_is_read_in_linear_time(reader: Callable[[str], Any], unit: str) -> None:
    assert is_linear(reader, unit)


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("reader", READERS, ids=lambda f: f"{f.__module__.rsplit('.')[-1]}.{f.__name__}")
def test_blanks_after_a_known_word_are_read_in_linear_time(reader: Callable[[str], Any], start: str) -> None:
    for blank in (" ", "\n", " :"):
        assert is_linear(reader, blank, start, "!", 20_000)
