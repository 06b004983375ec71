"""Times, targets and hours in words that customers read."""

from datetime import datetime, time, timedelta
from itertools import groupby

from bot.domain.calendar import Calendar, Interval, Target

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip


def clock(at: time | datetime) -> str:
    return f"{at.hour:02d}.{at.minute:02d}"


def day(at: datetime) -> str:
    return f"{_DAYS[at.weekday()]}, {at.day} {_MONTHS[at.month - 1]} {at.year}"


def moment(at: datetime, calendar: Calendar, now: datetime) -> str:
    """`hari ini pukul 14.30 WIB`, or with the day's name; minutes are rounded up, never earlier."""
    local, today = _round_up(at).astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    near = {today: "hari ini", today + timedelta(days=1): f"besok ({day(local)})"}
    return f"{near.get(local.date(), day(local))} pukul {clock(local)} {calendar.zone_label}"


def _round_up(at: datetime) -> datetime:
    whole = at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=5)


def target(value: Target) -> str:
    if value.unit == "days":
        return f"{value.amount} hari kerja"
    hours, minutes = divmod(value.amount, 60)
    return f"{value.amount} menit kerja" if minutes else f"{hours} jam kerja"


def hours(calendar: Calendar) -> dict[str, str]:
    """The `hours.*` placeholders: weekdays and weekends as the calendar has them."""
    holiday = calendar.holiday_hours
    alike = all(spans == holiday for spans in calendar.week[5:])
    weekend = "Sabtu-Minggu dan libur nasional " if alike else f"{_days(calendar, range(5, 7))}, libur nasional "
    return {
        "weekday": _days(calendar, range(5)),
        "weekend": weekend + _spans(holiday),
        "zone": calendar.zone_label,
    }


def _days(calendar: Calendar, days: range) -> str:
    """Neighbouring days with the same hours as one: `Senin-Kamis 08.00-20.00, Jumat 08.00-17.00`."""
    groups = [(spans, list(group)) for spans, group in groupby(days, key=lambda day: calendar.week[day])]
    return ", ".join(f"{'-'.join(dict.fromkeys((_DAYS[g[0]], _DAYS[g[-1]])))} {_spans(spans)}" for spans, g in groups)


def _spans(intervals: tuple[Interval, ...]) -> str:
    return " dan ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in intervals) or "tutup"
