"""When a promise falls due."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.calendar import DAYS, Calendar, Target, due, parse_calendar, parse_target
from bot.domain.yaml_text import load
from bot.errors import BadPolicy

WIB = ZoneInfo("Asia/Jakarta")
FILE = Path(__file__).parents[2] / "policies" / "calendar.yml"
OURS = parse_calendar(load("calendar.yml", FILE.read_text(encoding="utf-8")))


def wib(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=WIB)


# 2026-11-23 is a Monday. Open 08-20 on working days, 09-17 at weekends and on holidays.
@pytest.mark.parametrize(
    ("start", "target", "expected"),
    [
        pytest.param("2026-11-23 10:00", "1h", "2026-11-23 11:00", id="within the day"),
        pytest.param("2026-11-23 10:00", "30m", "2026-11-23 10:30", id="minutes"),
        pytest.param("2026-11-23 19:00", "1h", "2026-11-23 20:00", id="exactly until closing"),
        pytest.param("2026-11-23 19:30", "1h", "2026-11-24 08:30", id="over closing time"),
        pytest.param("2026-11-23 06:00", "1h", "2026-11-23 09:00", id="before opening"),
        pytest.param("2026-11-23 08:00", "4h", "2026-11-23 12:00", id="at opening"),
        pytest.param("2026-11-23 20:00", "1h", "2026-11-24 09:00", id="at closing"),
        pytest.param("2026-11-23 23:59", "1h", "2026-11-24 09:00", id="after closing"),
        pytest.param("2026-11-27 19:00", "4h", "2026-11-28 12:00", id="Friday into Saturday's hours"),
        pytest.param("2026-11-28 16:00", "4h", "2026-11-29 12:00", id="Saturday into Sunday"),
        pytest.param("2026-11-29 16:30", "1h", "2026-11-30 08:30", id="Sunday into Monday"),
        pytest.param("2026-08-17 16:00", "2h", "2026-08-18 09:00", id="a holiday has its own hours"),
        pytest.param("2026-12-23 19:00", "2h", "2026-12-24 10:00", id="into the Christmas holidays"),
        pytest.param("2026-12-23 10:00", "1d", "2026-12-28 20:00", id="1d over Christmas and the weekend"),
        pytest.param("2026-12-24 10:00", "1d", "2026-12-28 20:00", id="1d from a holiday"),
        pytest.param("2026-12-30 10:00", "3d", "2027-01-05 20:00", id="3d over New Year"),
        pytest.param("2026-11-30 19:30", "1h", "2026-12-01 08:30", id="over the month's end"),
        pytest.param("2026-11-30 10:00", "1d", "2026-12-01 20:00", id="1d over the month's end"),
        pytest.param("2026-11-23 10:00", "1d", "2026-11-24 20:00", id="1d"),
        pytest.param("2026-11-23 23:30", "1d", "2026-11-24 20:00", id="1d late at night"),
        pytest.param("2026-11-27 10:00", "1d", "2026-11-30 20:00", id="1d from Friday"),
        pytest.param("2026-11-28 10:00", "1d", "2026-11-30 20:00", id="1d from Saturday"),
        pytest.param("2026-11-23 10:00", "7d", "2026-12-02 20:00", id="7d"),
        pytest.param("2026-03-17 10:00", "1d", "2026-03-25 20:00", id="1d over Idulfitri"),
    ],
)
def test_when_a_target_falls_due(start: str, target: str, expected: str) -> None:
    assert due(parse_target("t", target), OURS, wib(start)) == wib(expected)


def test_the_result_is_utc_and_the_start_may_be_in_any_zone() -> None:
    falls_due = due(Target(60, "minutes"), OURS, datetime(2026, 11, 23, 12, 30, tzinfo=UTC))  # 19.30 WIB
    assert (falls_due, falls_due.tzinfo) == (wib("2026-11-24 08:30"), UTC)


def test_an_hour_that_the_clocks_skip_is_not_counted() -> None:
    """Berlin, 29 March 2026: 02.00 is 03.00. Eight hours on the wall are seven."""
    week = (((time(0), time(8)),),) * 7
    berlin = Calendar(ZoneInfo("Europe/Berlin"), "CET", week, frozenset(range(7)), {}, ())
    start = datetime(2026, 3, 29, 0, tzinfo=berlin.zone)
    assert due(Target(8 * 60, "minutes"), berlin, start) == datetime(2026, 3, 30, 1, tzinfo=berlin.zone)


def test_a_calendar_that_never_opens_is_refused() -> None:
    closed = Calendar(WIB, "WIB", ((),) * 7, frozenset(), {}, ())
    for target in (Target(1, "minutes"), Target(1, "days")):
        with pytest.raises(BadPolicy, match="calendar"):
            due(target, closed, wib("2026-11-23 10:00"))


# A slow twin: one minute, one day at a time.

SPANS = st.lists(st.integers(0, 48), min_size=0, max_size=4, unique=True).map(sorted)


def spans(half_hours: list[int]) -> tuple[tuple[time, time], ...]:
    ends = [time(n // 2, n % 2 * 30) if n < 48 else time(23, 59) for n in half_hours]
    return tuple(zip(ends[::2], ends[1::2], strict=False))


@cache
def is_open(calendar_hours: tuple[tuple[time, time], ...], at: time) -> bool:
    return any(opens <= at < closes for opens, closes in calendar_hours)


def slow_due(minutes: int, calendar: Calendar, start: datetime) -> datetime:
    at = start.astimezone(calendar.zone)
    while minutes > 0:
        minutes -= is_open(calendar.hours(at.date()), at.time())
        at += timedelta(minutes=1)
    return at


@settings(max_examples=60, deadline=None)
@given(
    week=st.lists(SPANS, min_size=7, max_size=7),
    holiday=SPANS,
    day_of_month=st.integers(1, 28),
    minute=st.integers(0, 24 * 60 - 1),
    amount=st.integers(1, 2000),
)
def test_minutes_agree_with_counting_them_one_by_one(
    week: list[list[int]], holiday: list[int], day_of_month: int, minute: int, amount: int
) -> None:
    monday = ((time(9), time(17)),)  # so that it opens at all
    holidays = {date(2026, 11, 11): "a", date(2026, 11, 24): "b"}
    hours = (monday, *(spans(day) for day in week[1:]))
    calendar = Calendar(WIB, "WIB", hours, frozenset(range(5)), holidays, spans(holiday))
    start = datetime(2026, 11, day_of_month, minute // 60, minute % 60, tzinfo=WIB)
    assert due(Target(amount, "minutes"), calendar, start) == slow_due(amount, calendar, start)


@settings(max_examples=200, deadline=None)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20)), st.integers(1, 900), st.integers(1, 900))
def test_a_longer_target_and_a_later_start_are_never_due_earlier(start: datetime, a: int, b: int) -> None:
    begin = start.replace(tzinfo=UTC)
    shorter, longer = sorted((a, b))
    first = due(Target(shorter, "minutes"), OURS, begin)
    assert begin < first <= due(Target(longer, "minutes"), OURS, begin)
    assert first <= due(Target(shorter, "minutes"), OURS, begin + timedelta(minutes=longer))


# What a lead may get wrong in the file.

GOOD: dict[str, Any] = {
    "zone": "Asia/Jakarta",
    "zone_label": "WIB",
    "hours": {day: ["08:00-20:00"] for day in DAYS},
    "working_days": ["monday"],
    "holiday_hours": [],
    "holidays": {"2026-12-25": "Natal"},
}


def test_the_good_calendar_is_good() -> None:
    assert parse_calendar(GOOD).works(date(2026, 11, 23))


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"zone": "Asia/Jakata"}, "Asia/Jakata"),
        ({"hours": {"mondey": ["08:00-20:00"]}}, "mondey"),
        ({"hours": {"monday": ["20:00-08:00"]}}, "20:00-08:00"),
        ({"hours": {"monday": ["08:00-12:00", "11:00-20:00"]}}, "overlap"),
        ({"hours": {"monday": ["8-20"]}}, "8"),
        ({"hours": {"monday": [480]}}, "int"),
        ({"hours": None}, "None"),
        ({"working_days": ["senin"]}, "index|senin"),
        ({"holidays": {"2026-02-30": "x"}}, "day"),
        ({"holidays": None}, "None"),
    ],
)
def test_a_wrong_calendar_is_refused_and_says_where(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(BadPolicy, match=rf"policies/calendar\.yml: .*({named})"):
        parse_calendar(GOOD | changed)


@pytest.mark.parametrize("text", ["4", "h4", "4w", "0h", "-4h", "4 h", "99999m", None, 4])
def test_a_wrong_target_is_refused_by_name(text: Any) -> None:
    with pytest.raises(BadPolicy, match=r"inquiry\.resolution"):
        parse_target("inquiry.resolution", text)
