"""The frozen values that travel between channels, turn, workflows and desks."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attachment:
    """`ref` is what the channel needs to find the file again: a platform id or our stored name."""

    kind: Literal["photo", "document", "voice", "video", "other"]
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Inbound:
    """One customer event, as a channel parsed it.

    `source` and `external_id` are unique together; `lane` is the order key, fixed here for good.
    `reachable` says that the address itself lets us reach the customer days later.
    """

    source: str
    external_id: str
    lane: str
    address: str
    text: str = ""
    button: str | None = None
    attachments: tuple[Attachment, ...] = ()
    sender_name: str | None = None
    reachable: bool = True

    def to_json(self) -> Json:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        attachments = tuple(Attachment(**a) for a in data.pop("attachments", ()))
        return cls(**data, attachments=attachments)


@dataclass(frozen=True, slots=True)
class DeskCommand:
    """What an agent did on a desk. `actor` is `<desk>:<agent id>`, `name` what colleagues read.

    `ref` is where the desk keeps the agent's own words, if it does: erasure must find them there.
    """

    desk: str
    external_id: str
    actor: str
    name: str
    ticket_id: int
    verb: str
    text: str = ""
    ref: str = ""

    def to_json(self) -> Json:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Button:
    """`value` comes back as `Inbound.button` when the customer presses it (64 bytes at most)."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """A rendered message for one address; plain text, a channel escapes for its platform."""

    address: str
    text: str
    buttons: tuple[Button, ...] = ()
    repeated: bool = False  # a copy of this one may have left before a crash


@dataclass(frozen=True, slots=True)
class Match:
    """An article that fits a question, with a score in 0..1."""

    article: str
    score: float


DetailKind = Literal[
    "order_number", "ticket_number", "serial_number", "phone", "email", "product", "amount", "date", "name"
]


@dataclass(frozen=True, slots=True)
class Detail:
    """A value that a message names. `value` is its one spelling: E.164, ISO date, whole rupiah, upper-case code."""

    kind: DetailKind
    text: str
    value: str
    start: int


Band = Literal["answer", "offer", "none"]


@dataclass(frozen=True, slots=True)
class Understood:
    """All that network and model work learnt about one burst of messages.

    `exact` names a phrase that acts without the model; `cues` are urgency cues with their words.
    `category` is what a complaint is about. `band` says whether the first of `matches` may be told,
    or the best ones offered. `language` is empty when a text is too short to tell.
    """

    text: str
    intent: str = "out_of_scope"
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    exact: Literal["human", "cancel", "skip"] | None = None
    cues: tuple[tuple[str, str], ...] = ()
    ticket_number: str | None = None
    button: str | None = None
    attachments: tuple[Attachment, ...] = ()
    matches: tuple[Match, ...] = ()
    band: Band = "none"
    category: str = ""
    language: str = ""
    details: tuple[Detail, ...] = ()
    vector: tuple[float, ...] = ()
    encoder: str = ""  # what made the vector
    also: "Understood | None" = None  # a second request in the same message
    model: str = ""

    def has_cue(self, *names: str) -> bool:
        return any(name in names for name, _ in self.cues)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform answered to a send; `ref` finds the message there again."""

    ref: str = ""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One line of a case's transcript, masked. `author`: customer, bot, or an agent's name."""

    id: int
    direction: Literal["in", "out", "note"]
    author: str
    text: str
    at: datetime
    delivery: str = ""
    delivery_error: str = ""


@dataclass(frozen=True, slots=True)
class CaseReading:
    """How the message behind a case was understood: its class now, and what the model thought.

    `ranking` holds the model's best intents, `articles` the titles that it weighed, each with its share or score.
    """

    message_class: str
    confidence: float
    corrected: bool
    ranking: tuple[tuple[str, float], ...]
    articles: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A ticket as a desk may show it: personal data masked, times in UTC.

    `assignee` is a name to read, `owner` the actor who claimed; `answered` by a human. `reading` is
    there only for those who ask for it.
    """

    ticket_id: int
    number: str
    type: str
    status: str
    status_label: str
    priority: str
    message_class: str
    category: str
    subject: str
    customer: str
    channel: str
    assignee: str
    owner: str
    answered: bool
    handler: str
    reasons: tuple[str, ...]
    created_at: datetime
    first_response_due_at: datetime | None
    resolution_due_at: datetime | None
    fields: Json = field(default_factory=dict)
    lines: tuple[CaseLine, ...] = ()
    reading: CaseReading | None = None


@dataclass(frozen=True, slots=True)
class DeskUpdate:
    """Something a pushing desk must show. `kind`: case, line, delivery, refused or alert.

    `thread` is the desk's own reference of the case's parent post, empty before it exists.
    """

    kind: Literal["case", "line", "delivery", "refused", "alert"]
    case: CaseView | None = None
    line: CaseLine | None = None
    thread: str = ""
    ref: str = ""
    text: str = ""
    actor: str = ""
    repeated: bool = False
