"""Tokens bound to a key that the app holds (Demonstrating Proof of Possession: RFC 9449)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from idp.domain import possession
from idp.oidc import jose
from idp.oidc.authorization_checks import Refusal
from idp.oidc.client_assertions import JTI_LIMIT, instant
from idp.services import used_once
from idp.services.work import Work
from idp.settings import key_sets
from idp.settings.client import Client
from idp.settings.key_sets import PublicKey
from idp.web.asked import Asked
from idp.web.stance import SAFE_METHODS

TYPE = "dpop+jwt"
SCHEME = "DPoP"
HEADER_LIMIT = 4096
INVALID = "invalid_dpop_proof"
STALE = "use_dpop_nonce"


@dataclass(frozen=True)
class Proof:
    """A proof and what it came with; each part is read when a check asks for it.

    Attributes:
        request: the request.
        sent: its DPoP header.
        client: the app that sends the request.
        access_token: the access token that came with it, None at endpoints that take none.
    """

    request: Asked
    sent: str
    client: Client
    access_token: str | None

    @cached_property
    def header(self) -> Mapping[str, object]:
        """The proof's own header, empty where it cannot be read."""
        return jose.header_of(self.sent, limit=HEADER_LIMIT, depth=2) or {}

    @cached_property
    def key(self) -> PublicKey | None:
        """The public key that the proof brings along; None where it is none, or more than that."""
        try:
            return key_sets.read_one(self.header.get("jwk"))
        except ValueError:
            return None

    @cached_property
    def claims(self) -> Mapping[str, Any] | None:
        """What the proof says, once its signature is known to be good."""
        if self.key is None or self.header["alg"] not in self.key.algorithms:
            return None
        return jose.read_foreign(self.sent, self.key.key, str(self.header["alg"]), header_limit=HEADER_LIMIT)

    def says(self, name: str) -> Any:
        """Return a claim, None where there is no such claim."""
        return (self.claims or {}).get(name)

    @property
    def thumbprint(self) -> str:
        """The name of its key (RFC 7638)."""
        assert self.key is not None
        return self.key.key.thumbprint()


def _stands_alone(proof: Proof) -> bool:
    """Servers hand a repeated header on in one line, with a comma that no token has."""
    return "," not in proof.sent


def _is_a_proof(proof: Proof) -> bool:
    return proof.header.get("typ") == TYPE


def _has_a_known_algorithm(proof: Proof) -> bool:
    alg = proof.header.get("alg")
    return alg in key_sets.ALGORITHMS and proof.client.may_sign_with(alg)


def _brings_a_public_key(proof: Proof) -> bool:
    return proof.key is not None


def _is_signed(proof: Proof) -> bool:
    return proof.claims is not None


def _is_for_this_method(proof: Proof) -> bool:
    return bool(proof.says("htm") == proof.request.method)


def _is_for_this_address(proof: Proof) -> bool:
    return possession.is_same_address(proof.says("htu"), proof.request.landlord.issuer + proof.request.path)


def _is_recent(proof: Proof) -> bool:
    made_at = instant(proof.says("iat"))
    return made_at is not None and possession.is_recent(made_at, proof.request.work.now)


def _belongs_to_the_access_token(proof: Proof) -> bool:
    return proof.access_token is None or proof.says("ath") == possession.hash_of(proof.access_token)


def _holds_a_fresh_nonce(proof: Proof) -> bool:
    return not proof.client.require_dpop_nonce or proof.says("nonce") in nonces(proof.request.work)


def _is_shown_for_the_first_time(proof: Proof) -> bool:
    """Made last, when everything else is good: it writes (RFC 9449 §11.1)."""
    made_at, jti = instant(proof.says("iat")), proof.says("jti")
    if made_at is None or not isinstance(jti, str) or not 0 < len(jti) <= JTI_LIMIT:
        return False
    asked = proof.request
    writing = asked.begin_writing() if asked.method in SAFE_METHODS else asked.work
    return used_once.claim(writing, "dpop proof", proof.thumbprint, jti, made_at + possession.GOOD_FOR)


CHECKS: tuple[tuple[Callable[[Proof], bool], str, str], ...] = (
    (_stands_alone, INVALID, "there must be one DPoP header"),
    (_is_a_proof, INVALID, "typ must be dpop+jwt"),
    (_has_a_known_algorithm, INVALID, "alg is none that this app may sign with"),
    (_brings_a_public_key, INVALID, "jwk must be a public key and nothing more"),
    (_is_signed, INVALID, "the proof is not signed with the key in jwk by the algorithm in alg"),
    (_is_for_this_method, INVALID, "htm is not the method of the request"),
    (_is_for_this_address, INVALID, "htu is not the address of the request"),
    (_is_recent, INVALID, "iat is too old or in the future"),
    (_belongs_to_the_access_token, INVALID, "ath is not the hash of the access token"),
    (_holds_a_fresh_nonce, STALE, "nonce must be the value of the DPoP-Nonce header"),
    (_is_shown_for_the_first_time, INVALID, "jti is missing, or the proof was used before"),
)
"""In the order they are made (RFC 9449 §4.3), with the error and the words of each."""


def prove(request: Asked, client: Client, access_token: str | None = None) -> str | Refusal | None:
    """Check the proof that came with a request, and use it up.

    Args:
        request: the request.
        client: the app that sends the request.
        access_token: the access token that came with it, at an endpoint that takes one.

    Returns:
        the thumbprint of the key that the app holds (RFC 7638), None where no proof came, or the first refusal.
    """
    if client.require_dpop_nonce:
        request.offered.append(("DPoP-Nonce", nonces(request.work)[0]))
    sent = request.header("DPoP")
    if sent is None:
        return None
    proof = Proof(request, sent, client, access_token)
    for is_met, error, words in CHECKS:
        if not is_met(proof):
            return Refusal(error, words)
    return proof.thumbprint


def prove_for_tokens(request: Asked, client: Client) -> str | Refusal | None:
    """Check the proof at the token endpoint, where some apps must bring one (RFC 9449 §5.2); see `prove`."""
    key = prove(request, client)
    if key is None and client.dpop_bound_access_tokens:
        return Refusal(INVALID, "this app must show that it holds a key: the DPoP header is missing")
    return key


def nonces(work: Work) -> list[str]:
    """Compute the nonces that are good now, the one to give out first; nothing is stored (RFC 9449 §8)."""
    slug = work.landlord.slug
    return [work.vault.mac("dpop nonce", f"{slug} {period}") for period in possession.nonce_periods(work.now)]
