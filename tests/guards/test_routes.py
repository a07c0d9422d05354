"""Every address says how it stands towards the outside."""

from flask import Flask

from idp.web.stance import SAFE_METHODS, Stance
from tests.addresses import addresses

MACHINES = "oidc"


def stances(app: Flask) -> dict[str, Stance | None]:
    return {address.endpoint: address.stance for address in addresses(app)}


def test_every_route_has_a_stance(app: Flask) -> None:
    assert [endpoint for endpoint, stance in stances(app).items() if stance is None] == []


def test_only_machine_endpoints_do_without_the_pages_token(app: Flask) -> None:
    unsafe = {address.endpoint for address in addresses(app) if address.methods - set(SAFE_METHODS)}
    bare = {
        endpoint
        for endpoint, stance in stances(app).items()
        if stance and not stance.csrf and endpoint in unsafe and endpoint.partition(".")[0] != MACHINES
    }
    assert bare == set()


def test_every_landlords_address_has_a_ceiling(app: Flask) -> None:
    open_ended = [
        endpoint for endpoint, stance in stances(app).items() if stance and stance.landlord and not stance.limit
    ]
    assert open_ended == []
