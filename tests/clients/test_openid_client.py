"""openid-client, in Node with Express."""

from collections.abc import Iterator

import pytest

from tests.clients import node
from tests.clients.conftest import Landlord
from tests.clients.guide import Guide
from tests.clients.person import Person

pytestmark = node.needs_packages


@pytest.fixture(scope="module")
def repairs(landlord: Landlord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    guide = landlord.guides["openid-client"]
    with node.serving(guide, tmp_path_factory.mktemp("repairs"), landlord.secret("repairs")):
        yield guide


@pytest.mark.journey("paris-11")
def test_from_the_sign_in_to_the_sign_out(repairs: Guide, person: Person) -> None:
    page = person.sign_in(f"{repairs.app}/sign-in")
    assert page.url == f"{repairs.app}/"
    assert page.json()["email"] == f"{person.identifier}@example.org"
    assert page.json()["name"] == "Chloé LEFÈVRE"
    for path in ("/contracts", "/contracts?refresh", "/contracts?refresh"):
        (contract,) = person.open(repairs.app + path).json()
        assert contract["reference"] == f"LOT-{person.identifier}"
    page = person.press(f"{repairs.app}/sign-out")
    assert (page.url, page.json()) == (f"{repairs.app}/", None)
    assert person.is_asked_by(f"{repairs.app}/contracts")


@pytest.mark.journey("all-8")
@pytest.mark.parametrize("path", ["/contracts", "/contracts?refresh"])
def test_who_signed_out_everywhere_is_asked_again(repairs: Guide, person: Person, path: str) -> None:
    person.sign_in(f"{repairs.app}/sign-in")
    person.sign_out_everywhere()
    assert person.is_asked_by(repairs.app + path)
