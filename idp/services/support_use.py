"""Advisers look: each time, the code of a support access is exchanged for a token, and that is recorded."""

from dataclasses import dataclass

from sqlalchemy import select, update

from idp.domain.events import EventName
from idp.domain.support import State, state
from idp.models import Grant, SupportAccess
from idp.services import audit, grants, support_record
from idp.services.vault import digest
from idp.services.work import Work


@dataclass(frozen=True, slots=True)
class Look:
    """What an adviser may see now.

    Attributes:
        grant: what the token hangs from.
        adviser: name of the adviser.
    """

    grant: grants.Grant
    adviser: str


def look(work: Work, client_id: str, code: str) -> Look | State | None:
    """Use a support access.

    Args:
        work: the transaction.
        client_id: the advisers' app, which has shown who it is.
        code: what it was given for this access.

    Returns:
        what the adviser may see; where the access stands when it does not run; None when there is none for this app.
    """
    wanted = (
        select(SupportAccess, Grant.handle, Grant.revoked_at)
        .outerjoin(Grant, Grant.id == SupportAccess.grant_id)
        .where(
            SupportAccess.landlord == work.landlord.slug,
            SupportAccess.code_hash == digest(code),
            SupportAccess.client_id == client_id,
        )
    )
    row = work.db.execute(wanted).one_or_none()
    if row is None:
        return None
    access: SupportAccess = row[0]
    stands = state(support_record.course_of(access, row.revoked_at), work.now)
    grant = grants.find(work, row.handle) if stands is State.RUNNING else None
    if grant is None:
        return State.ENDED if stands is State.RUNNING else stands
    counted = update(SupportAccess).where(SupportAccess.id == access.id).values(looks=SupportAccess.looks + 1)
    work.db.execute(counted.execution_options(synchronize_session=False))
    work.db.expire(access, ["looks"])
    audit.record(
        work,
        EventName.SUPPORT_USED,
        account_id=access.account_id,
        client_id=client_id,
        reference=access.reference,
    )
    return Look(grant, support_record.wish_of(work, access).adviser)
