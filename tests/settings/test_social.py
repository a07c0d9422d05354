"""`[[social]]`: what a landlord may say about a provider."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from idp.settings.loader import load
from idp.settings.problem import ConfigurationError
from idp.settings.social import Social
from tests.settings.test_loader import spoil

OWN = {"provider": "oidc", "label": "Personnel", "issuer": "https://login.example.fr", "secret_file": "s"}


def test_an_issuer_of_ones_own_is_a_host_of_ones_own() -> None:
    social = Social.model_validate(OWN)
    assert social.known.hosts == ["login.example.fr"]
    assert (social.slug, social.called("fr"), social.called("en")) == ("oidc", "Personnel", "Personnel")


def test_what_is_said_otherwise_goes_before_the_catalogue() -> None:
    issuer = "https://fcp-low.integ01.dev-franceconnect.fr/api/v2"
    said = {"provider": "franceconnect", "secret_file": "s", "issuer": issuer, "scopes": ["openid", "birthdate"]}
    known = Social.model_validate(said).known
    assert (known.issuer, known.scopes) == (issuer, ["openid", "birthdate"])
    assert "fcp-low.integ01.dev-franceconnect.fr" in known.hosts
    assert known.parameters == {"acr_values": "eidas1"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": ""}, "needs its issuer"),
        ({"label": None}, "a label for its button"),
        ({"issuer": "http://login.example.fr"}, "must be https"),
        ({"issuer": "https://login.example.fr/?a=b"}, "write https://host/path"),
        ({"issuer": "https://user@login.example.fr"}, "no user"),
        ({"token_endpoint": "ftp://login.example.fr"}, "must be https"),
        ({"name": "Staff Room"}, "pattern"),
        ({"provider": "apple", "client_id": "a"}, "team_id and key_id"),
        ({"provider": "minitel"}, "Input should be"),
    ],
)
def test_what_cannot_work_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Social.model_validate(OWN | changes)


def test_two_of_a_kind_need_names(folder: Path) -> None:
    spoil(folder / "landlords/paris.toml", 'provider = "google"', 'provider = "x"')
    with pytest.raises(ConfigurationError, match="two social providers share one name: x"):
        load(folder, {})
