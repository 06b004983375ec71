"""Numbers of orders, tickets and devices."""

import re
from collections.abc import Iterator

from bot.domain.details.contacts import e164
from bot.domain.details.dates import NUMERIC
from bot.domain.details.reading import spotted
from bot.domain.tickets import NUMBER, find_number
from bot.messages import Detail

_THING = r"(?:pesanan|orderan|order|invoice|transaksi|pemesanan|resi)(?:ku|nya)?"
_NUMBER = r"(?:no(?:mor|mer|\.)?|number|num|id|kode)(?:nya)?"
_BETWEEN = r"(?:(?:saya|aku|nya|itu|ini|adalah|dengan|is|my)[\s:#]{1,3}){0,2}"
_TOKEN = r"([A-Za-z0-9][A-Za-z0-9/-]{2,27}[A-Za-z0-9])(?![A-Za-z0-9])"
_NO_COUNT = r"(?!\s?(?:rb|ribu|rupiah|jt|juta|k|hari|unit|pcs|buah)\b)"
# "no pesanan saya RPN-12345", "order #3381", "pesanan nomor 12345".
_ORDER_NUMBERED = re.compile(
    rf"\b(?:{_NUMBER}\s{{0,3}}{_THING}[\s:#]{{0,3}}|{_THING}[\s:]{{1,3}}{_BETWEEN}(?:{_NUMBER}[\s.:#]{{1,3}}|#\s?))"
    rf"{_BETWEEN}{_TOKEN}",
    re.IGNORECASE,
)
# "pesanan RPN-12345", but not "order iPhone15pro".
_ORDER_CODE = re.compile(
    rf"\b{_THING}[\s:]{{1,3}}{_BETWEEN}"
    rf"(?=[A-Za-z]{{1,6}}[/-]?\d|\d{{2,8}}-(?:\d{{3,8}}|[A-Z]{{2,4}})(?![A-Za-z0-9])){_TOKEN}{_NO_COUNT}",
    re.IGNORECASE,
)
# "pesanan 88120": a round figure or that of a transaction may be money, "order 2026" a year.
_ORDER_FIGURE = re.compile(
    rf"\b(?:resi(?:nya)?[\s:]{{1,3}}{_BETWEEN}"
    rf"|(?:pesanan|orderan|order|invoice)(?:ku|nya)?[\s:]{{1,3}}{_BETWEEN}(?!\d{{0,12}}00\b|20\d\d\b))"
    rf"([0-9]{{4,14}})(?![^\W_]|[.,/-]\d){_NO_COUNT}",
    re.IGNORECASE,
)
_SERIAL = re.compile(
    r"\b(?:s/?n|(?:no(?:mor|mer|\.)?\s{0,2})?seri(?:al)?(?:\s{0,2}(?:number|num|no\.?|nomor))?)(?:nya)?[\s:#=.]{1,3}"
    r"(?:(?:kamera|camera|produk|perangkat|device|unit|alat|saya|nya|itu|ini|adalah|tertera|di|on|stiker|is|my|of|the)"
    r"[\s:#=]{1,3}){0,4}([A-Za-z0-9][A-Za-z0-9/-]{3,28}[A-Za-z0-9])(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_SERIAL_JOINED = re.compile(r"(?<![A-Za-z0-9-])(SN\d[A-Za-z0-9-]{5,24})(?![A-Za-z0-9])", re.IGNORECASE)


def ticket_numbers(text: str) -> Iterator[Detail]:
    return (spotted("ticket_number", hit, find_number(hit.group()) or "") for hit in NUMBER.finditer(text))


def order_numbers(text: str) -> Iterator[Detail]:
    """Order numbers that the text names as such."""
    for pattern, least in ((_ORDER_NUMBERED, 1), (_ORDER_CODE, 3), (_ORDER_FIGURE, 4)):
        for hit in pattern.finditer(text):
            if is_code(hit[1]) and _digits(hit[1]) >= least:
                yield spotted("order_number", hit, hit[1].upper(), 1)


def serial_numbers(text: str) -> Iterator[Detail]:
    for pattern in (_SERIAL, _SERIAL_JOINED):
        hits = (hit for hit in pattern.finditer(text) if _digits(hit[1]) >= 2)
        yield from (spotted("serial_number", hit, hit[1].upper(), 1) for hit in hits)


def is_code(text: str) -> bool:
    """Whether letters and digits are a code; a date, a phone number and a word are none."""
    phone = text.startswith(("08", "62")) and e164(text)
    return _digits(text) > 0 and not NUMERIC.fullmatch(text) and not phone


def _digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
