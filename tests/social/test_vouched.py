"""FranceConnect says who somebody is, the notice says which contract: together they open an account."""

from datetime import date
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.domain.social import Identity
from idp.models import Account, BrowserSession, Event, FirstConnection, Holder, SocialIdentity, SocialRequest
from idp.services import purge, social_links
from idp.settings.landlord import Landlord
from idp.settings.registration import Vouched
from idp.settings.registry import Fact
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.settings.social import Social
from idp.web import evenness
from tests.conftest import HandClock, MakeWork
from tests.pages.captcha import answer
from tests.pages.test_sign_in import neutral
from tests.people import add_account, add_holder, mailed, newest_mail
from tests.social import stand_ins
from tests.social.conftest import Traveller
from tests.upstream import CLIENT_ID, SECRET, Claims, Other

NUMBER = "08271217575"
SUBJECT = "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5v1"
PROVE, PROOF = "/social/franceconnect/prove", "/social/franceconnect/proof"
Seen = tuple[int | None, ...]


@pytest.fixture
def settings(settings: Settings, other: Other, tmp_path: Path) -> Settings:
    """The usual settings; at auvergne FranceConnect says who somebody is, and the registry knows names at birth."""
    write_secret(tmp_path / "franceconnect", SECRET)
    said = stand_ins.franceconnect(other)
    social = Social(provider="franceconnect", client_id=CLIENT_ID, secret_file=tmp_path / "franceconnect", **said)
    changed = with_vouching(settings.landlords["auvergne"], social)
    return settings.model_copy(update={"landlords": {**settings.landlords, "auvergne": changed}})


def with_vouching(auvergne: Landlord, social: Social) -> Landlord:
    """Let FranceConnect say who somebody is; the registry knows names at birth."""
    assert auvergne.registration is not None
    vouched = Vouched(provider="franceconnect", birth_name="birth_name")
    return auvergne.model_copy(
        update={
            "social": [social],
            "registration": auvergne.registration.model_copy(update={"vouched": vouched}),
            "registry": auvergne.registry.model_copy(update={"facts": {"birth_name": Fact(header="NOM_NAISSANCE")}}),
        }
    )


@pytest.fixture
def visitor(app: Flask) -> Traveller:
    """A browser at the registration of auvergne."""
    return arrived(app)


def arrived(app: Flask, address: str = "192.0.2.7") -> Traveller:
    visitor = Traveller(app, "auvergne", address)
    visitor.get("/registration")
    visitor.token()
    return visitor


def add(make_work: MakeWork, identifier: str = NUMBER, **changes: object) -> Holder:
    """Add Chloé Lefèvre, née Lefèvre, to the registry, or somebody else."""
    work = make_work("auvergne")
    holder = add_holder(work, identifier, last_name="MARTIN")
    holder.facts = {"birth_name": "LEFEVRE", "rank": "1"}
    for name, value in changes.items():
        setattr(holder, name, value)
    work.db.commit()
    return holder


def vouch(visitor: Traveller, other: Other, **told: object) -> TestResponse:
    """Press the button, and come back as whoever FranceConnect says."""
    other.extra["told"] = told
    return visitor.come_back(other.allow(visitor.leave(path=PROVE)))


def type_in(visitor: Traveller, number: str = "02 0827 1217 575") -> TestResponse:
    visitor.get(PROOF)
    return visitor.submit(identifier=number)


def finish(visitor: Traveller, make_work: MakeWork, email: str = "chloe@example.org") -> str:
    """Fill in the rest of the registration: no password.

    Returns:
        the secret of the link that was mailed, where there is one.
    """
    visitor.follow()
    assert 'name="password"' not in visitor.text
    work = make_work("auvergne")
    visitor.submit(email=email, email_again=email, terms="2026-01", **answer(visitor, work))
    assert visitor.location == "/first-connection/mailbox", visitor.text
    token = str(mailed(work)[1].get("token", ""))
    work.db.commit()
    return token


def activate(visitor: Traveller, token: str) -> None:
    visitor.get(f"/activation?token={token}")
    visitor.follow()
    visitor.submit()


def seen(make_work: MakeWork) -> Seen:
    """Count accounts, sessions, registrations and links."""
    work = make_work("auvergne")
    models = (Account, BrowserSession, FirstConnection, SocialIdentity)
    found = tuple(work.db.scalar(select(func.count()).select_from(model)) for model in models)
    work.db.commit()
    return found


def links(make_work: MakeWork) -> list[str]:
    work = make_work("auvergne")
    found = [row.subject for row in work.db.scalars(select(SocialIdentity))]
    work.db.commit()
    return found


def test_who_the_state_says_and_what_the_notice_says_open_an_account(
    visitor: Traveller, other: Other, make_work: MakeWork, app: Flask
) -> None:
    add(make_work)
    assert "S’identifier avec <strong>FranceConnect</strong>" in visitor.text
    assert vouch(visitor, other).location.endswith("/auvergne" + PROOF)
    assert seen(make_work) == (0, 0, 0, 0)
    assert "LEFÈVRE" in visitor.follow().text
    assert "13 mai 1987" in visitor.text.replace("\u00a0", " ")
    assert type_in(visitor).location.endswith("/auvergne/registration")
    token = finish(visitor, make_work)
    assert seen(make_work)[0] == 0
    activate(visitor, token)
    assert links(make_work) == [SUBJECT]
    assert other.faults == []
    again = arrived(app)
    again.get("/sign-in")
    back = again.come_back(other.allow(again.leave("franceconnect")))
    assert back.status_code == 303
    work = make_work("auvergne")
    account = work.db.scalars(select(Account)).one()
    session = work.db.scalars(select(BrowserSession).where(BrowserSession.account_id == account.id)).one()
    assert (account.password, account.email, session.amr) == (None, "chloe@example.org", ["fed", "fed:franceconnect"])
    assert work.db.scalars(select(SocialRequest).where(SocialRequest.sealed.is_not(None))).all() == []
    work.db.commit()


def test_the_address_that_franceconnect_knows_is_no_key_and_fills_nothing_in(
    visitor: Traveller, other: Other, make_work: MakeWork
) -> None:
    add(make_work, email="chloe@example.net", facts={"birth_name": "DURAND"})
    vouch(visitor, other)
    assert type_in(visitor).status_code == 422
    add(make_work, "08271217576")
    type_in(visitor, "08271217576")
    assert "chloe@example.net" not in visitor.follow().text


MISFITS: dict[str, Claims] = {
    "number": {},
    "name at birth": {"family_name": "MARTIN"},
    "first names": {"given_name": "Marie"},
    "birth date": {"birthdate": "1987-05-14"},
}


@pytest.mark.threat("T-01")
@pytest.mark.parametrize("misfit", MISFITS)
def test_what_does_not_fit_opens_nothing_and_is_not_named(
    visitor: Traveller, other: Other, make_work: MakeWork, app: Flask, misfit: str
) -> None:
    add(make_work)
    told = MISFITS[misfit]
    vouch(visitor, other, **told)
    number = "02 0827 1217 599" if misfit == "number" else "02 0827 1217 575"
    assert type_in(visitor, number).status_code == 422
    assert "ne vont pas ensemble" in visitor.text
    stranger = arrived(app, "198.51.100.9")
    vouch(stranger, other, **told)
    type_in(stranger, "02 0000 0000 000")
    assert neutral(visitor, number) == neutral(stranger, "02 0000 0000 000")
    assert seen(make_work) == (0, 0, 0, 0)


STATES = ("account", "registry only", "left", "ended", "no birth name", "unknown")


@pytest.mark.threat("T-01")
@pytest.mark.threat("T-06")
def test_a_stranger_gets_the_same_five_answers_whoever_is_behind_a_number(
    app: Flask, other: Other, make_work: MakeWork, clock: HandClock
) -> None:
    answers: dict[str, list[object]] = {}
    for place, state in enumerate(STATES):
        number = f"0827121760{place}"
        if state != "unknown":
            gone: dict[str, dict[str, object]] = {
                "left": {"left_at": clock()},
                "ended": {"until": date(2020, 1, 1)},
                "no birth name": {"facts": {}},
            }
            holder = add(make_work, number, **gone.get(state, {}))
        if state == "account":
            work = make_work("auvergne")
            add_account(work, work.db.get_one(Holder, holder.id), email="registre@example.org")
            work.db.commit()
        visitor = arrived(app, f"203.0.{place}.9")
        vouch(visitor, other, family_name="MALLORY")
        answers[state] = []
        for _ in range(5):
            type_in(visitor, number)
            answers[state].append(neutral(visitor, number))
    assert [state for state in STATES if answers[state] != answers["unknown"]] == []
    assert "est bloquée" in str(answers["unknown"][-1])


@pytest.mark.threat("T-01")
@pytest.mark.threat("T-17")
def test_every_answer_waits_for_its_time(
    visitor: Traveller, other: Other, make_work: MakeWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(make_work)
    waits: list[float] = []
    monkeypatch.setattr(evenness, "time", SimpleNamespace(sleep=waits.append, perf_counter=perf_counter))
    for told, number, status in (("MALLORY", NUMBER, 422), ("MALLORY", "08271217599", 422), ("LEFEVRE", NUMBER, 303)):
        vouch(visitor, other, family_name=told)
        waits.clear()
        assert type_in(visitor, number).status_code == status
        assert len(waits) == 1


def test_three_failures_close_the_number_for_the_form_too_and_time_opens_it(
    visitor: Traveller, other: Other, make_work: MakeWork, clock: HandClock
) -> None:
    add(make_work)
    vouch(visitor, other, family_name="MALLORY")
    for _ in range(3):
        type_in(visitor)
    assert "est bloquée" in visitor.text
    vouch(visitor, other)
    assert type_in(visitor).status_code == 422
    clock.forward(minutes=11)
    assert type_in(visitor).status_code == 303
    work = make_work("auvergne")
    failed = select(func.count()).select_from(Event).where(Event.name == EventName.PROOF_FAILED)
    assert work.db.scalar(failed) == 3
    work.db.commit()


def test_who_has_an_account_sees_the_same_pages_and_its_owner_gets_a_mail(
    visitor: Traveller, other: Other, make_work: MakeWork, app: Flask
) -> None:
    pages = []
    for number, enrolled in ((NUMBER, True), ("08271217576", False)):
        holder, browser = add(make_work, number), arrived(app)
        if enrolled:
            work = make_work("auvergne")
            add_account(work, work.db.get_one(Holder, holder.id), email="owner@example.org")
            work.db.commit()
        vouch(browser, other)
        type_in(browser, number)
        finish(browser, make_work)
        pages.append((browser.page and browser.page.status_code, neutral(browser, "")[1:]))
        work = make_work("auvergne")
        kind = MailKind.ALREADY_REGISTERED if enrolled else MailKind.ACTIVATE
        assert newest_mail(work, kind)[0] == ("owner@example.org" if enrolled else "chloe@example.org")
        work.db.commit()
    assert pages[0] == pages[1]
    assert links(make_work) == []


def test_an_account_elsewhere_that_is_linked_already_signs_in_instead(
    visitor: Traveller, other: Other, make_work: MakeWork
) -> None:
    work = make_work("auvergne")
    account = add_account(work, add_holder(work, "08271217576"))
    assert social_links.link(work, account, "franceconnect", Identity(other.issuer, SUBJECT, None)) is None
    work.db.commit()
    add(make_work)
    assert vouch(visitor, other).location.endswith("/auvergne/sign-in")  # the portal
    work = make_work("auvergne")
    assert work.db.scalars(select(BrowserSession)).one().account_id == account.id
    work.db.commit()
    assert visitor.get(PROOF).location.endswith("/auvergne/registration")


@pytest.mark.threat("T-04")
def test_two_registrations_by_one_identity_link_it_once(
    visitor: Traveller, other: Other, make_work: MakeWork, app: Flask
) -> None:
    tokens = []
    for number, email in ((NUMBER, "chloe@example.org"), ("08271217576", "autre@example.org")):
        add(make_work, number)
        browser = arrived(app)
        vouch(browser, other)
        type_in(browser, number)
        tokens.append(finish(browser, make_work, email))
    for token in tokens:
        activate(visitor, token)
    assert links(make_work) == [SUBJECT]
    assert seen(make_work)[0] == 1


@pytest.mark.parametrize("told", [{"birthdate": "1987-00-00"}, {"birthdate": ""}, {"family_name": None}])
def test_who_is_not_named_whole_is_told_another_way(
    visitor: Traveller, other: Other, make_work: MakeWork, told: Claims
) -> None:
    assert vouch(visitor, other, **told).status_code == 422
    assert "n’a pas donné" in visitor.text
    assert 'href="/auvergne/registration"' in visitor.text
    assert visitor.get(PROOF).location.endswith("/auvergne/registration")


@pytest.mark.threat("T-31")
def test_who_was_vouched_for_is_so_in_one_browser_for_a_while(
    visitor: Traveller, other: Other, make_work: MakeWork, app: Flask, clock: HandClock
) -> None:
    add(make_work)
    vouch(visitor, other)
    stranger = arrived(app)
    assert stranger.get(PROOF).location.endswith("/auvergne/registration")
    stranger.get("/registration")
    assert stranger.submit(PROOF, identifier=NUMBER).status_code == 400
    visitor.get(PROOF)
    clock.forward(minutes=16)
    assert visitor.submit(identifier=NUMBER).status_code == 400
    assert "Recommencez" in visitor.text
    work = make_work("auvergne")
    purge.purge(work, purge.RULES["social_requests"])
    assert work.db.scalars(select(SocialRequest)).all() == []
    work.db.commit()


@pytest.mark.threat("T-14")
@pytest.mark.parametrize(("landlord", "name"), [("paris", "other"), ("moselle", "franceconnect")])
def test_where_nobody_may_vouch_there_are_no_such_pages(app: Flask, landlord: str, name: str) -> None:
    visitor = Traveller(app, landlord)
    visitor.get("/sign-in")
    assert visitor.get(f"/social/{name}/proof").status_code == 404
    visitor.get("/sign-in")
    assert visitor.submit(f"/social/{name}/prove").status_code == 404
    visitor.get("/sign-in")
    assert visitor.submit(f"/social/{name}/proof").status_code == 404
    assert "FranceConnect" not in visitor.get("/registration").text


@pytest.mark.journey("all-5")
def test_a_form_that_is_sent_twice_leads_on_too(visitor: Traveller, other: Other, make_work: MakeWork) -> None:
    add(make_work)
    vouch(visitor, other)
    type_in(visitor)
    assert visitor.submit(PROOF, identifier=NUMBER).location.endswith("/auvergne/registration")
    assert seen(make_work)[2] == 1


def test_a_number_that_is_none_is_asked_for_again(visitor: Traveller, other: Other) -> None:
    vouch(visitor, other)
    assert type_in(visitor, "").status_code == 422
    assert 'id="identifier-error"' in visitor.text


def test_who_is_not_linked_yet_is_shown_the_registration(visitor: Traveller, other: Other) -> None:
    visitor.get("/sign-in")
    visitor.come_back(other.allow(visitor.leave("franceconnect")))
    assert "pas encore relié" in visitor.text
    assert 'href="/auvergne/registration"' in visitor.text
    assert 'action="/auvergne/social/franceconnect/prove"' in visitor.text


@pytest.mark.journey("all-6")
def test_the_help_page_says_how(visitor: Traveller) -> None:
    page = visitor.get("/help").text
    assert "appuyez sur le bouton de FranceConnect sous le formulaire" in page
    assert "après la première page" not in page
