"""RFC 9700: OAuth 2.0 Security Best Current Practice."""

import tomllib
from pathlib import Path
from urllib.parse import urlencode

import pytest

from idp.domain.events import EventName
from idp.models import Event
from idp.oidc import parameters
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party
from tests.oidc.relying_party import Browser, RelyingParty, answer_of, is_refused_locally

CORPUS = tomllib.loads((Path(__file__).parent / "corpora" / "redirects.toml").read_text(encoding="utf-8"))


def events(make_work: MakeWork, name: EventName) -> int:
    return make_work().db.query(Event).filter_by(name=name).count()


@pytest.mark.spec("OIDC Core 14")
@pytest.mark.spec("OIDC Core 3.1.2.1")
@pytest.mark.spec("OIDC Discovery 5")
@pytest.mark.spec("RFC 9700 4.1.3")
@pytest.mark.conformance("oidcc-ensure-registered-redirect-uri")
@pytest.mark.spec("RFC 6749 10.6")
@pytest.mark.spec("RFC 6749 3.1.2.3")
@pytest.mark.threat("T-30")
@pytest.mark.threat("T-52")
@pytest.mark.spec("RFC 9700 2.1")
def test_only_an_exact_redirect_uri_gets_an_answer(web: RelyingParty, signed_in: Browser) -> None:
    assert len(CORPUS["web"]) >= 60
    for uri in CORPUS["web"]:
        assert is_refused_locally(web.authorize(signed_in, redirect_uri=uri)), uri
        assert is_refused_locally(web.authorize(signed_in, redirect_uri=uri, response_type="bad")), uri


@pytest.mark.spec("RFC 9700 4.1.3")
@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.threat("T-52")
@pytest.mark.spec("RFC 8252 7.3")
def test_native_apps_may_vary_the_loopback_port_only(party: Party, signed_in: Browser) -> None:
    phone = party("phone")
    for uri in CORPUS["native"]:
        assert is_refused_locally(phone.authorize(signed_in, redirect_uri=uri)), uri
    for uri in ("example.lutece.phone:/callback", "http://127.0.0.1/callback", "http://127.0.0.1:51004/callback"):
        response = phone.authorize(signed_in, redirect_uri=uri)
        assert response.location.startswith(f"{uri}?code=")
        assert phone.redeem(answer_of(response)["code"], redirect_uri=uri).status_code == 200


@pytest.mark.spec("OIDC Core 3.1.2.1")
@pytest.mark.spec("OIDC Core 3.1.2.6")
@pytest.mark.spec("RFC 6749 3.1.2.3")
@pytest.mark.spec("RFC 6749 3.1.2.4")
@pytest.mark.spec("RFC 6749 4.1.2.1")
@pytest.mark.threat("T-54")
@pytest.mark.spec("RFC 9700 4.11")
def test_errors_go_nowhere_before_the_app_and_its_address_are_known(web: RelyingParty, signed_in: Browser) -> None:
    faults: list[dict[str, str | None]] = [
        {"response_type": "token"},
        {"response_type": None},
        {"scope": None},
        {"scope": "nothing"},
        {"prompt": "none login"},
        {"prompt": "none"},
        {"max_age": "never"},
        {"request": "e30.e30."},
        {"request_uri": "https://web.example/request"},
        {"claims": "["},
        {"code_challenge": None},
        {"response_mode": "fragment"},
    ]
    untrusted: list[dict[str, str | None]] = [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": None},
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "post"},
    ]
    for changes in (fault | wrong for fault in faults for wrong in untrusted):
        assert is_refused_locally(web.authorize(signed_in, **changes)), changes


@pytest.mark.spec("RFC 9700 4.2.4")
@pytest.mark.spec("RFC 6749 10.5")
@pytest.mark.conformance("oidcc-codereuse-30seconds")
@pytest.mark.threat("T-50")
@pytest.mark.spec("RFC 6749 4.1.2")
@pytest.mark.parametrize("seconds", [2, 30, 59, 3600])
def test_a_second_use_of_a_code_revokes_what_the_first_gave(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock, seconds: int
) -> None:
    code = web.code(signed_in, scope="openid offline_access")
    tokens = web.redeem(code).get_json()
    assert web.userinfo(tokens["access_token"]).status_code == 200
    clock.forward(seconds=seconds)
    again = web.redeem(code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert web.userinfo(tokens["access_token"]).status_code == 401
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert events(make_work, EventName.CODE_REPLAYED) == 1


@pytest.mark.conformance("oidcc-codereuse")
@pytest.mark.threat("T-50")
@pytest.mark.spec("RFC 6749 4.1.2")
def test_the_same_request_twice_in_a_moment_is_refused_and_revokes_nothing(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    code = web.code(signed_in, scope="openid offline_access")
    tokens = web.redeem(code).get_json()
    clock.forward(seconds=1)
    again = web.redeem(code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert web.userinfo(tokens["access_token"]).status_code == 200
    assert web.refresh(tokens["refresh_token"]).status_code == 200
    assert events(make_work, EventName.CODE_REPLAYED) == 0


@pytest.mark.threat("T-50")
@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "x" * 43}, {"code_verifier": None}, {"redirect_uri": "https://web.example/other?kept=1"}],
)
def test_a_stolen_code_that_is_used_up_is_noticed_at_once_without_what_belongs_to_it(
    web: RelyingParty, signed_in: Browser, changes: dict[str, str | None]
) -> None:
    code = web.code(signed_in)
    tokens = web.redeem(code).get_json()
    assert web.redeem(code, **changes).status_code == 400
    assert web.userinfo(tokens["access_token"]).status_code == 401


@pytest.mark.threat("T-50")
def test_another_app_with_a_used_code_learns_and_changes_nothing(
    web: RelyingParty, party: Party, signed_in: Browser
) -> None:
    code = web.code(signed_in)
    tokens = web.redeem(code).get_json()
    assert party("post").redeem(code).get_json()["error"] == "invalid_grant"
    assert web.userinfo(tokens["access_token"]).status_code == 200


@pytest.mark.spec("OIDC Core 3.1.3.2")
@pytest.mark.spec("RFC 6749 10.5")
@pytest.mark.spec("RFC 6749 10.6")
@pytest.mark.spec("RFC 6749 4.1.2")
@pytest.mark.spec("RFC 6749 4.1.3")
@pytest.mark.threat("T-50")
def test_a_code_is_good_for_its_own_app_only_and_stays_good_for_it(
    web: RelyingParty, party: Party, signed_in: Browser
) -> None:
    code = web.code(signed_in)
    for other in ("post", "script", "old"):
        refused = party(other).redeem(code, redirect_uri=web.client.redirect_uris[0])
        assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_grant")
    assert web.redeem(code).status_code == 200


@pytest.mark.spec("RFC 6749 10.4")
@pytest.mark.spec("RFC 9700 2.2.2")
@pytest.mark.threat("T-55")
@pytest.mark.spec("RFC 9700 4.14.2")
def test_a_refresh_token_is_replaced_at_each_use(web: RelyingParty, signed_in: Browser) -> None:
    token = web.tokens(signed_in, scope="openid offline_access")["refresh_token"]
    seen = {token}
    for _ in range(5):
        response = web.refresh(token)
        assert response.status_code == 200
        token = response.get_json()["refresh_token"]
        assert len(token) == 43
        seen.add(token)
    assert len(seen) == 6


@pytest.mark.threat("T-55")
@pytest.mark.spec("RFC 9700 4.14.2")
def test_a_replayed_refresh_token_ends_its_whole_family(
    web: RelyingParty, signed_in: Browser, clock: HandClock, make_work: MakeWork
) -> None:
    first = web.tokens(signed_in, scope="openid offline_access")
    second = web.refresh(first["refresh_token"]).get_json()
    clock.forward(seconds=11)
    assert web.refresh(first["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert web.refresh(second["refresh_token"]).get_json()["error"] == "invalid_grant"
    for tokens in (first, second):
        assert web.userinfo(tokens["access_token"]).status_code == 401
    assert events(make_work, EventName.REFRESH_REPLAYED) == 1


@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.threat("T-55")
def test_a_retry_within_the_grace_gets_the_same_successor(
    web: RelyingParty, signed_in: Browser, clock: HandClock
) -> None:
    token = web.tokens(signed_in, scope="openid offline_access")["refresh_token"]
    first = web.refresh(token).get_json()
    clock.forward(seconds=9)
    second = web.refresh(token).get_json()
    assert second["refresh_token"] == first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert web.refresh(second["refresh_token"]).status_code == 200


@pytest.mark.spec("RFC 9700 4.14.2")
@pytest.mark.threat("T-55")
def test_the_grace_is_over_once_the_successor_was_used(web: RelyingParty, signed_in: Browser) -> None:
    token = web.tokens(signed_in, scope="openid offline_access")["refresh_token"]
    second = web.refresh(token).get_json()["refresh_token"]
    third = web.refresh(second).get_json()["refresh_token"]
    assert web.refresh(token).get_json()["error"] == "invalid_grant"
    assert web.refresh(third).get_json()["error"] == "invalid_grant"


@pytest.mark.threat("T-63")
@pytest.mark.spec("RFC 6749 3.1")
def test_a_repeated_parameter_is_refused_without_a_redirect(web: RelyingParty, signed_in: Browser) -> None:
    request = web.request(max_age="100", prompt="none", login_hint="7000100", response_mode="query")
    for name, value in request.items():
        twice = {**request, name: [value, value]}
        assert is_refused_locally(signed_in.get("/authorize", twice)), name
        assert is_refused_locally(signed_in.post("/authorize", twice)), name


@pytest.mark.threat("T-63")
@pytest.mark.spec("RFC 6749 3.2")
def test_a_repeated_parameter_at_the_token_endpoint_is_refused(party: Party, signed_in: Browser) -> None:
    script = party("script")
    form = {
        "client_id": "script",
        "grant_type": "authorization_code",
        "code": script.code(signed_in),
        "redirect_uri": script.client.redirect_uris[0],
        "code_verifier": "v" * 64,
    }
    for name, value in form.items():
        response = script.send("/token", urlencode([*form.items(), (name, value)]))
        assert (response.status_code, response.get_json()["error"]) == (400, "invalid_request"), name
    assert script.send("/token", form).status_code == 200


@pytest.mark.spec("RFC 6749 3.1")
def test_unknown_parameters_are_ignored_even_twice(web: RelyingParty, signed_in: Browser) -> None:
    sent = {**web.request(), "unknown": ["a", "b"], "extra": "x"}
    assert "code" in answer_of(signed_in.get("/authorize", sent))


@pytest.mark.spec("RFC 6749 3.1")
def test_empty_parameters_are_none(web: RelyingParty, signed_in: Browser) -> None:
    for name in parameters.KNOWN - web.request().keys() - parameters.EMPTY_COUNTS:
        assert "code" in answer_of(web.authorize(signed_in, **{name: ""})), name
    assert set(answer_of(web.authorize(signed_in, state=""))) == {"code", "iss"}
    for name in ("client_id", "redirect_uri"):
        assert is_refused_locally(web.authorize(signed_in, **{name: ""})), name


@pytest.mark.spec("FAPI 2.0 5.3.2.2")
@pytest.mark.spec("OIDC Core 16.22")
@pytest.mark.spec("RFC 9700 2.1")
@pytest.mark.spec("RFC 9700 4.12")
def test_the_browser_is_sent_on_with_303(web: RelyingParty, signed_in: Browser, stranger: Browser) -> None:
    assert web.authorize(signed_in).status_code == 303
    assert web.authorize(stranger).status_code == 303
    assert web.authorize(signed_in, scope=None).status_code == 303
