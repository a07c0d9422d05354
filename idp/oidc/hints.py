"""ID tokens that come back as hints of who is meant (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2)."""

from dataclasses import dataclass

from idp.oidc import jose
from idp.services.work import Work


@dataclass(frozen=True, slots=True)
class Hint:
    """What a valid hint says; an expired one is as good as any.

    Attributes:
        sub: the person.
        client_id: the app it was made for.
        sid: the session it was made in.
    """

    sub: str
    client_id: str
    sid: str


def read(work: Work, token: str) -> Hint | None:
    """Read a hint: an ID token with this landlord's signature, or nothing."""
    claims = jose.verify(work, token, "JWT")
    return None if claims is None else Hint(claims["sub"], claims["aud"], claims["sid"])
