from datetime import timedelta

import pytest
from sqlalchemy import select, update

from idp.models import Event, SigningKey
from idp.services import keys
from idp.services.vault import SealBrokenError, Vault
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork


def test_a_landlord_gets_one_key_for_each_algorithm_once(work: Work) -> None:
    made = keys.ensure(work)
    assert [pair.kid for pair in keys.published(work)] == made
    assert [pair.alg for pair in keys.published(work)] == ["RS256", "ES256"]
    assert keys.ensure(work) == []
    assert keys.signing_key(work, "ES256").kid == made[1]


def test_a_landlords_keys_are_its_own(work: Work) -> None:
    (kid, _) = keys.ensure(work)
    work.db.execute(update(SigningKey).where(SigningKey.kid == kid).values(landlord="elsewhere"))
    work.db.commit()
    assert keys.find(work, "unknown") is None  # reads the keys again
    assert keys.find(work, kid) is None


@pytest.mark.threat("T-89")
def test_private_keys_are_sealed_and_bound_to_their_row(work: Work) -> None:
    rsa, ec = keys.ensure(work)
    sealed = {row.kid: row.private_jwk for row in work.db.execute(select(SigningKey.kid, SigningKey.private_jwk))}
    assert all('"d"' not in text for text in sealed.values())
    with pytest.raises(SealBrokenError):
        work.vault.unseal(sealed[rsa], f"signing_key:{ec}")


@pytest.mark.threat("T-87")
def test_other_processes_see_a_rotation_within_a_minute(make_work: MakeWork, vault: Vault, clock: HandClock) -> None:
    here = make_work()
    keys.ensure(here)
    here.db.commit()
    there = Work(
        here.db, here.now, here.landlord, here.settings, Vault([b"r" * 32], here.settings.hashing), here.origin
    )
    assert len(keys.published(there)) == 2
    new = keys.rotate(here, "ES256")
    here.db.commit()
    assert len(keys.published(there)) == 2
    assert keys.find(there, new) is not None  # a name it does not know makes it look at once
    assert len(keys.published(there)) == 3


def test_rotating_twice_leaves_one_key_to_come(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    keys.ensure(work)
    keys.rotate(work, "RS256")
    work.db.commit()
    clock.forward(hours=1)
    work = make_work()
    newest = keys.rotate(work, "RS256")
    work.db.commit()
    clock.forward(days=1)
    work = make_work()
    assert keys.signing_key(work, "RS256").kid == newest
    work.db.commit()
    clock.forward(hours=12)
    work = make_work()
    assert [pair.kid for pair in keys.published(work) if pair.alg == "RS256"] == [newest]


def test_a_leaked_key_takes_those_before_it_along(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    keys.ensure(work)
    keys.rotate(work, "RS256")
    work.db.commit()
    clock.forward(days=1, minutes=1)
    work = make_work()
    newest = keys.rotate(work, "RS256", at_once=True)
    assert [pair.kid for pair in keys.published(work) if pair.alg == "RS256"] == [newest]
    assert keys.signing_key(work, "RS256").kid == newest
    assert keys.signing_key(work, "RS256").active_from == work.now
    recorded = work.db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert recorded is not None
    assert recorded.details == {"kid": newest, "alg": "RS256", "at_once": True}


def test_a_replaced_key_stays_as_long_as_its_tokens_and_sessions(work: Work) -> None:
    keys.ensure(work)
    keys.rotate(work, "RS256")
    old, _, new = keys.published(work)
    assert new.active_from == work.now + timedelta(days=1)
    assert old.retires_at == new.active_from + work.landlord.sessions.absolute
