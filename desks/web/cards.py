"""What the desk concludes from a case: who must act, and whether it is late."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.tickets import ACTIVE
from bot.messages import CaseView

_PAUSED = ("waiting_customer", "on_hold")


@dataclass(frozen=True, slots=True)
class Card:
    case: CaseView

    @property
    def owner(self) -> str:
        return self.case.owner

    @property
    def active(self) -> bool:
        return self.case.status in ACTIVE

    @property
    def first_due(self) -> datetime | None:
        return None if self.case.answered or not self.active else self.case.first_response_due_at

    @property
    def final_due(self) -> datetime | None:
        return self.case.resolution_due_at if self.active else None

    def late(self, now: datetime) -> bool:
        return any(at is not None and now > at for at in (self.first_due, self.final_due))

    @property
    def in_line(self) -> bool:
        """The customer waits in the chat itself, and the assistant is silent there."""
        return self.active and not self.owner and self.case.handler == "human"

    def waits(self, now: datetime) -> bool:
        """Nobody has it. A case given back to the assistant waits again only when it is late."""
        if not self.active or self.owner or self.case.status in _PAUSED:
            return False
        given_back = self.case.handler == "bot" and bool(self.case.reasons)
        return not given_back or self.late(now)
