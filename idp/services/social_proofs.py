"""Whom a public identity service has just vouched for in one browser, until the person has typed the rest.

Kept sealed in the row of the request, for a few minutes, and taken away as soon as it has served.
"""

import json
from dataclasses import asdict
from datetime import date, timedelta

from sqlalchemy import select

from idp.domain.civil import Civil
from idp.domain.social import Identity
from idp.models import SocialRequest
from idp.services.social_requests import Purpose
from idp.services.vault import SealBrokenError, digest
from idp.services.work import Work

TO_FIND_THE_NOTICE = timedelta(minutes=15)


def keep(work: Work, request_id: int, identity: Identity) -> None:
    """Keep who it is with the request that was just answered.

    Args:
        work: the transaction.
        request_id: of the request, claimed.
        identity: whom the provider vouches for, with `civil`.
    """
    row = work.db.get_one(SocialRequest, request_id)
    row.sealed = work.vault.seal(json.dumps(asdict(identity), default=date.isoformat), _name(row))
    row.expires_at = work.now + TO_FIND_THE_NOTICE


def find(work: Work, provider: str) -> Identity | None:
    """Find whom a provider has vouched for in the present browser, the last time."""
    row = _newest(work, provider)
    if row is None or row.sealed is None:
        return None
    try:
        kept = json.loads(work.vault.unseal(row.sealed, _name(row)))
    except SealBrokenError:
        return None
    born = date.fromisoformat(kept["civil"].pop("birth_date"))
    return Identity(**{**kept, "civil": Civil(**kept["civil"], birth_date=born)})


def forget(work: Work, provider: str) -> None:
    """Take away what was kept in the present browser."""
    while (row := _newest(work, provider)) is not None:
        row.sealed = None
        work.db.flush()


def _newest(work: Work, provider: str) -> SocialRequest | None:
    return work.db.scalar(
        select(SocialRequest)
        .where(
            SocialRequest.landlord == work.landlord.slug,
            SocialRequest.browser_hash == digest(work.origin.browser),
            SocialRequest.provider == provider,
            SocialRequest.purpose == Purpose.PROVE,
            SocialRequest.sealed.is_not(None),
            SocialRequest.expires_at > work.now,
        )
        .order_by(SocialRequest.id.desc())
        .limit(1)
    )


def _name(row: SocialRequest) -> str:
    return f"social_request:{row.id}"
