"""RFC 6238 and RFC 4226: codes that change with the time."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain import recovery_codes, totp

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The secret of RFC 6238, appendix B: the bytes `12345678901234567890`."""
instants = st.integers(min_value=3600, max_value=4_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))


@pytest.mark.spec("RFC 6238 3")
@pytest.mark.spec("RFC 6238 4.2")
@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_of_the_rfc(at: int, code: str) -> None:
    now = datetime.fromtimestamp(at, UTC)
    assert totp.matching_step(SECRET, code, now) == at // 30 == totp.step_of(now)


@pytest.mark.spec("RFC 6238 5.2")
@given(instants, st.integers(min_value=-5, max_value=5))
def test_one_step_either_way_is_tolerated_and_no_more(now: datetime, steps: int) -> None:
    code = pyotp.TOTP(SECRET).at(int(now.timestamp()), counter_offset=steps)
    found = totp.matching_step(SECRET, code, now)
    around = {pyotp.TOTP(SECRET).at(int(now.timestamp()), counter_offset=near): near for near in (-1, 0, 1)}
    assert (found is not None) == (code in around)
    if found is not None:
        assert abs(found - totp.step_of(now)) <= 1


@given(instants)
def test_a_step_lasts_half_a_minute(now: datetime) -> None:
    assert totp.step_of(now + timedelta(seconds=30)) == totp.step_of(now) + 1


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("123456", "123456"),
        (" 123 456 ", "123456"),
        ("123-456", "123456"),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("١٢٣٤٥٦", None),
        ("", None),
    ],
)
def test_what_people_type(typed: str, code: str | None) -> None:
    assert totp.typed_code(typed) == code


def test_the_address_that_an_app_takes() -> None:
    address = totp.address(SECRET, "Régie : Lutèce", "0360:172")
    read = pyotp.parse_uri(address)
    assert isinstance(read, pyotp.TOTP)
    assert (read.secret, read.digits, read.interval) == (SECRET, 6, 30)
    assert (read.issuer, read.name) == ("Régie   Lutèce", "0360 172")
    assert totp.in_groups("ABCDEFGHI") == "ABCD EFGH I"


@given(st.text(alphabet=recovery_codes.ALPHABET, min_size=recovery_codes.LENGTH, max_size=recovery_codes.LENGTH))
def test_a_recovery_code_is_read_as_it_is_written(code: str) -> None:
    written = recovery_codes.written(code)
    for typed in (written, written.upper(), f" {written.replace('-', ' ')} ", written.replace("-", "–")):
        assert recovery_codes.typed_code(typed) == code


@given(st.text())
def test_nothing_else_is_one(typed: str) -> None:
    code = recovery_codes.typed_code(typed)
    assert code is None or (len(code) == recovery_codes.LENGTH and set(code) <= set(recovery_codes.ALPHABET))
