"""Where an app may have answers sent, as its section of a landlord's file says."""

import pytest
from pydantic import ValidationError

from idp.settings.client import Client
from idp.settings.registered_app import RegisteredApp


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


@pytest.mark.spec("RFC 9700 2.6")
@pytest.mark.spec("RFC 6749 10.2")
@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.spec("RFC 6749 3.1.2")
@pytest.mark.spec("RFC 6749 3.1.2.2")
@pytest.mark.spec("RFC 8252 7.1")
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
        "https://portal.example/callback?state=x",
        "https://portal.example/callback?kept=1&%63ode=2",
        "https://portal.example/callback?iss",
    ],
)
def test_redirect_uris_that_could_be_abused_are_refused(application_type: str, uri: str) -> None:
    with pytest.raises(ValidationError):
        app(application_type, uri)


@pytest.mark.spec("RFC 8252 7")
@pytest.mark.spec("RFC 8252 7.2")
@pytest.mark.parametrize(
    ("application_type", "uri"),
    [
        ("web", "https://portal.example/callback?kept=1"),
        ("web", "http://localhost:8001/callback"),
        ("native", "example.lutece.phone:/callback"),
        ("native", "http://127.0.0.1/callback"),
        ("native", "http://[::1]/callback"),
        ("native", "https://app.lutece.example/callback"),
    ],
)
def test_the_others_are_taken(application_type: str, uri: str) -> None:
    assert app(application_type, uri).redirect_uris == [uri]


@pytest.mark.spec("RFC 6749 10.1")
@pytest.mark.spec("RFC 8252 8.4")
@pytest.mark.spec("RFC 8252 8.5")
@pytest.mark.parametrize(
    "auth", [{"auth": "client_secret_post", "secret_file": "secret"}, {"auth": "private_key_jwt"}]
)
def test_an_app_that_everybody_has_a_copy_of_has_no_secret(auth: dict[str, str]) -> None:
    native = app("native", "example.lutece.phone:/callback").model_dump() | {"jwks": "https://app.example/jwks"}
    with pytest.raises(ValidationError, match='a native app cannot keep a secret: auth = "none"'):
        Client.model_validate(native | auth)
    assert (
        RegisteredApp.model_validate(
            {
                "client_id": "a",
                "name": "A",
                "application_type": "native",
                "redirect_uris": ["http://127.0.0.1/callback"],
            }
        ).auth
        == "client_secret_basic"
    )  # it registered itself: each copy for itself


def test_a_scheme_of_its_own_is_for_an_app_on_a_device() -> None:
    with pytest.raises(ValidationError):
        app("web", "example.lutece.phone:/callback")
