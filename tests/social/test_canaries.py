"""A whole story, told with secrets and a person who are unlike anything else, and where these turn up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from idp.cli import main
from idp.domain.mails import MailKind
from idp.domain.social import Identity
from idp.models import Account, Base
from idp.services import people, social_links
from idp.settings.client import Client
from idp.settings.root import Settings
from idp.web import migration_state
from tests.conftest import PORTAL_SECRET, HandClock, MakeWork
from tests.oidc.registering import METADATA, new_token, offering, send
from tests.oidc.relying_party import VERIFIER, RelyingParty
from tests.people import add_holder, add_letter, mailed
from tests.social.conftest import Traveller
from tests.social.witness import Exchange, Witness, stands_in
from tests.upstream import SECRET, Other
from tests.visitor import BASE

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
EVERYTHING = "openid profile email contracts offline_access"
CODE, WRONG, WEAK, OWN, NEWER, NEWEST = (
    "730519",
    "Serin-7-jaunes",
    "serin",
    "Canari-8-verts",
    "Canari-9-bleus",
    "Pinson-6-gris",
)
EMAIL, OTHER_EMAIL = "zephyrine.quinquembois@example.org", "zq.canary@example.org"
PERSON = ("Quinquembois", "QUINQUEMBOIS", "Zéphyrine", "1987-05-13", "13/05/1987", EMAIL, OTHER_EMAIL)
Capture = pytest.CaptureFixture[str]
FAULTS = {400, 401, 403, 404, 405, 410, 413, 429, 500}
Place = tuple[str, str]
"""Path below the landlord's root, and place: where a secret has to be."""
REDIRECT = ("location", "link", "body")
"""Places of an address that the browser is sent to; the page of a redirect repeats it."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The usual settings, where apps may register, with a device."""
    paris = offering(settings).landlords["paris"]
    screen = {"client_id": "screen", "name": "Screen", "auth": "none", "first_party": True, "redirect_uris": []}
    device = Client.model_validate({**screen, "grant_types": [DEVICE, "refresh_token"], "scopes": ["openid"]})
    changed = paris.model_copy(update={"clients": [*paris.clients, device]})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": changed}})


@dataclass
class Story:
    """What happens to one person, and what is secret in it.

    Attributes:
        app: the provider.
        person: the person's browser.
        portal: the landlord's app.
        other: another provider.
        make_work: opens a transaction.
        secrets: every secret, with the places where it has to be.
        log: all that was logged, in the end.
    """

    app: Flask
    person: Traveller
    portal: RelyingParty
    other: Other
    make_work: MakeWork
    secrets: dict[str, set[Place]] = field(default_factory=dict)
    log: str = ""

    def keep(self, secret: str, *places: Place) -> str:
        """Note a secret."""
        assert len(secret) >= 5
        self.secrets.setdefault(secret, set()).update(places)
        return secret

    def link(self, kind: MailKind, path: str) -> str:
        """Open the newest mail of a kind: its link."""
        work = self.make_work()
        token = str(mailed(work, kind)[1]["token"])
        work.db.commit()
        return f"{path}?token={self.keep(token, (path, 'address'), (path, 'set-cookie'))}"

    def answer(self) -> str:
        """Follow the browser to the app, and read the code."""
        while True:
            assert self.person.page is not None
            if self.person.page.location.startswith("http://localhost:8001"):
                break
            self.person.follow()
        code = dict(parse_qsl(urlsplit(self.person.page.location).query))["code"]
        redirects = [(path, place) for path in ("/authorize", "/authorize/resume") for place in REDIRECT]
        return self.keep(code, *redirects, ("/sign-in", "location"))

    def ask(self, **changes: str) -> None:
        """Let the app send the browser."""
        self.person.get(f"/authorize?{urlencode(self.portal.request(scope=EVERYTHING, **changes))}")

    def take(self, answer: dict[str, Any], path: str, *names: str) -> dict[str, Any]:
        """Note the secrets in an answer to an app."""
        for name in names:
            self.keep(answer[name], (path, "body"))
        return answer

    def tokens(self, response: Any) -> dict[str, Any]:
        """Note the tokens of an answer."""
        assert response.status_code == 200, response.text
        names = [name for name in ("access_token", "refresh_token", "id_token") if name in response.get_json()]
        return self.take(response.get_json(), "/token", *names)


def first_connection(story: Story, identifier: str) -> None:
    """The letter, an address, the mail, a password; then the app."""
    person = story.person
    story.ask()
    person.follow()
    person.submit(identifier=identifier, password=story.keep(WRONG))
    person.submit(identifier=identifier, password=story.keep(CODE))
    person.follow()
    person.submit(email=EMAIL)
    person.follow()
    person.get(story.link(MailKind.CONFIRM_EMAIL, "/link"))
    person.follow()
    person.submit()
    person.follow()
    person.submit(password=WEAK, confirmation=WEAK)
    person.submit(password=story.keep(OWN), confirmation=OWN)


def what_the_app_does(story: Story) -> None:
    """Tokens of every kind, and what apps ask with them, rightly and wrongly."""
    portal = story.portal
    code = story.answer()
    assert portal.redeem(code, code_verifier="w" * 50).status_code == 400
    tokens = story.tokens(portal.redeem(code))
    assert portal.redeem(code).status_code == 400
    assert portal.userinfo(tokens["access_token"]).get_json()["family_name"] == "QUINQUEMBOIS"
    assert portal.introspect(tokens["refresh_token"]).get_json()["active"] is True
    newer = story.tokens(portal.refresh(tokens["refresh_token"]))
    for path in ("/userinfo", "/introspect", "/revoke", "/token", "/par", "/nowhere"):
        query = urlencode({"access_token": newer["access_token"], "token": EMAIL})
        at = {"path": f"/paris{path}", "base_url": BASE}
        story.app.test_client().get(**at, headers={"Authorization": f"Bearer {newer['access_token']}x"})
        story.app.test_client().post(**at, data=query, headers={"Authorization": newer["refresh_token"]})
    assert portal.revoke(newer["refresh_token"]).status_code == 200
    story.ask(prompt="none", login_hint=EMAIL)
    story.tokens(portal.redeem(story.answer()))


def what_the_account_does(story: Story) -> None:
    """Another password, another address, a device, an account elsewhere."""
    person = story.person
    person.get("/account/password")
    person.submit(present=WRONG, password=NEWER, confirmation=NEWER)
    person.submit(present=OWN, password=story.keep(NEWER), confirmation=NEWER)
    person.get("/account/address")
    person.submit(email=OTHER_EMAIL, present=NEWER)
    person.get(story.link(MailKind.CONFIRM_NEW_EMAIL, "/new-address"))
    person.follow()
    person.submit()
    device = RelyingParty(story.app, story.portal.client.model_copy(update={"client_id": "screen", "auth": "none"}))
    codes = story.take(device.ask("/device_authorization", scope="openid").get_json(), "/device_authorization")
    story.keep(codes["device_code"], ("/device_authorization", "body"))
    person.get("/device")
    person.submit(user_code=codes["user_code"])
    person.follow()
    person.submit(answer="allow")
    story.tokens(device.token(grant_type=DEVICE, device_code=codes["device_code"]))
    person.get("/sign-out")
    person.submit()


def recovery(story: Story, identifier: str) -> None:
    """A forgotten password, a link used twice, a forgotten identifier, and the sign-in."""
    person = story.person
    person.get("/forgotten-password")
    person.submit(identifier=identifier)
    link = story.link(MailKind.RESET_PASSWORD, "/reset")
    person.get(link)
    person.follow()
    person.submit(password=story.keep(NEWEST), confirmation=NEWEST)
    person.get(link)
    person.follow()
    person.get("/forgotten-identifier")
    person.submit(email=OTHER_EMAIL)
    story.ask()
    person.follow()
    person.submit(identifier=identifier, password=OWN)
    person.submit(identifier=identifier, password=NEWEST)
    tokens = story.tokens(story.portal.redeem(story.answer()))
    bye = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "http://localhost:8001/paris/"}
    person.submit("/logout", **bye)


def other_ways(story: Story) -> None:
    """The sign-in by an account elsewhere, and an app that registers itself."""
    work = story.make_work()
    account = work.db.scalars(select(Account)).one()
    assert social_links.link(work, account, "other", Identity(story.other.issuer, "canary-there", None)) is None
    work.db.commit()
    story.other.person = {"sub": "canary-there", "email": EMAIL, "email_verified": True}
    story.person.get("/sign-in")
    story.person.token()
    back = story.other.allow(story.person.leave())
    assert story.person.come_back(back).status_code == 303
    token = story.keep(new_token(story.make_work))
    made = send(story.app, "POST", "/register", token, METADATA).get_json()
    own = f"/register/{made['client_id']}"
    story.take(made, "/register", "client_secret", "registration_access_token")
    story.keep(made["registration_access_token"], (own, "body"))
    for method, body in (("GET", None), ("PUT", METADATA), ("DELETE", None)):
        send(story.app, method, own, made["registration_access_token"], body)


def faults(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong, with everything that may not be repeated."""
    person = story.person
    typed = {"identifier": EMAIL, "password": NEWEST, "email": EMAIL}
    for path in ("/sign-in", "/link", "/reset", "/confirm", "/account/password", "/nowhere"):
        Traveller(story.app).submit(path, **typed)
    hostile = {"client_id": "portal", "login_hint": EMAIL, "redirect_uri": f"https://evil.example/{NEWEST}"}
    story.app.test_client().post("/paris/authorize", base_url=BASE, data=hostile)
    story.app.test_client().post("/paris/sign-in", base_url=BASE, data={"password": NEWEST, "x": "x" * 70_000})

    def broken(*_: object) -> None:
        raise RuntimeError(f"{EMAIL} {NEWEST} Quinquembois")

    monkeypatch.setattr(people, "holders", broken)
    story.app.testing = False
    assert person.get("/account").status_code == 500


@pytest.fixture
def witness(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Witness:
    """Somebody who sees every exchange."""
    found = Witness(app.wsgi_app)
    monkeypatch.setattr(app, "wsgi_app", found)
    return found


@pytest.fixture
def story(app: Flask, traveller: Traveller, settings: Settings, other: Other, make_work: MakeWork) -> Story:
    """The story, before it begins."""
    client = settings.landlords["paris"].client("portal")
    assert client is not None
    found = Story(app, traveller, RelyingParty(app, client), other, make_work)
    for secret in (PORTAL_SECRET, VERIFIER, SECRET):
        found.keep(secret)
    return found


@pytest.fixture
def told(story: Story, witness: Witness, clock: HandClock, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> Story:
    """The story, told to its end."""
    work = story.make_work()
    holder = add_holder(work, "7000864", last_name="QUINQUEMBOIS")
    holder.first_name = "Zéphyrine"
    add_letter(work, holder, CODE)
    work.db.commit()
    first_connection(story, holder.identifier)
    what_the_app_does(story)
    what_the_account_does(story)
    clock.forward(minutes=5)
    recovery(story, holder.identifier)
    other_ways(story)
    faults(story, monkeypatch)
    monkeypatch.setattr(migration_state, "require_newest", lambda _: None)
    story.log = capsys.readouterr().err + command(story.app, "worker", "--once")
    assert len(witness.seen) > 80
    return story


def command(app: Flask, *words: str) -> str:
    """Run a command, and return what it says and logs."""
    result = app.test_cli_runner().invoke(main, list(words), catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def wrong_places(story: Story, exchange: Exchange, cookies: set[str]) -> Iterator[tuple[str, str, str]]:
    """List where an exchange shows what it must not."""
    path = exchange.path.removeprefix("/paris")
    for place, text in exchange.places():
        for secret, allowed in story.secrets.items():
            its_own = place == "set-cookie" and secret in cookies
            if not its_own and (path, place) not in allowed and stands_in(secret, text):
                yield path, place, secret
        hinted = (path, place) == ("/authorize", "address")  # what an app writes there is its own affair
        if not hinted and (place != "body" or exchange.status in FAULTS):
            yield from ((path, place, word) for word in PERSON if stands_in(word, text))


@pytest.mark.threat("T-64")
@pytest.mark.threat("T-79")
def test_secrets_are_where_they_have_to_be_and_nobody_is_named_in_passing(
    told: Story, witness: Witness, app: Flask, make_work: MakeWork
) -> None:
    cookies = witness.set_cookies()
    for cookie in cookies:
        told.keep(cookie)
    assert {exchange.status for exchange in witness.seen} >= {200, 201, 204, 303, 400, 401, 404, 405, 413, 422, 500}
    for exchange in witness.seen:
        found = list(wrong_places(told, exchange, cookies))
        assert found == [], (exchange.method, exchange.status)
    shown = {
        secret
        for exchange in witness.seen
        for _, text in exchange.places()
        for secret in told.secrets
        if secret in text
    }
    assert {secret for secret, places in told.secrets.items() if places} <= shown  # or nothing was looked at
    work = make_work()
    rows = "".join(str(row) for table in Base.metadata.sorted_tables for row in work.db.execute(table.select()))
    kept = {"log": told.log, "events": command(app, "events", "--since", "9d", "--json"), "database": rows}
    for happened in ("sign_in.succeeded", "account.opened", "tokens.issued", "app.registered"):
        assert happened in kept["events"]
        assert happened in kept["log"]
    for said in ("request.failed", "mail.sent"):
        assert said in kept["log"]
    assert stands_in("QUINQUEMBOIS", rows)
    for where, text in kept.items():
        words = told.secrets if where == "database" else (*told.secrets, *PERSON)
        assert [word for word in words if stands_in(word, text)] == [], where
