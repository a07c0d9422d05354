"""The database goes away in the middle of a request, and comes back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text

from idp.services import refresh
from tests.oidc.relying_party import Browser, RelyingParty

OTHERS = "datname = current_database() AND pid <> pg_backend_pid()"
END = text(f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE {OTHERS}")


@pytest.fixture
def end_connections(engine: Engine, blank_engine: Engine) -> Iterator[Callable[[], None]]:
    """Ends every connection but its own."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connections to lose")
    other = create_engine(engine.url)

    def end() -> None:
        with other.begin() as connection:
            connection.execute(END)

    yield end
    other.dispose()
    blank_engine.dispose()


def test_connections_lost_between_requests_are_not_noticed(
    web: RelyingParty, signed_in: Browser, end_connections: Callable[[], None]
) -> None:
    tokens = web.tokens(signed_in, scope="openid offline_access")
    end_connections()
    assert web.refresh(tokens["refresh_token"]).status_code == 200


def test_a_connection_lost_half_way_is_an_error_and_nothing_is_lost(
    app: Flask,
    web: RelyingParty,
    signed_in: Browser,
    end_connections: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token = web.tokens(signed_in, scope="openid offline_access")["refresh_token"]
    take = refresh._take

    def ended(*given: Any) -> bool:
        end_connections()
        return take(*given)

    app.testing = False
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "_take", ended)
        assert web.refresh(token).status_code >= 500
    assert web.refresh(token).status_code == 200
