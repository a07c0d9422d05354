"""express-openid-connect, in Node with Express."""

from collections.abc import Iterator

import pytest

from tests.clients import node
from tests.clients.conftest import Landlord
from tests.clients.guide import Guide
from tests.clients.person import Person, soon

pytestmark = node.needs_packages


@pytest.fixture(scope="module")
def notices(landlord: Landlord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guide]:
    guide = landlord.guides["express-openid-connect"]
    with node.serving(guide, tmp_path_factory.mktemp("notices"), landlord.secret("notices")):
        yield guide


@pytest.mark.journey("paris-11")
def test_from_the_sign_in_to_the_sign_out(notices: Guide, person: Person) -> None:
    page = person.sign_in(f"{notices.app}/")
    assert page.url == f"{notices.app}/"
    assert page.json()["name"] == "Chloé LEFÈVRE"
    for path in ("/contracts", "/contracts?refresh", "/contracts?refresh"):
        (contract,) = person.open(notices.app + path).json()
        assert contract["reference"] == f"LOT-{person.identifier}"
    assert person.is_asked_by(f"{notices.app}/logout")
    assert person.is_asked_by(f"{notices.app}/contracts")


@pytest.mark.journey("all-8")
@pytest.mark.spec("Back-Channel Logout 2.6")
def test_it_hears_of_a_sign_out_elsewhere(notices: Guide, person: Person) -> None:
    person.sign_in(f"{notices.app}/")
    person.sign_out()
    assert soon(lambda: person.is_asked_by(f"{notices.app}/contracts"))
