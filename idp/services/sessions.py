"""Sessions of browsers, kept on the server: opened at a rise in privilege, found by cookie, ended once."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import Select, bindparam, insert, or_, select, update
from sqlalchemy.orm import contains_eager

from idp.domain.events import EventName
from idp.models import Account, Base, BrowserSession, FirstConnection, HalfSignIn, Journey, Remembered
from idp.services import audit, grants, logout_notices
from idp.services.live_sessions import LiveSession, SessionRow, lacks_a_factor
from idp.services.prepared import Prepared
from idp.services.vault import digest, new_secret
from idp.services.work import Work

SEEN_EVERY = timedelta(minutes=1)
BATCH = 100
SESSION = Base.metadata.tables["browser_session"]
OPENED = {"account_id": None, "first_connection_id": None, "remembered_id": None}
OPEN = Prepared(
    insert(SESSION).returning(SESSION.c.id),
    ("landlord", "token_hash", "sid", "auth_time", "amr", "postponed", "seen_at", "expires_at", *OPENED),
)


def start(
    work: Work,
    account_id: int,
    amr: list[str],
    replaces: BrowserSession | None,
    *,
    postponed: Sequence[str] = (),
    continues: BrowserSession | None = None,
) -> str:
    """Open the session of a person who has just signed in.

    Args:
        work: the transaction.
        account_id: who signed in.
        amr: how (RFC 8176 values).
        replaces: the session the browser had so far; it ends, for privilege never rises within one. Where it
            was the same person's, apps keep what they hold.
        postponed: what is not asked for as long as the session lives.
        continues: the session in which the first factor was shown: the sign-in is as old as that.

    Returns:
        the secret for the browser's cookie.
    """
    token, opened = new_secret(), {"account_id": account_id, "amr": amr, "postponed": list(postponed)}
    if continues is not None:
        opened |= {"auth_time": continues.auth_time, "remembered_id": continues.remembered_id}
    if replaces is None or replaces.ended_at is not None:  # apps that hear of its end know it by its `sid`
        session_id = open_one(work, token, opened)
    elif replaces.account_id != account_id:
        end(work, replaces)
        session_id = open_one(work, token, opened)
    else:
        replaces.ended_at = work.now  # to apps it is the same person in the same browser
        session_id = open_one(work, token, {**opened, "sid": replaces.sid})
        grants.move(work, replaces.id, session_id)
    if continues is not None:
        _pass_on(work, continues, session_id)
    return token


def start_plain(
    work: Work, account_id: int, sub: str, amr: list[str], *, postponed: Sequence[str] = ()
) -> tuple[str, SessionRow]:
    """Open the session of a person who has just signed in, in a browser that had none.

    Args:
        work, account_id, amr, postponed: as for `start`.
        sub: who the account is to apps.

    Returns:
        the secret for the browser's cookie, and the session as it is found by it.
    """
    token, sid, waits = new_secret(), new_secret(), list(postponed)
    session_id = open_one(work, token, {"account_id": account_id, "sid": sid, "amr": amr, "postponed": waits})
    return token, SessionRow(work, session_id, sid, account_id, work.now, amr, waits, work.now, sub)


def _pass_on(work: Work, session: BrowserSession, next_id: int) -> None:
    """End a session that goes on as another one; where an app wants a new sign-in, that is none either."""
    session.ended_at = work.now
    waiting = update(Journey).where(Journey.former_session_id == session.id)
    work.db.execute(waiting.values(former_session_id=next_id))


def start_first_connection(work: Work, first: FirstConnection, replaces: BrowserSession | None) -> str:
    """Open the session of a holder who has proved, good for nothing but the next step.

    Returns:
        the secret for the browser's cookie.
    """
    if replaces is not None:
        end(work, replaces)
    token, expires_at = new_secret(), work.now + work.landlord.first_connection.session
    open_one(work, token, {"first_connection_id": first.id, "amr": [], "expires_at": expires_at})
    return token


def come_back(
    work: Work, remembered: Remembered, token: str, *, postponed: Sequence[str] = (), half: timedelta | None = None
) -> int:
    """Open the session of a remembered browser, with the age of the sign-in it was remembered at.

    Args:
        work: the transaction.
        remembered: the series by which it came back.
        token: the secret for the browser's cookie.
        postponed: what is not asked for as long as the session lives.
        half: how long it waits for the second factor, where that is due: until then it names nobody.

    Returns:
        its id.
    """
    of = {"account_id": None if half else remembered.account_id, "remembered_id": remembered.id}
    how = {"auth_time": remembered.auth_time, "amr": remembered.amr, "postponed": list(postponed)}
    until = {"expires_at": work.now + half} if half else {}
    return open_one(work, token, {**of, **how, **until})


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
    key = {
        "of_landlord": work.landlord.slug,
        "hash": digest(token),
        "at": work.now,
        "seen_after": work.now - work.landlord.sessions.idle,
    }
    found = work.db.scalar(_live(), key)
    return None if found is not None and lacks_a_factor(work, found) else found


@cache
def _live() -> Select[BrowserSession]:
    """Write the statement once: every page and every request of an app for a sign-in asks it."""
    return (
        select(BrowserSession)
        .outerjoin(BrowserSession.account)
        .options(contains_eager(BrowserSession.account))
        .where(
            BrowserSession.landlord == bindparam("of_landlord"),
            BrowserSession.token_hash == bindparam("hash"),
            BrowserSession.ended_at.is_(None),
            BrowserSession.expires_at > bindparam("at"),
            BrowserSession.seen_at > bindparam("seen_after"),
            or_(BrowserSession.account_id.is_(None), Account.closed_at.is_(None)),
        )
    )


def touch_is_due(work: Work, session: LiveSession) -> bool:
    """Tell whether it is to be noted that a session is in use: once a minute is enough."""
    return work.now - session.seen_at >= SEEN_EVERY


def touch(work: Work, session: LiveSession) -> None:
    """Note that a session is in use, where that is to be noted."""
    if touch_is_due(work, session):
        work.db.execute(update(BrowserSession).where(BrowserSession.id == session.id).values(seen_at=work.now))


def postpone(session: BrowserSession, what: str) -> None:
    """Note that the person has answered « later » to something, which then waits as long as the session lives."""
    session.postponed = [*session.postponed, what]


def end(work: Work, session: BrowserSession) -> None:
    """End a session and what it gave to apps, except what they were given for the person's absence."""
    session.ended_at = work.now
    logout_notices.queue(work, [session.id])
    grants.revoke_of_session(work, session.id)
    audit.record(work, EventName.SESSION_ENDED, account_id=session.account_id)


def end_all_of_account(work: Work, account_id: int, but: BrowserSession | None = None) -> None:
    """End every session of an account, all its remembered browsers and every grant that came of them.

    Args:
        work: the transaction.
        account_id: the account.
        but: a session that goes on, with what came of it.
    """
    kept, series = (but.id, but.remembered_id or 0) if but is not None else (0, 0)
    waiting = select(HalfSignIn.session_id).where(HalfSignIn.account_id == account_id)
    ended = work.db.scalars(
        update(BrowserSession)
        .where(
            or_(BrowserSession.account_id == account_id, BrowserSession.id.in_(waiting)),
            BrowserSession.id != kept,
            BrowserSession.ended_at.is_(None),
        )
        .values(ended_at=work.now)
        .returning(BrowserSession.id)
    )
    logout_notices.queue(work, ended.all())
    lasting = update(Remembered).where(Remembered.account_id == account_id, Remembered.ended_at.is_(None))
    work.db.execute(lasting.where(Remembered.id != series).values(ended_at=work.now))
    grants.revoke_of_account(work, account_id, but_session_id=kept)


def end_expired(work: Work) -> int:
    """End one batch of the sessions whose time is over, so that apps hear of it; commit, and come again while full.

    They have been good for nothing since their time was over: nobody notices but the apps.

    Returns:
        how many sessions ended.
    """
    over = (
        BrowserSession.landlord == work.landlord.slug,
        BrowserSession.account_id.is_not(None),
        BrowserSession.ended_at.is_(None),
        or_(BrowserSession.expires_at <= work.now, BrowserSession.seen_at <= work.now - work.landlord.sessions.idle),
    )
    some = work.db.scalars(select(BrowserSession.id).where(*over).limit(BATCH)).all()
    ended = work.db.scalars(
        update(BrowserSession)
        .where(BrowserSession.id.in_(some), *over)
        .values(ended_at=work.now)
        .returning(BrowserSession.id)
        .execution_options(synchronize_session=False)
    ).all()
    logout_notices.queue(work, ended)
    for session_id in ended:
        grants.revoke_of_session(work, session_id)
    return len(ended)


def open_one(work: Work, token: str, values: Mapping[str, object]) -> int:
    """Insert a session that begins now, unless the values say otherwise, and return its id."""
    begun = {"auth_time": work.now, "seen_at": work.now, "expires_at": work.now + work.landlord.sessions.absolute}
    named = {"landlord": work.landlord.slug, "token_hash": digest(token), "sid": new_secret(), "postponed": []}
    opened: int = OPEN.first(work.db, {**OPENED, **begun, **named, **values}).id
    return opened
