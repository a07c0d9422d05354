"""What devices ask for (RFC 8628): kept for a few minutes, answered once, turned into tokens once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from idp.domain.app_access import topics_of
from idp.domain.authorization import AuthorizationRequest
from idp.domain.device import LENGTH, LETTERS, SLOWER, Polled, Verdict, canonical, in_two_parts, judge
from idp.domain.events import EventName
from idp.domain.ladder import Limit
from idp.domain.refusals import Refusal
from idp.models import BrowserSession, DeviceRequest
from idp.services import app_authorizations, apps, audit, codes, grants, lockout, refresh
from idp.services.grants import ACCOUNT, GRANT, OFFLINE, GrantRefusal, Issued
from idp.services.lockout import Subject
from idp.services.upsert import insert_into
from idp.services.vault import digest, new_secret
from idp.services.work import Work
from idp.settings.client import Client

INTERVAL = timedelta(seconds=5)
FEW = timedelta(minutes=10)
FIND_GRANT = (
    select(*grants.COLUMNS)
    .join(ACCOUNT, ACCOUNT.c.id == GRANT.c.account_id)
    .where(GRANT.c.landlord == bindparam("of_landlord"), GRANT.c.id == bindparam("row"))
)
TRIES = Limit(tries=20, window=FEW, closed_for=FEW)
"""Wrong codes from one network (§5.1): with 20^8 codes, guessing one that waits takes longer than anybody has."""


@dataclass(frozen=True, slots=True)
class Started:
    """What a device is told.

    Attributes:
        device_code: for the device alone.
        user_code: for the person to type.
    """

    device_code: str
    user_code: str


def start(work: Work, client_id: str, scope: Sequence[str]) -> Started:
    """Keep what a device asks for until somebody answers."""
    device_code = new_secret()
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        row = {
            "landlord": work.landlord.slug,
            "device_hash": digest(device_code),
            "user_mac": _mac(work, code),
            "client_id": client_id,
            "scope": list(scope),
            "interval": int(INTERVAL.total_seconds()),
            "expires_at": work.now + work.landlord.tokens.device_code,
        }
        kept = insert_into(work, DeviceRequest).values(**row).on_conflict_do_nothing().returning(DeviceRequest.id)
        if work.db.execute(kept).scalar_one_or_none() is not None:
            return Started(device_code, in_two_parts(code))


def enter(work: Work, typed: str) -> str | Refusal:
    """Take the code that somebody typed; wrong ones are counted for the network they come from.

    Returns:
        the code as it is kept in the browser, or why not.
    """
    subject = Subject(f"user code:{work.origin.network}", TRIES)
    if not lockout.reserve(work, [subject]):
        return Refusal.WAIT
    code = canonical(typed)
    if code is None or find(work, code) is None:
        return Refusal.UNKNOWN_CODE
    lockout.take_back(work, subject)
    return code


def find(work: Work, code: str) -> DeviceRequest | None:
    """Find what waits under a code for somebody's answer."""
    found = work.db.scalar(
        select(DeviceRequest).where(
            DeviceRequest.landlord == work.landlord.slug,
            DeviceRequest.user_mac == _mac(work, code),
            DeviceRequest.answered_at.is_(None),
            DeviceRequest.expires_at > work.now,
        )
    )
    return found if found is not None and apps.find(work, found.client_id) is not None else None


def allow(work: Work, request: DeviceRequest, session: BrowserSession) -> bool:
    """Let a device have what it asks for, in the name of the person who is signed in.

    Returns:
        whether this was the answer; another one may have come first, or the time may be over.
    """
    if not _answer(work, request):
        return False
    assert session.account_id is not None
    asked = AuthorizationRequest(client_id=request.client_id, redirect_uri="", scope=tuple(request.scope))
    request.grant_id = codes.open_grant(work, asked, session, request.expires_at - work.now)
    app_authorizations.give(work, session.account_id, request.client_id, topics_of(request.scope))
    return True


def refuse(work: Work, request: DeviceRequest, account_id: int | None) -> bool:
    """Answer a device with the person's refusal; see `allow`."""
    if not _answer(work, request):
        return False
    audit.record(work, EventName.AUTHORIZATION_REFUSED, account_id=account_id, client_id=request.client_id)
    return True


def poll(work: Work, client: Client, device_code: str, key: str | None) -> Issued | Verdict | GrantRefusal:
    """Answer a device that asks whether the person has answered (§3.4, §3.5).

    A second use of a code that gave tokens revokes them, unless it is the same request in the same moment.

    Args:
        work: the transaction.
        client: the app, which has shown who it is.
        device_code: what it presents.
        key: thumbprint of the key that it proved to hold, if it did (RFC 9449).
    """
    request = work.db.scalar(
        select(DeviceRequest)
        .where(DeviceRequest.landlord == work.landlord.slug, DeviceRequest.device_hash == digest(device_code))
        .with_for_update()
    )
    if request is None or request.client_id != client.client_id:
        return GrantRefusal.UNKNOWN
    verdict = judge(_polled(request), work.now)
    match verdict:
        case Verdict.ALLOWED:
            return _redeem(work, client, request, key)
        case Verdict.USED:
            return _again(work, request)
        case Verdict.TOO_FAST:
            request.interval += int(SLOWER.total_seconds())
            request.polled_at = work.now
        case _:
            request.polled_at = work.now
    return verdict


def _redeem(work: Work, client: Client, request: DeviceRequest, key: str | None) -> Issued | GrantRefusal:
    row = work.db.execute(FIND_GRANT, {"of_landlord": work.landlord.slug, "row": request.grant_id}).one()
    if not grants.lives(row, work.now):
        return GrantRefusal.REVOKED
    claimed = work.db.execute(
        update(DeviceRequest)
        .where(DeviceRequest.id == request.id, DeviceRequest.used_at.is_(None))
        .values(used_at=work.now)
        .returning(DeviceRequest.id)
        .execution_options(synchronize_session=False)
    )
    if claimed.scalar_one_or_none() is None:
        return GrantRefusal.REPEATED
    grant = grants.read(work, row)
    token = refresh.start_family(work, row) if OFFLINE in grant.scope else None
    if token is not None and key is not None and client.has_bound_refresh_tokens:
        grants.bind(work, row.grant_id, key)
    audit.record(work, EventName.TOKENS_ISSUED, account_id=grant.account_id, client_id=grant.client_id)
    return Issued(grant, grant.scope, token, key=key)


def _again(work: Work, request: DeviceRequest) -> GrantRefusal:
    assert request.used_at is not None
    assert request.grant_id is not None
    if work.now - request.used_at < codes.SAME_MOMENT:
        return GrantRefusal.REPEATED
    grants.revoke(work, request.grant_id)
    audit.record(work, EventName.CODE_REPLAYED, client_id=request.client_id)
    return GrantRefusal.REPLAYED


def _answer(work: Work, request: DeviceRequest) -> bool:
    """Claim the one answer of a request, while there is time."""
    claimed = work.db.execute(
        update(DeviceRequest)
        .where(
            DeviceRequest.id == request.id,
            DeviceRequest.answered_at.is_(None),
            DeviceRequest.expires_at > work.now,
        )
        .values(answered_at=work.now)
        .returning(DeviceRequest.id)
        .execution_options(synchronize_session=False)
    )
    return claimed.scalar_one_or_none() is not None


def _polled(request: DeviceRequest) -> Polled:
    return Polled(
        request.expires_at,
        timedelta(seconds=request.interval),
        request.polled_at,
        allowed=request.grant_id is not None,
        refused=request.answered_at is not None and request.grant_id is None,
        used=request.used_at is not None,
    )


def _mac(work: Work, code: str) -> str:
    return work.vault.mac("user code", code)
