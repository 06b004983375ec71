"""When to try again. Pure: the dice are a parameter."""

from datetime import timedelta

_BASE, _CAP = 1.0, 120.0
GIVE_UP_AFTER = 12  # attempts of a send, about half an hour
PARK_AFTER = 5  # attempts of a turn before a human must look


def backoff(attempt: int, dice: float, asked: float | None = None) -> timedelta:
    """Full jitter: a random part (`dice` in 0..1) of a doubling wait, never less than was asked."""
    wait = dice * min(_CAP, _BASE * 2 ** min(attempt, 10))
    return timedelta(seconds=max(wait, asked or 0.0, 0.05))
