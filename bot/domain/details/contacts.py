"""Phone numbers and mail addresses."""

import re
from collections.abc import Iterator

import phonenumbers

from bot.domain.details.reading import spotted
from bot.messages import Detail

EMAIL = re.compile(r"(?<![\w.%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{2,63}){1,4}")
PHONE = re.compile(
    r"(?<![\d+])(?<!\d[.,/-])(?<!rp)(?<!rp[\s.])"
    # Letters before it make a code, unless they say what it is.
    r"(?:(?<![^\W\d_])|(?<=hp|wa)|(?<=tel)|(?<=telp))"
    r"(?!\d\d[.:]\d\d(?![.\d]))"  # 08.00-20.00
    r"(?:\+|\(?(?:00|0|62)|(?=8[1-9]\d[ -]?\d{3,4}[ -]?\d{3,5}(?!\d)))"
    r"[\d ().‐-―-]{6,20}\d(?!\d)",
    re.IGNORECASE,
)
_MOST_RUNS = 200  # each may be tried group by group; nobody writes as many numbers
_GROUP = re.compile(r"\d+")
_NARROW = {ord("０") + digit: str(digit) for digit in range(10)}


def emails(text: str) -> Iterator[Detail]:
    return (spotted("email", hit, hit.group().lower()) for hit in EMAIL.finditer(text))


def phones(text: str) -> Iterator[Detail]:
    """Numbers that can be dialled, read as Indonesian where no country is given, as E.164."""
    narrow, at = text.translate(_NARROW), 0
    for _ in range(_MOST_RUNS):
        hit = PHONE.search(narrow, at)
        if hit is None:
            return
        length, value = _longest(hit.group())
        if value:
            yield Detail("phone", text[hit.start() : hit.start() + length], value, hit.start())
        # What begins as a phone number but is none may hide one: "01-12-26 0812 3456 7890".
        at = hit.start() + (length if value else _first_group_end(hit.group()))


def _longest(run: str) -> tuple[int, str]:
    """How much of a run of groups is the number: "0812-3456-7890 2 unit" ends before the 2."""
    groups = sorted(_GROUP.finditer(run), key=lambda group: (len(group.group()) >= 3, group.end()), reverse=True)
    tries = ((group.end(), e164(run[: group.end()])) for group in groups)
    return next(((end, value) for end, value in tries if value), (0, ""))


def _first_group_end(run: str) -> int:
    group = _GROUP.search(run)
    return group.end() if group else 1


def e164(text: str) -> str | None:
    try:
        parsed = phonenumbers.parse("+" + text[2:] if text.startswith("00") else text, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
