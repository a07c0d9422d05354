"""The end of a contract, as an app sees it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Account, Holder
from idp.services import leaving, recovery
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import Browser, RelyingParty
from tests.people import PASSWORD, add_holder, add_letter, newest_mail
from tests.visitor import Visitor


@pytest.fixture
def holder(make_work: MakeWork, account: Account) -> Holder:
    """The person's place on the contract."""
    work = make_work()
    found = work.db.scalars(select(Holder)).one()
    work.db.commit()
    return found


def end_contract(make_work: MakeWork, on: date | None = None, *, left: bool = False) -> None:
    work = make_work()
    found = work.db.scalars(select(Holder)).one()
    found.until, found.left_at = on, work.now if left else None
    work.db.commit()


def close_ended(make_work: MakeWork) -> int:
    work = make_work()
    closed = leaving.close_ended(work)
    work.db.commit()
    return closed


@pytest.mark.threat("T-19")
def test_a_contract_that_ended_says_so_until_the_access_ends(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    tokens = web.tokens(signed_in, scope="openid contracts offline_access")
    last_day = clock.now.date()
    end_contract(make_work, last_day)
    clock.forward(days=20)
    tokens = web.refresh(tokens["refresh_token"]).get_json()
    (contract,) = web.userinfo(tokens["access_token"]).get_json()["contracts"]
    assert contract["until"] == last_day.isoformat()


def test_who_left_the_registry_was_there_until_that_day(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, clock: HandClock
) -> None:
    tokens = web.tokens(signed_in, scope="openid contracts offline_access")
    last_day = clock.now.date()
    end_contract(make_work, last_day + timedelta(days=500), left=True)
    clock.forward(minutes=4)
    (contract,) = web.userinfo(tokens["access_token"]).get_json()["contracts"]
    assert contract["until"] == last_day.isoformat()


@pytest.mark.threat("T-19")
@pytest.mark.threat("T-05")
def test_no_way_leads_into_an_account_whose_access_has_ended(
    web: RelyingParty,
    signed_in: Browser,
    make_work: MakeWork,
    clock: HandClock,
    holder: Holder,
) -> None:
    tokens = web.tokens(signed_in, scope="openid offline_access")
    work = make_work()
    recovery.ask(work, holder.identifier, None)
    reset = newest_mail(work, MailKind.RESET_PASSWORD)[1]
    add_letter(work, holder)
    work.db.commit()
    end_contract(make_work, clock.now.date() - timedelta(days=91))
    assert close_ended(make_work) == 1

    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
    assert web.userinfo(tokens["access_token"]).status_code == 401
    assert web.authorize(signed_in).location.startswith("/paris/sign-in?")
    visitor = Visitor(web.app)
    for path, secret in (("/sign-in", PASSWORD), ("/first-connection", "408213"), ("/first-connection", PASSWORD)):
        visitor.get(path)
        assert visitor.submit(identifier=holder.identifier, password=secret).status_code == 422
    visitor.get(f"/reset?token={reset}")
    assert visitor.follow().status_code == 410
    assert visitor.client.get_cookie("paris-session") is None


@pytest.mark.threat("T-19")
def test_the_right_password_hears_that_the_contract_has_ended_before_the_worker_comes(
    web: RelyingParty, make_work: MakeWork, clock: HandClock, holder: Holder
) -> None:
    end_contract(make_work, clock.now.date() - timedelta(days=91))
    visitor = Visitor(web.app)
    visitor.get("/sign-in")
    answer = visitor.submit(identifier=holder.identifier, password=PASSWORD)
    assert answer.status_code == 422
    assert "contrat en cours" in answer.text


@pytest.mark.threat("T-19")
def test_another_persons_place_does_not_keep_the_account(
    web: RelyingParty, signed_in: Browser, make_work: MakeWork, holder: Holder
) -> None:
    tokens = web.tokens(signed_in, scope="openid offline_access")
    work = make_work()
    add_holder(work, "7999999")
    leaving.pass_on(work, [holder.id])
    work.db.commit()
    assert web.refresh(tokens["refresh_token"]).get_json()["error"] == "invalid_grant"
