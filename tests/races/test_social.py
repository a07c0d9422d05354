"""Answers of other providers and links, at the same moment: each counts once."""

import pytest
from sqlalchemy import func, select

from idp.domain.social import Identity
from idp.models import Account, SocialIdentity
from idp.services import social_links, social_requests
from idp.services.social_requests import Purpose
from tests.conftest import MakeWork
from tests.people import add_account, add_holder
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
