"""RFC 8725: JSON Web Token Best Current Practices."""

import base64
import hmac
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

from idp.services import keys
from tests.conftest import MakeWork
from tests.effort import little_work
from tests.oidc.conftest import Party
from tests.oidc.relying_party import Browser, RelyingParty, answer_of

CORPUS: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "corpora" / "jose.toml").read_text(encoding="utf-8")
)["token"]
ATTACKERS_RSA = RSAKey.generate_key(2048)
ATTACKER: dict[str, RSAKey | ECKey] = {"RS256": ATTACKERS_RSA, "ES256": ECKey.generate_key("P-256")}


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def decoded(part: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return found


class Forge:
    """Makes bad tokens out of a good one."""

    def __init__(self, good: str, own: keys.Pair) -> None:
        self.header, self.claims, self.signature = good.split(".")
        self.own = own

    def make(self, recipe: dict[str, Any]) -> str:
        """Follow a recipe of the corpus."""
        header = decoded(self.header) | recipe.get("header", {})
        header = {name: value for name, value in header.items() if value != "-"}
        if header.get("kid") == "LONG":
            header["kid"] = "k" * 10_000
        if header.get("jwk") == "own":
            header["jwk"] = ATTACKERS_RSA.as_dict(private=False)
        payload = json.dumps(decoded(self.claims) | recipe.get("claims", {})).encode()
        protected = encoded(json.dumps(header).encode())
        return f"{protected}.{encoded(payload)}.{self._signature(recipe['sign'], header, protected, payload)}"

    def _signature(self, how: str, header: dict[str, Any], protected: str, payload: bytes) -> str:
        signing_input = f"{protected}.{encoded(payload)}".encode()
        public = self.own.key.as_pem(private=False)
        as_json = self.own.public_jwk.encode()
        match how:
            case "none":
                return ""
            case "copied":
                return self.signature
            case "hmac-pem" | "hmac-jwk" | "hmac-empty":
                secret = {"hmac-pem": public, "hmac-jwk": as_json, "hmac-empty": b""}[how]
                return encoded(hmac.digest(secret, signing_input, "sha256"))
            case "other":
                alg = header["alg"] if header["alg"] in ATTACKER else "RS256"
                return self._signed(alg, signing_input, ATTACKER[alg])
            case _:
                alg = header["alg"] if header["alg"] in ("RS256", "RS512", "PS256") else "RS256"
                return self._signed(alg, signing_input, self.own.key)

    @staticmethod
    def _signed(alg: str, signing_input: bytes, key: Any) -> str:
        algorithm = JWSRegistry(algorithms=[alg]).get_alg(alg)
        return encoded(algorithm.sign(signing_input, key))


def own_pair(make_work: MakeWork) -> keys.Pair:
    work = make_work()
    pair = keys.signing_key(work, "RS256")
    work.db.commit()
    return pair


@pytest.fixture
def forge(web: RelyingParty, signed_in: Browser, make_work: MakeWork) -> Forge:
    good = web.tokens(signed_in)["access_token"]
    return Forge(good, own_pair(make_work))


@pytest.mark.spec("FAPI 2.0 5.3.4")
@pytest.mark.spec("RFC 6750 5.2")
@pytest.mark.spec("RFC 6749 10.3")
@pytest.mark.spec("RFC 9068 4")
@pytest.mark.threat("T-56")
@pytest.mark.threat("T-57")
@pytest.mark.threat("T-58")
@pytest.mark.spec("RFC 8725 3.1")
def test_no_forged_access_token_is_believed(web: RelyingParty, forge: Forge) -> None:
    assert len(CORPUS) >= 100
    for recipe in CORPUS:
        token = forge.make(recipe)
        with little_work(recipe["name"]):
            response = web.userinfo(token)
        assert response.status_code == 401, recipe["name"]
        assert response.get_json()["error"] == "invalid_token", recipe["name"]


def test_the_forge_itself_makes_good_tokens(web: RelyingParty, forge: Forge) -> None:
    assert web.userinfo(forge.make({"sign": "own"})).status_code == 200


@pytest.mark.threat("T-56")
@pytest.mark.threat("T-39")
def test_no_forged_hint_is_believed(web: RelyingParty, signed_in: Browser, make_work: MakeWork) -> None:
    forge = Forge(web.tokens(signed_in)["id_token"], own_pair(make_work))
    forgeries = [recipe for recipe in CORPUS if "claims" not in recipe and recipe["name"] != "typ of an ID token"]
    good = answer_of(web.authorize(signed_in, id_token_hint=forge.make({"sign": "own"})))
    assert "code" in good
    for recipe in forgeries:
        response = web.authorize(signed_in, id_token_hint=forge.make(recipe))
        if response.status_code != 400:  # longer than any parameter may be
            assert answer_of(response)["error"] == "invalid_request", recipe["name"]


@pytest.mark.threat("T-58")
def test_what_is_no_token_at_all_is_refused(web: RelyingParty, forge: Forge) -> None:
    good = forge.make({"sign": "own"})
    header, claims, signature = good.split(".")
    broken = [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        good + ".",
        good + ".x.y",
        f"{header}.{claims}",
        f"{header}..{signature}",
        f"{header}.{claims}.",
        f"{header}.{claims}.{signature[:-2]}",
        f"{encoded(b'[' * 300)}.{claims}.{signature}",
        f"{encoded(b'null')}.{claims}.{signature}",
        f"{encoded(bytes([255]))}.{claims}.{signature}",
        "é" + good,
        good + "A" * 100_000,
        f"{header}.{encoded(b'A' * 1_000_000)}.{signature}",
    ]
    for token in broken:
        assert web.send("/userinfo", {"access_token": token}).status_code in (400, 401, 413), token[:60]


@pytest.mark.threat("T-56")
@pytest.mark.spec("RFC 8725 3.1")
def test_a_key_signs_with_its_own_algorithm_only(party: Party, signed_in: Browser, make_work: MakeWork) -> None:
    relying = party("post")
    header, claims, _ = relying.tokens(signed_in)["access_token"].split(".")
    rsa = own_pair(make_work)
    swapped = {"alg": "RS256", "kid": decoded(header)["kid"], "typ": "at+jwt"}
    payload = json.dumps(decoded(claims))
    token = jws.serialize_compact(swapped, payload, rsa.key, algorithms=["RS256"])
    assert relying.userinfo(token).status_code == 401
