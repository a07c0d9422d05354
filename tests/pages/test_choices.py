"""« Mes choix »."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idp.models import Account, Consent
from idp.services import consents
from idp.settings.agreements import Terms
from idp.settings.root import Settings
from tests.conftest import START, HandClock, MakeWork
from tests.people import PASSWORD, add_account, add_holder
from tests.visitor import Visitor

IDENTIFIER = "100201"
TERMS = Terms(version="2026-11", url="https://www.tilleuls.example/conditions", published_on=START.date())


@pytest.fixture
def settings(settings: Settings) -> Settings:
    contrat = settings.landlords["contrat"].model_copy(update={"terms": TERMS})
    return settings.model_copy(update={"landlords": {**settings.landlords, "contrat": contrat}})


@pytest.fixture
def account(make_work: MakeWork) -> Account:
    work = make_work("contrat")
    account = add_account(work, add_holder(work, IDENTIFIER))
    consents.record(work, account, {"commercial_mails": True}, channel="phone")
    work.db.commit()
    return account


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return Visitor(app, "contrat")


def answers(make_work: MakeWork, account: Account) -> list[tuple[str, bool, str]]:
    work = make_work("contrat")
    found = [(row.name, row.answer, row.channel) for row in consents.history(work, account.id)]
    work.db.commit()
    return found


@pytest.mark.journey("contrat-3")
def test_every_answer_can_be_looked_at_and_changed(
    visitor: Visitor, account: Account, make_work: MakeWork, clock: HandClock
) -> None:
    visitor.get("/choices")
    assert visitor.location == "/sign-in"
    visitor.follow()
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    assert visitor.location == "/choices"
    visitor.follow()
    assert "Recevoir mes avis" not in visitor.text
    assert re.search(r'href="/contrat/account(\?[^"]*)?">Retourner à mon compte', visitor.text)
    assert visitor.text.count("checked") == 1
    assert "Réponse du 2\u00a0novembre 2026." in visitor.text
    assert "Pas encore de réponse." in visitor.text
    clock.forward(minutes=10)
    visitor.submit("/choices", consent_commercial_mails="no")
    visitor.follow()
    assert "Vos choix sont enregistrés." in visitor.text
    assert answers(make_work, account) == [("commercial_mails", True, "phone"), ("commercial_mails", False, "web")]
    visitor.submit("/choices", consent_commercial_mails="no", consent_general_mails="yes")
    assert answers(make_work, account)[2:] == [("general_mails", True, "web")]


@pytest.mark.journey("auvergne-3")
def test_the_terms_stand_there_with_version_and_day(visitor: Visitor, account: Account, make_work: MakeWork) -> None:
    visitor.get("/sign-in?then=choices")
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    visitor.follow()
    assert "Accepter la version actuelle" in visitor.text
    visitor.get("/terms?then=choices")
    visitor.submit(terms="2026-11", consent_general_mails="no")
    assert visitor.location == "/choices"
    visitor.follow()
    assert "Vous avez accepté la version 2026-11 le 2\u00a0novembre 2026." in visitor.text
    assert "Accepter la version actuelle" not in visitor.text


@pytest.mark.threat("T-30")
@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example", "sign_out.show", ""])
def test_a_wish_that_is_no_page_of_ours_leads_home(
    visitor: Visitor, account: Account, wish: str, settings: Settings
) -> None:
    visitor.get("/sign-in")
    visitor.submit(f"/sign-in?then={wish}", identifier=IDENTIFIER, password=PASSWORD)
    assert visitor.page is not None
    assert visitor.page.location == settings.landlords["contrat"].home_url


def test_nonsense_is_refused_and_changes_nothing(visitor: Visitor, account: Account, make_work: MakeWork) -> None:
    visitor.get("/sign-in?then=choices")
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    visitor.follow()
    assert visitor.submit("/choices", consent_general_mails="maybe").status_code == 422
    visitor.submit("/choices", consent_electronic_notices="yes")
    work = make_work("contrat")
    assert len(work.db.scalars(select(Consent)).all()) == 1


def test_an_answer_of_long_ago_keeps_its_day(
    visitor: Visitor, account: Account, clock: HandClock, make_work: MakeWork
) -> None:
    clock.now += timedelta(days=400)
    visitor.get("/sign-in?then=choices")
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    visitor.follow()
    assert "Réponse du 2\u00a0novembre 2026." in visitor.text


@pytest.mark.journey("contrat-3")
def test_an_answer_to_an_earlier_wording_is_none_to_the_present_one(
    visitor: Visitor, account: Account, make_work: MakeWork, settings: Settings
) -> None:
    contrat = settings.landlords["contrat"]
    reworded = [question.model_copy(update={"version": "2"}) for question in contrat.consents]
    settings.landlords["contrat"] = contrat.model_copy(update={"consents": reworded})
    visitor.get("/sign-in?then=choices")
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    visitor.follow()
    assert "checked" not in visitor.text
    visitor.submit("/choices", consent_commercial_mails="yes")
    assert answers(make_work, account)[1:] == [("commercial_mails", True, "web")]
