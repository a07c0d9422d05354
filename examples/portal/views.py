"""The portal's addresses: sign-in by Authlib (code, PKCE S256, state, nonce), and one page."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from authlib.integrations.base_client import OAuthError
from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from examples.portal.contracts import contracts_of
from examples.portal.people import Person, Shelf
from examples.portal.settings import Settings

EXTENSION = "portal"
PERSON = "person"
SESSION_SECONDS = 3600

pages = Blueprint("portal", __name__)


@dataclass(frozen=True, slots=True)
class Portal:
    """What the portal works with.

    Attributes:
        settings: the provider it trusts, its own address and its words.
        provider: Authlib's client of that provider.
        people: who is signed in.
    """

    settings: Settings
    provider: Any
    people: Shelf[Person]


@pages.get("/")
def home() -> str:
    """Show who is signed in and their contracts, or the way to sign in."""
    person = _portal().people.get(session.get(PERSON, ""))
    contracts = list(contracts_of(person.claims)) if person else []
    return render_template("home.html", person=person, contracts=contracts)


@pages.get("/sign-in")
def sign_in() -> Response:
    """Send the browser to the provider (OpenID Connect Core §3.1.2.1)."""
    portal = _portal()
    answer: Response = portal.provider.authorize_redirect(f"{portal.settings.url}/callback")
    return answer


@pages.get("/callback")
def callback() -> Response:
    """Take the code that the browser brings back, and ask the provider who it is."""
    portal = _portal()
    if request.args.get("iss", portal.settings.issuer) != portal.settings.issuer:  # RFC 9207 §2.4
        raise OAuthError("invalid_issuer")
    token = portal.provider.authorize_access_token()
    signed, claims = token.get("userinfo") or {}, portal.provider.userinfo(token=token)
    if not signed or signed["sub"] != claims["sub"]:  # OpenID Connect Core §5.3.2
        raise OAuthError("invalid_token")
    _forget()
    session[PERSON] = portal.people.add(Person({**signed, **claims}, token["id_token"]))
    return redirect(url_for("portal.home"), HTTPStatus.SEE_OTHER)


@pages.post("/sign-out")
def sign_out() -> Response:
    """End the session here and at the provider (RP-Initiated Logout §2)."""
    portal = _portal()
    person = _forget()
    if person is None:
        return redirect(url_for("portal.home"), HTTPStatus.SEE_OTHER)
    end = portal.provider.create_logout_url(f"{portal.settings.url}/", person.id_token)
    return redirect(end["url"], HTTPStatus.SEE_OTHER)


def _forget() -> Person | None:
    """Forget who was signed in, and say who it was; sign-ins begun in other tabs go on."""
    people, name = _portal().people, session.pop(PERSON, "")
    person = people.get(name)
    people.delete(name)
    return person


def _portal() -> Portal:
    found: Portal = current_app.extensions[EXTENSION]
    return found
