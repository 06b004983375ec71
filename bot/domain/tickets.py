"""Ticket numbers and the ticket's life cycle."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

PREFIXES = {"inquiry": "INQ", "complaint": "KLH", "service": "SRV", "onboarding": "ONB"}

# new -> open -> waiting_customer | on_hold -> resolved -> closed, plus merged and cancelled.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "new": ("open", "resolved", "cancelled", "merged"),
    "open": ("waiting_customer", "on_hold", "resolved", "cancelled", "merged"),
    "waiting_customer": ("open", "on_hold", "resolved", "cancelled", "merged"),
    "on_hold": ("open", "waiting_customer", "resolved", "cancelled", "merged"),
    "resolved": ("open", "closed"),
    "closed": (),
    "merged": (),
    "cancelled": (),
}
ACTIVE = ("new", "open", "waiting_customer", "on_hold")

# Phones like to make a long dash of two short ones, and people write a slash.
NUMBER = re.compile(
    r"(?<![a-z0-9])(inq|klh|srv|onb)[\s#:./‐-―-]{0,3}(20\d{2}(?:0[1-9]|1[0-2]))[\s./‐-―-]{0,3}(\d{1,6})(?!\d)",
    re.IGNORECASE,
)


def may_become(status: str, target: str) -> bool:
    return target in TRANSITIONS[status]


def month(now: datetime, zone: ZoneInfo) -> str:
    """The month of a number, in the calendar's zone: a ticket of 1 December 00.10 WIB is December's."""
    return now.astimezone(zone).strftime("%Y%m")


def number(prefix: str, month: str, value: int) -> str:
    return f"{prefix}-{month}-{value:05d}"


def find_number(text: str) -> str | None:
    """A ticket number anywhere in a text, in any case, spacing and zero padding."""
    found = NUMBER.search(text)
    return number(found[1].upper(), found[2], int(found[3])) if found else None
