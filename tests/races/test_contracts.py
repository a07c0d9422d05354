"""One contract proved by two accounts at the same moment goes to one of them."""

from collections import Counter

import pytest
from sqlalchemy import select

from idp.domain.refusals import Refusal
from idp.models import BrowserSession, Enrolment
from idp.services import attempt, contracts, sessions
from tests.conftest import MakeWork
from tests.pages.test_registration import MOSELLE
from tests.people import CODE, add_account, add_holder, add_letter
from tests.races.together import together

TIMES = 8


@pytest.mark.threat("T-86")
@pytest.mark.parametrize("slug", ["paris", "moselle"])
def test_a_contract_is_added_to_one_account(make_work: MakeWork, slug: str) -> None:
    work = make_work(slug)
    holder = add_holder(work, "7100009" if slug == "paris" else "lef120034")
    if slug == "paris":
        add_letter(work, holder)
    for number in range(TIMES):
        account = add_account(work, add_holder(work), email=f"tenant-{number}@example.org")
        sessions.start(work, account.id, ["pwd"], None)
    ids = work.db.scalars(select(BrowserSession.id)).all()
    work.db.commit()

    def add(place: int) -> Refusal | None:
        own = make_work(slug, network=f"10.0.{place}.0/24")
        session = own.db.get_one(BrowserSession, ids[place])
        if slug == "moselle":
            refusal = contracts.prove(own, session, MOSELLE)
        else:
            counted = contracts.reserve(own, holder.identifier, CODE, None)
            own.db.commit()
            refusal = contracts.settle(own, session, counted, attempt.verify(own.vault, counted))
        own.db.commit()
        own.db.close()
        return refusal

    assert Counter(together(TIMES, add))[None] == 1
    assert len(work.db.scalars(select(Enrolment).where(Enrolment.holder_id == holder.id)).all()) == 1
