"""Days told by their distance from today: "kemarin", "Senin lalu"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

Reader = Callable[[re.Match[str], date], date | None]

WHICH = r"(?:(?:yang|yg)\s{1,3})?"
_YESTERDAY = r"(?:kemarin|kemaren|kmaren|kmarin|kmrin|kmrn|kmren)"
AGO = rf"(?:lalu|{_YESTERDAY})"
TOMORROW = r"(?:besok|bsk|bsok|esok)"
_DAYS = {
    day: number
    for number, names in enumerate(
        "senin,senen,monday selasa,tuesday rabu,rebo,wednesday kamis,thursday jumat,jum'at,friday sabtu,saturday"
        " minggu,ahad,sunday".split()
    )
    for day in names.split(",")
}
_DAY = "|".join(_DAYS)
_WEEKDAY = rf"\b(hari\s{{1,3}})?({_DAY})\s{{1,3}}{WHICH}({AGO}|{TOMORROW})\b|\blast\s{{1,3}}({_DAY})\b"
# "minggu lalu" and "bulan kemarin" are no days, and the "kemarin" in them is not yesterday.
_PERIOD = (
    r"(?:minggu|pekan|bulan|tahun|mgg|bln|thn|week|month|year)(?:nya)?\s{1,3}" + WHICH + rf"(?:{AGO}|{TOMORROW})\b"
)
_NEAR = (
    (-2, rf"{_YESTERDAY} (?:lusa|dulu)|(?:the )?day before yesterday"),
    (-1, rf"{_YESTERDAY}|tadi malam|yesterday|last night"),
    (2, rf"(?:{TOMORROW} )?lusa|(?:the )?day after tomorrow"),
    (1, rf"{TOMORROW}|tomorrow"),
    (
        0,
        r"hari ini|hr ini|tadi (?:pagi|siang|sore)|nanti (?:siang|sore|malam)|(?:pagi|siang|sore|malam) ini"
        r"|today|tonight|this (?:morning|afternoon|evening)",
    ),
)


def pattern(written: str) -> re.Pattern[str]:
    # ASCII, so that no look-alike letter matches a month that is then looked up in vain.
    return re.compile(written, re.IGNORECASE | re.ASCII)


def no_day(hit: re.Match[str], today: date) -> None:
    """For words that look like a day, so that nothing in them is taken for one."""


def _weekday(hit: re.Match[str], today: date) -> date | None:
    said, name, which, last = hit.groups()
    day = (name or last).lower()
    if day == "minggu" and not said:  # "minggu lalu" is last week
        return None
    if which and re.fullmatch(TOMORROW, which, re.IGNORECASE):
        return today + timedelta((_DAYS[day] - today.weekday()) % 7 or 7)
    return today - timedelta((today.weekday() - _DAYS[day]) % 7 or 7)


def _near(days: int, words: str) -> tuple[re.Pattern[str], Reader]:
    spaced = words.replace(" ", r"\s{1,3}")
    return pattern(rf"(?<![\w-])(?:{spaced})(?![\w-])"), lambda hit, today: today + timedelta(days)


AWAY: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (pattern(_WEEKDAY), _weekday),
    (pattern(_PERIOD), no_day),
    *(_near(days, words) for days, words in _NEAR),
)
