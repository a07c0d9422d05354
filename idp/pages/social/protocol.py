"""What is asked of another provider, by Authlib's client, and what of its answers is believed."""

import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.base import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import ECKey

from idp.domain import bounded_json
from idp.domain.redirects import with_query
from idp.domain.social import Identity, identity
from idp.pages.social import tokens
from idp.pages.social.conversation import Conversation
from idp.pages.social.tokens import DoubtError
from idp.services.fetching import Answer, Fetcher, NotFetchedError, Patience, Question

SECONDS = 4.0
SIZE, DEPTH = 64 * 1024, 8
SERVER_FAULT = 500
TEAM_TOKEN_SECONDS = 300
OF_A_TOKEN = ("access_token", "id_token", "error")


def patience() -> Patience:
    """Say how long a provider may take for all its answers together."""
    return Patience(SECONDS)


def address(talk: Conversation) -> str:
    """Compose where the browser is sent (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

    Raises:
        NotFetchedError: when the provider does not say where that is.
    """
    known = talk.upstream.known
    found = talk.upstreams.metadata(talk.upstream, talk.now, patience())
    nonce = {"nonce": talk.secrets.nonce} if known.protocol == "oidc" and known.nonce else {}
    verifier = talk.secrets.verifier if known.pkce else None
    url, _ = _client(talk, patience()).create_authorization_url(
        str(found["authorization_endpoint"]),
        state=talk.secrets.state,
        code_verifier=verifier,
        **nonce,
        **known.parameters,
    )
    return str(url)


def ask(talk: Conversation, answer: Mapping[str, str]) -> Identity:
    """Redeem a code, and read who the person is.

    Args:
        talk: the sign-in.
        answer: the parameters that the browser brought back, with a code among them.

    Raises:
        NotFetchedError: when the provider cannot be reached in time.
        DoubtError: when its answers are not what they should be.
    """
    left = patience()
    found = talk.upstreams.metadata(talk.upstream, talk.now, left)
    _check_sender(talk, found, answer)
    given = _redeem(talk, str(found["token_endpoint"]), answer["code"], left)
    access_token = given.get("access_token", "")
    if talk.upstream.known.protocol == "oauth2":
        claims = _told(talk, str(found["userinfo_endpoint"]), access_token, left)
        token = ""
    else:
        token = given.get("id_token", "")
        claims = tokens.read_id_token(talk, token, access_token, left)
        claims = _with_userinfo(talk, found.get("userinfo_endpoint"), claims, access_token, left)
    person = identity(talk.upstream.known, claims, token)
    if person is None:
        raise DoubtError("the person is not named")
    return person


def _client(talk: Conversation, patience: Patience) -> Any:
    known, settings = talk.upstream.known, talk.upstream.settings
    return OAuth2Client(
        Session(talk.upstreams.fetcher, patience),
        client_id=settings.client_id,
        client_secret=_secret(talk),
        token_endpoint_auth_method="client_secret_post" if known.auth == "signed_by_team" else known.auth,
        scope=known.scope_separator.join(known.scopes),
        redirect_uri=talk.redirect_uri,
        code_challenge_method="S256" if known.pkce else None,
    )


def _secret(talk: Conversation) -> str:
    """Return the secret, or sign the short-lived one that Apple wants."""
    settings, known = talk.upstream.settings, talk.upstream.known
    if known.auth != "signed_by_team":
        return talk.upstream.secret
    issued = int(talk.now.timestamp())
    claims = {
        "iss": settings.team_id,
        "sub": settings.client_id,
        "aud": known.issuer,
        "iat": issued,
        "exp": issued + TEAM_TOKEN_SECONDS,
    }
    key = ECKey.import_key(talk.upstream.secret)
    return jwt.encode({"alg": "ES256", "kid": settings.key_id}, claims, key, algorithms=["ES256"])


def _check_sender(talk: Conversation, found: Mapping[str, object], answer: Mapping[str, str]) -> None:
    """Refuse an answer of another provider (RFC 9207 §2.4)."""
    sender = answer.get("iss")
    if sender is None and found.get("authorization_response_iss_parameter_supported") is True:
        raise DoubtError("the answer does not say who sent it")
    if sender not in (None, talk.upstream.known.issuer):
        raise DoubtError("the answer is another provider's")


def _redeem(talk: Conversation, endpoint: str, code: str, patience: Patience) -> Mapping[str, str]:
    proof = {"code_verifier": talk.secrets.verifier} if talk.upstream.known.pkce else {}
    try:
        given = _client(talk, patience).fetch_token(endpoint, grant_type="authorization_code", code=code, **proof)
    except OAuth2Error as error:
        raise DoubtError(f"the code is refused: {error.error}") from None
    except ValueError:
        raise DoubtError("the token answer is malformed") from None
    if not given.get("access_token"):
        raise DoubtError("there is no access token")
    return {name: given[name] for name in OF_A_TOKEN if name in given}


def _with_userinfo(
    talk: Conversation, endpoint: object, claims: Mapping[str, object], access_token: str, patience: Patience
) -> Mapping[str, object]:
    """Add what the userinfo endpoint tells about the same person (OpenID Connect Core §5.3.2)."""
    known = talk.upstream.known
    if known.userinfo == "none" or (known.userinfo == "json" and endpoint is None):
        return claims
    if known.userinfo == "signed":
        body = _fetch(talk, str(endpoint), access_token, patience).decode("ascii", "replace")
        told = tokens.read_signed(talk, body.strip(), patience)
    else:
        told = _told(talk, str(endpoint), access_token, patience)
    if told.get("sub") != claims["sub"]:
        raise DoubtError("userinfo tells of somebody else")
    return {**claims, **told}


def _told(talk: Conversation, endpoint: str, access_token: str, patience: Patience) -> Mapping[str, object]:
    body = _fetch(talk, endpoint, access_token, patience)
    try:
        told = bounded_json.parse(body.decode(), max_length=SIZE, max_depth=DEPTH, unique=True)
    except ValueError:
        raise DoubtError("what it tells about the person is no JSON") from None
    if not isinstance(told, dict):
        raise DoubtError("what it tells about the person is no object")
    return told


def _fetch(talk: Conversation, endpoint: str, access_token: str, patience: Patience) -> bytes:
    if talk.upstream.known.app_secret_proof:
        proof = hmac.digest(talk.upstream.secret.encode(), access_token.encode(), "sha256").hex()
        endpoint = with_query(endpoint, {"appsecret_proof": proof})
    question = Question("GET", {"Authorization": f"Bearer {access_token}"}, None)
    answer = talk.upstreams.fetcher.ask(endpoint, question, patience)
    if answer.status != 200:
        raise DoubtError(f"it tells nothing about the person: {answer.status}")
    return answer.body


class Session:
    """The guarded fetcher, as Authlib's client wants to see it.

    Args:
        fetcher: asks, and refuses to ask.
        patience: how long all answers may take together.
    """

    def __init__(self, fetcher: Fetcher, patience: Patience) -> None:
        self._fetcher, self._patience = fetcher, patience

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> "TokenAnswer":
        """Send a form, with the credentials that Authlib adds."""
        url, sent, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return TokenAnswer(self._fetcher.ask(url, Question("POST", sent, body.encode()), self._patience))


class TokenAnswer:
    """What a token endpoint answered, as Authlib's client wants to see it: texts only, and only those that count."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.status_code = answer.status

    def raise_for_status(self) -> None:
        """Complain of a fault of the provider's.

        Raises:
            NotFetchedError: for one.
        """
        if self.status_code >= SERVER_FAULT:
            raise NotFetchedError(f"the token endpoint answers {self.status_code}")

    def json(self) -> dict[str, str]:
        """Read the answer.

        Raises:
            ValueError: when it is no JSON object of a reasonable size.
        """
        found = bounded_json.parse(self._answer.body.decode(), max_length=SIZE, max_depth=DEPTH, unique=True)
        if not isinstance(found, dict):
            raise ValueError("no object")
        told = {name: found[name] for name in OF_A_TOKEN if isinstance(found.get(name), str)}
        if any(not (text.isascii() and text.isprintable()) for text in told.values()):
            raise ValueError("no text of a token")
        return told
