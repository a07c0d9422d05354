"""Support access: read who asks and why, answer, end it, see who looked."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from idp.models import Account, Event
from idp.services import support, support_record, support_use
from idp.services.support import Asked
from idp.services.support_record import Wish
from tests.conftest import HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder
from tests.visitor import Visitor

TITLE = "LEF120034"


@pytest.fixture
def tenant(app: Flask, make_work: MakeWork) -> Visitor:
    """Somebody signed in at moselle."""
    work = make_work("moselle")
    add_account(work, add_holder(work, TITLE.lower()))
    work.db.commit()
    visitor = Visitor(app, "moselle")
    visitor.get("/sign-in")
    visitor.submit(identifier=TITLE, password=PASSWORD)
    return visitor


@pytest.fixture
def asked(tenant: Visitor, make_work: MakeWork) -> Asked:
    return ask(make_work)


def ask(make_work: MakeWork, reason: str = "Votre avis de juin") -> Asked:
    """Let an adviser ask."""
    work = make_work("moselle")
    account = work.db.scalars(select(Account)).one()
    found = support.ask(work, account, work.landlord.desks[0], Wish("Camille <Durand>", reason))
    assert isinstance(found, Asked)
    work.db.commit()
    return found


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


def looks(make_work: MakeWork, code: str) -> bool:
    """Let the adviser look, and tell whether they see something."""
    work = make_work("moselle")
    found = support_use.look(work, "desk", code)
    work.db.commit()
    return isinstance(found, support_use.Look)


@pytest.mark.journey("moselle-8")
def test_nothing_is_seen_before_the_yes_and_after_the_end(
    tenant: Visitor, asked: Asked, make_work: MakeWork, clock: HandClock
) -> None:
    tenant.get("/account")
    assert "Un conseiller demande à voir" in tenant.text
    tenant.get("/support")
    assert "Camille &lt;Durand&gt; demande à voir" in tenant.text
    assert "Votre avis de juin" in tenant.text
    assert asked.reference.replace("-", "\u2011") in tenant.text
    assert asked.code not in tenant.text
    assert re.findall(r"(\d+)\u00a0(?:minutes|heure)", tenant.text)[:3] == ["15", "30", "1"]
    assert not looks(make_work, asked.code)
    tenant.submit(reference=asked.reference, duration="1800", accept="1")
    tenant.follow()
    assert "peut regarder maintenant" in tenant.text
    assert "Personne n’a encore regardé" in tenant.text
    assert looks(make_work, asked.code)
    tenant.get("/support")
    assert "A regardé le" in tenant.text
    tenant.submit("/support/end", reference=asked.reference)
    tenant.follow()
    assert "Plus personne ne peut regarder" in tenant.text
    assert "il y a été mis fin" in tenant.text
    assert not looks(make_work, asked.code)


def test_a_refusal_and_a_second_answer(tenant: Visitor, asked: Asked, make_work: MakeWork) -> None:
    tenant.get("/support")
    token = tenant.token()
    tenant.submit(reference=asked.reference, duration="1800", refuse="1")
    tenant.follow()
    assert "Vous avez refusé. Personne" in tenant.text
    tenant.submit("/support", csrf_token=token, reference=asked.reference, duration="1800", accept="1")
    tenant.follow()
    assert "déjà terminée" in tenant.text
    assert not looks(make_work, asked.code)


def test_the_time_that_was_given_is_kept(
    tenant: Visitor, asked: Asked, make_work: MakeWork, clock: HandClock
) -> None:
    tenant.get("/support")
    tenant.submit(reference=asked.reference, duration="900", accept="1")
    clock.forward(minutes=14)
    assert looks(make_work, asked.code)
    clock.forward(minutes=1)
    assert not looks(make_work, asked.code)
    tenant.get("/support")
    assert "la durée que vous aviez choisie est écoulée" in tenant.text


@pytest.mark.parametrize("duration", ["", "1", "7200", "-900", "abc", "9" * 500])
def test_no_other_time_than_those_offered(tenant: Visitor, asked: Asked, make_work: MakeWork, duration: str) -> None:
    tenant.get("/support")
    tenant.submit(reference=asked.reference, duration=duration, accept="1")
    assert status(tenant) == 422
    assert "Choisissez pour combien de temps" in tenant.text
    assert not looks(make_work, asked.code)


@pytest.mark.threat("T-20")
@pytest.mark.parametrize("reference", ["222-2222", "", "é" * 30, "x" * 300])
def test_only_the_own_requests(tenant: Visitor, asked: Asked, make_work: MakeWork, reference: str) -> None:
    tenant.get("/support")
    tenant.submit(reference=reference, duration="1800", refuse="1")
    assert status(tenant) == 303
    work = make_work("moselle")
    other = add_account(work, add_holder(work, "pet120035"), email="autre@example.org")
    foreign = support.ask(work, other, work.landlord.desks[0], Wish("Camille", "Autre"))
    assert isinstance(foreign, Asked)
    work.db.commit()
    for fields in ({"accept": "1"}, {"refuse": "1"}):
        tenant.get("/support")
        tenant.submit(reference=foreign.reference, duration="1800", **fields)
        tenant.follow()
        assert "déjà terminée" in tenant.text
    tenant.submit("/support/end", reference=foreign.reference)
    work = make_work("moselle")
    access = support_record.find(work, foreign.reference)
    assert access is not None
    assert (access.accepted_at, access.closed_at) == (None, None)


@pytest.mark.threat("T-32")
def test_a_request_from_elsewhere_counts_for_nothing(
    tenant: Visitor, asked: Asked, make_work: MakeWork, app: Flask
) -> None:
    tenant.get("/support")
    tenant.submit(csrf_token="", reference=asked.reference, duration="1800", accept="1")
    assert status(tenant) == 400
    stranger = Visitor(app, "moselle")
    stranger.get("/support")
    assert stranger.location == "/sign-in"
    assert not looks(make_work, asked.code)
    names = {event.name for event in make_work("moselle").db.query(Event)}
    assert "support.accepted" not in names


def test_signing_out_ends_it(tenant: Visitor, asked: Asked, make_work: MakeWork) -> None:
    tenant.get("/support")
    tenant.submit(reference=asked.reference, duration="3600", accept="1")
    assert looks(make_work, asked.code)
    tenant.get("/sign-out")
    tenant.submit()
    assert not looks(make_work, asked.code)


def test_without_an_advisers_app_account_says_nothing_of_it(app: Flask, make_work: MakeWork) -> None:
    work = make_work("auvergne")
    add_account(work, add_holder(work, "08271217575"))
    work.db.commit()
    visitor = Visitor(app, "auvergne")
    visitor.get("/sign-in")
    visitor.submit(identifier="chloe@example.org", password=PASSWORD)
    visitor.get("/account")
    assert "conseiller" not in visitor.text
