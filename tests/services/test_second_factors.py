"""What is kept of a second factor, and who can read it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.models import Account, BrowserSession, HalfSignIn, SecondFactor, TrustedBrowser
from idp.services import (
    accounts,
    half_sign_ins,
    leaving,
    people,
    purge,
    recovery_codes,
    second_factors,
    sessions,
    trusted_browsers,
)
from idp.services.purge import RULES
from idp.services.vault import Vault
from idp.services.work import Work
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor as Rules
from tests.authenticator import SECRET, add_second_factor, code_at, factor_of
from tests.people import PASSWORD, add_account, add_holder


@pytest.fixture
def settings(settings: Settings) -> Settings:
    paris = settings.landlords["paris"].model_copy(update={"second_factor": Rules(mode="offered")})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": paris}})


@pytest.fixture
def account(work: Work) -> Account:
    return add_account(work, add_holder(work))


@pytest.fixture
def session(work: Work, account: Account) -> BrowserSession:
    found = sessions.find(work, sessions.start(work, account.id, ["pwd"], None))
    assert found is not None
    return found


@pytest.mark.spec("RFC 6238 3")
def test_every_secret_is_drawn_anew(work: Work, account: Account, session: BrowserSession) -> None:
    secrets = set()
    for _ in range(5):
        second_factors.begin(work, session, account)
        secrets.add(second_factors.secret_of(work, factor_of(work, account.id)))
    assert len(secrets) == 5
    assert {len(secret or "") for secret in secrets} == {32}  # 160 bits


@pytest.mark.spec("RFC 6238 3")
@pytest.mark.threat("T-27")
def test_a_secret_is_sealed_for_its_account_alone(work: Work, account: Account) -> None:
    other = add_account(work, add_holder(work), email="other@example.org")
    add_second_factor(work, account)
    factor = factor_of(work, account.id)
    assert SECRET not in factor.sealed
    factor.account_id = other.id  # as somebody who can write the table would
    work.db.flush()
    assert second_factors.secret_of(work, factor) is None
    assert not second_factors.accept(work, other.id, code_at(work.now))


@pytest.mark.spec("RFC 6238 3")
def test_a_new_root_secret_takes_over(work: Work, account: Account, settings: Settings) -> None:
    codes = add_second_factor(work, account)
    anew = replace(work, vault=Vault([b"n" * 32, b"r" * 32], settings.hashing))
    assert second_factors.accept(anew, account.id, code_at(work.now))
    work.db.expire_all()
    assert anew.vault.is_sealed_anew(factor_of(work, account.id).sealed)
    assert recovery_codes.use(anew, account.id, codes[3])
    alone = replace(work, vault=Vault([b"n" * 32], settings.hashing), now=work.now + timedelta(seconds=30))
    assert second_factors.accept(alone, account.id, code_at(alone.now))


@pytest.mark.spec("RFC 6238 3")
def test_a_new_root_secret_takes_over_without_waiting_for_people(
    work: Work, account: Account, settings: Settings
) -> None:
    add_second_factor(work, account)
    anew = replace(work, vault=Vault([b"n" * 32, b"r" * 32], settings.hashing))
    assert (second_factors.seal_anew(anew), second_factors.seal_anew(anew)) == (1, 0)
    alone = replace(work, vault=Vault([b"n" * 32], settings.hashing))
    assert second_factors.accept(alone, account.id, code_at(work.now))
    lost = replace(work, vault=Vault([b"x" * 32], settings.hashing))
    assert second_factors.seal_anew(lost) == 0


@pytest.mark.parametrize("how", ["closed", "opened anew"])
def test_nothing_stays_of_it_where_the_account_becomes_another_ones(work: Work, account: Account, how: str) -> None:
    add_second_factor(work, account)
    trusted_browsers.trust(work, account.id)
    half_sign_ins.start(work, account.id, ["pwd"], None)
    (holder,) = people.holders(work, account)
    if how == "closed":
        holder.left_at = work.now - timedelta(days=1000)
        work.db.flush()
        assert leaving.close(work, account.id)
    else:
        accounts.open_for(work, holder, "new@example.org", work.now, work.vault.hash_password(PASSWORD))
    assert second_factors.find(work, account.id) is None
    assert recovery_codes.left(work, account.id) == 0
    assert work.db.scalars(select(TrustedBrowser)).all() == []
    waiting = work.db.scalars(select(BrowserSession).where(BrowserSession.account_id.is_(None))).one()
    work.db.refresh(waiting)
    assert waiting.ended_at is not None


def test_what_is_over_is_deleted(work: Work, account: Account, session: BrowserSession) -> None:
    second_factors.begin(work, session, account)
    trusted_browsers.trust(work, account.id)
    half_sign_ins.start(work, account.id, ["pwd"], None)
    late = replace(work, now=work.now + timedelta(days=31))
    counts = {what: purge.purge(late, rule) for what, rule in RULES.items()}
    assert (counts["unfinished_factors"], counts["trusted_browsers"], counts["half_sign_ins"]) == (1, 1, 1)
    tables = (SecondFactor, TrustedBrowser, HalfSignIn)
    assert [work.db.scalars(select(table)).all() for table in tables] == [[], [], []]


def test_what_is_in_use_is_not_deleted(work: Work, account: Account) -> None:
    add_second_factor(work, account)
    late = replace(work, now=work.now + timedelta(days=1000))
    assert purge.purge(late, RULES["unfinished_factors"]) == 0
    assert recovery_codes.left(late, account.id) == 10
