"""The revocation endpoint (RFC 7009)."""

from datetime import UTC, datetime

from idp.oidc import clients, jose
from idp.services import revocation
from idp.services.revocation import Outcome, OwnToken
from idp.services.work import Work
from idp.web.asked import Answer, Asked, error, told
from idp.web.stance import stance


@stance("protocol", csrf=False, browser=False)
def revoke(request: Asked) -> Answer:
    """Take back an access token or a refresh token, and with it everything that came from the same sign-in.

    The two kinds cannot be mistaken for each other, so `token_type_hint` is not needed (RFC 7009 §2.1). What is not
    known, or no longer good, is answered like what was just revoked (§2.2).
    """
    asked = clients.asked_by_app(request)
    if isinstance(asked, Answer):
        return asked
    client, parameters = asked
    token = parameters.get("token")
    if token is None:
        return error("invalid_request", "token is missing")
    outcome = _revoke(request.work, client.client_id, token)
    if outcome is Outcome.FOREIGN:
        return error("invalid_grant", "the token was given to another app")
    return told({})


def _revoke(work: Work, client_id: str, token: str) -> Outcome:
    claimed = jose.verify(work, token, "at+jwt")
    if claimed is None:
        return revocation.by_refresh_token(work, client_id, token)
    if claimed["exp"] <= work.now.timestamp():
        return Outcome.UNKNOWN
    if "gid" in claimed and "act" not in claimed:
        return revocation.by_handle(work, client_id, claimed["gid"])
    own = OwnToken(claimed["client_id"], claimed["jti"], datetime.fromtimestamp(claimed["exp"], UTC))
    return revocation.own_token(work, client_id, own)
