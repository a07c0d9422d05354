"""`[[social]]`: what a landlord may say about a provider."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from idp.settings.landlord import LandlordFile
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


NEEDED: dict[str, Any] = {"issuer": "https://a.example", "name": "A", "home_url": "https://a.example/in"}
NEEDED |= {"sender": {"name": "A", "address": "a@a.example"}, "contact": {"name": "A", "phone": "1"}}
COLUMNS = {name: {"header": name} for name in ("identifier", "contract", "last_name", "first_name", "birth_date")}
RECIPE: dict[str, Any] = {
    "asks": [{"field": name} for name in ("identifier", "last_name", "first_name", "birth_date", "module")],
    "pages": [{"parts": ["proof", "email", "password"]}],
}
FACTS = ("birth_name", "module")
FRANCECONNECT = {"provider": "franceconnect", "secret_file": "s"}


def vouching(
    social: list[dict[str, Any]], columns: dict[str, Any], facts: tuple[str, ...], **vouched: Any
) -> LandlordFile:
    """Read the file of a landlord whose people FranceConnect may vouch for."""
    recipe = {**RECIPE, "vouched": {"provider": "franceconnect", "birth_name": "birth_name", **vouched}}
    registry = {"columns": columns, "facts": {name: {"header": name} for name in facts}}
    return LandlordFile.model_validate({**NEEDED, "social": social, "registration": recipe, "registry": registry})


def test_whom_the_state_vouches_for_types_the_facts_of_the_contract_only() -> None:
    landlord = vouching([FRANCECONNECT], COLUMNS, FACTS)
    assert landlord.registration is not None
    assert [asked.field for asked in landlord.registration.secrets] == ["identifier", "module"]


@pytest.mark.parametrize(
    ("social", "columns", "facts", "vouched", "words"),
    [
        ([], COLUMNS, FACTS, {}, r"there is no \[\[social\]\] called franceconnect"),
        (
            [OWN | {"name": "franceconnect"}],
            COLUMNS,
            FACTS,
            {},
            "does not say who somebody is at birth",
        ),
        ([FRANCECONNECT], COLUMNS, ("module",), {}, "birth_name: the registry has no fact birth_name"),
        ([FRANCECONNECT], COLUMNS, FACTS, {"birth_name": "first_name"}, "no fact first_name"),
        (
            [FRANCECONNECT],
            {**COLUMNS, "birth_date": None},
            FACTS,
            {},
            "vouched: the registry has no birth_date",
        ),
        (
            [FRANCECONNECT],
            COLUMNS,
            FACTS,
            {"also": {"gender": "sex"}},
            "the registry has no fact sex",
        ),
        (
            [FRANCECONNECT],
            COLUMNS,
            (*FACTS, "sex"),
            {"also": {"gender": "sex"}},
            "do not ask for gender",
        ),
        (
            [FRANCECONNECT | {"scopes": ["openid", "email"]}],
            COLUMNS,
            FACTS,
            {},
            "do not ask for birthdate",
        ),
    ],
)
def test_what_is_missing_for_it_is_said(
    social: list[dict[str, Any]], columns: dict[str, Any], facts: tuple[str, ...], vouched: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        vouching(social, {name: one for name, one in columns.items() if one}, facts, **vouched)
