"""OpenID Connect Core §8: apps that know a person by a name of their own sector."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from idp.models import Account, SubjectSalt
from idp.services import subjects
from idp.services.vault import Vault
from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty, answer_of
from tests.oidc.test_core_consent import allow
from tests.oidc.told import Ears
from tests.people import add_account, add_holder

SCOPE = "openid email offline_access"


@pytest.fixture
def survey(party: Party) -> RelyingParty:
    """An app with names of its own."""
    return party("survey")


def told(app: RelyingParty, tokens: dict[str, Any]) -> dict[str, Any]:
    """Gather every `sub` that an app is told."""
    userinfo = app.userinfo(tokens["access_token"])
    claims = userinfo.get_json() if userinfo.is_json else app.claims(userinfo.text)
    return {
        "id_token": app.claims(tokens["id_token"])["sub"],
        "access_token": app.claims(tokens["access_token"])["sub"],
        "userinfo": claims["sub"],
        "introspection": app.introspect(tokens["access_token"]).get_json()["sub"],
        "of the refresh token": app.introspect(tokens["refresh_token"]).get_json()["sub"],
    }


@pytest.mark.spec("OIDC Core 8.1")
@pytest.mark.parametrize("client_id", ["survey", "results"])
def test_everything_an_app_is_told_names_the_person_alike(
    party: Party, signed_in: Browser, account: Account, client_id: str
) -> None:
    app = party(client_id)
    tokens = app.tokens(signed_in, scope=SCOPE)
    names = set(told(app, tokens).values())
    later = app.refresh(tokens["refresh_token"]).get_json()
    names |= set(told(app, later).values())
    (name,) = names
    assert len(name) == 43
    assert name != account.sub


@pytest.mark.spec("OIDC Core 8.1")
def test_apps_of_one_sector_share_the_name_and_no_others_do(
    party: Party, web: RelyingParty, signed_in: Browser, account: Account
) -> None:
    sports = party("sports")
    code = answer_of(allow(signed_in, sports.authorize(signed_in)))["code"]
    elsewhere = sports.claims(sports.redeem(code).get_json()["id_token"])
    one, other = (party(name).tokens(signed_in) for name in ("survey", "results"))
    first, second = (web.claims(tokens["id_token"]) for tokens in (one, other))
    public = web.claims(web.tokens(signed_in)["id_token"])
    assert first["sub"] == second["sub"]
    assert len({public["sub"], first["sub"], elsewhere["sub"]}) == 3
    assert public["sub"] == account.sub
    assert first["sid"] == second["sid"]
    assert len({public["sid"], first["sid"], elsewhere["sid"]}) == 3


@pytest.mark.spec("OIDC Core 8.1")
def test_the_name_stays_and_is_one_persons_own(
    survey: RelyingParty, signed_in: Browser, account: Account, make_work: MakeWork, clock: HandClock
) -> None:
    name = survey.claims(survey.tokens(signed_in)["id_token"])["sub"]
    clock.forward(days=300)
    later = Browser(survey.app)
    open_session(later, make_work, account)
    assert survey.claims(survey.tokens(later)["id_token"])["sub"] == name
    work = make_work()
    other = add_account(work, add_holder(work), email="other@example.org")
    work.db.commit()
    somebody = Browser(survey.app)
    open_session(somebody, make_work, other)
    assert survey.claims(survey.tokens(somebody)["id_token"])["sub"] != name


@pytest.mark.spec("OIDC Core 8.1")
def test_the_landlords_salt_is_made_once_and_sealed(
    survey: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    work = make_work()
    assert subjects.ensure(work)
    assert not subjects.ensure(work)
    (row,) = work.db.scalars(select(SubjectSalt))
    seen = subjects.seen_by(work, "survey", account.sub, "a session")
    work.db.commit()
    assert "." in row.sealed
    assert survey.claims(survey.tokens(signed_in)["id_token"])["sub"] == seen.sub
    elsewhere = make_work("moselle")
    assert not subjects.ensure(elsewhere)
    elsewhere.db.commit()


@pytest.mark.spec("OIDC Core 8.1")
def test_the_salt_outlives_the_root_secret_that_sealed_it(
    make_work: MakeWork, settings: Settings, account: Account
) -> None:
    work = make_work()
    seen = subjects.seen_by(work, "survey", account.sub, "a session")
    both = replace(work, vault=Vault([b"n" * 32, b"r" * 32], settings.hashing))
    assert subjects.seen_by(both, "survey", account.sub, "a session") == seen
    subjects.ensure(both)
    alone = replace(work, vault=Vault([b"n" * 32], settings.hashing))
    assert subjects.seen_by(alone, "survey", account.sub, "a session") == seen
    work.db.commit()


def test_apps_with_public_names_pay_nothing(web: RelyingParty, signed_in: Browser, engine: Engine) -> None:
    read: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: read.append(args[2]))
    web.tokens(signed_in)
    assert not any("subject_salt" in statement for statement in read)


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_hints_and_wishes_name_the_person_as_the_app_does(
    survey: RelyingParty, signed_in: Browser, account: Account
) -> None:
    token = survey.tokens(signed_in)["id_token"]
    assert "code" in answer_of(survey.authorize(signed_in, prompt="none", id_token_hint=token))
    name = survey.claims(token)["sub"]
    for sub, known in ((name, True), (account.sub, False)):
        wish = f'{{"id_token": {{"sub": {{"value": "{sub}"}}}}}}'
        answer = answer_of(survey.authorize(signed_in, prompt="none", claims=wish))
        assert ("code" in answer) == known
        assert known or answer["error"] == "login_required"


@pytest.mark.spec("OIDC Core 3.1.2.1")
def test_a_hint_of_somebody_else_is_not_answered(
    app: Flask, survey: RelyingParty, signed_in: Browser, make_work: MakeWork, account: Account
) -> None:
    token = survey.tokens(signed_in)["id_token"]
    work = make_work()
    other = add_account(work, add_holder(work), email="other@example.org")
    work.db.commit()
    browser = Browser(app)
    waiting = survey.authorize(browser, id_token_hint=token)
    open_session(browser, make_work, other)
    resume = "/authorize/resume?" + waiting.location.partition("?")[2]
    assert answer_of(browser.get(resume))["error"] == "login_required"
    waiting = survey.authorize(browser, id_token_hint=token)
    open_session(browser, make_work, account, in_place_of=browser)
    resume = "/authorize/resume?" + waiting.location.partition("?")[2]
    assert "code" in answer_of(browser.get(resume))


@pytest.mark.spec("Back-Channel Logout 2.4")
@pytest.mark.spec("RP-Initiated Logout 2")
def test_sign_out_names_the_person_as_the_app_does(
    survey: RelyingParty, signed_in: Browser, make_work: MakeWork
) -> None:
    token = survey.tokens(signed_in)["id_token"]
    bye = survey.client.post_logout_redirect_uris[0]
    done = signed_in.get("/logout", {"id_token_hint": token, "post_logout_redirect_uri": bye})
    assert done.location == bye
    ((_, logout_token),) = Ears(make_work).listen()
    known, claims = survey.claims(token), survey.claims(logout_token)
    assert (claims["sub"], claims["sid"], claims["aud"]) == (known["sub"], known["sid"], "survey")


@pytest.mark.spec("Front-Channel Logout 2")
def test_the_page_of_a_sign_out_does_too(party: Party, web: RelyingParty, signed_in: Browser) -> None:
    results = party("results")
    sid = results.claims(results.tokens(signed_in)["id_token"])["sid"]
    hint = web.tokens(signed_in)["id_token"]
    way_back = {"id_token_hint": hint, "post_logout_redirect_uri": "https://web.example/bye"}
    assert f"sid={sid}" in signed_in.get("/logout", way_back).text


@pytest.mark.spec("OIDC Core 8.1")
def test_the_sector_is_one_host_or_is_named() -> None:
    usual: dict[str, Any] = {"client_id": "a", "name": "a", "auth": "none", "subject_type": "pairwise"}
    one = ["https://apps.poll.example/a", "https://apps.poll.example/b"]
    assert Client(**usual, redirect_uris=one).sector == "apps.poll.example"
    two = ["https://a.example/", "https://b.example/"]
    assert Client(**usual, redirect_uris=two, sector_identifier="a.example").sector == "a.example"
    native = {"redirect_uris": ["example.poll.app:/callback"], "application_type": "native"}
    for unnamed in ({"redirect_uris": two}, native):
        with pytest.raises(ValueError, match="sector_identifier"):
            Client(**usual, **unnamed)
    for wrong in ("https://a.example", "A.example", "a.example/x", ""):
        with pytest.raises(ValueError, match="sector_identifier"):
            Client(**usual, redirect_uris=one, sector_identifier=wrong)


@pytest.mark.spec("OIDC Core 8")
@pytest.mark.spec("OIDC Discovery 3")
def test_both_kinds_are_advertised(web: RelyingParty) -> None:
    document = Browser(web.app).get("/.well-known/openid-configuration").get_json()
    assert document["issuer"] == ISSUER
    assert document["subject_types_supported"] == ["public", "pairwise"]
