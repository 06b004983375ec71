"""Times, targets and hours in words that customers read."""

from datetime import datetime, time, timedelta

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
    return {
        "weekday": f"Senin-Jumat {_spans(calendar.week[0])}",
        "weekend": f"Sabtu-Minggu dan libur nasional {_spans(calendar.week[5])}",
        "zone": calendar.zone_label,
    }


def _spans(intervals: tuple[Interval, ...]) -> str:
    return " dan ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in intervals) or "tutup"
