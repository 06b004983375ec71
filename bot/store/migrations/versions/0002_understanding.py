"""What a turn understood, the topic and language of a conversation, sentence vectors, corrections"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("conversations", sa.Column("leaning", sa.Text(), server_default="", nullable=False))
    op.add_column("conversations", sa.Column("topic", sa.Text(), server_default="", nullable=False))
    op.add_column("conversations", sa.Column("topic_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("inquiries", sa.Column("articles", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("inquiries", sa.Column("reading", sa.JSON(none_as_null=True), nullable=True))
    op.create_table(
        "vectors",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", "encoder", name=op.f("pk_vectors")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", _ID, nullable=False),
        sa.Column("inquiry_id", sa.BigInteger(), nullable=False),
        sa.Column("ticket_id", sa.BigInteger(), nullable=True),
        sa.Column("predicted", sa.Text(), nullable=False),
        sa.Column("corrected", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["inquiry_id"], ["inquiries.id"], name=op.f("fk_corrections_inquiry_id_inquiries")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_corrections_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_inquiry_id"), "corrections", ["inquiry_id"])
