"""What the token endpoint gives: RFC 9068 access tokens and ID tokens (OpenID Connect Core §2)."""

import base64
import hashlib

from idp.domain import claims
from idp.domain.assurance import acr_of
from idp.oidc import jose
from idp.services import persons
from idp.services.grants import Issued
from idp.services.vault import new_secret
from idp.services.work import Work
from idp.settings.client import Algorithm, Client


def answer(work: Work, client: Client, issued: Issued) -> dict[str, object]:
    """Make the tokens of a token response (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).

    Args:
        work: the transaction.
        client: the app.
        issued: what its request is worth.
    """
    expires_at = min(work.now + work.landlord.tokens.access_token, issued.grant.expires_at)
    access_token = _access_token(work, client, issued, int(expires_at.timestamp()))
    members: dict[str, object] = {
        "access_token": access_token,
        "token_type": type_of(issued.key),
        "expires_in": int((expires_at - work.now).total_seconds()),
        "scope": " ".join(issued.scope),
    }
    if issued.refresh_token is not None:
        members["refresh_token"] = issued.refresh_token
    if "openid" in issued.scope:
        members["id_token"] = _id_token(work, client, issued, access_token)
    return members


def answer_for_itself(
    work: Work, client: Client, scope: tuple[str, ...], key: str | None, audience: tuple[str, ...]
) -> dict[str, object]:
    """Make the token response for an app that acts in its own name (RFC 6749 §4.4.3, RFC 9068 §2.2).

    Args:
        work: the transaction.
        client: the app.
        scope: what it may do.
        key: thumbprint of the key that the access token is bound to.
        audience: whom the access token is for.
    """
    lifetime = work.landlord.tokens.access_token
    claims: dict[str, object] = {
        "iss": work.landlord.issuer,
        "sub": client.client_id,
        "aud": _written(work, audience),
        "client_id": client.client_id,
        "scope": " ".join(scope),
        "iat": int(work.now.timestamp()),
        "exp": int((work.now + lifetime).timestamp()),
        "jti": new_secret(),
        **confirmation(key),
    }
    return {
        "access_token": jose.sign(work, client.signing_alg, "at+jwt", claims),
        "token_type": type_of(key),
        "expires_in": int(lifetime.total_seconds()),
        "scope": " ".join(scope),
    }


def _access_token(work: Work, client: Client, issued: Issued, expires_at: int) -> str:
    grant = issued.grant
    return jose.sign(
        work,
        client.signing_alg,
        "at+jwt",
        {
            "iss": work.landlord.issuer,
            "sub": grant.sub,
            "aud": _written(work, issued.audience),
            "client_id": client.client_id,
            "scope": " ".join(issued.scope),
            "iat": int(work.now.timestamp()),
            "exp": expires_at,
            "jti": new_secret(),
            "auth_time": int(grant.auth_time.timestamp()),
            "acr": acr_of(grant.amr, grant.claims.get("acr", ())),
            "sid": grant.sid,
            "gid": grant.handle,
            **confirmation(issued.key),
        },
    )


def _id_token(work: Work, client: Client, issued: Issued, access_token: str) -> str:
    grant = issued.grant
    asked = set(grant.claims.get("id_token", ())) & claims.names_of(client.scopes)
    nonce = {} if issued.nonce is None else {"nonce": issued.nonce}
    return jose.sign(
        work,
        client.signing_alg,
        "JWT",
        {
            **persons.claims_of(work, grant.account_id, asked),
            **nonce,
            "iss": work.landlord.issuer,
            "sub": grant.sub,
            "aud": client.client_id,
            "iat": int(work.now.timestamp()),
            "exp": int((work.now + work.landlord.tokens.id_token).timestamp()),
            "auth_time": int(grant.auth_time.timestamp()),
            "acr": acr_of(grant.amr, grant.claims.get("acr", ())),
            "amr": list(grant.amr),
            "sid": grant.sid,
            "at_hash": _half_hash(access_token, client.signing_alg),
        },
    )


def _written(work: Work, audience: tuple[str, ...]) -> str | list[str]:
    """Write whom a token is for: several as a list, one as it is, nobody as the provider itself (RFC 8707 §2.2)."""
    if not audience:
        return work.landlord.issuer
    return audience[0] if len(audience) == 1 else list(audience)


def type_of(key: str | None) -> str:
    """Name the type of an access token that is bound to a key, or to none (RFC 9449 §5)."""
    return "Bearer" if key is None else "DPoP"


def confirmation(key: str | None) -> dict[str, object]:
    """Name the key that an access token is bound to (RFC 9449 §6.1)."""
    return {} if key is None else {"cnf": {"jkt": key}}


def _half_hash(token: str, alg: Algorithm) -> str:
    """Hash an access token for the ID token beside it, as its algorithm does (OpenID Connect Core §3.1.3.6)."""
    whole = (hashlib.sha512 if alg == "Ed25519" else hashlib.sha256)(token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).decode().rstrip("=")
