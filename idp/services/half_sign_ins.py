"""Sign-ins of which the first factor was shown, and the second is due.

Their sessions name nobody: whatever asks who is signed in finds that nobody is. Whose they are stands beside them,
and only the pages of the second factor look there.
"""

from datetime import timedelta

from sqlalchemy import ColumnElement, exists, or_, select

from idp.domain.assurance import SECOND_FACTOR_AMR
from idp.models import Account, BrowserSession, HalfSignIn
from idp.services import sessions
from idp.services.vault import new_secret
from idp.services.work import Work

LIFETIME = timedelta(minutes=15)


def start(
    work: Work, account_id: int, amr: list[str], present: BrowserSession | None, *, remember: bool = False
) -> str:
    """Open the session of a person who has shown the first factor.

    Args:
        work: the transaction.
        account_id: whose it is.
        amr: how (RFC 8176 values).
        present: the session the browser had so far. That of the same person goes on unseen until the second factor
            is shown, so that apps keep what they hold; any other ends.
        remember: whether the person wishes to stay signed in.

    Returns:
        the secret for the browser's cookie.
    """
    former = present if present is not None and present.account_id == account_id else None
    if present is not None and former is None and present.ended_at is None:
        sessions.end(work, present)
    token = new_secret()
    session_id = sessions.open_one(work, token, {"amr": amr, "expires_at": work.now + LIFETIME})
    note(work, session_id, account_id, former, remember=remember)
    return token


def note(
    work: Work,
    session_id: int,
    account_id: int,
    former: BrowserSession | None = None,
    *,
    remember: bool = False,
) -> None:
    """Note whose session it is; see `HalfSignIn`."""
    former_id = former.id if former is not None else None
    values = {"session_id": session_id, "account_id": account_id, "former_session_id": former_id}
    work.db.add(HalfSignIn(landlord=work.landlord.slug, remember=remember, **values))
    work.db.flush()


def find(work: Work, session: BrowserSession | None) -> HalfSignIn | None:
    """Find whose session it is that has shown the first factor only."""
    if session is None or not session.is_half:
        return None
    found = select(HalfSignIn).join(HalfSignIn.account)
    return work.db.scalar(found.where(HalfSignIn.session_id == session.id, Account.closed_at.is_(None)))


def complete(work: Work, session: BrowserSession, half: HalfSignIn) -> str:
    """Sign in a person who has shown the second factor too: another session, with another secret.

    Returns:
        the secret for the browser's cookie.
    """
    former = _former(work, half)
    amr = [*session.amr, *SECOND_FACTOR_AMR]
    return sessions.start(work, half.account_id, amr, former, continues=session)


def step_up(work: Work, session: BrowserSession, account: Account) -> str:
    """Note that somebody who is signed in has shown the second factor: another session, no newer sign-in.

    Returns:
        the secret for the browser's cookie.
    """
    amr = list(dict.fromkeys([*session.amr, *SECOND_FACTOR_AMR]))
    return sessions.start(work, account.id, amr, session, postponed=session.postponed, continues=session)


def behind(work: Work, session: BrowserSession | None) -> BrowserSession | None:
    """Give up a half sign-in for another one: return the session that the browser had before it.

    Returns:
        that session, if it is still there; a session of any other kind itself.
    """
    half = find(work, session)
    if session is None or half is None:
        return session
    session.ended_at = work.now
    return _former(work, half)


def end(work: Work, session: BrowserSession) -> None:
    """End the session of a browser for good, and the one that a half sign-in would have taken the place of."""
    before = behind(work, session)
    if before is not None:
        sessions.end(work, before)


def is_over(work: Work) -> ColumnElement[bool]:
    """Tell which rows are of no use any more: their sessions have ended."""
    over = or_(BrowserSession.expires_at < work.now, BrowserSession.ended_at < work.now)
    return exists().where(BrowserSession.id == HalfSignIn.session_id, over)


def _former(work: Work, half: HalfSignIn) -> BrowserSession | None:
    found = work.db.get(BrowserSession, half.former_session_id) if half.former_session_id is not None else None
    return found if found is not None and found.ended_at is None and found.expires_at > work.now else None
