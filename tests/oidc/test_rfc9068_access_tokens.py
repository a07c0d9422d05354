"""RFC 9068: access tokens as JWTs."""

import pytest

from idp.models import Account
from tests.conftest import START
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty

NOW = int(START.timestamp())


@pytest.mark.spec("RFC 9068 2.1")
@pytest.mark.spec("RFC 9068 2.2.3")
@pytest.mark.spec("RFC 9068 3")
@pytest.mark.spec("RFC 9068 2.2")
def test_an_access_token_says_what_a_resource_needs(web: RelyingParty, signed_in: Browser, account: Account) -> None:
    token = web.read(web.tokens(signed_in, scope="openid email")["access_token"])
    assert token.header["typ"] == "at+jwt"
    claims = dict(token.claims)
    assert len(claims.pop("jti")) == len(claims.pop("gid")) == len(claims.pop("sid")) == 43
    assert claims == {
        "iss": ISSUER,
        "sub": account.sub,
        "aud": ISSUER,
        "client_id": "web",
        "scope": "openid email",
        "iat": NOW,
        "exp": NOW + 600,
        "auth_time": NOW,
        "acr": "1",
    }


@pytest.mark.spec("RFC 9068 2.2")
def test_no_two_are_the_same(web: RelyingParty, signed_in: Browser) -> None:
    tokens = [web.claims(web.tokens(signed_in)["access_token"]) for _ in range(3)]
    assert len({claims["jti"] for claims in tokens}) == 3
    assert len({claims["gid"] for claims in tokens}) == 3
