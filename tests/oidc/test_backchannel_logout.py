"""OpenID Connect Back-Channel Logout 1.0: apps hear directly that a session has ended."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from idp.models import Account, LogoutNotice
from idp.oidc import hints
from idp.services import accounts, backchannel, leaving, sessions
from idp.services.transports import Deferred, Delivered
from idp.services.work import Work
from idp.settings.client import Client
from tests.conftest import HandClock, MakeWork
from tests.oidc.conftest import Party, open_session
from tests.oidc.relying_party import ISSUER, Browser, RelyingParty
from tests.oidc.test_journeys import token_of
from tests.oidc.told import Ears
from tests.people import PASSWORD, add_account, add_holder

BILLS, WORKS = "https://bills.example/signed-out", "https://works.example/signed-out"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


@pytest.fixture
def ears(make_work: MakeWork) -> Ears:
    return Ears(make_work)


def sign_out(browser: Browser) -> None:
    """Sign out on the provider's page."""
    token = token_of(browser.get("/sign-out"))
    assert browser.post("/sign-out", {"csrf_token": token}).status_code in (200, 303)


@pytest.mark.conformance("oidcc-backchannel-rp-initiated-logout")
@pytest.mark.spec("Back-Channel Logout 2.4")
@pytest.mark.parametrize("client_id", ["bills", "works"])
def test_the_logout_token_says_who_and_which_session(
    party: Party, signed_in: Browser, ears: Ears, clock: HandClock, client_id: str
) -> None:
    app = party(client_id)
    id_token = app.claims(app.tokens(signed_in)["id_token"])
    sign_out(signed_in)
    ((_, token),) = ears.listen()
    read = app.read(token)
    assert (read.header["typ"], read.header["alg"]) == ("logout+jwt", app.client.signing_alg)
    now = int(clock.now.timestamp())
    jti = read.claims.pop("jti")
    assert len(jti) == 43
    assert read.claims == {
        "iss": ISSUER,
        "aud": client_id,
        "iat": now,
        "exp": now + 120,
        "events": {EVENT: {}},
        "sub": id_token["sub"],
        "sid": id_token["sid"],
    }


@pytest.mark.journey("all-8")
@pytest.mark.spec("Back-Channel Logout 2.5")
def test_signing_out_of_one_app_signs_out_of_the_others(
    web: RelyingParty, party: Party, signed_in: Browser, ears: Ears
) -> None:
    hint = web.tokens(signed_in)["id_token"]
    sid = web.claims(hint)["sid"]
    for client_id in ("bills", "works", "post"):
        party(client_id).tokens(signed_in)
    bye = {"id_token_hint": hint, "post_logout_redirect_uri": "https://web.example/bye"}
    assert signed_in.get("/logout", bye).location == "https://web.example/bye"
    told = dict(ears.listen())
    assert set(told) == {BILLS, WORKS}
    assert {web.claims(token)["sid"] for token in told.values()} == {sid}


@pytest.mark.spec("Back-Channel Logout 2.3")
def test_an_app_hears_once_however_often_it_was_used(party: Party, signed_in: Browser, ears: Ears) -> None:
    for _ in range(3):
        party("bills").tokens(signed_in, scope="openid offline_access")
    sign_out(signed_in)
    assert [uri for uri, _ in ears.listen()] == [BILLS]
    assert ears.listen() == []


@pytest.mark.spec("Back-Channel Logout 2.3")
def test_apps_that_took_no_part_hear_nothing(web: RelyingParty, signed_in: Browser, ears: Ears) -> None:
    web.tokens(signed_in)
    sign_out(signed_in)
    assert ears.listen() == []


def new_password(work: Work, account: Account) -> None:
    accounts.set_password(work, account, "another")


def closure(work: Work, account: Account) -> None:
    for enrolment in account.enrolments:
        work.db.delete(enrolment)
    work.db.flush()
    assert leaving.close(work, account.id)


@pytest.mark.spec("Back-Channel Logout 2.5")
@pytest.mark.parametrize("end", [new_password, closure])
def test_every_session_of_an_account_ends_with_its_password_and_with_itself(
    app: Flask,
    party: Party,
    account: Account,
    ears: Ears,
    end: Callable[[Work, Account], None],
) -> None:
    bills, browsers = party("bills"), [Browser(app), Browser(app)]
    sids = {open_session(browser, ears.make_work, account).sid for browser in browsers}
    for browser in browsers:
        bills.tokens(browser)
    work = ears.make_work()
    end(work, work.db.get_one(Account, account.id))
    work.db.commit()
    assert {bills.claims(token)["sid"] for _, token in ears.listen()} == sids


@pytest.mark.journey("all-8")
@pytest.mark.spec("Back-Channel Logout 2.3")
def test_signing_out_everywhere_is_told_once(party: Party, signed_in: Browser, ears: Ears) -> None:
    party("bills").tokens(signed_in)
    token = token_of(signed_in.get("/account"))
    assert signed_in.post("/account/sign-out-everywhere", {"csrf_token": token}).status_code == 303
    assert [uri for uri, _ in ears.listen()] == [BILLS]


@pytest.mark.spec("Back-Channel Logout 2.5")
def test_a_late_notice_of_the_old_password_does_not_sign_out_what_the_new_one_opened(
    party: Party, signed_in: Browser, ears: Ears
) -> None:
    bills = party("bills")
    former = bills.claims(bills.tokens(signed_in)["id_token"])["sid"]
    fields = {"present": PASSWORD, "password": "Jonquille-7-rues", "confirmation": "Jonquille-7-rues"}
    token = token_of(signed_in.get("/account/password"))
    assert signed_in.post("/account/password", {"csrf_token": token, **fields}).status_code == 303
    assert bills.claims(bills.tokens(signed_in)["id_token"])["sid"] != former
    assert [bills.claims(told)["sid"] for _, told in ears.listen()] == [former]


@pytest.mark.spec("Back-Channel Logout 2.5")
@pytest.mark.parametrize("limit", ["idle", "absolute"])
def test_a_session_that_expires_is_told_of(
    party: Party, signed_in: Browser, ears: Ears, clock: HandClock, limit: str
) -> None:
    party("bills").tokens(signed_in)
    limits = ears.make_work().landlord.sessions
    lifetime: timedelta = getattr(limits, limit)
    clock.now += min(lifetime, limits.idle) - timedelta(seconds=1)
    assert ears.listen() == []
    clock.now += lifetime
    assert [uri for uri, _ in ears.listen()] == [BILLS]
    assert ears.listen() == []


@pytest.mark.spec("Back-Channel Logout 2.5")
def test_another_person_in_the_same_browser_ends_the_first_ones_session(
    party: Party, signed_in: Browser, make_work: MakeWork, ears: Ears
) -> None:
    bills = party("bills")
    sub = bills.claims(bills.tokens(signed_in)["id_token"])["sub"]
    work = make_work()
    other = add_account(work, add_holder(work, "0777777"))
    work.db.commit()
    open_session(signed_in, make_work, other, in_place_of=signed_in)
    ((_, token),) = ears.listen()
    assert bills.claims(token)["sub"] == sub


def test_signing_in_again_in_the_same_session_is_no_sign_out(
    party: Party, signed_in: Browser, make_work: MakeWork, account: Account, ears: Ears
) -> None:
    party("bills").tokens(signed_in)
    open_session(signed_in, make_work, account, in_place_of=signed_in)
    assert ears.listen() == []
    sign_out(signed_in)
    assert [uri for uri, _ in ears.listen()] == [BILLS]


def test_what_is_rolled_back_is_told_to_nobody(
    party: Party, signed_in: Browser, make_work: MakeWork, account: Account, ears: Ears
) -> None:
    party("bills").tokens(signed_in)
    work = make_work()
    sessions.end_all_of_account(work, account.id)
    work.db.rollback()
    assert ears.listen() == []


@pytest.mark.threat("T-60")
@pytest.mark.spec("Back-Channel Logout 2.4")
def test_a_logout_token_is_good_for_nothing_else(
    party: Party, signed_in: Browser, make_work: MakeWork, ears: Ears
) -> None:
    bills = party("bills")
    bills.tokens(signed_in)
    sign_out(signed_in)
    ((_, token),) = ears.listen()
    assert hints.read(make_work(), token) is None
    assert bills.userinfo(token).status_code == 401


@pytest.mark.threat("T-79")
def test_afterwards_nothing_says_who_it_was(
    party: Party, signed_in: Browser, make_work: MakeWork, ears: Ears
) -> None:
    party("bills").tokens(signed_in)
    sign_out(signed_in)
    ears.listen()
    row = make_work().db.scalars(select(LogoutNotice)).one()
    assert (row.sub, row.sid, row.due_at) == (None, None, None)
    assert row.told_at is not None


def test_an_app_that_does_not_answer_holds_up_nobody_else(
    party: Party, signed_in: Browser, account: Account, ears: Ears
) -> None:
    ears.answers[BILLS] = Deferred("ConnectTimeout")
    second = Browser(signed_in.app)
    open_session(second, ears.make_work, account)
    for browser in (signed_in, second):
        party("bills").tokens(browser)
        party("works").tokens(browser)
        sign_out(browser)
    told = [uri for uri, _ in ears.listen()]
    assert told.count(WORKS) == 2
    assert told.count(BILLS) == 1


@pytest.mark.conformance("oidcc-backchannel-logout-discovery-endpoint-verification")
@pytest.mark.spec("Back-Channel Logout 2.1")
def test_the_metadata_say_so(web: RelyingParty) -> None:
    document = Browser(web.app).get("/.well-known/openid-configuration").get_json()
    assert document["backchannel_logout_supported"] is True
    assert document["backchannel_logout_session_supported"] is True


@pytest.mark.spec("Back-Channel Logout 2.2")
@pytest.mark.threat("T-59")
@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example/out",
        "ftp://app.example/out",
        "https:///out",
        "https://user@app.example/out",
        "https://app.example/out#there",
        "https://app.example/ou t",
        "https://app.example/out;x",
        "out",
        "",
    ],
)
def test_addresses_that_could_not_be_trusted_are_refused(uri: str) -> None:
    with pytest.raises(ValueError, match=r"must be https|an address without"):
        Client.model_validate(
            {
                "client_id": "app",
                "name": "app",
                "auth": "none",
                "redirect_uris": ["https://app.example/"],
                "backchannel_logout_uri": uri,
            }
        )


class Answering(BaseHTTPRequestHandler):
    """An app's server; the path says what it answers."""

    seen: list[tuple[str, str]]

    def do_POST(self) -> None:
        """Answer with the status in the path, and with more than anybody wants to read."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).seen.append((self.path, body))
        self.send_response(int(urlsplit(self.path).path.strip("/")))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Answering.seen = []
    running = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


@pytest.mark.spec("Back-Channel Logout 2.2")
@pytest.mark.spec("Back-Channel Logout 2.5")
@pytest.mark.threat("T-59")
def test_the_token_is_posted_and_no_redirect_is_followed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert backchannel.tell(f"{server}/200", "a.b.c") == Delivered()
    assert backchannel.tell(f"{server}/204?kept=1", "a.b.c") == Delivered()
    for status in (302, 307, 400, 404, 500, 504):
        assert backchannel.tell(f"{server}/{status}", "a.b.c") == Deferred(f"HTTP {status}")
    assert [body for _, body in Answering.seen] == ["logout_token=a.b.c"] * 8
    assert Answering.seen[1][0] == "/204?kept=1"


def test_who_cannot_be_reached_is_tried_again(server: str) -> None:
    port = server.rpartition(":")[2]
    assert backchannel.tell(f"https://127.0.0.1:{port}/200", "a.b.c") == Deferred("SSLError")
    assert backchannel.tell("http://127.0.0.1:9/", "a.b.c") == Deferred("ConnectionError")
