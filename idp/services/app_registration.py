"""Apps register, change and leave (RFC 7591, RFC 7592); each secret is shown once and kept as a digest."""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select, update

from idp.domain import client_metadata
from idp.domain.client_metadata import Fault
from idp.domain.events import EventName
from idp.domain.redirects import RedirectFaultError, over_plain_http
from idp.models import AppAuthorization, Grant, RegistrationToken
from idp.models import RegisteredApp as Row
from idp.services import apps, audit, keys
from idp.services.vault import digest, new_secret
from idp.services.work import Work
from idp.settings import registered_app
from idp.settings.registered_app import RegisteredApp

WITH_SECRET = ("client_secret_basic", "client_secret_post")


@dataclass(frozen=True, slots=True)
class Made:
    """An app, with what is shown of it this once.

    Attributes:
        row: the app.
        app: its settings.
        secret: its new secret, where it got one.
        access_token: what it manages itself with.
    """

    row: Row
    app: RegisteredApp
    secret: str | None
    access_token: str


def judge(work: Work, metadata: dict[str, object], client_id: str) -> RegisteredApp | Fault:
    """Judge what an app says of itself by the rules that hold for those of the file."""
    rules = work.landlord.app_registration
    fields = client_metadata.read(metadata, list(rules.scopes))
    if isinstance(fields, Fault):
        return fields
    try:
        app = registered_app.check(
            {"name": client_id, **fields, "client_id": client_id}, rules.scopes, keys.wanted(work.landlord)
        )
    except RedirectFaultError as error:
        return Fault("invalid_redirect_uri", str(error))
    except ValueError as error:
        return Fault("invalid_client_metadata", str(error))
    if work.landlord.secure and over_plain_http(app.redirect_uris, native=app.application_type == "native"):
        return Fault("invalid_redirect_uri", "redirect_uris: must be https (http is for the loopback of native apps)")
    return app


def register(work: Work, metadata: dict[str, object]) -> Made | Fault:
    """Register an app under a new random name, which no app of the file can have."""
    app = judge(work, metadata, apps.PREFIX + new_secret())
    if isinstance(app, Fault):
        return app
    secret = new_secret() if app.auth in WITH_SECRET else None
    access_token = new_secret()
    row = Row(
        landlord=work.landlord.slug,
        client_id=app.client_id,
        document=app.model_dump_json(exclude_defaults=True),
        secret_hash=digest(secret) if secret else None,
        access_hash=digest(access_token),
        registered_at=work.now,
        changed_at=work.now,
    )
    work.db.add(row)
    work.db.flush()
    audit.record(work, EventName.APP_REGISTERED, client_id=app.client_id)
    return Made(row, app, secret, access_token)


def change(work: Work, row: Row, metadata: dict[str, object], access_token: str) -> Made | Fault:
    """Replace all that an app says of itself; it gets a secret where it now needs one and has none."""
    app = judge(work, metadata, row.client_id)
    if isinstance(app, Fault):
        return app
    secret = new_secret() if app.auth in WITH_SECRET and row.secret_hash is None else None
    row.document = app.model_dump_json(exclude_defaults=True)
    if secret or app.auth not in WITH_SECRET:
        row.secret_hash = digest(secret) if secret else None
    row.changed_at = work.now
    audit.record(work, EventName.APP_CHANGED, client_id=row.client_id)
    return Made(row, app, secret, access_token)


def rotate_secret(work: Work, row: Row) -> str | None:
    """Give an app a new secret in place of the old one; None where it has none."""
    if row.secret_hash is None:
        return None
    secret = new_secret()
    row.secret_hash, row.changed_at = digest(secret), work.now
    audit.record(work, EventName.APP_CHANGED, client_id=row.client_id)
    return secret


def remove(work: Work, row: Row) -> None:
    """Remove an app, with all that it holds of anybody."""
    of_app = (Grant.landlord == work.landlord.slug, Grant.client_id == row.client_id, Grant.revoked_at.is_(None))
    work.db.execute(update(Grant).where(*of_app).values(revoked_at=work.now))
    given = (AppAuthorization.landlord == work.landlord.slug, AppAuthorization.client_id == row.client_id)
    for one in work.db.scalars(select(AppAuthorization).where(*given)):
        work.db.delete(one)
    work.db.delete(row)
    audit.record(work, EventName.APP_REMOVED, client_id=row.client_id)


def find(work: Work, client_id: str) -> Row | None:
    """Find an app of the database, to change it."""
    wanted = select(Row).where(Row.landlord == work.landlord.slug, Row.client_id == client_id)
    return work.db.scalar(wanted.with_for_update())


def managed(work: Work, client_id: str, access_token: str) -> Row | None:
    """Find the app that a registration access token is for; an unknown app and a wrong token are the same."""
    row = find(work, client_id)
    known = row.access_hash if row else digest("")
    matches = hmac.compare_digest(digest(access_token), known)
    return row if matches else None


def has_secret(row: Row, secret: object) -> bool:
    """Tell whether this is the app's secret."""
    return isinstance(secret, str) and hmac.compare_digest(digest(secret), row.secret_hash or "")


def make_token(work: Work, uses: int, valid_for: timedelta) -> str:
    """Make an initial access token (RFC 7591 §3): whoever holds it may register so many apps."""
    token = new_secret()
    work.db.add(
        RegistrationToken(
            landlord=work.landlord.slug,
            token_hash=digest(token),
            made_at=work.now,
            expires_at=work.now + valid_for,
            uses_left=uses,
        )
    )
    audit.record(work, EventName.REGISTRATION_TOKEN_MADE, uses=uses)
    return token


def is_good(work: Work, token: str) -> bool:
    """Tell whether an initial access token is good, and leave it so."""
    found = select(RegistrationToken.id).where(_good(work, token))
    return work.db.scalar(found) is not None


def use(work: Work, token: str) -> bool:
    """Use an initial access token up by one; of many who try at once, as many succeed as it is good for."""
    used = (
        update(RegistrationToken)
        .where(_good(work, token))
        .values(uses_left=RegistrationToken.uses_left - 1)
        .returning(RegistrationToken.id)
        .execution_options(synchronize_session=False)
    )
    return work.db.execute(used).one_or_none() is not None


def _good(work: Work, token: str) -> ColumnElement[bool]:
    return and_(
        RegistrationToken.landlord == work.landlord.slug,
        RegistrationToken.token_hash == digest(token),
        RegistrationToken.expires_at > work.now,
        RegistrationToken.uses_left > 0,
    )
