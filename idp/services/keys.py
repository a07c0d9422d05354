"""The keys a landlord signs with: made, published ahead, used, retired."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, cast, get_args
from weakref import WeakKeyDictionary

from joserfc.jwk import ECKey, OKPKey, RSAKey
from sqlalchemy import insert, or_, select, update

from idp.domain.events import EventName
from idp.models import SigningKey
from idp.services import audit
from idp.services.vault import Vault
from idp.services.work import Work
from idp.settings.client import Algorithm
from idp.settings.landlord import Landlord

ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
DEFAULTS: tuple[Algorithm, ...] = ("RS256", "ES256")
RSA_BITS = 2048
FRESH_FOR = timedelta(minutes=1)
AnyKey = RSAKey | ECKey | OKPKey


@dataclass(frozen=True)
class Pair:
    """One key pair, ready for use.

    Attributes:
        kid: its name in token headers: the RFC 7638 thumbprint.
        alg: the only algorithm it is used with.
        public_jwk: what the world may know of it, in JSON.
        key: private and public half.
        active_from: from when on tokens are signed with it.
        retires_at: when it is no longer published.
    """

    kid: str
    alg: Algorithm
    public_jwk: str
    key: AnyKey
    active_from: datetime
    retires_at: datetime | None

    @cached_property
    def private_key(self) -> Any:
        """The private half as the cryptography library has it, which is what signs."""
        return self.key.private_key

    def is_published(self, now: datetime) -> bool:
        """Tell whether the pair is among the landlord's published keys."""
        return self.retires_at is None or self.retires_at > now


@dataclass(frozen=True, slots=True)
class Ring:
    """A landlord's pairs, as they were when they were last read."""

    read_at: datetime
    pairs: dict[str, Pair]

    def published(self, now: datetime) -> list[Pair]:
        """List the pairs whose public half the world may know now, the oldest first."""
        return [pair for pair in self.pairs.values() if pair.is_published(now)]


# Unsealing and parsing a private key costs more than a whole token request, so each process keeps the pairs beside
# the vault that unsealed them. Other processes' rotations are seen within a minute, long before a new key signs.
_rings: WeakKeyDictionary[Vault, dict[str, Ring]] = WeakKeyDictionary()


def wanted(landlord: Landlord) -> tuple[Algorithm, ...]:
    """List the algorithms a landlord has keys for: the usual two, and those that its apps ask for."""
    asked = {alg for client in landlord.clients for alg in (client.signing_alg, client.userinfo_signed_response_alg)}
    return tuple(alg for alg in ALGORITHMS if alg in DEFAULTS or alg in asked)


def ensure(work: Work) -> list[str]:
    """Make one pair for each wanted algorithm for which the landlord has none; it is good at once.

    Returns:
        the `kid` of each pair made.
    """
    present = {pair.alg for pair in _read(work).pairs.values() if pair.is_published(work.now)}
    return [_make(work, alg, active_from=work.now) for alg in wanted(work.landlord) if alg not in present]


def rotate(work: Work, alg: Algorithm, *, at_once: bool = False) -> str:
    """Make the next pair and say when the present one goes.

    Args:
        work: the transaction.
        alg: the algorithm whose pair is replaced.
        at_once: for a key that leaked: the new pair signs now, the old one is withdrawn now and its tokens are void.

    Returns:
        the `kid` of the new pair.
    """
    landlord = work.landlord
    active_from = work.now if at_once else work.now + landlord.tokens.key_publish_ahead
    retires_at = work.now if at_once else _end_of_predecessor(landlord, active_from)
    work.db.execute(
        update(SigningKey)
        .where(
            SigningKey.landlord == landlord.slug,
            SigningKey.alg == alg,
            or_(SigningKey.retires_at.is_(None), SigningKey.retires_at > retires_at),
        )
        .values(retires_at=retires_at)
    )
    kid = _make(work, alg, active_from)
    audit.record(work, EventName.KEY_ROTATED, kid=kid, alg=alg, at_once=at_once)
    return kid


def retire(work: Work, pair: Pair) -> bool:
    """Say that a pair goes when a successor made now has taken over.

    Returns:
        whether this call said so, and none before it.
    """
    retires_at = _end_of_predecessor(work.landlord, work.now + work.landlord.tokens.key_publish_ahead)
    row = work.db.execute(
        update(SigningKey)
        .where(SigningKey.landlord == work.landlord.slug, SigningKey.kid == pair.kid, SigningKey.retires_at.is_(None))
        .values(retires_at=retires_at)
        .returning(SigningKey.id)
    ).one_or_none()
    _rings.pop(work.vault, None)
    return row is not None


def newest(work: Work, alg: Algorithm) -> Pair | None:
    """Find the published pair that signs last, be it only later."""
    pairs = [pair for pair in published(work) if pair.alg == alg]
    return max(pairs, key=lambda pair: pair.active_from, default=None)


def published(work: Work) -> list[Pair]:
    """List the pairs whose public half the world may know now, the oldest first."""
    return _ring(work).published(work.now)


def at_hand(vault: Vault, landlord: str, now: datetime) -> Ring | None:
    """Return a landlord's pairs; None where they have to be read, for the first time or again."""
    ring = _rings.get(vault, {}).get(landlord)
    return ring if ring is not None and abs(now - ring.read_at) < FRESH_FOR else None


def signing_key(work: Work, alg: Algorithm) -> Pair:
    """Find the newest pair that signs now; a landlord that never had one gets one."""
    found = _signing(_ring(work), alg, work.now)
    if found is None:
        ensure(work)
        found = _signing(_ring(work), alg, work.now)
    assert found is not None
    return found


def find(work: Work, kid: object) -> Pair | None:
    """Find a published pair by the `kid` a token names; the name is looked up and nothing else."""
    if not isinstance(kid, str):
        return None
    pair = _ring(work).pairs.get(kid) or _read(work).pairs.get(kid)
    return pair if pair is not None and pair.is_published(work.now) else None


def _signing(ring: Ring, alg: Algorithm, now: datetime) -> Pair | None:
    best = None
    for pair in ring.pairs.values():
        usable = pair.alg == alg and pair.active_from <= now and pair.is_published(now)
        if usable and (best is None or pair.active_from > best.active_from):
            best = pair
    return best


def _end_of_predecessor(landlord: Landlord, active_from: datetime) -> datetime:
    """Say until when the pair stays published in whose place another signs."""
    # An ID token is shown again at sign-out, so what signs one stays known for as long as a session can last.
    return active_from + max(landlord.tokens.access_token, landlord.tokens.id_token, landlord.sessions.absolute)


def _generate(alg: Algorithm) -> AnyKey:
    match alg:
        case "RS256" | "PS256":
            return RSAKey.generate_key(RSA_BITS)
        case "ES256":
            return ECKey.generate_key("P-256")
        case "Ed25519":
            return OKPKey.generate_key("Ed25519")


def _make(work: Work, alg: Algorithm, active_from: datetime) -> str:
    key = _generate(alg)
    kid = key.thumbprint()
    public = {**key.as_dict(private=False), "kid": kid, "alg": alg, "use": "sig"}
    work.db.execute(
        insert(SigningKey).values(
            landlord=work.landlord.slug,
            kid=kid,
            alg=alg,
            public_jwk=public,
            private_jwk=work.vault.seal(json.dumps(key.as_dict(private=True)), f"signing_key:{kid}"),
            created_at=work.now,
            active_from=active_from,
        )
    )
    _rings.pop(work.vault, None)
    return kid


def _ring(work: Work) -> Ring:
    return at_hand(work.vault, work.landlord.slug, work.now) or _read(work)


def _read(work: Work) -> Ring:
    rings = _rings.setdefault(work.vault, {})
    known = rings[work.landlord.slug].pairs if work.landlord.slug in rings else {}
    key = SigningKey
    rows = work.db.execute(
        select(key.kid, key.alg, key.public_jwk, key.private_jwk, key.active_from, key.retires_at)
        .where(key.landlord == work.landlord.slug)
        .order_by(key.id)
    ).all()
    pairs = {
        row.kid: Pair(
            row.kid,
            cast(Algorithm, row.alg),
            json.dumps(row.public_jwk),
            known[row.kid].key if row.kid in known else _unseal(work.vault, row.kid, row.private_jwk),
            row.active_from,
            row.retires_at,
        )
        for row in rows
    }
    rings[work.landlord.slug] = Ring(work.now, pairs)
    return rings[work.landlord.slug]


def _unseal(vault: Vault, kid: str, sealed: str) -> AnyKey:
    jwk = json.loads(vault.unseal(sealed, f"signing_key:{kid}"))
    kinds: dict[str, type[AnyKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    return kinds[jwk["kty"]].import_key(jwk)
