"""Finds out which apps are to hear that sessions have ended, and queues that in the transaction that ends them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, insert, or_, select

from idp.models import Base
from idp.services import subjects
from idp.services.grants import ACCOUNT, GRANT, SESSION
from idp.services.vault import new_secret
from idp.services.work import Work

NOTICE = Base.metadata.tables["logout_notice"]


def queue(work: Work, session_ids: Sequence[int]) -> None:
    """Queue the end of sessions for every app that took part in one and wants to know (Back-Channel Logout 1.0).

    Args:
        work: the transaction that ends them.
        session_ids: the sessions.
    """
    clients = [client.client_id for client in work.landlord.clients if client.backchannel_logout_uri]
    if not clients or not session_ids:
        return
    _queue(work, GRANT.c.session_id.in_(session_ids), GRANT.c.client_id.in_(clients))


def queue_for_app(work: Work, account_id: int, client_id: str) -> None:
    """Queue, for one app, the end of every session in which it has a person, if it wants to know.

    Args:
        work: the transaction that takes the app's access away; ask before that.
        account_id: the person's account.
        client_id: the app.
    """
    client = work.landlord.client(client_id)
    if client is None or client.backchannel_logout_uri is None:
        return
    present = select(SESSION.c.id).where(SESSION.c.account_id == account_id, SESSION.c.ended_at.is_(None))
    lives = GRANT.c.revoked_at.is_(None) & (GRANT.c.expires_at > work.now)
    of_app = (GRANT.c.account_id == account_id) & (GRANT.c.client_id == client_id)
    _queue(work, of_app, or_(GRANT.c.session_id.in_(present), lives))


def _queue(work: Work, *which: ColumnElement[bool]) -> None:
    ended = (
        select(GRANT.c.client_id, GRANT.c.sid, ACCOUNT.c.sub)
        .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
        .where(GRANT.c.landlord == work.landlord.slug, *which)
        .distinct()
    )
    usual = {"landlord": work.landlord.slug, "created_at": work.now, "due_at": work.now}
    notices = []
    for client_id, sid, sub in work.db.execute(ended):
        seen = subjects.seen_by(work, client_id, sub, sid)
        notices.append({**usual, "client_id": client_id, "sub": seen.sub, "sid": seen.sid, "jti": new_secret()})
    if notices:
        work.db.execute(insert(NOTICE), notices)


def in_front(work: Work, session_id: int) -> list[str]:
    """List the apps of a session that hear of its end through the browser (Front-Channel Logout 1.0)."""
    clients = [client.client_id for client in work.landlord.clients if client.frontchannel_logout_uri]
    if not clients:
        return []
    took_part = select(GRANT.c.client_id).where(
        GRANT.c.landlord == work.landlord.slug, GRANT.c.session_id == session_id, GRANT.c.client_id.in_(clients)
    )
    return sorted(work.db.scalars(took_part.distinct()))
