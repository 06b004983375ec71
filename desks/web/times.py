"""Times in the words that agents read, to the minute: customers' promises are rounded, these are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import words
from bot.domain.calendar import Calendar

_NEAR = {-1: "kemarin", 0: "hari ini", 1: "besok"}


@dataclass(frozen=True, slots=True)
class Times:
    calendar: Calendar
    now: datetime

    def clock(self, at: datetime) -> str:
        return words.clock(at.astimezone(self.calendar.zone))

    def day(self, at: datetime) -> str:
        """`hari ini`, `besok`, `kemarin`, or the day's name and date; the year only when it is another."""
        local, today = at.astimezone(self.calendar.zone), self.now.astimezone(self.calendar.zone)
        near = _NEAR.get((local.date() - today.date()).days)
        return near or words.day(local).removesuffix(f" {today.year}")

    def date(self, at: datetime) -> str:
        return at.astimezone(self.calendar.zone).date().isoformat()

    def moment(self, at: datetime) -> str:
        return f"{self.day(at)} pukul {self.clock(at)} {self.calendar.zone_label}"

    def late(self, at: datetime) -> bool:
        return self.now > at

    def due(self, at: datetime) -> str:
        if self.late(at):
            return f"lewat batas {span(self.now - at)}"
        return f"{span(at - self.now)} lagi, {self.moment(at)}"


def span(time: timedelta) -> str:
    minutes = int(time / timedelta(minutes=1))
    if minutes < 1:
        return "kurang dari 1 menit"
    if minutes < 60:
        return f"{minutes} menit"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} jam {minutes} menit" if minutes and hours < 6 else f"{hours} jam"
    return f"{hours // 24} hari"
