"""« Mémoriser »: a browser that stays signed in, by a series of tokens that are good for one return each.

The cookie holds the name of the series and its newest token; only digests are stored. What a token leads to (its
successor, the session it opens) is derived from it, so that two tabs that return at once get the same.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from idp.domain.assurance import first_of
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.remembering import Series, Verdict, judge
from idp.models import Account, BrowserSession, Remembered
from idp.services import (
    accounts,
    audit,
    grants,
    half_sign_ins,
    locks,
    outbox,
    second_factors,
    sessions,
)
from idp.services.vault import digest, new_secret
from idp.services.work import Work


@dataclass(frozen=True, slots=True)
class Return:
    """What a browser that came back is given.

    Attributes:
        session: secret for the cookie of its session.
        cookie: what to show at the next return.
        lifetime: how long that is good.
    """

    session: str
    cookie: str
    lifetime: timedelta


def start(work: Work, account_id: int, amr: list[str], session_token: str, lifetime: timedelta) -> str:
    """Remember the browser in which somebody has just signed in.

    Args:
        work: the transaction.
        account_id: who signed in.
        amr: how; a session that comes of it begins with the first factor alone.
        session_token: secret of the session they signed in to, which ends with the series if that is stolen.
        lifetime: how long the browser is remembered.

    Returns:
        the value of its cookie.
    """
    series, token = new_secret(), new_secret()
    row = Remembered(
        landlord=work.landlord.slug,
        account_id=account_id,
        series_hash=digest(series),
        token_hash=digest(token),
        rotated_at=work.now,
        auth_time=work.now,
        amr=first_of(amr),
        expires_at=work.now + lifetime,
    )
    work.db.add(row)
    work.db.flush()
    opened = update(BrowserSession).where(BrowserSession.token_hash == digest(session_token))
    work.db.execute(opened.values(remembered_id=row.id))
    return f"{series}.{token}"


def come_back(work: Work, cookie: str) -> Return | None:
    """Open the session of a browser that comes back; the sign-in stays as old as it is.

    A token older than the newest tells of a copy: the series ends with every session it opened, and that is to be
    committed although the browser gets nothing.

    Args:
        work: the transaction.
        cookie: what the browser shows.
    """
    series, _, token = cookie.partition(".")
    row = _held(work, series)
    if row is None or work.landlord.sign_in.remember is None:
        return None
    known = Series(row.token_hash, row.former_token_hash, row.rotated_at, row.expires_at, row.ended_at is not None)
    session_token = work.vault.mac("remembered session", token)
    match judge(known, digest(token), work.now):
        case Verdict.FRESH if _may(work, row):
            _rotate(work, row, token, session_token)
        case Verdict.RETRY if sessions.find(work, session_token) is not None:
            pass
        case Verdict.STOLEN:
            _end_stolen(work, row)
            return None
        case _:
            return None
    return Return(session_token, f"{series}.{_successor(work, token)}", row.expires_at - work.now)


def forget(work: Work, cookie: str) -> None:
    """End the series of a browser, as when somebody signs out in it."""
    series = Remembered.series_hash == digest(cookie.partition(".")[0])
    known = update(Remembered).where(Remembered.landlord == work.landlord.slug, series)
    work.db.execute(known.where(Remembered.ended_at.is_(None)).values(ended_at=work.now))


def owner_of(work: Work, cookie: str) -> Account | None:
    """Find whose browser it is, while it is remembered."""
    row = _find(work, cookie.partition(".")[0])
    over = row is None or row.ended_at is not None or row.expires_at <= work.now
    return None if row is None or over else work.db.get(Account, row.account_id)


def _find(work: Work, series: str) -> Remembered | None:
    found = select(Remembered).where(
        Remembered.landlord == work.landlord.slug, Remembered.series_hash == digest(series)
    )
    return work.db.scalars(found.execution_options(populate_existing=True)).one_or_none()


def _held(work: Work, series: str) -> Remembered | None:
    """Find a series, and keep others from changing it until the transaction ends."""
    row = _find(work, series)
    if row is None:
        return None
    locks.hold_account(work, row.account_id)
    return _find(work, series)


def _may(work: Work, row: Remembered) -> bool:
    return accounts.may_sign_in(work, row.account_id)


def _rotate(work: Work, row: Remembered, token: str, session_token: str) -> None:
    row.former_token_hash, row.token_hash = row.token_hash, digest(_successor(work, token))
    row.rotated_at = work.now
    _open(work, row, session_token)
    audit.record(work, EventName.SIGN_IN_REMEMBERED, account_id=row.account_id)


def _open(work: Work, row: Remembered, session_token: str) -> None:
    """Open the session of a return; where a second factor is due, it names nobody before that is shown."""
    if second_factors.is_due(work, row.account_id):
        session_id = sessions.come_back(work, row, session_token, half=half_sign_ins.LIFETIME)
        half_sign_ins.note(work, session_id, row.account_id)
    else:
        sessions.come_back(work, row, session_token, postponed=second_factors.spared(work))


def _successor(work: Work, token: str) -> str:
    return work.vault.mac("remembered successor", token)


def _end_stolen(work: Work, row: Remembered) -> None:
    """End a series of which somebody has a copy, and all that came of it; tell the owner."""
    row.ended_at = work.now
    opened = select(BrowserSession).where(BrowserSession.remembered_id == row.id, BrowserSession.ended_at.is_(None))
    for session in work.db.scalars(opened):
        sessions.end(work, session)
    grants.revoke_of_series(work, row.id)
    audit.record(work, EventName.REMEMBERED_REPLAYED, account_id=row.account_id)
    account = work.db.get_one(Account, row.account_id)
    if account.email is not None:
        outbox.enqueue(work, MailKind.REMEMBERED_REPLAYED, account.email, account.locale)
