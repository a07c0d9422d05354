"""Make room for registrations, consents, captchas and cases"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_room_for_apps_and_advisers()
    op.create_table(
        "app_authorization",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_app_authorization_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_authorization")),
        sa.UniqueConstraint("account_id", "client_id", name=op.f("uq_app_authorization_account_id_client_id")),
    )
    op.create_table(
        "assistance_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assistance_case")),
        sa.UniqueConstraint("landlord", "reference", name=op.f("uq_assistance_case_landlord_reference")),
    )
    with op.batch_alter_table("assistance_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assistance_case_opened_at"), ["opened_at"], unique=False)

    op.create_table(
        "captcha",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.String(length=300), nullable=False),
        sa.Column("mailed", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_captcha")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_captcha_reference_hash")),
    )
    with op.batch_alter_table("captcha", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_captcha_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "case_count",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_count")),
        sa.UniqueConstraint("landlord", "month", "kind", name=op.f("uq_case_count_landlord_month_kind")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_consent_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_account_id_name"), ["account_id", "name"], unique=False)

    op.create_table(
        "device_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("device_hash", sa.String(length=64), nullable=False),
        sa.Column("user_mac", sa.String(length=43), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("interval", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("polled_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["grant_id"], ["grant.id"], name=op.f("fk_device_request_grant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_request")),
        sa.UniqueConstraint("device_hash", name=op.f("uq_device_request_device_hash")),
        sa.UniqueConstraint("landlord", "user_mac", name=op.f("uq_device_request_landlord_user_mac")),
    )
    with op.batch_alter_table("device_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_request_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_device_request_grant_id"), ["grant_id"], unique=False)

    op.create_table(
        "logout_notice",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("jti", sa.String(length=43), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("sub", sa.String(length=43), nullable=True),
        sa.Column("sid", sa.String(length=43), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_error", sa.String(length=200), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logout_notice")),
    )
    with op.batch_alter_table("logout_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_logout_notice_due_at"), ["due_at"], unique=False)

    op.create_table(
        "pushed_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("reference_hash", sa.String(length=64), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushed_request")),
        sa.UniqueConstraint("reference_hash", name=op.f("uq_pushed_request_reference_hash")),
    )
    with op.batch_alter_table("pushed_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pushed_request_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "remembered",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("series_hash", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("former_token_hash", sa.String(length=64), nullable=True),
        sa.Column("rotated_at", sa.BigInteger(), nullable=False),
        sa.Column("auth_time", sa.BigInteger(), nullable=False),
        sa.Column("amr", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_remembered_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered")),
        sa.UniqueConstraint("series_hash", name=op.f("uq_remembered_series_hash")),
    )
    with op.batch_alter_table("remembered", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remembered_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_remembered_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("queued_at", sa.BigInteger(), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_reminder_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("account_id", "due_on", "days", name=op.f("uq_reminder_account_id_due_on_days")),
    )
    op.create_table(
        "subject_salt",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject_salt")),
        sa.UniqueConstraint("landlord", name=op.f("uq_subject_salt_landlord")),
    )
    op.create_table(
        "used_once",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_once")),
        sa.UniqueConstraint("digest", name=op.f("uq_used_once_digest")),
    )
    with op.batch_alter_table("used_once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_once_expires_at"), ["expires_at"], unique=False)

    for name in ("authorization_code", "grant"):
        with op.batch_alter_table(name, schema=None) as batch_op:
            batch_op.add_column(sa.Column("dpop_jkt", sa.String(length=43), nullable=True))
    with op.batch_alter_table("grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resources", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))

    with op.batch_alter_table("browser_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("postponed", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(
            sa.Column("remembered_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_browser_session_remembered_id"), ["remembered_id"], unique=False)

    with op.batch_alter_table("journey", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("authorized_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )

    with op.batch_alter_table("first_connection", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.drop_index("uq_first_connection_open")
        batch_op.create_index(
            "uq_first_connection_open",
            ["holder_id"],
            unique=True,
            sqlite_where=sa.text("completed_at IS NULL AND proof <> 'registry'"),
            postgresql_where=sa.text("completed_at IS NULL AND proof <> 'registry'"),
        )


def _make_room_for_apps_and_advisers() -> None:
    op.create_table(
        "registered_app",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("access_hash", sa.String(length=64), nullable=False),
        sa.Column("registered_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_app")),
        sa.UniqueConstraint("landlord", "client_id", name=op.f("uq_registered_app_landlord_client_id")),
    )
    op.create_table(
        "registration_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("uses_left", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registration_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_registration_token_token_hash")),
    )
    with op.batch_alter_table("registration_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registration_token_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "support_access",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("client_id", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("case_reference", sa.String(length=20), nullable=True),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_by", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("looks", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.String(length=10), nullable=True),
        sa.Column("landlord", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_support_access_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_access")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_support_access_code_hash")),
        sa.UniqueConstraint("landlord", "reference", name=op.f("uq_support_access_landlord_reference")),
    )
    with op.batch_alter_table("support_access", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_access_account_id"), ["account_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_support_access_landlord_closed_at_ends_at"),
            ["landlord", "closed_at", "ends_at"],
            unique=False,
        )
