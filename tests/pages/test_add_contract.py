"""« Ajouter un contrat »: the other contract's own proof adds it to the account, and tells a stranger nothing."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Account, Event, FirstConnection, Holder, Identifier, ProvisionalPassword
from idp.services import accounts, breaker, contracts, leaving, people, persons, sessions
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.pages.captcha import answer
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, mailed
from tests.visitor import Visitor

EMAIL = "chloe@example.org"
BACK = "Retourner à mon compte"
OWN = {"paris": "7100001", "moselle": "lef120034", "auvergne": "08271217575"}
OTHER = {"paris": "7100002", "moselle": "dur450067", "auvergne": "08271217576"}
NAMED = {"last_name": "durand", "first_name": "CHLOE"}
BORN = {"birth_date-day": "13", "birth_date-month": "5", "birth_date-year": "1987"}
PROOFS = {
    "paris": {"identifier": OTHER["paris"], "password": CODE},
    "moselle": {"identifier": OTHER["moselle"], **NAMED},
    "auvergne": {"identifier": OTHER["auvergne"], **NAMED, **BORN},
}
"""The other contract is a spouse's: it bears another name, and the proof decides."""
LANDLORDS = pytest.mark.parametrize("slug", PROOFS)


def arrange(work: Work) -> tuple[Account, Holder]:
    """Somebody with an account, and another contract that they can prove."""
    slug = work.landlord.slug
    account = add_account(work, add_holder(work, OWN[slug]), email=EMAIL)
    other = add_holder(work, OTHER[slug], last_name="DURAND")
    if slug == "paris":
        other.role, other.contract.kind = "co_owner", "parking"
        add_letter(work, other)
    work.db.commit()
    return account, other


def signed_in(app: Flask, slug: str, identifier: str = "") -> Visitor:
    visitor = Visitor(app, slug)
    visitor.get("/sign-in")
    visitor.submit(identifier=identifier or (EMAIL if slug == "auvergne" else OWN[slug]), password=PASSWORD)
    return visitor


def send(visitor: Visitor, work: Work, **changes: str) -> int:
    """Fill in the page and send it, with the digits where it asks for them."""
    slug = work.landlord.slug
    visitor.get("/account/contract")
    digits = answer(visitor, work) if "captcha_reference" in visitor.text else {}
    return visitor.submit(**(PROOFS[slug] | {"present": PASSWORD} | digits | changes)).status_code


def references(work: Work, account: Account) -> set[str]:
    work.db.rollback()
    return {holder.identifier for holder in people.holders(work, account)}


@LANDLORDS
def test_a_proof_adds_the_contract(app: Flask, make_work: MakeWork, slug: str) -> None:
    work = make_work(slug)
    account, other = arrange(work)
    visitor = signed_in(app, slug)
    assert "/account/contract" in visitor.get("/account").text
    assert send(visitor, work) == 303
    assert visitor.location == "/account"
    visitor.follow()
    assert "Le contrat est ajouté à votre compte." in visitor.text
    assert other.contract.reference in visitor.text
    assert references(work, account) == {OWN[slug], OTHER[slug]}
    assert mailed(work, MailKind.CONTRACT_ADDED) == (EMAIL, {"contract": other.contract.reference})
    event = work.db.scalars(select(Event).where(Event.name == "contract.added")).one()
    assert (event.account_id, event.holder_id) == (account.id, other.id)


def test_apps_learn_both_contracts_with_their_roles(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    account, _ = arrange(work)
    send(signed_in(app, "paris"), work)
    work.db.rollback()
    claims = persons.claims_of(work, account.id, {"contracts"})
    contracts = claims["contracts"]
    assert isinstance(contracts, list)
    listed = [(one["reference"], one["kind"], one["role"]) for one in contracts]
    assert listed == [("LOT-7100001", "lot", "tenant"), ("LOT-7100002", "parking", "co_owner")]


@pytest.mark.parametrize("slug", ["paris", "moselle"])
def test_both_identifiers_sign_in(app: Flask, make_work: MakeWork, slug: str) -> None:
    work = make_work(slug)
    arrange(work)
    send(signed_in(app, slug), work)
    later = signed_in(app, slug, OTHER[slug])
    assert later.page is not None
    assert later.page.status_code == 303


def test_the_letter_is_used_up(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    arrange(work)
    send(signed_in(app, "paris"), work)
    assert work.db.scalars(select(ProvisionalPassword)).one().used_at is not None
    work.db.rollback()
    stranger = Visitor(app)
    stranger.get("/first-connection")
    assert stranger.submit(identifier=OTHER["paris"], password=CODE).status_code == 422


@pytest.mark.threat("T-22")
@LANDLORDS
def test_nothing_is_added_without_the_present_password(app: Flask, make_work: MakeWork, slug: str) -> None:
    work = make_work(slug)
    account, _ = arrange(work)
    visitor = signed_in(app, slug)
    assert send(visitor, work, present="Faux-1234") == 422
    assert "Ce n’est pas votre mot de passe actuel." in visitor.text
    assert send(visitor, work, present="") == 422
    assert references(work, account) == {OWN[slug]}


def test_who_has_no_password_is_not_asked_for_it(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    account, _ = arrange(work)
    visitor = signed_in(app, "paris")
    accounts.drop_password(work, account)
    work.db.commit()
    visitor.get("/account/contract")
    assert 'name="present"' not in visitor.text
    assert visitor.submit(**PROOFS["paris"]).status_code == 303
    assert references(work, account) == {OWN["paris"], OTHER["paris"]}


@pytest.mark.threat("T-01")
@LANDLORDS
def test_a_contract_of_another_account_is_refused_as_an_unknown_one(
    app: Flask, make_work: MakeWork, slug: str
) -> None:
    work = make_work(slug)
    account, other = arrange(work)
    add_account(work, other, email="durand@example.org")
    if slug == "paris":
        add_letter(work, other)
    work.db.commit()
    visitor = signed_in(app, slug)
    unknown = OTHER[slug][:-1] + "9"
    told = []
    for identifier in (OTHER[slug], unknown, OWN[slug]):
        assert send(visitor, work, identifier=identifier) == 422
        told.append(visitor.text.split('id="summary"')[1].split("</section>")[0])
    assert len(set(told)) == 1
    assert references(work, account) == {OWN[slug]}


def test_the_password_of_another_account_proves_nothing(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    account, other = arrange(work)
    add_account(work, other, email="durand@example.org")
    work.db.commit()
    assert send(signed_in(app, "paris"), work, password=PASSWORD) == 422
    assert references(work, account) == {OWN["paris"]}


@pytest.mark.threat("T-08")
def test_wrong_proofs_are_counted_with_those_of_the_registration(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    account, _ = arrange(work)
    visitor = signed_in(app, "moselle")
    for _ in range(3):
        assert send(visitor, work, last_name="Petit") == 422
    assert send(visitor, work) == 422
    assert BACK in visitor.text
    stranger = Visitor(app, "moselle")
    stranger.get("/registration")
    assert stranger.submit(**PROOFS["moselle"]).status_code == 422
    assert references(work, account) == {OWN["moselle"]}


def test_a_right_proof_of_a_contract_that_is_taken_counts_as_a_wrong_one(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    _, other = arrange(work)
    add_account(work, other, email="durand@example.org")
    work.db.commit()
    visitor = signed_in(app, "moselle")
    for _ in range(3):
        send(visitor, work)
    assert BACK in visitor.text
    assert mailed(work, MailKind.SIGN_IN_CLOSED)[0] == "durand@example.org"


def test_the_second_fact_is_asked_while_many_codes_are_tried(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    account, _ = arrange(work)
    visitor = signed_in(app, "paris")
    visitor.get("/account/contract")
    while not breaker.is_tripped(work):
        breaker.count_failure(work)
    work.db.commit()
    fields = PROOFS["paris"] | {"present": PASSWORD}
    assert visitor.submit(**fields).status_code == 422
    assert 'name="birth_date-day"' in visitor.text
    assert send(visitor, work, **(BORN | {"birth_date-day": "14"})) == 422
    assert send(visitor, work, **BORN) == 303
    assert references(work, account) == {OWN["paris"], OTHER["paris"]}


@pytest.mark.threat("T-19")
def test_an_ended_contract_is_not_added(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    account, other = arrange(work)
    other.until = work.now.date() - timedelta(days=1)
    work.db.commit()
    assert send(signed_in(app, "moselle"), work) == 422
    assert references(work, account) == {OWN["moselle"]}


@pytest.mark.threat("T-19")
def test_a_reference_that_another_person_has_takes_only_itself_away(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    account, other = arrange(work)
    send(signed_in(app, "moselle"), work)
    leaving.pass_on(work, [other.id])
    work.db.commit()
    assert references(work, account) == {OWN["moselle"]}
    assert set(work.db.scalars(select(Identifier.value))) == {OWN["moselle"]}
    assert work.db.get_one(Account, account.id).closed_at is None


@pytest.mark.threat("T-19")
def test_the_account_goes_on_with_the_contract_that_runs(app: Flask, make_work: MakeWork, clock: HandClock) -> None:
    work = make_work("moselle")
    account, other = arrange(work)
    send(signed_in(app, "moselle"), work)
    other.until = work.now.date()
    work.db.commit()
    clock.forward(days=91)
    later = make_work("moselle")
    assert leaving.close_ended(later) == 0
    assert accounts.may_sign_in(later, account.id)


@pytest.mark.threat("T-19")
def test_a_letter_for_one_of_several_contracts_opens_an_account_for_it_alone(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    account, other = arrange(work)
    send(signed_in(app, "paris"), work)
    work.db.rollback()
    moved = add_account(work, other, email="durand@example.org")
    work.db.commit()
    assert moved.id != account.id
    assert references(work, account) == {OWN["paris"]}
    assert references(work, moved) == {OTHER["paris"]}
    assert mailed(work, MailKind.CONTRACT_MOVED) == (EMAIL, {"contract": other.contract.reference})
    work.db.rollback()
    still = signed_in(app, "paris")
    assert still.get("/account").status_code == 200


def test_what_others_have_begun_for_the_contract_is_over(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    arrange(work)
    stranger = Visitor(app)
    stranger.get("/first-connection")
    assert stranger.submit(identifier=OTHER["paris"], password=CODE).status_code == 303
    send(signed_in(app, "paris"), work)
    work.db.rollback()
    assert work.db.scalars(select(FirstConnection)).one().completed_at is not None
    stranger.get("/first-connection/email")
    assert stranger.location == "/first-connection"


@pytest.mark.threat("T-03")
def test_a_session_that_ended_meanwhile_adds_nothing(make_work: MakeWork) -> None:
    work = make_work("moselle")
    account, _ = arrange(work)
    session = sessions.find(work, sessions.start(work, account.id, ["pwd"], None))
    assert session is not None
    sessions.end_all_of_account(work, account.id)
    assert contracts.prove(work, session, PROOFS["moselle"]) is Refusal.NOT_PROVED
    assert references(work, account) == {OWN["moselle"]}
