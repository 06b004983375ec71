"""Times, targets and hours in words that customers read, in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from bot.domain.calendar import Calendar, Interval, Target


@dataclass(frozen=True, slots=True)
class _Speech:
    """How a language says it. `units` hold the word for one and the word for more."""

    days: tuple[str, ...]
    months: tuple[str, ...]
    clock: str
    today: str
    tomorrow: str
    moment: str
    units: Mapping[str, tuple[str, str]]
    both: str
    holidays: str
    closed: str


_SPEECH = {
    "id": _Speech(
        days=("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
        months=(
            "Januari", "Februari", "Maret", "April", "Mei", "Juni",
            "Juli", "Agustus", "September", "Oktober", "November", "Desember",
        ),
        clock="%H.%M",
        today="hari ini",
        tomorrow="besok ({day})",
        moment="{day} pukul {clock} {zone}",
        units={"minutes": ("menit kerja",) * 2, "hours": ("jam kerja",) * 2, "days": ("hari kerja",) * 2},
        both="dan",
        holidays="libur nasional",
        closed="tutup",
    ),
    # The clock of 24 hours: noon and midnight are never in doubt, and the articles use it too.
    "en": _Speech(
        days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        months=(
            "January", "February", "March", "April", "May", "June",
            "July", "August", "September", "October", "November", "December",
        ),
        clock="%H:%M",
        today="today",
        tomorrow="tomorrow ({day})",
        moment="{day} at {clock} {zone}",
        units={
            "minutes": ("working minute", "working minutes"),
            "hours": ("working hour", "working hours"),
            "days": ("working day", "working days"),
        },
        both="and",
        holidays="public holidays",
        closed="closed",
    ),
}  # fmt: skip


def clock(at: time | datetime, language: str = "id") -> str:
    return at.strftime(_SPEECH[language].clock)


def day(at: datetime, language: str = "id") -> str:
    speech = _SPEECH[language]
    return f"{speech.days[at.weekday()]}, {at.day} {speech.months[at.month - 1]} {at.year}"


def moment(at: datetime, calendar: Calendar, now: datetime, language: str = "id") -> str:
    """`hari ini pukul 14.30 WIB`, or with the day's name; minutes are rounded up, never earlier."""
    speech, said = _SPEECH[language], _round_up(at).astimezone(calendar.zone)
    today, full = now.astimezone(calendar.zone).date(), day(said, language)
    near = {today: speech.today, today + timedelta(days=1): speech.tomorrow.format(day=full)}
    on = near.get(said.date(), full)
    return speech.moment.format(day=on, clock=clock(said, language), zone=calendar.zone_label)


def _round_up(at: datetime) -> datetime:
    whole = at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=5)


def target(value: Target, language: str = "id") -> str:
    amount, unit = value.amount, value.unit
    if unit == "minutes" and amount % 60 == 0:
        return _counted(amount // 60, "hours", language)
    return _counted(amount, unit, language)


def _counted(amount: int, unit: str, language: str) -> str:
    one, more = _SPEECH[language].units[unit]
    return f"{amount} {one if amount == 1 else more}"


def hours(calendar: Calendar, language: str = "id") -> dict[str, str]:
    """The `hours.*` placeholders: weekdays and weekends as the calendar has them."""
    speech, holiday = _SPEECH[language], calendar.holiday_hours
    alike = all(spans == holiday for spans in calendar.week[5:])
    weekend = f"{'-'.join(speech.days[5:])} {speech.both}" if alike else f"{_days(calendar, range(5, 7), language)},"
    return {
        "weekday": _days(calendar, range(5), language),
        "weekend": f"{weekend} {speech.holidays} {_spans(holiday, language)}",
        "zone": calendar.zone_label,
    }


def _days(calendar: Calendar, days: range, language: str) -> str:
    """Neighbouring days with the same hours as one: `Senin-Kamis 08.00-20.00, Jumat 08.00-17.00`."""
    groups = [(spans, list(group)) for spans, group in groupby(days, key=lambda day: calendar.week[day])]
    named = _SPEECH[language].days
    spoken = ((spans, dict.fromkeys((named[group[0]], named[group[-1]]))) for spans, group in groups)
    return ", ".join(f"{'-'.join(ends)} {_spans(spans, language)}" for spans, ends in spoken)


def _spans(intervals: tuple[Interval, ...], language: str) -> str:
    speech = _SPEECH[language]
    spans = (f"{clock(opens, language)}-{clock(closes, language)}" for opens, closes in intervals)
    return f" {speech.both} ".join(spans) or speech.closed
