"""Amounts of money, in whole rupiah."""

import re
from collections.abc import Iterator
from decimal import Decimal

from bot.domain.details.reading import spotted
from bot.messages import Detail

_TIMES = {
    word: 10**zeros
    for zeros, words in ((3, "rb ribu rebu k thousand"), (6, "jt juta million"), (9, "miliar milyar billion"))
    for word in words.split()
}
_GROUPED = r"\d{1,3}(?:\.\d{3}){1,4}(?:,\d{1,2})?|\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?"
_AMOUNT = re.compile(
    r"(?<![\w.,/])(?<![^\W\d_]-)(?:(?P<mark>rp|idr)[\s.:]{0,2})?"
    rf"(?P<number>{_GROUPED}|\d{{1,12}}(?:[.,]\d{{1,2}})?)(?![.,]?\d)"
    rf"(?:(?P<gap>\s?)(?P<unit>{'|'.join(_TIMES)})(?:\s(?P<more>\d{{1,3}})\s?(?:rb|ribu))?)?"
    r"(?P<word>\s?(?:rupiah|perak|idr)|,-)?(?![^\W_])",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"[.,](\d{1,2})$")
# Thousands of other things: "servis 10rb km", "200rb subscriber".
_OF_OTHERS = re.compile(
    r"\s?(?:km|kilo(?:meter)?|orang|people|subscribers?|followers?|pengikut|views?|likes?|poin|points?|miles|langkah"
    r"|kali|pcs|unit|buah|jiwa|penonton|watt)\b",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(
    r"\b(?:poin|points?|miles|followers?|subscribers?|kilometer|km)(?:\s(?:saya|aku|gw))?\s{1,2}$", re.IGNORECASE
)


def amounts(text: str) -> Iterator[Detail]:
    """Numbers that a mark, a word or a unit makes money; a bare one may be anything."""
    return (spotted("amount", hit, value) for hit in _AMOUNT.finditer(text) if (value := _rupiah(text, hit)))


def _rupiah(text: str, hit: re.Match[str]) -> str:
    if not (hit["mark"] or hit["word"] or (hit["unit"] and _is_money(text, hit))):
        return ""
    value = _number(hit["number"]) * _TIMES.get((hit["unit"] or "").casefold(), 1)
    value += int(hit["more"] or 0) * 1000
    # "Rp 2.5" leaves out what it counts.
    return "" if value % 1 and value < 100 else str(int(value))


def _is_money(text: str, hit: re.Match[str]) -> bool:
    """A "4K" is a picture and "12 K" a flat, but "10k" is a price."""
    short = hit["unit"] in ("k", "K") and (hit["gap"] or _number(hit["number"]) < 10)
    before = text[max(hit.start() - 20, 0) : hit.start()]
    return not (short or _OF_OTHERS.match(text, hit.end()) or _BY_OTHERS.search(before))


def _number(written: str) -> Decimal:
    """One or two digits after the last mark are a fraction, three are thousands: Indonesian and English alike."""
    fraction = _FRACTION.search(written)
    whole = written[: fraction.start()] if fraction else written
    return Decimal(re.sub(r"[.,]", "", whole) + "." + (fraction[1] if fraction else "0"))
