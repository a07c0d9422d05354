"""Pushed authorization requests (RFC 9126): kept for their app for a moment, answered once."""

from dataclasses import replace

from sqlalchemy import bindparam, insert, select, update

from idp.domain.authorization import AuthorizationRequest, read_request, write_request
from idp.models import Base
from idp.services.vault import digest, new_secret
from idp.services.work import Work

PUSHED = Base.metadata.tables["pushed_request"]
INSERT = insert(PUSHED)
FIND = select(PUSHED.c.id, PUSHED.c.request).where(
    PUSHED.c.landlord == bindparam("of_landlord"),
    PUSHED.c.reference_hash == bindparam("hash"),
    PUSHED.c.client_id == bindparam("app"),
    PUSHED.c.expires_at > bindparam("at"),
    PUSHED.c.answered_at.is_(None),
)
CLAIM = (
    update(PUSHED)
    .where(PUSHED.c.id == bindparam("row"), PUSHED.c.answered_at.is_(None))
    .values(answered_at=bindparam("at"))
    .returning(PUSHED.c.id)
)


def push(work: Work, request: AuthorizationRequest) -> str:
    """Keep a checked request until the browser comes with its reference.

    Returns:
        the reference: 43 characters that nobody can guess (RFC 9126 §2.2).
    """
    reference = new_secret()
    work.db.execute(
        INSERT,
        {
            "landlord": work.landlord.slug,
            "reference_hash": digest(reference),
            "client_id": request.client_id,
            "request": write_request(request),
            "expires_at": work.now + work.landlord.tokens.pushed_request,
        },
    )
    return reference


def find(work: Work, client_id: str, reference: str) -> AuthorizationRequest | None:
    """Find a request that this very app pushed, that has not expired and was not answered.

    A browser may open the same address twice, or something may look at it first, so finding uses nothing up.
    """
    at = {"of_landlord": work.landlord.slug, "hash": digest(reference), "app": client_id, "at": work.now}
    row = work.db.execute(FIND, at).one_or_none()
    return None if row is None else replace(read_request(row.request), pushed=row.id)


def claim(work: Work, request: AuthorizationRequest) -> bool:
    """Claim the right to answer a request: always there for one that came with the browser, once for a pushed one."""
    if request.pushed is None:
        return True
    claimed = work.db.execute(CLAIM, {"row": request.pushed, "at": work.now})
    return claimed.scalar_one_or_none() is not None
