"""OpenID Connect Front-Channel Logout 1.0: the browser tells apps that its session has ended."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from idp.settings.client import Client
from tests.oidc.conftest import Party
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of
from tests.oidc.test_journeys import token_of

BYE = "https://forum.example/bye"


def frames_of(page: TestResponse) -> list[str]:
    assert page.status_code == 200
    return [unescape(address) for address in re.findall(r'<iframe src="([^"]*)"[^>]* hidden></iframe>', page.text)]


def frame_sources(page: TestResponse) -> str | None:
    found = re.search(r"frame-src ([^;]*)", page.headers["Content-Security-Policy"])
    return found[1] if found else None


@pytest.mark.spec("Front-Channel Logout 2")
@pytest.mark.spec("RP-Initiated Logout 2")
@pytest.mark.spec("Front-Channel Logout 3")
def test_the_page_opens_every_app_of_the_session_unseen(party: Party, signed_in: Browser) -> None:
    forum = party("forum")
    sid = forum.claims(forum.tokens(signed_in)["id_token"])["sid"]
    party("web").tokens(signed_in)
    page = signed_in.post("/sign-out", {"csrf_token": token_of(signed_in.get("/sign-out"))})
    issuer = quote(ISSUER, safe="")
    assert frames_of(page) == [f"https://forum.example/signed-out?kept=1&iss={issuer}&sid={sid}"]
    assert frame_sources(page) == "https://forum.example"
    assert answer_of(forum.authorize(signed_in, prompt="none"))["error"] == "login_required"


@pytest.mark.conformance("oidcc-frontchannel-rp-initiated-logout")
@pytest.mark.spec("Front-Channel Logout 4")
@pytest.mark.spec("RP-Initiated Logout 3")
def test_the_app_that_asks_gets_its_person_back_after_the_others_heard(party: Party, signed_in: Browser) -> None:
    hint = party("forum").tokens(signed_in)["id_token"]
    page = signed_in.get("/logout", {"id_token_hint": hint, "post_logout_redirect_uri": BYE, "state": "é'; x"})
    assert len(frames_of(page)) == 1
    way_back = f"{BYE}?state=%C3%A9%27%3B%20x"
    assert page.headers["Refresh"] == f"2; url={way_back}"
    assert f'href="{way_back}"' in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_without_such_apps_nothing_is_opened(web: RelyingParty, signed_in: Browser) -> None:
    web.tokens(signed_in)
    done = signed_in.post("/sign-out", {"csrf_token": token_of(signed_in.get("/sign-out"))})
    assert done.status_code == 303
    page = signed_in.follow(done)
    assert frames_of(page) == []
    assert frame_sources(page) is None


@pytest.mark.spec("Front-Channel Logout 2")
@pytest.mark.parametrize(
    "uri",
    [
        *("https://other.example/out", "https://app.example:444/out", "http://app.example/out"),
        *("https://app.example/a'b", "https://app.example/out#there", "https://user@app.example/out"),
        *("//app.example/out", "/out"),
    ],
)
def test_only_the_apps_own_address_is_opened(uri: str) -> None:
    with pytest.raises(ValueError, match=r"must be|an address without"):
        Client.model_validate(
            {
                "client_id": "app",
                "name": "app",
                "auth": "none",
                "redirect_uris": ["https://app.example/callback"],
                "frontchannel_logout_uri": uri,
            }
        )


@pytest.mark.conformance("oidcc-frontchannel-logout-discovery-endpoint-verification")
@pytest.mark.spec("Front-Channel Logout 3")
def test_the_metadata_say_so(web: RelyingParty) -> None:
    document = Browser(web.app).get("/.well-known/openid-configuration").get_json()
    assert document["frontchannel_logout_supported"] is True
    assert document["frontchannel_logout_session_supported"] is True
