"""Secrets: how they are drawn."""

import secrets

import pytest

from idp.services.vault import new_secret


@pytest.mark.spec("FAPI 2.0 5.4.1")
@pytest.mark.spec("RFC 7592 5")
@pytest.mark.spec("RFC 6749 10.4")
@pytest.mark.spec("RFC 6749 10.10")
def test_a_secret_has_256_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [new_secret() for _ in range(1000)]
    assert len(set(drawn)) == 1000
    assert {len(secret) for secret in drawn} == {43}
    assert len(set("".join(drawn))) == 64
    monkeypatch.setattr(secrets, "token_urlsafe", lambda count: f"{count} bytes of the system's own source")
    assert new_secret().startswith("32 ")
