"""OpenID Connect Core 1.0 §2, §5 and §12: what an app is told, and where."""

import base64
import hashlib
import json

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from idp.models import Account, Grant, Holder
from idp.services import leaving
from tests.conftest import START, HandClock, MakeWork
from tests.oidc.conftest import SCOPES, Party
from tests.oidc.relying_party import Browser, RelyingParty
from tests.people import add_account, add_holder

NOW = int(START.timestamp())
PROTOCOL = {"iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "acr", "amr", "sid", "at_hash"}


@pytest.mark.spec("OIDC Core 5.6")
@pytest.mark.spec("OIDC Core 5.1")
@pytest.mark.spec("OIDC Core 5.3.2")
@pytest.mark.spec("OIDC Core 5.4")
@pytest.mark.journey("paris-12")
def test_scopes_open_their_claims_at_userinfo(web: RelyingParty, signed_in: Browser, account: Account) -> None:
    tokens = web.tokens(signed_in, scope=" ".join(SCOPES))
    told = web.userinfo(tokens["access_token"]).get_json()
    (contract,) = told["contracts"]
    assert contract["reference"].startswith("LOT-")
    assert (contract["kind"], contract["role"], contract["since"]) == ("lot", "tenant", "2019-09-01")
    assert told == {
        "sub": account.sub,
        "name": "Chloé LEFÈVRE",
        "given_name": "Chloé",
        "family_name": "LEFÈVRE",
        "birthdate": "1987-05-13",
        "locale": "fr",
        "updated_at": NOW,
        "email": "chloe@example.org",
        "email_verified": True,
        "contracts": [contract],
        "landlord": {"slug": "paris", "name": "Régie Lutèce"},
    }
    assert set(web.claims(tokens["id_token"])) == PROTOCOL


@pytest.mark.spec("OIDC Core 5.4")
def test_each_scope_opens_its_own_claims_only(web: RelyingParty, signed_in: Browser) -> None:
    opened = {
        scope: set(web.userinfo(web.tokens(signed_in, scope=f"openid {scope}")["access_token"]).get_json())
        for scope in ("openid", "email", "contracts", "profile")
    }
    assert opened == {
        "openid": {"sub"},
        "email": {"sub", "email", "email_verified"},
        "contracts": {"sub", "contracts", "landlord"},
        "profile": {"sub", "name", "given_name", "family_name", "birthdate", "locale", "updated_at"},
    }


STANDARD_CLAIMS = {
    "profile": {
        *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile"),
        *("picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at"),
    },
    "email": {"email", "email_verified"},
    "phone": {"phone_number", "phone_number_verified"},
    "address": {"address"},
}
KEPT_FACTS = {
    "middle_name": "Anne",
    "nickname": "Clo",
    "preferred_username": "chloe.l",
    "profile": "https://lutece.example/people/chloe",
    "picture": "https://lutece.example/people/chloe.png",
    "website": "https://chloe.example/",
    "zoneinfo": "Europe/Paris",
    "street_address": "12 rue des Lilas",
    "postal_code": "75020",
    "locality": "Paris",
    "country": "France",
}


@pytest.fixture
def known_in_full(make_work: MakeWork, account: Account) -> None:
    """The registry has every standard claim about the person."""
    work = make_work()
    work.db.execute(update(Holder).values(facts=KEPT_FACTS, civility="Mme", phone="+33 6 12 34 56 78"))
    work.db.commit()


@pytest.mark.conformance(
    "oidcc-scope-profile",
    "oidcc-scope-email",
    "oidcc-scope-address",
    "oidcc-scope-phone",
    "oidcc-scope-all",
)
@pytest.mark.spec("OIDC Core 5.1")
@pytest.mark.spec("OIDC Core 5.4")
@pytest.mark.usefixtures("known_in_full")
@pytest.mark.parametrize("scope", [*STANDARD_CLAIMS, " ".join(STANDARD_CLAIMS)])
def test_a_scope_brings_every_claim_it_stands_for(web: RelyingParty, signed_in: Browser, scope: str) -> None:
    told = web.userinfo(web.tokens(signed_in, scope=f"openid {scope}")["access_token"]).get_json()
    assert set(told) == {"sub"}.union(*(STANDARD_CLAIMS[word] for word in scope.split()))
    assert {name: told[name] for name in told.keys() & KEPT_FACTS.keys()} == {
        name: value for name, value in KEPT_FACTS.items() if name in told
    }
    booleans = {name for name, value in told.items() if isinstance(value, bool)}
    assert booleans == told.keys() & {"email_verified", "phone_number_verified"}


@pytest.mark.spec("OIDC Core 2")
@pytest.mark.conformance("oidcc-claims-essential")
@pytest.mark.spec("OIDC Core 5.5")
def test_claims_can_be_asked_for_by_name_and_place(web: RelyingParty, signed_in: Browser) -> None:
    asked = {
        "userinfo": {"given_name": {"essential": True}, "unheard_of": None},
        "id_token": {"email": None, "auth_time": {"essential": True}, "locale": {"value": "fr"}},
    }
    tokens = web.tokens(signed_in, scope="openid", claims=json.dumps(asked))
    assert set(web.claims(tokens["id_token"])) == PROTOCOL | {"email", "locale"}
    assert set(web.userinfo(tokens["access_token"]).get_json()) == {"sub", "given_name"}


@pytest.mark.spec("OIDC Core 5.5.1")
def test_an_essential_claim_that_is_not_known_is_no_error(web: RelyingParty, signed_in: Browser) -> None:
    wanted = {"phone_number": {"essential": True}, "email": {"essential": True, "value": "other@example.org"}}
    tokens = web.tokens(signed_in, claims=json.dumps({"userinfo": wanted, "id_token": {"address": wanted}}))
    assert "phone_number" not in web.userinfo(tokens["access_token"]).get_json()
    assert "address" not in web.claims(tokens["id_token"])


@pytest.mark.spec("OIDC Core 5.7")
def test_a_name_is_never_given_again(make_work: MakeWork) -> None:
    work = make_work()
    holder = add_holder(work)
    first = add_account(work, holder)
    for enrolment in first.enrolments:
        work.db.delete(enrolment)
    work.db.flush()
    assert leaving.close(work, first.id)
    assert add_account(work, holder).sub != first.sub
    work.db.add(Account(landlord="paris", sub=first.sub, locale="fr", created_at=work.now))
    with pytest.raises(IntegrityError):
        work.db.flush()


@pytest.mark.threat("T-62")
@pytest.mark.spec("OIDC Core 5.5")
def test_claims_beyond_the_apps_scopes_are_not_told(party: Party, signed_in: Browser) -> None:
    narrow = party("narrow")
    everything = {"email": {"essential": True}, "name": None, "landlord": None, "iss": {"value": "evil"}}
    asked = json.dumps({"userinfo": everything, "id_token": everything})
    tokens = narrow.tokens(signed_in, scope="openid email profile contracts", claims=asked)
    assert tokens["scope"] == "openid contracts"
    assert set(narrow.userinfo(tokens["access_token"]).get_json()) == {"sub", "contracts", "landlord"}
    claims = narrow.claims(tokens["id_token"])
    assert set(claims) == PROTOCOL | {"landlord"}
    assert claims["iss"] != "evil"


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("RFC 6749 5.1")
@pytest.mark.spec("RFC 6749 7")
@pytest.mark.spec("RFC 6750 3.1")
@pytest.mark.spec("OIDC Core 3.1.2.2")
@pytest.mark.threat("T-62")
@pytest.mark.spec("RFC 6749 3.3")
def test_an_app_that_may_not_have_openid_gets_no_id_token(party: Party, signed_in: Browser) -> None:
    tokens = party("plain").tokens(signed_in, scope="openid contracts")
    assert tokens["scope"] == "contracts"
    assert "id_token" not in tokens
    response = party("plain").userinfo(tokens["access_token"])
    assert (response.status_code, response.get_json()["error"]) == (403, "insufficient_scope")


@pytest.mark.spec("OIDC Core 5.3.2")
def test_what_is_not_known_is_absent(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    work = make_work()
    work.db.execute(update(Account).values(email=None, email_verified_at=None))
    work.db.execute(update(Holder).values(birth_date=None, since=None))
    work.db.commit()
    told = web.userinfo(web.tokens(signed_in, scope=" ".join(SCOPES))["access_token"]).get_json()
    assert not {"email", "email_verified", "birthdate", "phone_number", "address", "gender"} & set(told)
    assert set(told["contracts"][0]) == {"reference", "kind", "role"}


ALGORITHMS = [("web", "RS256"), ("post", "ES256"), ("salted", "PS256"), ("edwards", "Ed25519")]


@pytest.mark.spec("OIDC Core 10.1")
@pytest.mark.spec("OIDC Core 15.1")
@pytest.mark.conformance("oidcc-idtoken-signature")
@pytest.mark.spec("OIDC Core 2")
@pytest.mark.spec("OIDC Core 3.1.3.6")
@pytest.mark.spec("RFC 9864 2.2")
@pytest.mark.parametrize(("client_id", "alg"), ALGORITHMS)
def test_the_id_token_is_signed_as_registered(party: Party, signed_in: Browser, client_id: str, alg: str) -> None:
    relying = party(client_id)
    tokens = relying.tokens(signed_in)
    for token in (tokens["id_token"], tokens["access_token"]):
        header = relying.read(token).header
        assert set(header) == {"alg", "kid", "typ"}
        assert header["alg"] == alg
    whole = hashlib.new("sha512" if alg == "Ed25519" else "sha256", tokens["access_token"].encode()).digest()
    at_hash = relying.claims(tokens["id_token"])["at_hash"]
    assert at_hash == base64.urlsafe_b64encode(whole[: len(whole) // 2]).decode().rstrip("=")


@pytest.mark.conformance("oidcc-refresh-token")
@pytest.mark.spec("RFC 9068 2.2.1")
@pytest.mark.spec("OIDC Core 12.2")
def test_a_refreshed_id_token_is_about_the_same_sign_in(
    web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    first = web.tokens(signed_in, scope="openid offline_access")
    clock.forward(minutes=30)
    second = web.refresh(first["refresh_token"]).get_json()
    old, new = web.claims(first["id_token"]), web.claims(second["id_token"])
    for name in ("iss", "sub", "aud", "auth_time", "sid", "amr", "acr"):
        assert new[name] == old[name]
    assert (old["iat"], new["iat"]) == (NOW, NOW + 1800)
    assert "nonce" not in new


@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.spec("OIDC Core 11")
def test_a_refresh_token_needs_offline_access(web: RelyingParty, signed_in: Browser) -> None:
    assert "refresh_token" not in web.tokens(signed_in)
    assert len(web.tokens(signed_in, scope="openid offline_access")["refresh_token"]) == 43


@pytest.mark.conformance("oidcc-ensure-request-without-nonce-succeeds-for-code-flow")
@pytest.mark.spec("OIDC Core 3.1.3.3")
def test_without_a_nonce_there_is_none(web: RelyingParty, signed_in: Browser) -> None:
    assert "nonce" not in web.claims(web.tokens(signed_in, nonce=None)["id_token"])


@pytest.mark.spec("OIDC Core 16.4")
@pytest.mark.spec("RFC 9700 4.9.3")
@pytest.mark.spec("RFC 6749 10.3")
@pytest.mark.spec("RFC 6749 10.4")
@pytest.mark.spec("RFC 6749 10.10")
def test_nothing_that_was_given_can_be_read_in_the_database(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork
) -> None:
    code = web.code(signed_in, scope="openid offline_access")
    tokens = web.redeem(code).get_json()
    successor = web.refresh(tokens["refresh_token"]).get_json()["refresh_token"]
    work = make_work()
    stored = "".join(
        str(row) for table in Grant.metadata.sorted_tables for row in work.db.execute(table.select()).all()
    )
    for secret in (code, tokens["refresh_token"], successor, tokens["access_token"]):
        assert secret not in stored
