"""Support access: the staff ask, the person answers, anybody ends it, and each look is recorded."""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select, update

from idp.domain.cases import COUNT, reference_of
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.support import Closer, State
from idp.models import Account, BrowserSession, Grant, SupportAccess
from idp.services import audit, grants, outbox
from idp.services.support_record import OPEN, Wish, find, looks_of, of_account, row_of, wish_of
from idp.services.vault import digest, new_secret
from idp.services.work import Work
from idp.settings.client import Client

BATCH = 100
UNANSWERED = and_(OPEN, SupportAccess.accepted_at.is_(None))


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits for its answer.

    Attributes:
        reference: its name, to be said on the telephone.
        code: what the advisers' app is given, shown once.
        answer_by: until when it waits.
    """

    reference: str
    code: str
    answer_by: datetime


class NotAsked(StrEnum):
    """Why there is no request."""

    ALREADY = "already"
    """Another one waits or runs."""
    CLOSED = "closed"
    """The account is closed."""


def ask(work: Work, account: Account, client: Client, wish: Wish, case: str | None = None) -> Asked | NotAsked:
    """Ask a person whether an adviser may look, on their pages and by mail.

    Args:
        work: the transaction.
        account: whose account it is.
        client: the advisers' app.
        wish: who wants to look, and why.
        case: reference of the assistance case it is for.
    """
    locked = work.db.scalar(select(Account).where(Account.id == account.id).with_for_update())
    if locked is None or locked.closed_at is not None:
        return NotAsked.CLOSED
    if any(one.state in (State.WAITING, State.RUNNING) for one in of_account(work, account.id)):
        return NotAsked.ALREADY
    asked = Asked(_new_reference(work), new_secret(), work.now + work.landlord.support.answer_within)
    words = json.dumps({"adviser": wish.adviser, "reason": wish.reason})
    access = SupportAccess(
        landlord=work.landlord.slug,
        reference=asked.reference,
        code_hash=digest(asked.code),
        account_id=account.id,
        client_id=client.client_id,
        sealed=work.vault.seal(words, row_of(work, asked.reference)),
        case_reference=case,
        requested_at=work.now,
        answer_by=asked.answer_by,
        looks=0,
    )
    work.db.add(access)
    _record(work, EventName.SUPPORT_REQUESTED, access, Closer.STAFF)
    told = {"adviser": wish.adviser, "reason": wish.reason, "reference": asked.reference}
    outbox.enqueue(work, MailKind.SUPPORT_REQUESTED, account.email or "", account.locale, told)
    return asked


def accept(work: Work, access: SupportAccess, session: BrowserSession, duration: timedelta) -> bool:
    """Let the adviser look for a while; of everything that happens to a request at once, one thing counts.

    What they get hangs from a grant of the person's session: it ends with a sign-out or a new password too.

    Returns:
        whether the request still waited.
    """
    client = work.landlord.client(access.client_id)
    if client is None or not client.support:
        return False
    values: dict[str, object] = {"accepted_at": work.now, "ends_at": work.now + duration}
    if not _change(work, access, and_(UNANSWERED, SupportAccess.answer_by > work.now), values):
        return False
    grant = Grant(
        landlord=work.landlord.slug,
        handle=new_secret(),
        account_id=access.account_id,
        session_id=session.id,
        client_id=access.client_id,
        scope=" ".join(client.support_scopes),
        claims={},
        sid=new_secret(),
        auth_time=session.auth_time,
        amr=session.amr,
        created_at=work.now,
        expires_at=work.now + duration,
    )
    work.db.add(grant)
    work.db.flush()
    _change(work, access, OPEN, {"grant_id": grant.id})
    _record(work, EventName.SUPPORT_ACCEPTED, access, Closer.PERSON)
    return True


def close(work: Work, access: SupportAccess, by: Closer) -> bool:
    """Refuse or withdraw a request that waits, or end what runs; from then on nothing that it gave is good.

    Returns:
        whether it was open until now.
    """
    still_open = or_(SupportAccess.accepted_at.is_not(None), SupportAccess.answer_by > work.now)
    if not _change(work, access, and_(OPEN, still_open), {"closed_at": work.now, "closed_by": by}):
        return False
    if access.accepted_at is None:
        name = EventName.SUPPORT_REFUSED if by is Closer.PERSON else EventName.SUPPORT_WITHDRAWN
        _record(work, name, access, by)
        return True
    if access.grant_id is not None:
        grants.revoke(work, access.grant_id)
    _record(work, EventName.SUPPORT_ENDED, access, by)
    _tell(work, access)
    return True


def close_ended(work: Work) -> int:
    """Close one batch of accesses whose time is over, or whose person has signed out; commit, and come again.

    They have been good for nothing since; the person gets the mail that says who looked.
    """
    gone = select(Grant.id).where(Grant.id == SupportAccess.grant_id, Grant.revoked_at.is_not(None)).exists()
    over = or_(SupportAccess.ends_at <= work.now, gone)
    ended = select(SupportAccess).where(SupportAccess.landlord == work.landlord.slug, OPEN, over).limit(BATCH)
    found = work.db.scalars(ended).all()
    for access in found:
        in_time = access.ends_at is not None and work.now < access.ends_at
        close(work, access, Closer.PERSON if in_time else Closer.TIME)
    return len(found)


def _change(work: Work, access: SupportAccess, still: ColumnElement[bool], values: dict[str, object]) -> bool:
    changed = update(SupportAccess).where(SupportAccess.id == access.id, still).values(**values)
    done = work.db.execute(
        changed.returning(SupportAccess.id).execution_options(synchronize_session=False)
    ).one_or_none()
    if done is None:
        return False
    work.db.refresh(access)
    return True


def _tell(work: Work, access: SupportAccess) -> None:
    """Mail the person who looked; where nobody did, there is nothing to tell."""
    account = work.db.get_one(Account, access.account_id)
    if access.looks:
        first, *_ = [*looks_of(work, access), access.accepted_at or work.now]
        told: dict[str, str | int] = {
            "adviser": wish_of(work, access).adviser,
            "reference": access.reference,
            "looks": access.looks,
            "looked_at": first.isoformat(),
        }
        outbox.enqueue(work, MailKind.SUPPORT_ENDED, account.email or "", account.locale, told)


def _record(work: Work, name: EventName, access: SupportAccess, by: Closer) -> None:
    audit.record(
        work, name, account_id=access.account_id, client_id=access.client_id, reference=access.reference, by=by
    )


def _new_reference(work: Work) -> str:
    while True:
        reference = reference_of(secrets.randbelow(COUNT))
        if find(work, reference) is None:
            return reference
