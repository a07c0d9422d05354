import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st
from passlib.handlers.bcrypt import bcrypt
from passlib.handlers.django import django_pbkdf2_sha256
from passlib.handlers.ldap_digests import ldap_salted_sha1
from passlib.handlers.sha2_crypt import sha512_crypt
from passlib.utils.handlers import GenericHandler

from idp.services.legacy import known, verify
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"
PBKDF2_TAIL = "$salt$" + "A" * 43 + "="


def read_former_passwords() -> dict[str, str]:
    with (DATA / "paris-former-passwords.csv").open(encoding="utf-8", newline="") as file:
        return {row["identifiant"]: row["ancien_mot_de_passe"] for row in csv.DictReader(file)}


def read_hashes() -> dict[str, str]:
    with (DATA / "paris.csv").open(encoding="cp1252", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        return {row["Identifiant"]: row["Empreinte"] for row in rows if row["Empreinte"]}


@pytest.mark.journey("paris-2")
def test_every_former_password_verifies_and_no_other() -> None:
    passwords, hashes = read_former_passwords(), read_hashes()
    shared = passwords.keys() & hashes.keys()
    assert len(shared) > 100
    for identifier in shared:
        assert known(hashes[identifier])
        assert verify(hashes[identifier], passwords[identifier])
        assert not verify(hashes[identifier], passwords[identifier] + "x")
        assert not verify(hashes[identifier], "")


@pytest.mark.parametrize(
    "handler",
    [
        sha512_crypt.using(rounds=1000),
        sha512_crypt.using(rounds=5000),
        bcrypt.using(rounds=4),
        django_pbkdf2_sha256.using(rounds=10),
        ldap_salted_sha1.using(salt_size=16),
    ],
    ids=["sha512-crypt", "sha512-crypt-implicit", "bcrypt", "django", "ssha"],
)
def test_other_known_kinds_verify(handler: type[GenericHandler]) -> None:
    legacy_hash = handler.hash("Ancien-é1!")
    assert known(legacy_hash)
    assert verify(legacy_hash, "Ancien-é1!")
    assert not verify(legacy_hash, "Ancien-e1!")


@pytest.mark.parametrize("password", ["é" * 36, "é" * 36 + "more", "é" * 500], ids=["72", "76", "1000"])
def test_bcrypt_counts_the_first_72_bytes_as_it_always_did(password: str) -> None:
    assert verify(bcrypt.using(rounds=4).hash("é" * 36), password)
    assert not verify(bcrypt.using(rounds=4).hash("é" * 36), "é" * 35)


@pytest.mark.parametrize(
    "legacy_hash",
    [
        "",
        "secret",
        "{SSHA}",
        "{SSHA}" + "A" * 20,
        "{MD5}xx",
        "{SHA}" + "A" * 27 + "=",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "pbkdf2_sha256$20000$salt",
        "$2x$04$" + "a" * 53,
        "$6$" + "a" * 86,
        "{MD5}LJ1dY80Kc2SJ/p6RmOiQfw==\n",
    ],
)
def test_other_texts_are_no_known_hash(legacy_hash: str) -> None:
    assert not known(legacy_hash)
    assert not verify(legacy_hash, "secret")


@pytest.mark.threat("T-78")
@pytest.mark.parametrize(
    "legacy_hash",
    ["pbkdf2_sha256$4000000000" + PBKDF2_TAIL, "$2b$31$" + "a" * 53, "$6$rounds=999999999$salt$" + "a" * 86],
)
def test_a_hash_too_costly_to_verify_is_not_accepted(legacy_hash: str) -> None:
    assert not known(legacy_hash)


@pytest.mark.threat("T-76")
@pytest.mark.parametrize("password", ["\x00", "a\x00b", "\ud800", "x" * 5000, ""])
def test_no_password_is_too_strange_to_be_refused(password: str) -> None:
    for made in (bcrypt.using(rounds=4), sha512_crypt.using(rounds=1000), django_pbkdf2_sha256.using(rounds=10)):
        assert not verify(made.hash("secret"), password)


@given(st.text(), st.text())
def test_verification_never_raises(legacy_hash: str, password: str) -> None:
    assert verify(legacy_hash, password) is False
