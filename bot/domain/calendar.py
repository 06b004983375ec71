"""Business hours, and when a promise falls due. Pure: the start is a parameter."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import BadPolicy

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FARTHEST = 400  # days to look ahead: a calendar without an open hour must not loop for ever

Interval = tuple[time, time]


@dataclass(frozen=True, slots=True)
class Target:
    """`amount` minutes of open hours, or working days."""

    amount: int
    unit: Literal["minutes", "days"]


@dataclass(frozen=True, slots=True)
class Calendar:
    zone: ZoneInfo
    zone_label: str
    week: tuple[tuple[Interval, ...], ...]
    working_days: frozenset[int]
    holidays: Mapping[date, str]
    holiday_hours: tuple[Interval, ...]

    def hours(self, day: date) -> tuple[Interval, ...]:
        return self.holiday_hours if day in self.holidays else self.week[day.weekday()]

    def works(self, day: date) -> bool:
        return day.weekday() in self.working_days and day not in self.holidays

    def openings(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans from `start` on, in order, the running one cut at `start`."""
        first = start.astimezone(self.zone).date()
        for day in (first + timedelta(days=n) for n in range(_FARTHEST)):
            for opens, closes in self.hours(day):
                end = datetime.combine(day, closes, self.zone)
                if end > start:
                    yield max(datetime.combine(day, opens, self.zone), start), end


def due(policy: Target, calendar: Calendar, start: datetime) -> datetime:
    """When a target counted from `start` falls due, in UTC. Raises BadPolicy if never open."""
    find = _after_minutes if policy.unit == "minutes" else _after_days
    return find(policy.amount, calendar, start).astimezone(UTC)


def _after_minutes(amount: int, calendar: Calendar, start: datetime) -> datetime:
    left = timedelta(minutes=amount)
    for opens, closes in calendar.openings(start):
        # Subtraction of local times ignores zone changes; UTC does not.
        span = closes.astimezone(UTC) - opens.astimezone(UTC)
        if span >= left:
            return opens.astimezone(UTC) + left
        left -= span
    raise BadPolicy("policies/calendar.yml: no open hours in a year")


def _after_days(amount: int, calendar: Calendar, start: datetime) -> datetime:
    """Closing time of the `amount`-th working day after the day of `start`."""
    day = start.astimezone(calendar.zone).date()
    for _ in range(_FARTHEST):
        day += timedelta(days=1)
        amount -= calendar.works(day)
        if amount <= 0:
            hours = calendar.hours(day)
            return datetime.combine(day, hours[-1][1] if hours else time(17), calendar.zone)
    raise BadPolicy("policies/calendar.yml: no working day in a year")


def parse_target(name: str, text: Any) -> Target:
    found = re.fullmatch(r"([1-9]\d{0,3})([mhd])", str(text))
    if not found:
        raise BadPolicy(f"policies/sla.yml: {name} is {text!r}; write it as 30m, 4h or 3d")
    amount = int(found[1])
    units = {"m": Target(amount, "minutes"), "h": Target(amount * 60, "minutes"), "d": Target(amount, "days")}
    return units[found[2]]


def parse_calendar(data: Any) -> Calendar:
    """A calendar from policies/calendar.yml. Raises BadPolicy naming the entry that is wrong."""
    try:
        return Calendar(
            zone=ZoneInfo(data["zone"]),
            zone_label=str(data["zone_label"]),
            week=_week(data["hours"]),
            working_days=frozenset(DAYS.index(day) for day in data["working_days"]),
            holidays={_day(day): str(name) for day, name in data["holidays"].items()},
            holiday_hours=_intervals(data["holiday_hours"]),
        )
    except (KeyError, TypeError, AttributeError, ValueError, ZoneInfoNotFoundError) as error:
        raise BadPolicy(f"policies/calendar.yml: {type(error).__name__} at {error}") from None


def _week(hours: Any) -> tuple[tuple[Interval, ...], ...]:
    if unknown := [day for day in hours if day not in DAYS]:
        raise ValueError(f"hours: {unknown[0]!r} is no day of the week")
    return tuple(_intervals(hours.get(day, ())) for day in DAYS)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _intervals(texts: Any) -> tuple[Interval, ...]:
    spans = sorted(_interval(text) for text in texts)
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise ValueError(f"{texts}: the hours overlap")
    return tuple(spans)


def _interval(text: str) -> Interval:
    opens, closes = (time.fromisoformat(part.strip()) for part in text.split("-"))
    if opens >= closes:
        raise ValueError(f"{text}: the end must be later than the start")
    return opens, closes
