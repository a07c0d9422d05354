"""Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4)."""

from datetime import timedelta

from idp.oidc import jose
from idp.services.logout_delivery import Claimed
from idp.services.work import Work

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LIFETIME = timedelta(minutes=2)


def write(work: Work, notice: Claimed) -> str:
    """Write the token of one try to tell an app: signed like its ID tokens, and of no use as one.

    Args:
        work: the transaction.
        notice: what the app is told.
    """
    claims = {
        "iss": work.landlord.issuer,
        "aud": notice.client.client_id,
        "iat": int(work.now.timestamp()),
        "exp": int((work.now + LIFETIME).timestamp()),
        "jti": notice.jti,
        "events": {EVENT: {}},
        "sub": notice.sub,
        "sid": notice.sid,
    }
    return jose.sign(work, notice.client.signing_alg, "logout+jwt", claims)
