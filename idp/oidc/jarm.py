"""Authorization responses as signed tokens (JWT Secured Authorization Response Mode, JARM)."""

from idp.domain.authorization import AuthorizationResponse
from idp.oidc import jose
from idp.services.work import Work
from idp.settings.client import Client


def write(work: Work, client: Client, answer: AuthorizationResponse) -> str:
    """Write an answer as one token that only its app should believe (JARM §2.1).

    It is good for as long as a code is, and its `typ` keeps it from being taken for an ID token.

    Args:
        work: the transaction.
        client: the app.
        answer: what to tell it; `iss` is among the parameters.
    """
    expires_at = int((work.now + work.landlord.tokens.code).timestamp())
    claims = {**answer.parameters, "aud": client.client_id, "exp": expires_at}
    return jose.sign(work, client.signing_alg, "authorization-response+jwt", claims)
