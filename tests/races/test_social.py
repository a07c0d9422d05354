"""Answers of other providers and links, at the same moment: each counts once."""

import pytest
from sqlalchemy import func, select

from idp.domain.mails import MailKind
from idp.domain.social import Identity
from idp.models import Account, SocialIdentity
from idp.services import (
    activation,
    first_connection,
    mail_links,
    registration,
    registration_progress,
    social_links,
    social_requests,
)
from idp.services.activation import Activated
from idp.services.mail_links import Purpose as MailPurpose
from idp.services.social_requests import Purpose
from tests.conftest import MakeWork
from tests.people import add_account, add_holder, newest_mail
from tests.races.together import together


@pytest.mark.threat("T-31")
def test_an_answer_is_claimed_once(make_work: MakeWork) -> None:
    work = make_work(browser="b")
    secrets = social_requests.begin(work, "google", Purpose.SIGN_IN, journey=None)
    work.db.commit()

    def claim(_: int) -> bool:
        own = make_work(browser="b")
        claimed = social_requests.claim(own, "google", secrets.state) is not None
        own.db.commit()
        own.db.close()
        return claimed

    assert together(20, claim).count(True) == 1


@pytest.mark.threat("T-04")
def test_an_account_elsewhere_is_linked_to_one_account(make_work: MakeWork) -> None:
    work = make_work()
    accounts = [add_account(work, add_holder(work), email=f"tenant-{n}@example.org").id for n in range(8)]
    work.db.commit()
    identity = Identity("https://accounts.google.com", "chloe-there", None)

    def link(place: int) -> bool:
        own = make_work()
        fault = social_links.link(own, own.db.get_one(Account, accounts[place]), "google", identity)
        own.db.commit()
        own.db.close()
        return fault is None

    assert together(8, link).count(True) == 1
    assert make_work().db.scalar(select(func.count()).select_from(SocialIdentity)) == 1


@pytest.mark.threat("T-04")
@pytest.mark.threat("T-86")
def test_two_registrations_by_one_identity_confirmed_at_once_open_one_account(make_work: MakeWork) -> None:
    identity = Identity("https://oidc.franceconnect.gouv.fr/api/v2", "chloe-there", None)
    links = []
    for place in range(2):
        work = make_work("auvergne")
        first = registration.begin(work, add_holder(work, f"0827121757{place}"))
        first.email, first.answers = f"tenant-{place}@example.org", {"terms": "1"}
        assert social_links.connect(work, first, "franceconnect", identity) is None
        registration_progress.give_email(work, first, f"tenant-{place}@example.org")
        first_connection.send_first(work, first, None)
        links.append(newest_mail(work, MailKind.ACTIVATE)[1])
        work.db.commit()
        work.db.close()

    def press(place: int) -> Activated:
        own = make_work("auvergne")
        link = mail_links.find(own, MailPurpose.ACTIVATE, links[place])
        assert link is not None
        done = activation.activate(own, link)
        own.db.commit()
        own.db.close()
        return done

    assert set(together(2, press)) == {Activated.NOTHING, Activated.OPENED}
    work = make_work("auvergne")
    assert work.db.scalar(select(func.count()).select_from(Account)) == 1
    assert work.db.scalar(select(func.count()).select_from(SocialIdentity)) == 1
