"""The tables. What must not be lost is a row here; times are aware UTC."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """Aware UTC in, aware UTC out; SQLite keeps no zone of its own."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        naive = value is not None and value.tzinfo is None
        aware: datetime | None = value.replace(tzinfo=UTC) if naive else value
        return aware


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def _ref(name: str, target: str, nullable: bool = True, index: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, sa.ForeignKey(f"{target}.id"), nullable=nullable, index=index)


def _text(name: str, default: str = "") -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default)


def _json(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(none_as_null=True))


def _at(name: str, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=nullable)


def _queue(name: str, *extra: SchemaItem) -> sa.Table:
    """Inbox and outbox share one shape, so that one queue serves both.

    `running_lane` repeats the lane on the head of a running burst and is unique: two workers
    can never run one lane. `key` makes a repeated insert a no-op.
    """
    table = sa.Table(
        name,
        metadata,
        _id(),
        sa.Column("outlet", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        _json("payload"),
        _at("created_at", nullable=False),
        _at("ready_at", nullable=False),
        _text("state", "queued"),
        sa.Column("running_lane", sa.Text, unique=True),
        sa.Column("lease_token", sa.Text),
        _at("lease_until"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _text("error"),
        *extra,
        sa.UniqueConstraint("outlet", "key"),
    )
    live = sa.text("state IN ('queued', 'running')")
    for columns in ("ready_at", "id"), ("lane", "id"):
        sa.Index(
            f"ix_{name}_live_{columns[0]}",
            *(table.c[c] for c in columns),
            sqlite_where=live,
            postgresql_where=live,
        )
    return table


inbox = _queue("inbox")
outbox = _queue(
    "outbox",
    _at("expires_at"),
    _ref("message_id", "messages", index=True),
    _ref("ticket_id", "tickets"),
    _text("receipt"),
)

customers = sa.Table("customers", metadata, _id(), _text("name"), _text("contact"), _at("created_at", False))

conversations = sa.Table(
    "conversations",
    metadata,
    _id(),
    sa.Column("lane", sa.Text, nullable=False, unique=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    _ref("customer_id", "customers", nullable=False, index=True),
    _text("handler", "bot"),
    sa.Column("case_id", sa.BigInteger),
    _json("form"),
    sa.Column("failed_answers", sa.Integer, nullable=False, server_default="0"),
    _text("language", "id"),
    _text("leaning"),  # the other language, when the last message was in it
    _text("topic"),  # the article told last, which a short question may lean on
    _at("topic_at"),
    _at("delayed_notice_at"),
    _at("created_at", False),
)

messages = sa.Table(
    "messages",
    metadata,
    _id(),
    _ref("conversation_id", "conversations", nullable=False),
    _ref("ticket_id", "tickets"),
    sa.Column("direction", sa.Text, nullable=False),
    _text("external_id"),
    _text("author"),
    _text("text"),
    _json("buttons"),
    _json("attachments"),
    _at("created_at", False),
    sa.Index("ix_messages_conversation_id_id", "conversation_id", "id"),
    sa.Index("ix_messages_ticket_id_id", "ticket_id", "id"),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("prefix", sa.Text, primary_key=True),
    sa.Column("month", sa.Text, primary_key=True),
    sa.Column("value", sa.Integer, nullable=False),
)

tickets = sa.Table(
    "tickets",
    metadata,
    _id(),
    sa.Column("number", sa.Text, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    _text("status", "new"),
    _text("priority", "medium"),
    _text("message_class"),
    _text("category"),
    _text("subject"),
    _json("fields"),
    _ref("customer_id", "customers", nullable=False, index=True),
    _ref("conversation_id", "conversations", nullable=False, index=True),
    _text("assignee"),
    _text("assignee_name"),
    _json("reasons"),
    _at("created_at", False),
    _at("handed_off_at"),
    _at("reminded_at"),
    _at("claimed_at"),
    _at("first_human_reply_at"),
    _at("resolved_at"),
    _at("first_response_due_at"),
    _at("resolution_due_at"),
    sa.Index("ix_tickets_status_id", "status", "id"),
)

inquiries = sa.Table(
    "inquiries",
    metadata,
    _id(),
    _ref("conversation_id", "conversations", nullable=False, index=True),
    _ref("message_id", "messages"),
    _ref("ticket_id", "tickets"),
    sa.Column("message_class", sa.Text, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("ranking", sa.JSON),
    _text("priority", "medium"),
    _text("article"),
    sa.Column("score", sa.Float),
    _json("articles"),  # the best three with their scores
    _json("reading"),  # cues, category and details, as names and numbers
    sa.Column("outcome", sa.Text, nullable=False),
    _text("model"),
    _text("edition"),
    _at("created_at", False),
)

events = sa.Table(
    "events",
    metadata,
    _id(),
    sa.Column("type", sa.Text, nullable=False),
    _ref("ticket_id", "tickets", index=True),
    _ref("conversation_id", "conversations"),
    _text("actor"),
    _json("data"),
    _at("at", False),
)

desk_posts = sa.Table(
    "desk_posts",
    metadata,
    _id(),
    sa.Column("desk", sa.Text, nullable=False),
    _ref("ticket_id", "tickets", index=True),
    _ref("message_id", "messages", index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ref", sa.Text, nullable=False),
    _at("created_at", False),
    sa.Index("ix_desk_posts_desk_ref", "desk", "ref"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    _json("data"),
    sa.Column("count", sa.Integer, nullable=False, server_default="1"),
    _at("created_at", False),
    _at("closed_at"),
)

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("content", sa.JSON, nullable=False),
    _at("created_at", False),
)

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("encoder", sa.Text, primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)

corrections = sa.Table(
    "corrections",
    metadata,
    _id(),
    _ref("inquiry_id", "inquiries", nullable=False, index=True),
    _ref("ticket_id", "tickets"),
    sa.Column("predicted", sa.Text, nullable=False),
    sa.Column("corrected", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    _at("created_at", False),
)
