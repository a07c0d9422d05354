"""A remembered browser that returns in many tabs at the same instant."""

import os

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from idp.models import Account, BrowserSession, Event, Remembered
from idp.services import remembering, sessions
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork
from tests.oidc.relying_party import Browser, RelyingParty, answer_of
from tests.oidc.test_remembering import MONTH, cookie, copy
from tests.races.together import together

AT_ONCE = 50
ROUNDS = int(os.environ.get("LOGE_RACE_ROUNDS", "5"))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    paris = settings.landlords["paris"]
    sign_in = paris.sign_in.model_copy(update={"remember": MONTH})
    return settings.model_copy(update={"landlords": {"paris": paris.model_copy(update={"sign_in": sign_in})}})


@pytest.mark.threat("T-21")
def test_fifty_returns_with_one_token_are_one_return(
    web: RelyingParty, account: Account, make_work: MakeWork, clock: HandClock, engine: Engine
) -> None:
    work = make_work()
    token = sessions.start(work, account.id, ["pwd"], None)
    value: str | None = remembering.start(work, account.id, ["pwd"], token, MONTH)
    work.db.commit()
    work.db.close()
    for number in range(ROUNDS):
        clock.forward(hours=1)  # in days many rounds would outlast what is remembered
        browsers = [copy(web.app, value) for _ in range(AT_ONCE)]

        def back(place: int, browsers: list[Browser] = browsers) -> str:
            return answer_of(web.authorize(browsers[place], prompt="none"))["code"]

        assert len(set(together(AT_ONCE, back))) == AT_ONCE
        (value,) = {cookie(browser) for browser in browsers}
        assert len({cookie(browser, "paris-session") for browser in browsers}) == 1
        with Session(engine) as db:
            assert db.scalars(select(Remembered)).one().ended_at is None
            assert db.scalar(select(func.count()).select_from(BrowserSession)) == number + 2
            assert db.scalars(select(Event).where(Event.name == "remembered.replayed")).all() == []
