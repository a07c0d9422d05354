"""RFC 9449: tokens that are bound to a key of the app (DPoP)."""

from dataclasses import replace
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey
from werkzeug.test import TestResponse

from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import START, HandClock
from tests.oidc.conftest import Party
from tests.oidc.holder import Holder, part, sign, unsigned
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of
from tests.oidc.test_rfc6749_token_endpoint import OFFLINE, error_of
from tests.oidc.test_rfc7523_client_assertions import FITTING, KEYS
from tests.oidc.test_rfc9126_par import pushed

NOW = int(START.timestamp())
TOKEN = f"{ISSUER}/token"
USERINFO = f"{ISSUER}/userinfo"
REFUSED = (400, "invalid_dpop_proof")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual apps, one that gets bound tokens only, one whose proofs hold a nonce, and a service."""
    paris = settings.landlords["paris"]
    secret = paris.clients[0].secret_file
    usual = {"auth": "none", "first_party": True, "scopes": ["openid", "email", "offline_access"]}
    service = {"secret_file": secret, "grant_types": ["client_credentials"], "scopes": [], "redirect_uris": []}
    apps = [
        _app("bound", **usual, dpop_bound_access_tokens=True),
        _app("fresh", **usual, require_dpop_nonce=True),
        _app("service", **service, service_scopes=["notices.read"]),
    ]
    landlord = paris.model_copy(update={"clients": [*paris.clients, *apps]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


def _app(name: str, **values: Any) -> Client:
    return Client(**{"client_id": name, "name": name, "redirect_uris": [f"https://{name}.example/cb"]} | values)


@pytest.fixture
def holder(clock: HandClock) -> Holder:
    return Holder(clock)


@pytest.fixture
def script(party: Party, holder: Holder) -> RelyingParty:
    """A public app that holds a key."""
    return replace(party("script"), prove=holder)


def ask(relying: RelyingParty, proof: str | None) -> TestResponse:
    """Ask for a refresh with a proof: `invalid_grant` where the proof was believed."""
    form = {"client_id": relying.client.client_id, "grant_type": "refresh_token", "refresh_token": "x" * 43}
    headers = {} if proof is None else {"DPoP": proof}
    return replace(relying, prove=None).send("/token", form, **headers)


def is_believed(response: TestResponse) -> bool:
    believed = (response.status_code, error_of(response)) == (400, "invalid_grant")
    assert believed or (response.status_code, error_of(response)) == REFUSED, response.text
    return believed


@pytest.mark.spec("RFC 9449 5")
@pytest.mark.spec("RFC 9449 6.1")
@pytest.mark.parametrize(("alg", "key"), FITTING)
def test_tokens_are_bound_to_the_key(party: Party, signed_in: Browser, clock: HandClock, alg: str, key: str) -> None:
    holder = Holder(clock, alg, KEYS[key])
    script = replace(party("script"), prove=holder)
    tokens = script.tokens(signed_in, scope=OFFLINE)
    assert tokens["token_type"] == "DPoP"
    assert script.claims(tokens["access_token"])["cnf"] == {"jkt": holder.thumbprint}
    assert script.userinfo(tokens["access_token"]).status_code == 200
    again = script.refresh(tokens["refresh_token"]).get_json()
    assert (again["token_type"], again["scope"]) == ("DPoP", OFFLINE)
    assert script.userinfo(again["access_token"]).status_code == 200


@pytest.mark.spec("RFC 9449 5")
def test_without_a_proof_tokens_are_bearer_tokens(party: Party, signed_in: Browser) -> None:
    tokens = party("script").tokens(signed_in)
    assert tokens["token_type"] == "Bearer"
    assert "cnf" not in party("script").claims(tokens["access_token"])


@pytest.mark.spec("RFC 9449 5.1")
def test_the_algorithms_are_advertised(stranger: Browser) -> None:
    told = stranger.get("/.well-known/openid-configuration").get_json()
    assert told["dpop_signing_alg_values_supported"] == ["ES256", "Ed25519", "PS256", "RS256"]


@pytest.mark.spec("RFC 9449 5.2")
def test_an_app_may_be_held_to_bound_tokens(party: Party, holder: Holder, signed_in: Browser) -> None:
    plain = party("bound")
    code = plain.code(signed_in)
    refused = plain.redeem(code)
    assert (refused.status_code, error_of(refused)) == REFUSED
    assert replace(plain, prove=holder).redeem(code).get_json()["token_type"] == "DPoP"


@pytest.mark.spec("RFC 9449 5")
@pytest.mark.spec("RFC 9449 4.3")
def test_there_is_one_header(script: RelyingParty, holder: Holder) -> None:
    first, second = (holder.proof("POST", TOKEN) for _ in range(2))
    for sent in (f"{first},{second}", f"{first}, {second}", f"{first},", "", "x", "..", "x" * 5000, "\u00e9"):
        assert not is_believed(ask(script, sent)), sent
    assert is_believed(ask(script, first))


@pytest.mark.spec("RFC 9449 11.5")
@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.threat("T-60")
@pytest.mark.parametrize("typ", [None, "JWT", "at+jwt", "DPOP+JWT", "application/dpop+jwt", 1])
def test_its_type_says_what_it_is(script: RelyingParty, holder: Holder, typ: object) -> None:
    assert not is_believed(ask(script, holder.proof("POST", TOKEN, header={"typ": typ})))


@pytest.mark.spec("RFC 9449 11.6")
@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.threat("T-56")
def test_only_advertised_algorithms_count(script: RelyingParty, holder: Holder, clock: HandClock) -> None:
    other = Holder(clock, "ES384", ECKey.generate_key("P-384"))
    good = holder.proof("POST", TOKEN)
    forged = [
        other.proof("POST", TOKEN),
        Holder(clock, "RS512", KEYS["r"]).proof("POST", TOKEN),
        Holder(clock, "PS256", KEYS["r"]).proof("POST", TOKEN, header={"jwk": holder.key.as_dict(private=False)}),
        unsigned(good, "none"),
        unsigned(good, "None"),
        unsigned(good, ""),
        unsigned(good, ["ES256"]),
        unsigned(good, "HS256"),
        unsigned(good, "ES256"),
    ]
    assert [proof for proof in forged if is_believed(ask(script, proof))] == []


@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.threat("T-57")
def test_it_brings_a_public_key_and_nothing_more(script: RelyingParty, holder: Holder) -> None:
    public, rsa = (key.as_dict(private=False) for key in (holder.key, KEYS["r"]))
    for jwk in (
        None,
        "",
        [],
        [public],
        {},
        {"keys": [public]},
        holder.key.as_dict(private=True),
        {**public, "k": "secret"},
        {"kty": "oct", "k": "c2VjcmV0"},
        {**public, "crv": "P-384"},
        {**public, "kty": "RSA"},
        {**public, "x": "AA"},
        {**public, "alg": "PS256"},
        {**public, "use": "enc"},
        {**rsa, "n": rsa["n"][:171]},
        OKPKey.generate_key("X25519").as_dict(private=False),
        {**public, "x5c": ["x" * 5000]},
        {**public, "deep": {"deep": {}}},
    ):
        assert not is_believed(ask(script, holder.proof("POST", TOKEN, header={"jwk": jwk}))), jwk
    for header in ({"crit": ["b64"], "b64": False}, {"jku": "https://evil.example/jwks", "jwk": None}):
        assert not is_believed(ask(script, holder.proof("POST", TOKEN, header=header))), header


@pytest.mark.spec("RFC 9449 4.3")
def test_it_is_signed_with_that_key(script: RelyingParty, holder: Holder, clock: HandClock) -> None:
    good, other = holder.proof("POST", TOKEN), Holder(clock)
    foreign = other.proof("POST", TOKEN, header={"jwk": holder.key.as_dict(private=False)})
    payload = part({"htm": "POST", "htu": TOKEN, "iat": NOW, "jti": "changed"})
    changed = ".".join([good.split(".")[0], payload, good.split(".")[2]])
    for forged in (foreign, changed, good[:-4] + "AAAA", good.rpartition(".")[0] + "."):
        assert not is_believed(ask(script, forged))


@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.parametrize("htm", [None, "GET", "post", "PUT", "", ["POST"], 1])
def test_it_names_the_method(script: RelyingParty, holder: Holder, htm: object) -> None:
    assert not is_believed(ask(script, holder.proof("POST", TOKEN, htm=htm)))


@pytest.mark.spec("RFC 9449 4.3")
def test_it_names_the_address(script: RelyingParty, holder: Holder) -> None:
    for htu in (
        None,
        "",
        1,
        [TOKEN],
        ISSUER,
        f"{TOKEN}/",
        f"{ISSUER}/par",
        f"{ISSUER}/Token",
        "/paris/token",
        "//localhost:8000/paris/token",
        TOKEN.replace("http:", "https:"),
        TOKEN.replace(":8000", ""),
        TOKEN.replace(":8000", ":8001"),
        TOKEN.replace(":8000", ":x"),
        TOKEN.replace("localhost", "evil.example"),
        TOKEN.replace("localhost", "user@localhost"),
        TOKEN.replace("paris", "moselle"),
        f"{TOKEN}\n",
        TOKEN + "x" * 3000,
    ):
        assert not is_believed(ask(script, holder.proof("POST", TOKEN, htu=htu))), htu
    for same in (f"{TOKEN}?a=b", f"{TOKEN}#part", "HTTP://LOCALHOST:8000/paris/token", f"{ISSUER}/%74oken"):
        assert is_believed(ask(script, holder.proof("POST", TOKEN, htu=same))), same


@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.spec("RFC 9449 11.1")
def test_it_was_made_just_now(script: RelyingParty, holder: Holder) -> None:
    for iat in (None, "now", True, NOW - 301, NOW + 31, NOW + 61, 10**30, -1):
        assert not is_believed(ask(script, holder.proof("POST", TOKEN, iat=iat))), iat
    for good in (NOW - 300, NOW, NOW + 0.5, NOW + 10, NOW + 30):
        assert is_believed(ask(script, holder.proof("POST", TOKEN, iat=good))), good


@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.threat("T-66")
@pytest.mark.spec("RFC 9449 11.1")
def test_it_is_good_once(script: RelyingParty, holder: Holder, clock: HandClock) -> None:
    for jti in (None, "", 1, "x" * 301):
        assert not is_believed(ask(script, holder.proof("POST", TOKEN, jti=jti))), jti
    proof = holder.proof("POST", TOKEN, jti="once")
    assert is_believed(ask(script, proof))
    assert not is_believed(ask(script, proof))
    assert not is_believed(ask(script, holder.proof("POST", TOKEN, jti="once")))
    assert is_believed(ask(script, Holder(clock).proof("POST", TOKEN, jti="once")))
    clock.forward(seconds=300)
    assert not is_believed(ask(script, proof))


@pytest.mark.spec("RFC 9449 5")
def test_a_refused_proof_leaves_the_code_good(script: RelyingParty, holder: Holder, signed_in: Browser) -> None:
    code = script.code(signed_in)
    form = {
        "client_id": "script",
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": script.client.redirect_uris[0],
        "code_verifier": "v" * 64,
    }
    refused = script.send("/token", form, DPoP=holder.proof("GET", TOKEN))
    assert (refused.status_code, error_of(refused)) == REFUSED
    assert script.send("/token", form).status_code == 200


@pytest.mark.threat("T-66")
@pytest.mark.spec("RFC 9449 10")
def test_a_code_may_be_bound_to_a_key(
    script: RelyingParty, party: Party, holder: Holder, signed_in: Browser, clock: HandClock
) -> None:
    plain, thief = party("script"), replace(script, prove=Holder(clock))
    code = script.code(signed_in, dpop_jkt=holder.thumbprint)
    for refused in (plain.redeem(code), thief.redeem(code)):
        assert (refused.status_code, error_of(refused)) == (400, "invalid_grant")
    tokens = script.redeem(code)
    assert tokens.status_code == 200
    assert error_of(thief.redeem(code)) == "invalid_grant"
    assert script.userinfo(tokens.get_json()["access_token"]).status_code == 401  # a theft, noticed


@pytest.mark.spec("RFC 9449 10")
@pytest.mark.parametrize("thumbprint", ["x", "x" * 42, "x" * 44, "x" * 42 + "="])
def test_a_thumbprint_looks_like_one(script: RelyingParty, signed_in: Browser, thumbprint: str) -> None:
    assert answer_of(script.authorize(signed_in, dpop_jkt=thumbprint))["error"] == "invalid_request"


@pytest.mark.spec("RFC 9449 10.1")
def test_a_pushed_request_names_the_key_in_either_way(
    script: RelyingParty, party: Party, holder: Holder, signed_in: Browser, clock: HandClock
) -> None:
    plain, thief = party("script"), replace(script, prove=Holder(clock))
    ways = [(script, {}), (plain, {"dpop_jkt": holder.thumbprint}), (script, {"dpop_jkt": holder.thumbprint})]
    for relying, changes in ways:
        code = answer_of(signed_in.get("/authorize", pushed(relying, **changes)))["code"]
        for refused in (plain.redeem(code), thief.redeem(code)):
            assert (refused.status_code, error_of(refused)) == (400, "invalid_grant")
        assert script.redeem(code).status_code == 200
    differing = script.ask("/par", **script.request(dpop_jkt=Holder(clock).thumbprint))
    assert (differing.status_code, error_of(differing)) == (400, "invalid_request")
    for proof in (holder.proof("POST", TOKEN), holder.proof("GET", f"{ISSUER}/par"), "x"):
        refused = plain.send("/par", plain.request(), DPoP=proof)
        assert (refused.status_code, error_of(refused)) == REFUSED


@pytest.mark.threat("T-66")
@pytest.mark.spec("RFC 9449 5")
def test_the_refresh_tokens_of_a_public_app_stay_with_its_key(
    script: RelyingParty, party: Party, signed_in: Browser, clock: HandClock
) -> None:
    token = script.tokens(signed_in, scope=OFFLINE)["refresh_token"]
    for thief in (party("script"), replace(script, prove=Holder(clock))):
        refused = thief.refresh(token)
        assert (refused.status_code, error_of(refused)) == (400, "invalid_grant")
    newer = script.refresh(token).get_json()["refresh_token"]
    clock.forward(minutes=1)
    assert error_of(party("script").refresh(token)) == "invalid_grant"
    assert script.refresh(newer).status_code == 200  # what cannot be used does no harm either
    assert error_of(script.refresh(token)) == "invalid_grant"
    assert error_of(script.refresh(newer)) == "invalid_grant"  # but the app's own replay is noticed


@pytest.mark.spec("RFC 9449 5")
def test_an_app_with_a_secret_may_change_its_key(web: RelyingParty, signed_in: Browser, clock: HandClock) -> None:
    first, second = (replace(web, prove=Holder(clock)) for _ in range(2))
    tokens = second.refresh(first.tokens(signed_in, scope=OFFLINE)["refresh_token"]).get_json()
    assert second.userinfo(tokens["access_token"]).status_code == 200
    assert first.userinfo(tokens["access_token"]).status_code == 401
    assert web.refresh(tokens["refresh_token"]).get_json()["token_type"] == "Bearer"


@pytest.mark.spec("RFC 9449 5")
def test_a_service_gets_bound_tokens_too(party: Party, holder: Holder) -> None:
    service = replace(party("service"), prove=holder)
    tokens = service.token(grant_type="client_credentials").get_json()
    assert tokens["token_type"] == "DPoP"
    assert service.claims(tokens["access_token"])["cnf"] == {"jkt": holder.thumbprint}


def challenge(response: TestResponse) -> tuple[int, str, str]:
    """Read the status, the error and the scheme of the challenge of an answer of userinfo."""
    return response.status_code, error_of(response), response.headers["WWW-Authenticate"].partition(" ")[0]


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.spec("RFC 9449 6")
@pytest.mark.spec("RFC 9449 7")
@pytest.mark.spec("RFC 9449 7.1")
def test_userinfo_wants_a_proof_of_the_same_key_for_this_token(
    script: RelyingParty, holder: Holder, signed_in: Browser, stranger: Browser, clock: HandClock
) -> None:
    token = script.tokens(signed_in)["access_token"]
    other = script.tokens(signed_in)["access_token"]
    usual = {"Authorization": f"DPoP {token}"}
    wrong = [
        holder.proof("POST", USERINFO, token),
        holder.proof("GET", TOKEN, token),
        holder.proof("GET", USERINFO, other),
        holder.proof("GET", USERINFO, token, ath=token),
        holder.proof("GET", USERINFO),
        holder.proof("GET", USERINFO, token, iat=NOW - 600),
        "x",
    ]
    for proof in wrong:
        answer = stranger.get("/userinfo", **usual, DPoP=proof)
        assert challenge(answer) == (401, "invalid_dpop_proof", "DPoP")
        assert 'algs="ES256 Ed25519 PS256 RS256"' in answer.headers["WWW-Authenticate"]
    assert challenge(stranger.get("/userinfo", **usual)) == (401, "invalid_dpop_proof", "DPoP")
    thief = Holder(clock).proof("GET", USERINFO, token)
    assert challenge(stranger.get("/userinfo", **usual, DPoP=thief)) == (401, "invalid_token", "DPoP")
    good = holder.proof("GET", f"{USERINFO}?a=b", token)
    assert stranger.get("/userinfo", {"a": "c"}, **usual, DPoP=good).status_code == 200
    assert challenge(stranger.get("/userinfo", **usual, DPoP=good)) == (401, "invalid_dpop_proof", "DPoP")
    posted = stranger.post("/userinfo", Authorization=f"dpop {token}", DPoP=holder.proof("POST", USERINFO, token))
    assert posted.status_code == 200


@pytest.mark.threat("T-66")
@pytest.mark.spec("RFC 9449 7.2")
def test_a_bound_token_is_no_bearer_token(
    script: RelyingParty, holder: Holder, signed_in: Browser, stranger: Browser
) -> None:
    token = script.tokens(signed_in)["access_token"]
    proof = {"DPoP": holder.proof("GET", USERINFO, token)}
    refused = [
        stranger.get("/userinfo", Authorization=f"Bearer {token}"),
        stranger.get("/userinfo", Authorization=f"Bearer {token}", **proof),
        replace(script, prove=None).send("/userinfo", {"access_token": token}),
    ]
    assert [challenge(answer) for answer in refused] == [(401, "invalid_token", "DPoP")] * 3


@pytest.mark.spec("RFC 9449 7.1")
def test_a_bearer_token_is_not_made_a_bound_one(
    party: Party, holder: Holder, signed_in: Browser, stranger: Browser
) -> None:
    token = party("script").tokens(signed_in)["access_token"]
    proof = holder.proof("GET", USERINFO, token)
    answer = stranger.get("/userinfo", Authorization=f"DPoP {token}", DPoP=proof)
    assert challenge(answer) == (401, "invalid_token", "DPoP")


@pytest.mark.spec("RFC 9449 7.1")
def test_without_a_token_both_schemes_are_offered(stranger: Browser) -> None:
    offered = stranger.get("/userinfo").headers.get_all("WWW-Authenticate")
    assert offered == ['Bearer realm="paris"', 'DPoP realm="paris", algs="ES256 Ed25519 PS256 RS256"']


@pytest.mark.spec("RFC 9449 6")
@pytest.mark.spec("RFC 9449 6.2")
def test_introspection_tells_the_key(
    web: RelyingParty, script: RelyingParty, holder: Holder, signed_in: Browser
) -> None:
    bound = replace(web, prove=holder).tokens(signed_in, scope=OFFLINE)
    told = web.introspect(bound["access_token"]).get_json()
    assert (told["active"], told["token_type"], told["cnf"]) == (True, "DPoP", {"jkt": holder.thumbprint})
    assert "cnf" not in web.introspect(bound["refresh_token"]).get_json()
    plain = web.introspect(web.tokens(signed_in)["access_token"]).get_json()
    assert plain["token_type"] == "Bearer"
    assert "cnf" not in plain


def test_a_bound_token_is_given_back_without_a_proof(script: RelyingParty, party: Party, signed_in: Browser) -> None:
    tokens = script.tokens(signed_in, scope=OFFLINE)
    assert party("script").revoke(tokens["refresh_token"]).status_code == 200
    assert script.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.spec("RFC 9449 11.3")
@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.spec("RFC 9449 8")
def test_an_app_may_be_held_to_a_nonce_at_the_token_endpoint(
    party: Party, holder: Holder, signed_in: Browser, clock: HandClock
) -> None:
    fresh = replace(party("fresh"), prove=holder)
    code = fresh.code(signed_in)
    refused = fresh.redeem(code)
    assert (refused.status_code, error_of(refused)) == (400, "use_dpop_nonce")
    (nonce,) = refused.headers.get_all("DPoP-Nonce")
    assert len(nonce) >= 43
    for wrong in ("", "x", refused.headers["DPoP-Nonce"] + "x"):
        holder.nonce = wrong
        assert error_of(fresh.redeem(code)) == "use_dpop_nonce"
    holder.nonce = refused.headers["DPoP-Nonce"]
    answer = fresh.redeem(code)
    assert answer.status_code == 200
    assert answer.headers["DPoP-Nonce"] == holder.nonce
    assert "DPoP-Nonce" not in party("script").token(grant_type="refresh_token", refresh_token="x").headers


@pytest.mark.spec("RFC 9449 8")
@pytest.mark.spec("RFC 9449 8.2")
def test_nonces_change_and_the_last_one_is_taken_for_a_while(party: Party, holder: Holder, clock: HandClock) -> None:
    fresh = party("fresh")
    first = ask(fresh, holder.proof("POST", TOKEN)).headers["DPoP-Nonce"]
    clock.forward(minutes=5)
    answer = ask(fresh, holder.proof("POST", TOKEN, nonce=first))
    assert error_of(answer) == "invalid_grant"
    assert answer.headers["DPoP-Nonce"] != first
    clock.forward(minutes=5)
    assert error_of(ask(fresh, holder.proof("POST", TOKEN, nonce=first))) == "use_dpop_nonce"


@pytest.mark.spec("RFC 9449 11.3")
@pytest.mark.spec("RFC 9449 9")
def test_an_app_may_be_held_to_a_nonce_at_userinfo_and_par(party: Party, holder: Holder, signed_in: Browser) -> None:
    fresh = replace(party("fresh"), prove=holder)
    refused = fresh.ask("/par", **fresh.request())
    assert (refused.status_code, error_of(refused)) == (400, "use_dpop_nonce")
    holder.nonce = refused.headers["DPoP-Nonce"]
    token = fresh.tokens(signed_in)["access_token"]
    holder.nonce = None
    refused = fresh.userinfo(token)
    assert challenge(refused) == (401, "use_dpop_nonce", "DPoP")
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
    holder.nonce = refused.headers["DPoP-Nonce"]
    assert fresh.userinfo(token).status_code == 200


@pytest.mark.spec("RFC 9449 8")
@pytest.mark.threat("T-65")
def test_scripts_of_public_apps_may_send_proofs_and_read_nonces(script: RelyingParty, holder: Holder) -> None:
    origin = {"Origin": "https://script.example"}
    asked = script.app.test_client().options("/paris/token", base_url=ISSUER.removesuffix("/paris"), headers=origin)
    assert "DPoP" in asked.headers["Access-Control-Allow-Headers"].split(", ")
    answer = script.send("/token", {"client_id": "script"}, **origin)
    exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"DPoP-Nonce", "WWW-Authenticate"} <= set(exposed)


@pytest.mark.threat("T-20")
def test_a_nonce_is_its_landlords_own(script: RelyingParty, holder: Holder, clock: HandClock) -> None:
    # the proof for one landlord names its address, and is refused by every other one
    proof = sign(
        holder.key,
        {"typ": "dpop+jwt", "alg": "ES256", "jwk": holder.key.as_dict(private=False)},
        {"htm": "POST", "htu": TOKEN.replace("paris", "contrat"), "iat": NOW, "jti": "elsewhere"},
    )
    assert not is_believed(ask(script, proof))
