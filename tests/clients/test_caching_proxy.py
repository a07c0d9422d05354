"""A cache between people and the provider, as eager as Apache's can be made."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from tests.clients import apache
from tests.clients.conftest import Landlord, quiet_ports
from tests.clients.person import Person
from tests.people import PASSWORD

NEEDED = ("mpm_event", "authz_core", "proxy", "proxy_http", "cache", "cache_socache", "socache_shmcb", "headers")
SITE = """
ProxyPass / http://localhost:{port}/
CacheEnable socache /
CacheSocache shmcb
CacheSocacheMaxSize 500000
CacheHeader On
CacheDefaultExpire 3600
CacheMinExpire 3600
CacheIgnoreNoLastMod On
CacheIgnoreCacheControl On
CacheQuickHandler On
{more}
"""
"""Whatever CacheEnable may keep: without a date, beyond what it is asked, for an hour at least."""
DEAF = "Header unset Cache-Control\nHeader unset Pragma"
"""A cache that was told to keep everything, whatever the provider says; it still tells requests apart by Vary."""
PAGES = (
    "/account",
    "/account/address",
    "/choices",
    "/authorizations",
    "/sign-in",
    "/sign-out",
    "/device",
    "/nowhere",
)
FOR_EVERYBODY = ("/jwks", "/.well-known/openid-configuration")
VERIFIER = "v" * 64

pytestmark = pytest.mark.skipif(not apache.has(*NEEDED), reason="Apache is not installed")


@contextmanager
def in_front_of(landlord: Landlord, folder: Path, more: str = "") -> Iterator[str]:
    """Put Apache in front of the provider: the landlord's address there."""
    port = next(quiet_ports())
    (folder / "site.conf").write_text(SITE.format(port=landlord.provider.port, more=more))
    with apache.serving(folder, port, NEEDED):
        yield f"http://localhost:{port}/paris"


@pytest.fixture(scope="module")
def cache(landlord: Landlord, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cache that keeps whatever it may."""
    with in_front_of(landlord, tmp_path_factory.mktemp("cache")) as address:
        yield address


def signed_in(landlord: Landlord, at: str) -> list[Person]:
    """Two people, each signed in with a browser of their own."""
    found = [Person(at, landlord.new_tenant()) for _ in range(2)]
    for person in found:
        typed = {"identifier": person.identifier, "password": PASSWORD}
        typed["csrf_token"] = tokens_of(person.open(f"{at}/sign-in"))[0]
        answer = person.browser.post(f"{at}/sign-in", data=typed, allow_redirects=False)
        assert answer.status_code == 303
    return found


@pytest.fixture
def people(landlord: Landlord, cache: str) -> list[Person]:
    """Two people who signed in by way of the cache."""
    return signed_in(landlord, cache)


def tokens_of(page: requests.Response) -> list[str]:
    """Read the tokens of a page's forms."""
    return re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)


def came_from_the_cache(answer: requests.Response) -> bool:
    """Tell whether the provider was not asked."""
    return answer.headers.get("X-Cache", "").startswith("HIT")


@pytest.mark.threat("T-37")
def test_nobody_sees_the_page_of_another(people: list[Person], cache: str) -> None:
    first, second = people
    for path in PAGES * 2:
        mine, theirs, nobodys = (
            browser.get(cache + path, timeout=60, allow_redirects=False)
            for browser in (first.browser, second.browser, requests.Session())
        )
        assert second.identifier not in mine.text, path
        assert first.identifier not in theirs.text, path
        assert not re.search(f"{first.identifier}|{second.identifier}", nobodys.text), path
        tokens = [token for page in (mine, theirs, nobodys) for token in set(tokens_of(page))]
        assert len(set(tokens)) == len(tokens), path
        assert not any(map(came_from_the_cache, (mine, theirs, nobodys))), path
    for person in people:
        assert f"{person.identifier}@example.org" in person.open(f"{cache}/account").text


@pytest.mark.threat("T-37")
def test_a_cache_that_does_not_listen_still_keeps_signed_in_people_apart(landlord: Landlord, tmp_path: Path) -> None:
    people = signed_in(landlord, landlord.issuer)
    with in_front_of(landlord, tmp_path, DEAF) as cache:
        kept = 0
        for path in PAGES * 2:
            for person in people:
                page = person.browser.get(cache + path, timeout=60, allow_redirects=False)
                assert not [other for other in people if other is not person and other.identifier in page.text]
                kept += came_from_the_cache(page)
        assert kept >= len(PAGES)


@pytest.mark.threat("T-37")
def test_nobody_gets_the_code_or_the_tokens_of_another(people: list[Person], landlord: Landlord, cache: str) -> None:
    secret = (landlord.provider.home / "var/secrets/paris-portal").read_text().strip()
    asked = {
        "client_id": "portal",
        "redirect_uri": "http://localhost:8001/paris/callback",
        "response_type": "code",
        "scope": "openid email",
        "state": "the same",
        "code_challenge": create_s256_code_challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    told: list[tuple[str, str]] = []
    for person in people * 2:
        answer = person.browser.get(f"{cache}/authorize?{urlencode(asked)}", timeout=60, allow_redirects=False)
        (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": asked["redirect_uri"],
            "code_verifier": VERIFIER,
        }
        tokens = requests.post(f"{cache}/token", data=form, auth=("portal", secret), timeout=60).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        told.append(
            (person.identifier, requests.get(f"{cache}/userinfo", headers=bearer, timeout=60).json()["email"])
        )
    assert told == [(person.identifier, f"{person.identifier}@example.org") for person in people * 2]


@pytest.mark.threat("T-37")
def test_what_is_the_same_for_everybody_may_come_from_it(
    people: list[Person], landlord: Landlord, cache: str
) -> None:
    style = re.findall(r'href="/paris(/static/[^"]+)"', people[0].open(f"{cache}/account").text)[0]
    for path in (*FOR_EVERYBODY, style):
        straight = requests.get(landlord.issuer + path, timeout=60)
        answers = [browser.get(cache + path, timeout=60) for browser in (requests.Session(), people[0].browser)]
        assert [answer.content for answer in answers] == [straight.content] * 2, path
        assert came_from_the_cache(answers[1]), path
        assert "Set-Cookie" not in answers[1].headers
