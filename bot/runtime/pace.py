"""Token buckets, so that a platform never has to tell us to slow down."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.ports import Outlet

_MOST = 10_000  # buckets kept; old ones are full again and may go


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime

    def wait(self, rate: float, burst: int, now: datetime) -> float:
        """Seconds until a token is there."""
        self.tokens = min(burst, self.tokens + (now - self.at).total_seconds() * rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / rate


@dataclass(slots=True)
class Pacer:
    _buckets: dict[Any, _Bucket] = field(default_factory=dict)

    def pause(self, outlet: Outlet, lane: str, now: datetime) -> timedelta | None:
        """How long a send must wait; None takes the tokens and lets it go."""
        pace = outlet.pace
        if pace is None:
            return None
        limits = ((outlet.name, pace.overall, pace.overall_burst), (lane, pace.per_lane, pace.per_lane_burst))
        buckets = [self._bucket(key, burst, now) for key, _, burst in limits]
        longest = max(b.wait(rate, burst, now) for b, (_, rate, burst) in zip(buckets, limits, strict=True))
        if longest > 0:
            return timedelta(seconds=longest)
        for bucket in buckets:
            bucket.tokens -= 1
        return None

    def _bucket(self, key: str, burst: int, now: datetime) -> _Bucket:
        if len(self._buckets) > _MOST:
            self._buckets.clear()
        return self._buckets.setdefault(key, _Bucket(burst, now))
