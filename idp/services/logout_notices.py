"""Finds out which apps are to hear that sessions have ended, and queues that in the transaction that ends them."""

from collections.abc import Sequence

from sqlalchemy import insert, select

from idp.models import Base
from idp.services.grants import ACCOUNT, GRANT
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
    ended = (
        select(GRANT.c.client_id, GRANT.c.sid, ACCOUNT.c.sub)
        .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
        .where(
            GRANT.c.landlord == work.landlord.slug,
            GRANT.c.session_id.in_(session_ids),
            GRANT.c.client_id.in_(clients),
        )
        .distinct()
    )
    usual = {"landlord": work.landlord.slug, "created_at": work.now, "due_at": work.now}
    notices = [{**usual, **row, "jti": new_secret()} for row in work.db.execute(ended).mappings()]
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
