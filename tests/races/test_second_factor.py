"""The same code of the same app, many times at once."""

import pytest
from sqlalchemy import select

from idp.domain.refusals import Refusal
from idp.models import Account, BrowserSession
from idp.services import factor_tries, half_sign_ins, recovery_codes, second_factors
from idp.services.vault import digest
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor
from tests.authenticator import add_second_factor, code_at
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder
from tests.races.together import together

AT_ONCE = 50


@pytest.fixture
def settings(settings: Settings) -> Settings:
    paris = settings.landlords["paris"].model_copy(update={"second_factor": SecondFactor(mode="offered")})
    return settings.model_copy(update={"landlords": {"paris": paris}})


@pytest.mark.spec("RFC 6238 5.2")
@pytest.mark.threat("T-26")
def test_of_fifty_at_once_one_is_accepted(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    account = add_account(work, add_holder(work))
    add_second_factor(work, account)
    tokens = [half_sign_ins.start(work, account.id, ["pwd"], None) for _ in range(AT_ONCE)]
    work.db.commit()

    def show(number: int) -> Refusal | None:
        mine = make_work()
        session = mine.db.scalars(
            select(BrowserSession).where(BrowserSession.token_hash == digest(tokens[number]))
        ).one()
        refusal = factor_tries.show_code(mine, session, mine.db.get_one(Account, account.id), code_at(clock()))
        mine.db.commit()
        mine.db.close()
        return refusal

    outcomes = together(AT_ONCE, show)
    assert outcomes.count(None) == 1
    assert set(outcomes) <= {None, Refusal.WRONG_CODE, Refusal.CODES_CLOSED}


@pytest.mark.spec("RFC 6238 5.2")
def test_without_the_counting_one_is_accepted_too(make_work: MakeWork, clock: HandClock) -> None:
    """The statement itself holds, whatever stands before it."""
    work = make_work()
    account = add_account(work, add_holder(work))
    codes = add_second_factor(work, account)
    work.db.commit()

    def accept(number: int) -> tuple[bool, bool]:
        mine = make_work()
        by_app = second_factors.accept(mine, account.id, code_at(clock()))
        mine.db.commit()
        on_paper = recovery_codes.use(mine, account.id, codes[0])
        mine.db.commit()
        mine.db.close()
        return by_app, on_paper

    outcomes = together(AT_ONCE, accept)
    assert [sum(one) for one in zip(*outcomes, strict=True)] == [1, 1]
