"""What a workflow sees, and what it decides: values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.domain.calendar import due
from bot.domain.edition import Edition
from bot.domain.forms import FormState
from bot.domain.words import moment
from bot.messages import Button, Json, Understood


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """A ticket of this customer, as much of it as they may know."""

    id: int
    number: str
    type: str
    status: str
    subject: str
    priority: str
    handed_off: bool
    resolution_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Situation:
    """The state of a conversation at its turn. `tickets` newest first, this customer's only.

    `topic` is the article told a moment ago; `leaning` another language than the conversation's,
    when the last message was in it.
    """

    edition: Edition
    first_contact: bool = False
    language: str = "id"
    leaning: str = ""
    channel: str = ""
    topic: str = ""
    form: FormState | None = None
    failed_answers: int = 0
    customer_name: str = ""
    contact: str = ""
    reachable: bool = True
    tickets: tuple[TicketFacts, ...] = ()

    def ticket(self, ticket_id: int | None) -> TicketFacts | None:
        return next((t for t in self.tickets if t.id == ticket_id), None)


@dataclass(frozen=True, slots=True)
class Reply:
    """A wording key with its values. `number` is filled at commit, when it is allocated.

    `labels` are values that are wording keys themselves; `buttons` stand before the wording's own.
    """

    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTicket:
    type: str
    message_class: str
    subject: str
    priority: str = "medium"
    category: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InquiryNote:
    """One row of the report of questions. `outcome`: answered, offered, ticket, not_understood, handoff."""

    outcome: str
    article: str = ""
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything a turn changes; applied in one transaction.

    `question` is the form's next question: dropped when a human takes over. `enrich` adds form
    answers to the ticket `ticket_id` names, or to the new one. `handoff` holds the reasons.
    An empty `language` or `topic` leaves the conversation's as it is.
    """

    form: FormState | None
    failed_answers: int
    replies: tuple[Reply, ...] = ()
    question: Reply | None = None
    ticket: NewTicket | None = None
    ticket_id: int | None = None
    enrich: Mapping[str, str] = field(default_factory=dict)
    priority: str | None = None
    inquiry: InquiryNote | None = None
    handoff: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    facts: Json = field(default_factory=dict)
    asked_human: bool = False
    model_down: bool = False
    customer_name: str = ""
    contact: str = ""
    language: str = ""
    leaning: str = ""
    topic: str = ""


def unchanged(situation: Situation) -> Effects:
    """No effect yet: the form goes on, nothing is said."""
    return Effects(form=situation.form, failed_answers=situation.failed_answers)


def say(situation: Situation, key: str, **params: Any) -> Effects:
    return replace(unchanged(situation), replies=(Reply(key, params),))


def new_ticket(
    situation: Situation,
    understood: Understood,
    ticket_type: str,
    fields: Mapping[str, str],
    message_class: str = "general",
    category: str = "",
) -> NewTicket:
    """A ticket whose subject is the first of its fields, and whose priority the policy gives."""
    cues = [name for name, _ in understood.cues]
    priority = situation.edition.priorities.of(ticket_type, message_class, category, cues)
    subject = subject_of(next(iter(fields.values())))
    return NewTicket(ticket_type, message_class, subject, priority, category, fields)


def subject_of(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"


def promise(situation: Situation, ticket_type: str, clock: str, now: datetime) -> str:
    """The estimate of an SLA clock in words: the only place where a customer is promised a time."""
    edition = situation.edition
    falls_due = due(edition.sla[ticket_type][clock], edition.calendar, now)
    return moment(falls_due, edition.calendar, now, situation.language)
