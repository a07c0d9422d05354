"""Make room for accounts elsewhere"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "social_identity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_social_identity_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_identity")),
        sa.UniqueConstraint("account_id", "issuer", name=op.f("uq_social_identity_account_id_issuer")),
        sa.UniqueConstraint("landlord", "issuer", "subject", name=op.f("uq_social_identity_landlord_issuer_subject")),
    )
    op.create_table(
        "social_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("journey", sa.String(length=43), nullable=True),
        sa.Column("after", sa.String(length=20), nullable=True),
        sa.Column("bound_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_request")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_social_request_state_hash")),
    )
    with op.batch_alter_table("social_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_social_request_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "social_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["browser_session.id"], name=op.f("fk_social_session_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_social_session")),
        sa.UniqueConstraint("session_id", name=op.f("uq_social_session_session_id")),
    )

    with op.batch_alter_table("first_connection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("social_provider", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("social_issuer", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("social_subject", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("social_email", sa.String(length=254), nullable=True))
