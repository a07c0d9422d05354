"""Where an app may have answers sent, as its section of a landlord's file says."""

import pytest
from pydantic import ValidationError

from idp.settings.client import Client


def app(application_type: str, uri: str) -> Client:
    return Client.model_validate(
        {
            "client_id": "portal",
            "name": "Portal",
            "auth": "none",
            "application_type": application_type,
            "redirect_uris": [uri],
        }
    )


@pytest.mark.spec("RFC 6749 3.1.2")
@pytest.mark.spec("RFC 6749 3.1.2.2")
@pytest.mark.spec("RFC 8252 7.1")
@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.parametrize("application_type", ["web", "native"])
@pytest.mark.parametrize(
    "uri",
    [
        "http://portal.example/callback",
        "https://portal.example/callback#part",
        "https://user@portal.example/callback",
        "https://user:secret@portal.example/callback",
        "https://*.portal.example/callback",
        "https://portal.example/*",
        "//portal.example/callback",
        "/callback",
        "portal:/callback",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://localhost.evil.example/callback",
    ],
)
def test_redirect_uris_that_could_be_abused_are_refused(application_type: str, uri: str) -> None:
    with pytest.raises(ValidationError):
        app(application_type, uri)


@pytest.mark.parametrize(
    ("application_type", "uri"),
    [
        ("web", "https://portal.example/callback?kept=1"),
        ("web", "http://localhost:8001/callback"),
        ("native", "example.lutece.phone:/callback"),
        ("native", "http://127.0.0.1/callback"),
    ],
)
def test_the_others_are_taken(application_type: str, uri: str) -> None:
    assert app(application_type, uri).redirect_uris == [uri]


def test_a_scheme_of_its_own_is_for_an_app_on_a_device() -> None:
    with pytest.raises(ValidationError):
        app("web", "example.lutece.phone:/callback")
