"""Authlib, in Flask."""

import secrets
import sys
from collections.abc import Iterator

import pytest

from tests.clients.conftest import Landlord
from tests.clients.guide import Guide
from tests.clients.person import Person
from tests.clients.programs import running


@pytest.fixture(scope="module")
def keys(landlord: Landlord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    guide = landlord.guides["authlib"]
    folder = guide.write(tmp_path_factory.mktemp("keys"))
    environ = {"CLIENT_SECRET": landlord.secret("keys"), "SESSION_SECRET": secrets.token_hex()}
    command = [sys.executable, "-m", "flask", "--app", "app", "run", "--port", str(guide.port)]
    with running(command, folder, guide.port, **environ):
        yield guide


@pytest.mark.journey("paris-11")
def test_from_the_sign_in_to_the_sign_out(keys: Guide, person: Person) -> None:
    page = person.sign_in(f"{keys.app}/sign-in")
    assert page.url == f"{keys.app}/"
    assert page.json()["name"] == "Chloé LEFÈVRE"
    for path in ("/contracts", "/contracts?refresh", "/contracts?refresh"):
        (contract,) = person.open(keys.app + path).json()
        assert contract["reference"] == f"LOT-{person.identifier}"
    page = person.press(f"{keys.app}/sign-out")
    assert (page.url.partition("?")[0], page.json()) == (f"{keys.app}/", None)
    assert person.is_asked_by(f"{keys.app}/contracts")


@pytest.mark.journey("all-8")
@pytest.mark.parametrize("path", ["/contracts", "/contracts?refresh"])
def test_who_signed_out_everywhere_is_asked_again(keys: Guide, person: Person, path: str) -> None:
    person.sign_in(f"{keys.app}/sign-in")
    person.sign_out_everywhere()
    assert person.is_asked_by(keys.app + path)
