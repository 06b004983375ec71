"""Personal data made unreadable before it leaves for Slack or a log.

Source of the identifiers: NIK and NPWP (16 and 15 digits, also dotted or spaced), payment cards,
Indonesian phone numbers, e-mail. Ticket numbers, dates, hours and prices stay: agents work with them.
"""

import re

from bot.domain.tickets import NUMBER

_TIME = r"(?:[01]?\d|2[0-3])[.:][0-5]\d"
_READABLE = re.compile(
    rf"{NUMBER.pattern}"
    r"|(?<![\d./-])(?:"
    r"(?:19|20)\d\d-[01]\d-[0-3]\d"
    r"|[0-3]?\d([/-])[01]?\d\4(?:19|20)\d\d"
    rf"|{_TIME}\s?[-–]\s?{_TIME}"
    r"|[1-9]\d{0,2}(?:\.\d{3}){2,4}(?:,\d\d)?"
    r")(?![./-]?\d)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\b(\w)[\w.%+-]{0,63}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,4})")
_DIGITS = re.compile(r"(?<!\d)\+?\(?\d(?:[ \t\u00a0\u2009\u202f.()/‐-―-]{0,3}\d){7,}")
# Letters right before the digits make a serial or an order number (RPN-20261123-001), unless the
# digits look like a person's.
_CODE_STARTS = re.compile(r"[A-Za-z][-/]?$")
_A_PERSONS = re.compile(r"0|62|8\d{8,11}$|\d{15,16}$")
_STAR = "*"


def mask(text: str) -> str:
    """The text with numbers of eight digits and more and mail addresses starred out."""
    kept: list[str] = []
    end = 0
    for readable in _READABLE.finditer(text):
        kept += [_mask_part(text[end : readable.start()]), readable.group()]
        end = readable.end()
    return "".join([*kept, _mask_part(text[end:])])


def _mask_part(text: str) -> str:
    return _DIGITS.sub(_stars, _EMAIL.sub(r"\1***@\2", text))


def _stars(found: re.Match[str]) -> str:
    """First four and last two digits stay (two and two of a short number), so that an agent can compare."""
    digits = re.sub(r"\D", "", found.group())
    before = found.string[max(found.start() - 2, 0) : found.start()]
    if _CODE_STARTS.search(before) and not _A_PERSONS.match(digits):
        return found.group()
    head = 4 if len(digits) >= 10 else 2
    return digits[:head] + _STAR * (len(digits) - head - 2) + digits[-2:]
