"""What the providers of the catalogue publish about themselves, as it stood in 2026: each can be used as it is."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from idp.services.fetching import Fetcher, NotFetchedError, Patience
from idp.services.upstreams import Upstreams
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.settings.social import Kind, Social, catalogue
from tests.social.stand_ins import PEM

NOW = datetime(2026, 11, 2, tzinfo=UTC)
CONSUMERS = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad"
APPLE, FRANCE = "https://appleid.apple.com", "https://oidc.franceconnect.gouv.fr/api/v2"
PUBLISHED: dict[Kind, dict[str, str]] = {
    "google": {
        "issuer": "https://accounts.google.com",
        "authorization_endpoint": "https://accounts.google.com/o/oauth2/v2/auth",
        "token_endpoint": "https://oauth2.googleapis.com/token",
        "userinfo_endpoint": "https://openidconnect.googleapis.com/v1/userinfo",
        "jwks_uri": "https://www.googleapis.com/oauth2/v3/certs",
    },
    "microsoft": {
        "issuer": f"{CONSUMERS}/v2.0",
        "authorization_endpoint": f"{CONSUMERS}/oauth2/v2.0/authorize",
        "token_endpoint": f"{CONSUMERS}/oauth2/v2.0/token",
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "jwks_uri": f"{CONSUMERS}/discovery/v2.0/keys",
        "end_session_endpoint": f"{CONSUMERS}/oauth2/v2.0/logout",
    },
    "linkedin": {
        "issuer": "https://www.linkedin.com/oauth",
        "authorization_endpoint": "https://www.linkedin.com/oauth/v2/authorization",
        "token_endpoint": "https://www.linkedin.com/oauth/v2/accessToken",
        "userinfo_endpoint": "https://api.linkedin.com/v2/userinfo",
        "jwks_uri": "https://www.linkedin.com/oauth/openid/jwks",
    },
    "apple": {
        "issuer": APPLE,
        "authorization_endpoint": f"{APPLE}/auth/authorize",
        "token_endpoint": f"{APPLE}/auth/token",
        "jwks_uri": f"{APPLE}/auth/keys",
    },
    "franceconnect": {
        "issuer": FRANCE,
        "authorization_endpoint": f"{FRANCE}/authorize",
        "token_endpoint": f"{FRANCE}/token",
        "userinfo_endpoint": f"{FRANCE}/userinfo",
        "jwks_uri": f"{FRANCE}/jwks",
        "end_session_endpoint": f"{FRANCE}/session/end",
    },
}


class Shelf(Fetcher):
    """Answers with one document, whatever is asked."""

    def __init__(self, published: dict[str, str]) -> None:
        super().__init__([])
        self.published = published

    def get(self, url: str, patience: Patience | None = None) -> bytes:
        """Answer."""
        assert url == f"{self.published['issuer']}/.well-known/openid-configuration"
        return json.dumps(self.published).encode()


def read(settings: Settings, folder: Path, kind: Kind, published: dict[str, str]) -> object:
    """Read what a provider publishes."""
    write_secret(folder / "secret", PEM)
    social = Social(provider=kind, client_id="loge", secret_file=folder / "secret", team_id="T", key_id="K")
    paris = settings.landlords["paris"].model_copy(update={"social": [social]})
    upstreams = Upstreams(settings.model_copy(update={"landlords": {"paris": paris}}))
    upstreams.fetcher = Shelf(published)
    return upstreams.metadata(upstreams.offered("paris")[0], NOW, Patience(1))


def test_every_provider_that_publishes_something_is_here() -> None:
    assert set(PUBLISHED) == {kind for kind, known in catalogue().items() if known.protocol == "oidc"} - {"oidc"}


@pytest.mark.parametrize("kind", PUBLISHED)
def test_what_it_publishes_can_be_used(committed: Settings, tmp_path: Path, kind: Kind) -> None:
    assert read(committed, tmp_path, kind, PUBLISHED[kind]) == PUBLISHED[kind]


@pytest.mark.threat("T-59")
@pytest.mark.parametrize("kind", PUBLISHED)
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_an_address_elsewhere_cannot(committed: Settings, tmp_path: Path, kind: Kind, name: str) -> None:
    with pytest.raises(NotFetchedError):
        read(committed, tmp_path, kind, PUBLISHED[kind] | {name: "https://evil.example/"})


def test_nobody_is_sent_to_a_sign_out_elsewhere(committed: Settings, tmp_path: Path) -> None:
    with pytest.raises(NotFetchedError):
        read(
            committed,
            tmp_path,
            "franceconnect",
            PUBLISHED["franceconnect"] | {"end_session_endpoint": "https://evil.example/"},
        )
