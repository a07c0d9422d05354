from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from idp.domain.captchas import Place
from idp.domain.events import EventName
from idp.domain.mails import MailKind
from idp.models import (
    AuthorizationCode,
    Base,
    BrowserSession,
    Event,
    FailureCounter,
    FirstConnection,
    Grant,
    Journey,
    KnownDevice,
    LogoutNotice,
    Mail,
    MailLink,
    ProvisionalPassword,
    PushedRequest,
    RefreshToken,
    Remembered,
    Reminder,
    SigningKey,
    UsedOnce,
)
from idp.services import audit, captchas, lockout, outbox, purge
from idp.services.purge import BATCH, RULES
from idp.services.work import Work
from tests.conftest import HandClock, MakeWork
from tests.people import add_account, add_holder, add_letter

MAIN = "paris"


def sweep(make_work: MakeWork) -> dict[str, int]:
    """Purge everything, as the command does."""
    counts = {}
    for what, rule in RULES.items():
        work = make_work()
        with work.db.begin():
            counts[what] = purge.purge(work, rule)
    return counts


def count(make_work: MakeWork, model: Any) -> int:
    work = make_work()
    with work.db.begin():
        return work.db.scalar(select(func.count()).select_from(model)) or 0


def add_everything(work: Work) -> None:
    """Add one row of each table that is purged, all of them over by now and referring to each other."""
    now, slug = work.now, MAIN
    holder = add_holder(work)
    letter = add_letter(work, holder, expires_at=now)
    first = FirstConnection(
        landlord=slug,
        holder_id=holder.id,
        proof="code",
        provisional_password_id=letter.id,
        started_at=now,
        completed_at=now,
    )
    work.db.add(first)
    work.db.flush()
    account = add_account(work, holder)
    session = BrowserSession(
        landlord=slug,
        token_hash="t" * 64,
        sid="s" * 43,
        account_id=account.id,
        first_connection_id=first.id,
        auth_time=now,
        amr=["pwd"],
        seen_at=now,
        expires_at=now,
    )
    work.db.add(session)
    work.db.flush()
    grant = Grant(
        handle="h" * 43,
        landlord=slug,
        account_id=account.id,
        session_id=session.id,
        client_id="portal",
        scope="openid",
        claims={},
        sid="s" * 43,
        auth_time=now,
        amr=["pwd"],
        created_at=now,
        expires_at=now,
    )
    work.db.add(grant)
    work.db.flush()
    work.db.add_all(
        [
            AuthorizationCode(
                landlord=slug, code_hash="c" * 64, grant_id=grant.id, redirect_uri="http://x", expires_at=now
            ),
            RefreshToken(landlord=slug, token_hash="r" * 64, grant_id=grant.id, issued_at=now, expires_at=now),
            MailLink(
                landlord=slug,
                token_hash="m" * 64,
                purpose="confirm",
                email="a@example.org",
                first_connection_id=first.id,
                created_at=now,
                expires_at=now,
            ),
            Journey(
                landlord=slug,
                reference_hash="j" * 64,
                browser_hash="b" * 64,
                client_id="portal",
                request={},
                started_at=now,
                expires_at=now,
            ),
            PushedRequest(landlord=slug, reference_hash="p" * 64, client_id="portal", request={}, expires_at=now),
            LogoutNotice(landlord=slug, jti="j" * 43, client_id="portal", created_at=now),
            KnownDevice(landlord=slug, account_id=account.id, device_hash="d" * 64, seen_at=now),
            SigningKey(
                landlord=slug,
                kid="k",
                alg="ES256",
                public_jwk={},
                private_jwk="",
                created_at=now,
                active_from=now,
                retires_at=now,
            ),
            Remembered(
                landlord=slug,
                account_id=account.id,
                series_hash="s" * 64,
                token_hash="t" * 64,
                rotated_at=now,
                auth_time=now,
                amr=["pwd"],
                expires_at=now,
            ),
            Reminder(landlord=slug, account_id=account.id, due_on=now.date(), days=7, queued_at=now),
            UsedOnce(landlord=slug, digest="o" * 64, expires_at=now + timedelta(days=30)),
            FailureCounter(landlord=slug, subject="unknown:x", count=1, total=1, window_started_at=now),
        ]
    )
    outbox.enqueue(work, MailKind.ACCOUNT_OPENED, "a@example.org", "fr")
    audit.record(work, EventName.ACCOUNT_OPENED)
    work.db.flush()
    for mail in work.db.scalars(select(Mail)):
        mail.sealed, mail.due_at, mail.sent_at = None, None, now


@pytest.fixture
def everything(make_work: MakeWork) -> None:
    work = make_work()
    with work.db.begin():
        add_everything(work)


@pytest.mark.usefixtures("everything")
def test_nothing_is_deleted_before_its_time(make_work: MakeWork, clock: HandClock) -> None:
    clock.forward(days=29)
    assert not any(sweep(make_work).values())


@pytest.mark.usefixtures("everything")
def test_everything_goes_in_its_time_and_leaves_the_account(make_work: MakeWork, clock: HandClock) -> None:
    clock.forward(days=31)
    gone = {what for what, number in sweep(make_work).items() if number}
    assert gone == {
        "journeys",
        "logout_notices",
        "pushed_requests",
        "codes",
        "refresh_tokens",
        "grants",
        "links",
        "sessions",
        "remembered",
        "mails",
        "reminders",
        "used_once",
        "keys",
    }
    clock.forward(days=60)
    gone = {what for what, number in sweep(make_work).items() if number}
    assert gone == {"first_connections", "letters", "counters"}
    clock.forward(days=275)
    assert sweep(make_work)["events"] > 0
    clock.forward(days=365)
    assert sweep(make_work)["devices"] == 1
    left = {name for name, table in Base.metadata.tables.items() if count(make_work, table)}
    assert left == {"contract", "holder", "print_run", "account", "enrolment", "identifier", "password"}


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Grant, {"expires_at": timedelta(days=400)}),
        (BrowserSession, {"expires_at": timedelta(days=400)}),
        (SigningKey, {"retires_at": None}),
        (ProvisionalPassword, {"expires_at": timedelta(days=400), "cancelled_at": None, "used_at": None}),
    ],
)
def test_what_is_still_good_stays_with_all_it_refers_to(
    make_work: MakeWork, clock: HandClock, model: Any, change: dict[str, timedelta | None]
) -> None:
    work = make_work()
    with work.db.begin():
        row = work.db.scalars(select(model)).one()
        for name, value in change.items():
            setattr(row, name, value and work.now + value)
    clock.forward(days=200)
    sweep(make_work)
    assert count(make_work, model) == 1


def test_a_mail_that_waits_stays(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    with work.db.begin():
        outbox.enqueue(work, MailKind.ACCOUNT_OPENED, "a@example.org", "fr")
    clock.forward(days=400)
    assert sweep(make_work)["mails"] == 0


@pytest.mark.threat("T-02")
def test_tries_that_close_a_way_for_good_stay(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    with work.db.begin():
        worn_out = work.landlord.ladder.person.lifetime
        for subject, total in (("account:1", worn_out), ("account:2", worn_out - 1)):
            work.db.add(
                FailureCounter(landlord=MAIN, subject=subject, count=1, total=total, window_started_at=work.now)
            )
    clock.forward(days=400)
    assert sweep(make_work)["counters"] == 1
    work = make_work()
    assert work.db.scalars(select(FailureCounter.subject)).all() == ["account:1"]


@pytest.mark.journey("moselle-6")
def test_a_block_that_only_the_staff_lift_stays(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work("moselle")
    with work.db.begin():
        lockout.close(work, lockout.held(work, "LEF120034"))
    clock.forward(days=400)
    later = make_work("moselle")
    with later.db.begin():
        purge.purge(later, RULES["counters"])
        assert lockout.is_closed(later, lockout.held(later, "LEF120034"))


def test_other_landlords_rows_stay(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    with work.db.begin():
        work.db.add(Event(landlord="rome", happened_at=work.now, name="key.rotated", details={}))
    clock.forward(days=1000)
    assert not any(sweep(make_work).values())


def test_much_is_deleted_in_batches(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    with work.db.begin():
        for _ in range(BATCH + 1):
            audit.record(work, EventName.KEY_ROTATED)
    clock.forward(days=400)
    assert sweep(make_work)["events"] == BATCH
    assert sweep(make_work)["events"] == 1


def test_the_trail_says_what_was_deleted(work: Work) -> None:
    purge.record(work, {"links": 0})
    assert work.db.scalars(select(Event)).all() == []
    purge.record(work, {"links": 2, "events": 0})
    assert work.db.scalars(select(Event)).one().details == {"deleted": "2 links"}


def test_digits_of_a_form_go_when_they_are_too_old(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work(browser="this-browser")
    with work.db.begin():
        captchas.make(work, Place.SIGN_IN)
        captchas.make_to_mail(work, Place.SIGN_IN)
    assert sweep(make_work)["captchas"] == 0
    clock.forward(minutes=6)
    assert sweep(make_work)["captchas"] == 1
    clock.forward(minutes=25)
    assert sweep(make_work)["captchas"] == 1


def test_what_was_counted_for_a_network_goes_however_much_it_was(make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    with work.db.begin():
        for subject in ("network:192.0.2.0/24", "cases:192.0.2.0/24"):
            work.db.add(
                FailureCounter(landlord=MAIN, subject=subject, count=1, total=1000, window_started_at=work.now)
            )
    clock.forward(days=91)
    assert sweep(make_work)["counters"] == 2
