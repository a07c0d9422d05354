"""The browser's session: found by its cookie, ended once."""

from datetime import timedelta

from sqlalchemy import or_, select, update

from idp.domain.events import EventName
from idp.models import Account, BrowserSession
from idp.services import audit, grants
from idp.services.vault import digest
from idp.services.work import Work

SEEN_EVERY = timedelta(minutes=1)


def find(work: Work, token: str | None) -> BrowserSession | None:
    """Find the live session of a cookie.

    Args:
        work: the transaction.
        token: value of the session cookie, if the browser sent one.

    Returns:
        a session that has neither ended nor expired, of an account that is not closed, or of a first connection.
    """
    if not token:
        return None
    return work.db.scalar(
        select(BrowserSession)
        .outerjoin(BrowserSession.account)
        .where(
            BrowserSession.landlord == work.landlord.slug,
            BrowserSession.token_hash == digest(token),
            BrowserSession.ended_at.is_(None),
            BrowserSession.expires_at > work.now,
            BrowserSession.seen_at > work.now - work.landlord.sessions.idle,
            or_(BrowserSession.account_id.is_(None), Account.closed_at.is_(None)),
        )
    )


def touch(work: Work, session: BrowserSession) -> None:
    """Note that a session is in use, at most once a minute."""
    if work.now - session.seen_at >= SEEN_EVERY:
        work.db.execute(update(BrowserSession).where(BrowserSession.id == session.id).values(seen_at=work.now))


def end(work: Work, session: BrowserSession) -> None:
    """End a session and what it gave to apps, except what they were given for the person's absence."""
    session.ended_at = work.now
    grants.revoke_of_session(work, session.id)
    audit.record(work, EventName.SESSION_ENDED, account_id=session.account_id)
