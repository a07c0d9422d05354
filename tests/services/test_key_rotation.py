"""Signing keys: for which algorithms there are any, and that they are replaced in time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from idp.domain.events import EventName
from idp.models import Event, SigningKey
from idp.services import key_rotation, keys
from idp.services.vault import Vault
from idp.services.work import Work
from idp.settings.client import Algorithm
from idp.settings.root import Settings
from tests.conftest import HandClock, MakeWork


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual settings, with an app that wants Ed25519."""
    paris = settings.landlords["paris"]
    modern = paris.clients[0].model_copy(update={"client_id": "modern", "signing_alg": "Ed25519"})
    landlord = paris.model_copy(update={"clients": [*paris.clients, modern]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": landlord}})


def kids(work: Work, alg: Algorithm) -> list[str]:
    return [pair.kid for pair in keys.published(work) if pair.alg == alg]


def test_there_are_keys_for_what_apps_ask_for_and_the_usual_two(make_work: MakeWork) -> None:
    work = make_work()
    keys.ensure(work)
    assert [pair.alg for pair in keys.published(work)] == ["RS256", "ES256", "Ed25519"]
    work.db.commit()
    other = make_work("moselle")
    keys.ensure(other)
    assert [pair.alg for pair in keys.published(other)] == ["RS256", "ES256"]


@pytest.mark.threat("T-87")
def test_a_key_is_replaced_in_time_with_its_successor_published_ahead(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    keys.ensure(work)
    (old,) = kids(work, "RS256")
    work.db.commit()
    lifetime, ahead = work.landlord.tokens.key_lifetime, work.landlord.tokens.key_publish_ahead
    clock.now += lifetime - ahead - timedelta(seconds=1)
    work = make_work()
    assert key_rotation.rotate_due(work) == []
    work.db.commit()
    clock.forward(seconds=1)
    work = make_work()
    made = key_rotation.rotate_due(work)
    assert len(made) == 3
    assert key_rotation.rotate_due(work) == []
    assert set(made) & set(kids(work, "RS256")) == set(kids(work, "RS256")) - {old}
    assert keys.signing_key(work, "RS256").kid == old
    assert work.db.query(Event).filter_by(name=EventName.KEY_ROTATED).count() == 3
    work.db.commit()
    clock.now += ahead
    work = make_work()
    assert keys.signing_key(work, "RS256").kid in made
    assert old in kids(work, "RS256")
    work.db.commit()
    clock.now += work.landlord.sessions.absolute
    assert old not in kids(make_work(), "RS256")


def test_a_key_that_no_app_uses_any_more_gets_no_successor(
    make_work: MakeWork, settings: Settings, clock: HandClock
) -> None:
    work = make_work()
    keys.ensure(work)
    work.db.commit()
    clock.now += work.landlord.tokens.key_lifetime
    work = make_work()
    landlord = work.landlord.model_copy(update={"clients": work.landlord.clients[:1]})
    without = Work(work.db, work.now, landlord, work.settings, work.vault, work.origin)
    assert len(key_rotation.rotate_due(without)) == 2
    (last,) = [pair for pair in keys.published(without) if pair.alg == "Ed25519"]
    assert last.retires_at is not None


def test_two_workers_make_one_successor(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    keys.ensure(work)
    work.db.commit()
    clock.now += work.landlord.tokens.key_lifetime
    here = make_work()
    there = Work(
        here.db, here.now, here.landlord, here.settings, Vault([b"r" * 32], here.settings.hashing), here.origin
    )
    keys.published(there)
    assert len(key_rotation.rotate_due(here)) == 3
    assert key_rotation.rotate_due(there) == []  # it saw the old keys, and finds them retired already
    assert here.db.scalars(select(SigningKey.alg).order_by(SigningKey.alg)).all() == [
        *("ES256", "ES256"),
        *("Ed25519", "Ed25519"),
        *("RS256", "RS256"),
    ]
