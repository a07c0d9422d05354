"""The apps' public keys: read strictly, fetched seldom."""

import json
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.services.client_keys import ClientKeys
from idp.services.fetching import Fetcher, NotFetchedError
from idp.settings import key_sets
from idp.settings.client import Client
from idp.settings.root import Settings
from idp.settings.secret_files import NotReadyError
from tests.conftest import HandClock

URI = "https://app.example/jwks"


def public(kid: str | None, key: RSAKey | ECKey | OKPKey | None = None, **members: object) -> dict[str, Any]:
    jwk = (key or ECKey.generate_key("P-256")).as_dict(private=False)
    return {**jwk, **({} if kid is None else {"kid": kid}), **members}


def key_set(*keys: dict[str, Any]) -> dict[str, Any]:
    return {"keys": list(keys)}


def test_keys_are_found_by_name_with_what_they_may_sign() -> None:
    found = key_sets.read(
        key_set(
            public("rsa", RSAKey.generate_key(2048)),
            public("salted", RSAKey.generate_key(2048), alg="PS256", use="sig"),
            public("ec"),
            public("okp", OKPKey.generate_key("Ed25519"), x5c=["certificate"], custom=1),
        )
    )
    assert {name: set(key.algorithms) for name, key in found.items()} == {
        "rsa": {"RS256", "PS256"},
        "salted": {"PS256"},
        "ec": {"ES256"},
        "okp": {"Ed25519"},
    }


def test_keys_of_other_kinds_are_left_out() -> None:
    others = [
        {"kty": "AKP", "alg": "ML-DSA-44", "kid": "later"},
        public("curve", ECKey.generate_key("P-384")),
        public("encryption", use="enc"),
        public("wrong", alg="ES384"),
        {"kty": "X", "kid": "x"},
    ]
    assert set(key_sets.read(key_set(*others, public("good")))) == {"good"}


PRIVATE = ECKey.generate_key("P-256").as_dict(private=True)
BROKEN: tuple[Any, ...] = (
    None,
    [],
    {},
    {"keys": {}},
    {"keys": []},
    {"keys": ["x"]},
    {"keys": [{**PRIVATE, "kid": "a"}]},
    {"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]},
    {"keys": [public("a"), public("a")]},
    {"keys": [public(None), public("a")]},
    {"keys": [public(str(number)) for number in range(21)]},
    {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
    {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]},
    {"keys": [{"kty": "RSA"}]},
    {"keys": [{"kty": ["EC"], "crv": {}}]},
    {"keys": [{"kty": "RSA", "n": "u" * 171, "e": "AQAB", "kid": "a"}]},
)


@pytest.mark.spec("FAPI 2.0 5.4.1")
@pytest.mark.threat("T-57")
@pytest.mark.parametrize("value", BROKEN)
def test_what_is_no_good_key_set_is_refused(value: object) -> None:
    for read in (key_sets.read, lambda value: key_sets.parse(json.dumps(value))):
        with pytest.raises(ValueError, match=r"hold|kid|key set"):
            read(value)


def test_a_file_with_keys_must_be_fit(tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    with pytest.raises(NotReadyError, match="cannot be read"):
        key_sets.from_file(path)
    path.write_text("[" * 10_000)
    with pytest.raises(NotReadyError, match="no JSON"):
        key_sets.from_file(path)
    path.write_text(json.dumps(key_set(public("a"))))
    assert set(key_sets.from_file(path)) == {"a"}


class Publisher:
    """An app that publishes its keys, and counts who comes."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] | None = key_set(public("first"))
        self.visits = 0

    def get(self, url: str) -> bytes:
        """Answer a fetch."""
        assert url == URI
        self.visits += 1
        if self.keys is None:
            raise NotFetchedError("down")
        return json.dumps(self.keys).encode()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Publisher:
    found = Publisher()
    monkeypatch.setattr(Fetcher, "get", lambda _, url: found.get(url))
    return found


@pytest.fixture
def client() -> Client:
    return Client(
        client_id="app", name="App", auth="private_key_jwt", jwks=URI, redirect_uris=["https://app.example/callback"]
    )


class Keys:
    """The keys of one app, asked for by name."""

    def __init__(self, settings: Settings, client: Client, clock: HandClock) -> None:
        landlord = settings.landlords["paris"].model_copy(update={"clients": [client]})
        self._keys = ClientKeys(settings.model_copy(update={"landlords": {"paris": landlord}}))
        self._client, self._clock = client, clock

    def know(self, kid: str | None) -> bool:
        """Tell whether a name leads to a key."""
        return self._keys.find("paris", self._client, kid, self._clock.now) is not None


@pytest.fixture
def keys(settings: Settings, client: Client, clock: HandClock) -> Keys:
    return Keys(settings, client, clock)


def test_published_keys_are_fetched_when_they_are_needed_and_kept(
    keys: Keys, publisher: Publisher, clock: HandClock
) -> None:
    assert publisher.visits == 0
    assert keys.know("first")
    assert keys.know(None)
    clock.forward(minutes=59)
    assert keys.know("first")
    assert publisher.visits == 1
    clock.forward(minutes=1)
    assert keys.know("first")
    assert publisher.visits == 2


@pytest.mark.threat("T-59")
def test_unknown_names_make_it_look_once_a_minute(keys: Keys, publisher: Publisher, clock: HandClock) -> None:
    assert keys.know("first")
    publisher.keys = key_set(public("first"), public("second"))
    for number in range(50):
        assert not keys.know(f"unknown {number}")
    assert publisher.visits == 1
    clock.forward(minutes=1)
    assert keys.know("second")
    assert publisher.visits == 2
    for number in range(50):
        assert not keys.know(f"unknown {number}")
    assert publisher.visits == 2


def test_a_withdrawn_key_is_forgotten_within_the_hour(keys: Keys, publisher: Publisher, clock: HandClock) -> None:
    assert keys.know("first")
    publisher.keys = key_set(public("second"))
    clock.forward(hours=1)
    assert not keys.know("first")


def test_an_outage_of_the_app_is_bridged_for_a_day(keys: Keys, publisher: Publisher, clock: HandClock) -> None:
    assert keys.know("first")
    publisher.keys = None
    clock.forward(hours=23)
    assert keys.know("first")
    clock.forward(hours=1)
    assert not keys.know("first")
    publisher.keys = key_set(public("first"))
    clock.forward(minutes=1)
    assert keys.know("first")


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"jwks": None}, "needs"),
        ({"jwks": "http://app.example/jwks"}, "https"),
        ({"jwks": "https://user@app.example/jwks"}, "no user"),
        ({"jwks": "https:///jwks"}, "https://host"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}}, "secret half"),
        ({"secret_file": "var/secrets/app"}, "secret_file"),
    ],
)
def test_the_configuration_says_what_is_wrong(values: dict[str, Any], word: str) -> None:
    usual = {
        "client_id": "app",
        "name": "App",
        "auth": "private_key_jwt",
        "jwks": URI,
        "redirect_uris": ["https://app.example/callback"],
    }
    with pytest.raises(ValueError, match=word):
        Client(**(usual | values))
