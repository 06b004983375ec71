"""Days that a text names, by the calendar of the customer's today."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from bot.domain.details.days_away import AGO, AWAY, TOMORROW, WHICH, Reader, no_day, pattern
from bot.domain.details.reading import read, spotted
from bot.messages import Detail

_MONTHS = {
    month: number
    for number, names in enumerate(
        "jan feb mar apr mei,may jun jul agu,agt,ags,aug sep okt,oct nov,nop des,dec".split(), start=1
    )
    for month in names.split(",")
}
_MONTH = (
    r"jan(?:uari|uary)?|feb(?:ruari|ruary)?|mar(?:et|ch)?|apr(?:il)?|mei|may|jun[ie]?|jul[iy]?|agu(?:s|stus)?|ag[ts]"
    r"|aug(?:ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|nop(?:ember)?|de[sc](?:ember)?"
)
_MONTHS_AWAY = {"ini": 0, "nanti": 0, "depan": 1, "dpn": 1, "besok": 1}
_AHEAD = frozenset("nanti depan dpn besok bsk bsok esok".split())
# How far ahead a day without a year may be: customers tell what happened, or make an appointment.
_NEAR = timedelta(60)
_ORDINAL = r"(?:st|nd|rd|th)?"

# "2026-11-12", "12/11/26", "12.11.2026"; three numbers with points and a short year are a version.
_NUMERIC = (
    r"(?<![\d/.-])(?:(\d{4})([/-])(\d{1,2})\2(\d{1,2})"
    r"|([0-3]?\d)(?:([/-])([01]?\d)\6(\d{4}|\d{2})|\.([01]?\d)\.(\d{4})))(?!\d|[/.-]\d)"
)
_DAY_MONTH = (
    rf"(?<!\d)(?<!\d[.,/])(\d{{1,2}}){_ORDINAL}[\s./-]{{0,2}}(?:of\s{{1,2}})?({_MONTH})(?![^\W\d_])"
    rf"(?:\.?[\s,/-]{{0,2}}(\d{{4}})(?!\d)|\s?['’](\d\d)(?!\d))?(?![^\W_])(?:\s{{1,3}}{WHICH}({AGO})\b)?"
)
_MONTH_DAY = (
    rf"\b({_MONTH})\.?\s{{1,2}}(\d{{1,2}}){_ORDINAL}(?:,?\s{{1,2}}(\d{{4}})(?!\d))?"
    # "Mei 3 unit", "Maret 10.000"
    r"(?![^\W_]|[.:,]\d|%|\s?(?:x|kali|unit|pcs|hari|orang|bulan|tahun|jam|rb|ribu|jt|juta|gb|mbps|persen)\b)"
)
_RECURRING = r"\b(?:tiap|setiap)\s{1,3}(?:tgl|tanggal)\.?\s{0,2}\d{1,2}"
_DAY_ALONE = (
    r"\b(?:tgl|tggl|tanggal)\.?\s{0,2}(\d{1,2})(?:/(\d{1,2}))?(?![^\W_]|[.,:/]\d|%)"
    rf"(?:\s{{1,3}}(bulan\s{{1,3}})?{WHICH}({AGO}|ini|nanti|depan|dpn|{TOMORROW})\b)?"
)


def dates(text: str, today: date) -> Iterator[Detail]:
    """Named days as ISO dates, those that no calendar has with an empty value.

    Without a year or a month the last such day is meant, unless the words say otherwise or "5 Januari" is near.
    """

    def finder(written: re.Pattern[str], reader: Reader) -> Callable[[str], Iterable[Detail]]:
        return lambda left: (spotted("date", hit, _iso(reader, hit, today)) for hit in written.finditer(left))

    yield from read(text, (finder(*each) for each in _READERS))


def _iso(reader: Reader, hit: re.Match[str], today: date) -> str:
    try:
        day = reader(hit, today)
    except (ValueError, OverflowError):  # before the first or after the last day that a date can hold
        return ""
    return day.isoformat() if day else ""


def _numeric(hit: re.Match[str], today: date) -> date:
    year, month, day = (hit[1], hit[3], hit[4]) if hit[1] else (hit[8] or hit[10], hit[7] or hit[9], hit[5])
    return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))


def _day_month(hit: re.Match[str], today: date) -> date | None:
    day, month, year, short, ago = hit.groups()
    return _of_year(today, int(day), _MONTHS[month[:3].lower()], year or (short and f"20{short}"), bool(ago))


def _month_day(hit: re.Match[str], today: date) -> date | None:
    month, day, year = hit.groups()
    return None if month == "may" else _of_year(today, int(day), _MONTHS[month[:3].lower()], year)


def _of_year(today: date, day: int, month: int, year: str | None = None, ago: bool = False) -> date | None:
    if year:
        return date(int(year), month, day)
    latest = today if ago else today + _NEAR
    near = (_possible(latest.year - distance, month, day) for distance in (0, 1))
    return next((d for d in near if d and d <= latest), None)


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day_alone(hit: re.Match[str], today: date) -> date | None:
    day, month, of_month, which = hit.groups()
    if month:
        return _of_year(today, int(day), int(month))
    which = (which or "").lower()
    if of_month or which == "ini":
        return _in_month(today, int(day), _MONTHS_AWAY.get(which, -1))
    ahead = which in _AHEAD
    near = (_in_month(today, int(day), distance if ahead else -distance) for distance in range(4))
    return next((d for d in near if d and (d >= today if ahead else d <= today)), None)


def _in_month(today: date, day: int, distance: int) -> date | None:
    year, month = divmod(today.year * 12 + today.month - 1 + distance, 12)
    return _possible(year, month + 1, day)


NUMERIC = pattern(_NUMERIC)
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (NUMERIC, _numeric),
    (pattern(_DAY_MONTH), _day_month),
    (pattern(_MONTH_DAY), _month_day),
    (pattern(_RECURRING), no_day),
    (pattern(_DAY_ALONE), _day_alone),
    *AWAY,
)
