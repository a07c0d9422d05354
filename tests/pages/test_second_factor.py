"""Sets up, changes and takes away the second factor, as people see it."""

import re
from html import unescape
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from idp.domain.mails import MailKind
from idp.models import Account, BrowserSession, Event, Mail, RecoveryCode, SecondFactor
from idp.services import keys
from idp.settings.root import Settings
from idp.settings.second_factor import SecondFactor as Rules
from tests.authenticator import SECRET, add_second_factor, another_code, code_at
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, PASSWORD, add_account, add_holder, add_letter, newest_mail
from tests.visitor import Visitor

IDENTIFIER = "7000900"
NEW_PASSWORD = "Jonquille-7-rues"


@pytest.fixture
def mode() -> str:
    """What the landlord does about second factors."""
    return "offered"


@pytest.fixture
def settings(settings: Settings, mode: str) -> Settings:
    paris = settings.landlords["paris"].model_copy(update={"second_factor": Rules.model_validate({"mode": mode})})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": paris}})


@pytest.fixture
def account(make_work: MakeWork) -> Account:
    work = make_work()
    keys.ensure(work)
    account = add_account(work, add_holder(work, IDENTIFIER))
    work.db.commit()
    return account


@pytest.fixture
def factor(account: Account, make_work: MakeWork) -> list[str]:
    """Give the account a second factor, and return its recovery codes."""
    work = make_work()
    codes = add_second_factor(work, account)
    work.db.commit()
    return codes


def signed_in(app: Flask, path: str = "/sign-in?then=account") -> Visitor:
    visitor = Visitor(app)
    visitor.get(path)
    visitor.submit(identifier=IDENTIFIER, password=PASSWORD)
    return visitor


def secret_on(visitor: Visitor) -> str:
    """Read the key on the page of the picture."""
    found = re.search(r'translate="no">([A-Z2-7 ]+)<', visitor.text)
    assert found, visitor.text
    return found[1].replace(" ", "")


def codes_on(visitor: Visitor) -> list[str]:
    return re.findall(r"<code>([a-z0-9-]+)</code>", visitor.text)


def set_up(visitor: Visitor, clock: HandClock, **proof: str) -> str:
    """Go through the set-up, and return the secret."""
    visitor.get("/second-factor/set-up")
    visitor.submit(**proof)
    visitor.follow()
    secret = secret_on(visitor)
    visitor.submit(code=code_at(clock(), secret))
    return secret


def kinds(engine: Engine) -> list[str]:
    with Session(engine) as db:
        return list(db.scalars(select(Mail.kind).order_by(Mail.id)))


def status(visitor: Visitor) -> int:
    assert visitor.page is not None
    return visitor.page.status_code


@pytest.mark.threat("T-22")
@pytest.mark.usefixtures("account")
def test_it_is_turned_on_with_the_password_and_the_first_code(app: Flask, clock: HandClock, engine: Engine) -> None:
    visitor, other = signed_in(app), signed_in(app)
    visitor.follow()
    assert "Activer la connexion en deux étapes" in visitor.text
    visitor.get("/second-factor/set-up")
    visitor.submit(present="Faux-1234")
    assert status(visitor) == 422
    visitor.submit(present=PASSWORD)
    visitor.follow()
    secret = secret_on(visitor)
    visitor.submit(code=another_code(clock(), secret))
    assert status(visitor) == 422
    assert secret_on(visitor) == secret
    before = visitor.client.get_cookie("paris-session")
    visitor.submit(code=code_at(clock(), secret))
    codes = codes_on(visitor)
    assert (len(codes), len(set(codes))) == (10, 10)
    after = visitor.client.get_cookie("paris-session")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    visitor.get("/account")
    assert "Activée depuis le 2\N{NO-BREAK SPACE}novembre 2026" in visitor.text.replace(
        "&nbsp;", "\N{NO-BREAK SPACE}"
    )
    other.get("/account")
    assert other.location == "/sign-in"  # whoever had got in by the password alone
    assert kinds(engine)[-1] == MailKind.SECOND_FACTOR_ADDED


@pytest.mark.usefixtures("account")
def test_a_picture_that_is_not_finished_counts_for_nothing(app: Flask, clock: HandClock) -> None:
    visitor = signed_in(app)
    visitor.get("/second-factor/set-up")
    visitor.submit(present=PASSWORD)
    assert signed_in(app).location == "/account"
    clock.forward(hours=1)
    visitor.get("/second-factor/set-up/code")
    assert visitor.location != ""


@pytest.mark.usefixtures("factor")
def test_what_is_no_code_at_all_is_no_try(app: Flask, clock: HandClock) -> None:
    visitor = signed_in(app)
    visitor.follow()
    for _ in range(6):
        visitor.submit(code="12345")
        assert status(visitor) == 422
        assert "Saisissez les six chiffres" in visitor.text
    visitor.submit(code=code_at(clock()))
    assert visitor.location == "/account"


@pytest.mark.threat("T-27")
@pytest.mark.usefixtures("account")
def test_another_session_sees_nothing_of_the_picture(app: Flask) -> None:
    visitor, thief = signed_in(app), signed_in(app)
    visitor.get("/second-factor/set-up")
    visitor.submit(present=PASSWORD)
    thief.get("/second-factor/set-up/code")
    assert thief.location == "/second-factor/set-up"


@pytest.mark.spec("RFC 6238 3")
@pytest.mark.usefixtures("account")
def test_the_picture_the_link_and_the_key_say_the_same(app: Flask) -> None:
    visitor = signed_in(app)
    visitor.get("/second-factor/set-up")
    visitor.submit(present=PASSWORD)
    visitor.follow()
    link = re.search(r'href="(otpauth:[^"]+)"', visitor.text)
    assert link
    read = pyotp.parse_uri(unescape(link[1]))
    assert read.secret == secret_on(visitor)
    assert read.name == IDENTIFIER
    assert "<svg" in visitor.text
    assert "style=" not in visitor.text.split("<main")[1]


@pytest.mark.threat("T-22")
def test_new_codes_take_the_place_of_the_former_ones(
    app: Flask, factor: list[str], clock: HandClock, engine: Engine
) -> None:
    (former, *_) = factor
    visitor = through_the_code(app, clock)
    visitor.get("/account/second-factor/codes")
    visitor.submit(present="Faux-1234")
    assert status(visitor) == 422
    visitor.submit(present=PASSWORD)
    codes = codes_on(visitor)
    assert former not in codes
    assert kinds(engine)[-1] == MailKind.RECOVERY_CODES_MADE
    late = signed_in(app)
    late.get("/second-factor/recovery-code")
    late.submit(code=former)
    assert status(late) == 422
    late.submit(code=codes[0])
    assert status(late) == 303
    visitor.get("/account")
    assert "restants" in visitor.text
    with Session(engine) as db:
        assert all(code not in row.code_mac for row in db.scalars(select(RecoveryCode)) for code in codes)


def through_the_code(app: Flask, clock: HandClock) -> Visitor:
    visitor = signed_in(app)
    visitor.follow()
    clock.forward(seconds=30)
    visitor.submit(code=code_at(clock()))
    assert visitor.location == "/account", visitor.text
    return visitor


@pytest.mark.threat("T-22")
@pytest.mark.usefixtures("factor")
def test_it_is_taken_away_with_the_password(app: Flask, account: Account, clock: HandClock, engine: Engine) -> None:
    visitor = through_the_code(app, clock)
    visitor.get("/account/second-factor/remove")
    visitor.submit(present="Faux-1234")
    assert status(visitor) == 422
    visitor.submit(present=PASSWORD)
    visitor.follow()
    assert "désactivée" in visitor.text
    assert kinds(engine)[-1] == MailKind.SECOND_FACTOR_REMOVED
    assert signed_in(app).location == "/account"
    with Session(engine) as db:
        assert db.scalars(select(SecondFactor)).all() == []
        assert db.scalars(select(RecoveryCode)).all() == []


@pytest.mark.usefixtures("factor")
def test_another_telephone_takes_the_place_of_the_former_one(app: Flask, account: Account, clock: HandClock) -> None:
    visitor = through_the_code(app, clock)
    secret = set_up(visitor, clock, present=PASSWORD)
    assert secret != SECRET
    clock.forward(seconds=30)
    late = signed_in(app)
    late.follow()
    late.submit(code=code_at(clock()))
    assert status(late) == 422
    late.submit(code=code_at(clock(), secret))
    assert late.location == "/account"


@pytest.mark.threat("T-22")
@pytest.mark.usefixtures("factor")
def test_a_new_password_needs_no_further_code_here(
    app: Flask, account: Account, clock: HandClock, engine: Engine
) -> None:
    visitor = through_the_code(app, clock)
    visitor.get("/account/password")
    visitor.submit(present=PASSWORD, password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    visitor.follow()
    assert "Mon compte" in visitor.text
    with Session(engine) as db:
        newest = db.scalars(select(BrowserSession).order_by(BrowserSession.id.desc())).first()
        assert newest is not None
        assert newest.amr == ["pwd", "otp", "mfa"]


@pytest.mark.threat("T-25")
@pytest.mark.usefixtures("factor")
def test_a_password_that_was_forgotten_does_not_replace_the_code(
    app: Flask, account: Account, make_work: MakeWork
) -> None:
    visitor = Visitor(app)
    visitor.get("/forgotten-password")
    visitor.submit(identifier=IDENTIFIER)
    work = make_work()
    token = newest_mail(work, MailKind.RESET_PASSWORD)[1]
    work.db.rollback()
    visitor.get(f"/reset?token={token}")
    visitor.follow()
    visitor.submit(password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    visitor.follow()
    visitor.submit("/sign-in?then=account", identifier=IDENTIFIER, password=NEW_PASSWORD)
    assert visitor.location == "/second-factor"


@pytest.mark.threat("T-27")
@pytest.mark.usefixtures("factor")
def test_who_waits_for_the_code_brings_no_telephone_of_their_own(app: Flask, engine: Engine) -> None:
    thief = signed_in(app)
    thief.follow()
    token = thief.token()
    for path in ("/second-factor/set-up", "/second-factor/set-up/code"):
        thief.get(path)
        assert thief.location in ("/second-factor", "/second-factor/set-up")
        thief.submit(path, csrf_token=token, present=PASSWORD, code="123456")
        assert thief.location in ("/second-factor", "/second-factor/set-up")
    with Session(engine) as db:
        assert len(db.scalars(select(SecondFactor)).all()) == 1


@pytest.mark.parametrize("mode", ["required"])
@pytest.mark.usefixtures("account")
def test_where_everybody_must_have_one_it_is_set_up_right_after_the_sign_in(
    app: Flask, clock: HandClock, engine: Engine
) -> None:
    visitor = signed_in(app)
    assert visitor.location == "/second-factor"
    visitor.follow()
    assert visitor.location == "/second-factor/set-up"
    visitor.get("/account")
    assert visitor.location == "/second-factor"
    set_up(visitor, clock)
    assert len(codes_on(visitor)) == 10
    visitor.get("/account")
    assert "Revenir à la connexion en une étape" not in visitor.text
    visitor.get("/account/second-factor/remove")
    assert visitor.location == "/account"
    with Session(engine) as db:
        newest = db.scalars(select(BrowserSession).order_by(BrowserSession.id.desc())).first()
        assert newest is not None
        assert newest.amr == ["pwd", "otp", "mfa"]
        assert "second_factor.added" in db.scalars(select(Event.name)).all()


@pytest.mark.parametrize("mode", ["required"])
def test_the_end_of_a_first_connection_sets_it_up(app: Flask, make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    add_letter(work, add_holder(work, IDENTIFIER))
    work.db.commit()
    visitor = Visitor(app)
    visitor.get("/first-connection")
    visitor.submit(identifier=IDENTIFIER, password=CODE)
    visitor.follow()
    visitor.submit(email="chloe@example.org")
    work = make_work()
    token = newest_mail(work, MailKind.CONFIRM_EMAIL)[1]
    work.db.rollback()
    visitor.get(f"/link?token={token}")
    visitor.follow()
    visitor.submit("/confirm")
    visitor.get("/first-connection/password")
    visitor.submit(password=NEW_PASSWORD, confirmation=NEW_PASSWORD)
    assert visitor.location == "/second-factor"
    set_up(visitor, clock)
    assert len(codes_on(visitor)) == 10


@pytest.mark.usefixtures("account")
def test_a_session_from_before_it_was_required_is_over(app: Flask) -> None:
    visitor = signed_in(app)
    visitor.follow()
    assert "Mon compte" in visitor.text
    landlords = app.extensions["loge"].settings.landlords
    landlords["paris"] = landlords["paris"].model_copy(update={"second_factor": Rules(mode="required")})
    visitor.get("/account")
    assert visitor.location == "/sign-in"


@pytest.mark.parametrize("mode", ["off"])
@pytest.mark.usefixtures("factor")
def test_where_there_is_none_there_is_no_page_and_nobody_is_asked(app: Flask, account: Account) -> None:
    visitor = signed_in(app)
    assert visitor.location == "/account"
    visitor.follow()
    assert "deux étapes" not in visitor.text
    for path in (
        "/second-factor/lost",
        "/second-factor/set-up",
        "/account/second-factor/codes",
        "/account/second-factor/remove",
    ):
        visitor.get(path)
        assert status(visitor) == 404, path
    told = visitor.client.get(f"http://localhost:8000{urlsplit(visitor.root).path}/.well-known/openid-configuration")
    assert told.get_json()["acr_values_supported"] == ["1"]


@pytest.mark.usefixtures("factor")
def test_a_device_is_connected_after_the_code(app: Flask, clock: HandClock) -> None:
    visitor = signed_in(app, "/sign-in?then=device")
    assert visitor.location == "/second-factor"
    visitor.get("/device/confirm")
    assert visitor.location == "/second-factor"
    visitor.follow()
    clock.forward(seconds=30)
    visitor.submit(code=code_at(clock()))
    assert visitor.location == "/device/confirm"


@pytest.mark.usefixtures("account")
def test_who_has_neither_telephone_nor_codes_is_told_whom_to_call(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/second-factor/lost")
    assert status(visitor) == 200
    assert "tel:" in visitor.text
