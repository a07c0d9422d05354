"""Providers that do things their own way, stood in for from their documentation: each checks what it is asked."""

import hmac
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from idp.settings.social import Kind
from tests.upstream import CLIENT_ID, CURVE, SECRET, Claims, Other, Reply, as_json, signed

TEAM: dict[str, Any] = {"team_id": "TEAM123456", "key_id": "KEY1234567"}
APPLES = ECKey.generate_key("P-256")
PEM = APPLES.as_pem(private=True).decode()
CHLOE = {
    "given_name": "Chloé Marie",
    "family_name": "LEFÈVRE",
    "birthdate": "1987-05-13",
    "email": "chloe@example.net",
}


def _check(other: Other, **fits: bool) -> None:
    other.faults += [name for name, good in fits.items() if not good]


def _redeems(other: Other, form: Claims, **more: object) -> Claims:
    """Check what every provider wants of a token request.

    Returns:
        the authorization request of the code.
    """
    sent = other.sent.get(form.get("code", ""), {})
    wanted = {"client_id": CLIENT_ID, "redirect_uri": sent.get("redirect_uri"), **more}
    _check(other, **{name: form.get(name) == value for name, value in wanted.items()})
    return dict(sent)


def _id_token(other: Other, sent: Claims, **more: object) -> Claims:
    now = int(other.clock().timestamp())
    return {**other.person, "iss": other.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60} | {
        "nonce": sent.get("nonce"),
        **more,
    }


def facebook(other: Other) -> dict[str, Any]:
    """https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow.

    Returns:
        what a landlord's file says of the stand-in; the same for the others.
    """

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        _redeems(other, form, client_secret=SECRET)
        return as_json({"access_token": "there", "token_type": "bearer", "expires_in": 5183944})

    def me(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        proof = hmac.digest(SECRET.encode(), b"there", "sha256").hex()
        _check(
            other,
            method=method == "GET",
            token=headers["Authorization"] == "Bearer there",
            fields=query.get("fields") == "id,email",
            appsecret_proof=query.get("appsecret_proof") == proof,
        )
        return as_json({"id": "10223344556677889", "email": "chloe@example.net"})

    other.routes |= {"/v26.0/oauth/access_token": token, "/v26.0/me": me}
    return {
        "authorization_endpoint": f"{other.issuer}/v26.0/dialog/oauth",
        "token_endpoint": f"{other.issuer}/v26.0/oauth/access_token",
        "userinfo_endpoint": f"{other.issuer}/v26.0/me?fields=id,email",
    }


def x(other: Other) -> dict[str, Any]:
    """https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code."""

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        basic = b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode()
        sent = other.sent.get(form.get("code", ""), {})
        _check(
            other,
            basic=basic == f"{CLIENT_ID}:{SECRET}",
            secret_in_form="client_secret" not in form,
            grant_type=form.get("grant_type") == "authorization_code",
            redirect_uri=form.get("redirect_uri") == sent.get("redirect_uri"),
            code_verifier=other.proves(form.get("code_verifier", ""), sent.get("code_challenge")),
        )
        return as_json({"token_type": "bearer", "expires_in": 7200, "access_token": "there", "scope": "users.read"})

    def me(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        _check(
            other,
            token=headers["Authorization"] == "Bearer there",
            user_fields=query.get("user.fields") == "confirmed_email",
        )
        return as_json({"data": {"id": "2244994945", "username": "chloe", "confirmed_email": "chloe@example.net"}})

    other.routes |= {"/2/oauth2/token": token, "/2/users/me": me}
    return {
        "authorization_endpoint": f"{other.issuer}/i/oauth2/authorize",
        "token_endpoint": f"{other.issuer}/2/oauth2/token",
        "userinfo_endpoint": f"{other.issuer}/2/users/me?user.fields=confirmed_email",
    }


def franceconnect(other: Other) -> dict[str, Any]:
    """https://docs.partenaires.franceconnect.gouv.fr/fs/: userinfo is signed, and tells what `told` holds."""
    other.person = {"sub": "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5v1"}
    other.extra.setdefault("told", {})

    def userinfo(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        _check(other, token=headers["Authorization"] == "Bearer there")
        told = {**other.person, "aud": CLIENT_ID, "iss": other.issuer, **CHLOE, **other.extra["told"]}
        return 200, "application/jwt", signed(told, CURVE).encode()

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        sent = _redeems(other, form, client_secret=SECRET, grant_type="authorization_code")
        _check(
            other,
            acr_values=sent.get("acr_values") == "eidas1",
            long_state=len(sent.get("state", "")) >= 32,
            long_nonce=len(sent.get("nonce", "")) >= 32,
        )
        id_token = signed(_id_token(other, sent, acr="eidas1"), CURVE)
        return as_json({"access_token": "there", "expires_in": 60, "id_token": id_token})

    other.routes |= {"/userinfo": userinfo, "/token": token}
    return {"issuer": other.issuer}


def apple(other: Other) -> dict[str, Any]:
    """https://developer.apple.com/documentation/signinwithapple: the secret is signed, the answer comes by a form."""

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        sent = _redeems(other, form, grant_type="authorization_code")
        secret = jwt.decode(form["client_secret"], APPLES, algorithms=["ES256"])
        said = secret.claims
        _check(
            other,
            kid=secret.header.get("kid") == TEAM["key_id"],
            team=(said["iss"], said["sub"], said["aud"]) == (TEAM["team_id"], CLIENT_ID, other.issuer),
            short=0 < said["exp"] - said["iat"] <= 300,
            response_mode=sent.get("response_mode") == "form_post",
            nothing_undocumented="code_challenge" not in sent and "code_verifier" not in form,
        )
        return as_json({"access_token": "there", "id_token": signed(_id_token(other, sent))})

    other.routes["/token"] = token
    return {"issuer": other.issuer, **TEAM}


def google(other: Other) -> dict[str, Any]:
    """https://developers.google.com/identity/openid-connect/openid-connect."""
    other.person = {"sub": "110169484474386276334", "email": "chloe@example.net", "email_verified": True}
    return _plain(other, scope="openid email", prompt="select_account")


def microsoft(other: Other) -> dict[str, Any]:
    """https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc: no word about verified addresses."""
    other.person = {"sub": "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ", "email": "chloe@example.net"}
    return _plain(other, scope="openid email", prompt="select_account")


def oidc(other: Other) -> dict[str, Any]:
    """Any other OpenID provider."""
    other.person = {"sub": "chloe-there", "email": "chloe@example.net", "email_verified": True}
    return {**_plain(other, scope="openid email"), "label": {"fr": "Autre"}}


def linkedin(other: Other) -> dict[str, Any]:
    """https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2."""
    other.person = {"sub": "782bbtaQ", "email": "chloe@example.net", "email_verified": True}

    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        sent = _redeems(other, form, client_secret=SECRET, grant_type="authorization_code")
        _check(
            other,
            scope=sent.get("scope") == "openid profile email",
            nothing_more=not {"nonce", "code_challenge"} & set(sent) and "code_verifier" not in form,
        )
        claims = {name: value for name, value in _id_token(other, sent).items() if name != "nonce"}
        return as_json({"access_token": "there", "expires_in": 5184000, "id_token": signed(claims)})

    other.routes["/token"] = token
    return {"issuer": other.issuer}


def _plain(other: Other, **wanted: str) -> dict[str, Any]:
    def token(method: str, query: Claims, headers: Any, form: Claims) -> Reply:
        sent = _redeems(other, form, client_secret=SECRET, grant_type="authorization_code")
        proves = other.proves(form.get("code_verifier", ""), sent.get("code_challenge"))
        _check(other, code_verifier=proves, **{name: sent.get(name) == value for name, value in wanted.items()})
        return as_json({"access_token": "there", "expires_in": 3600, "id_token": signed(_id_token(other, sent))})

    other.routes["/token"] = token
    return {"issuer": other.issuer}


STAND_INS: dict[Kind, Callable[[Other], dict[str, Any]]] = {
    "google": google,
    "linkedin": linkedin,
    "microsoft": microsoft,
    "apple": apple,
    "facebook": facebook,
    "x": x,
    "franceconnect": franceconnect,
    "oidc": oidc,
}
