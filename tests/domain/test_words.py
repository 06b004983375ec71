"""Times, targets and hours in words."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import parse_calendar, parse_target
from bot.domain.words import hours, moment, target
from bot.domain.yaml_text import load

FILE = Path(__file__).parents[2] / "policies" / "calendar.yml"
OURS = parse_calendar(load("calendar.yml", FILE.read_text(encoding="utf-8")))
WIB = OURS.zone
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=WIB)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-23 14:30", "hari ini pukul 14.30 WIB"),
        ("2026-11-23 14:31", "hari ini pukul 14.35 WIB"),
        ("2026-11-23 14:35", "hari ini pukul 14.35 WIB"),
        ("2026-11-24 08:00", "besok (Selasa, 24 November 2026) pukul 08.00 WIB"),
        ("2026-11-23 23:57", "besok (Selasa, 24 November 2026) pukul 00.00 WIB"),
        ("2026-11-25 20:00", "Rabu, 25 November 2026 pukul 20.00 WIB"),
        ("2026-12-31 23:59", "Jumat, 1 Januari 2027 pukul 00.00 WIB"),
    ],
)
def test_a_moment_is_said_as_people_say_it(at: str, said: str) -> None:
    assert moment(datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=WIB), OURS, MONDAY) == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-11-23 14:30", "today at 14:30 WIB"),
        ("2026-11-23 14:31", "today at 14:35 WIB"),
        ("2026-11-24 08:00", "tomorrow (Tuesday, 24 November 2026) at 08:00 WIB"),
        ("2026-11-23 23:57", "tomorrow (Tuesday, 24 November 2026) at 00:00 WIB"),
        ("2026-11-25 20:00", "Wednesday, 25 November 2026 at 20:00 WIB"),
        ("2026-12-31 23:59", "Friday, 1 January 2027 at 00:00 WIB"),
    ],
)
def test_and_in_english_too(at: str, said: str) -> None:
    assert moment(datetime.strptime(at, "%Y-%m-%d %H:%M").replace(tzinfo=WIB), OURS, MONDAY, "en") == said


def test_today_is_the_day_in_jakarta_and_not_in_utc() -> None:
    late = datetime(2026, 11, 23, 17, 10, tzinfo=UTC)  # 00.10 WIB on Tuesday
    assert moment(late + timedelta(hours=9), OURS, late).startswith("hari ini")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_never_earlier_than_due_and_at_most_five_minutes_later(at: datetime) -> None:
    due = at.replace(tzinfo=WIB)
    said = moment(due, OURS, due - timedelta(days=30))
    day, month, year, clock = said.split(", ")[1].replace(" pukul", "").removesuffix(" WIB").split()
    months = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
    shown = datetime(int(year), months.index(month) + 1, int(day), *map(int, clock.split(".")), tzinfo=WIB)
    assert due <= shown < due + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("value", "said"),
    [("30m", "30 menit kerja"), ("90m", "90 menit kerja"), ("4h", "4 jam kerja"), ("3d", "3 hari kerja")],
)
def test_a_target_in_words(value: str, said: str) -> None:
    assert target(parse_target("t", value)) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1m", "1 working minute"),
        ("30m", "30 working minutes"),
        ("60m", "1 working hour"),
        ("90m", "90 working minutes"),
        ("1h", "1 working hour"),
        ("4h", "4 working hours"),
        ("1d", "1 working day"),
        ("3d", "3 working days"),
    ],
)
def test_a_target_in_english(value: str, said: str) -> None:
    assert target(parse_target("t", value), "en") == said


def test_hours_as_the_calendar_has_them() -> None:
    said = hours(OURS)
    assert said["weekday"] == "Senin-Jumat 08.00-20.00"
    assert said["weekend"] == "Sabtu-Minggu dan libur nasional 09.00-17.00"


def test_hours_in_english() -> None:
    said = hours(OURS, "en")
    assert said["weekday"] == "Monday-Friday 08:00-20:00"
    assert said["weekend"] == "Saturday-Sunday and public holidays 09:00-17:00"


def test_a_short_friday_and_a_closed_sunday_are_told() -> None:
    short = (time(8), time(11, 30)), (time(13), time(17))
    week = (*OURS.week[:4], short, OURS.week[5], ())
    said = hours(replace(OURS, week=week, holiday_hours=()))
    assert said["weekday"] == "Senin-Kamis 08.00-20.00, Jumat 08.00-11.30 dan 13.00-17.00"
    assert said["weekend"] == "Sabtu 09.00-17.00, Minggu tutup, libur nasional tutup"
    english = hours(replace(OURS, week=week, holiday_hours=()), "en")
    assert english["weekday"] == "Monday-Thursday 08:00-20:00, Friday 08:00-11:30 and 13:00-17:00"
    assert english["weekend"] == "Saturday 09:00-17:00, Sunday closed, public holidays closed"
