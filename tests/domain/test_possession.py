"""Proofs that an app holds a key: addresses, times and hashes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain import possession

TOKEN = "https://login.example/paris/token"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.parametrize(
    "same",
    [
        TOKEN,
        "HTTPS://LOGIN.Example/paris/token",
        "https://login.example:443/paris/token",
        f"{TOKEN}?code=1",
        f"{TOKEN}#x",
        "https://login.example/p%61ris/token",
    ],
)
def test_one_address_in_several_spellings(same: str) -> None:
    assert possession.is_same_address(same, TOKEN)


@pytest.mark.spec("RFC 9449 4.3")
@pytest.mark.parametrize(
    "other",
    [
        "http://login.example/paris/token",
        "https://login.example:8443/paris/token",
        "https://login.example/Paris/token",
        "https://login.example/paris%2Ftoken",
        "https://login.example/paris/token/",
        "https://me@login.example/paris/token",
        "https://login.example:port/paris/token",
        "https://[login.example/paris/token",
        "https:///paris/token",
        " " + TOKEN,
        "",
        None,
        b"https://login.example/paris/token",
    ],
)
def test_other_addresses(other: object) -> None:
    assert not possession.is_same_address(other, TOKEN)


@given(st.text())
def test_any_text_is_compared_and_breaks_nothing(text: str) -> None:
    assert possession.is_same_address(TOKEN + "?" + text, TOKEN) in (True, False)
    assert not possession.is_same_address(text, TOKEN) or text.lower().startswith("https")


def test_an_empty_path_is_a_slash() -> None:
    assert possession.is_same_address("https://login.example", "https://login.example/")


@given(st.integers(-1000, 1000))
def test_a_proof_is_good_for_five_minutes(age: int) -> None:
    assert possession.is_recent(NOW - timedelta(seconds=age), NOW) == (-30 <= age <= 300)


@given(st.integers(0, 10**6), st.integers(0, 1000))
def test_a_nonce_lives_for_five_to_ten_minutes(start: int, age: int) -> None:
    given_at = NOW + timedelta(seconds=start)
    nonce = possession.nonce_periods(given_at)[0]
    is_taken = nonce in possession.nonce_periods(given_at + timedelta(seconds=age))
    assert is_taken or age > 300
    assert not is_taken or age < 600


@pytest.mark.spec("RFC 9449 7.1")
def test_the_hash_of_the_specification() -> None:
    token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
    assert possession.hash_of(token) == "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"
