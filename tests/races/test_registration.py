"""Many registrations at once: no more tries than the ladder allows, one account, one mail's worth of effect."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from idp.domain.mails import MailKind
from idp.domain.refusals import Refusal
from idp.models import Account, Holder
from idp.services import activation, mail_links, registration
from idp.services.activation import Activated
from idp.services.mail_links import Purpose
from tests.conftest import MakeWork
from tests.pages.test_registration import MOSELLE, register_at_moselle
from tests.people import add_holder, newest_mail
from tests.races.together import together
from tests.visitor import Visitor


@pytest.mark.threat("T-08")
def test_a_hundred_wrong_proofs_at_once_get_three_tries(make_work: MakeWork) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034")
    work.db.commit()

    def wrong(number: int) -> registration.Refused | Holder:
        one = make_work("moselle", network=f"10.0.{number}.0/24")
        found = registration.prove(one, MOSELLE | {"last_name": f"x{number}"})
        one.db.commit()
        one.db.close()
        return found

    reasons = Counter(found.reason for found in together(100, wrong) if isinstance(found, registration.Refused))
    assert reasons[Refusal.NOT_PROVED] == 2
    assert reasons[Refusal.BLOCKED] == 98


@pytest.mark.threat("T-86")
def test_a_link_pressed_twenty_times_at_once_opens_one_account(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034")
    work.db.commit()
    register_at_moselle(Visitor(app, "moselle"))
    _, token = newest_mail(work, MailKind.ACTIVATE)
    work.db.rollback()

    def press(_: int) -> Activated:
        one = make_work("moselle")
        link = mail_links.find(one, Purpose.ACTIVATE, token)
        assert link is not None
        done = activation.activate(one, link)
        one.db.commit()
        one.db.close()
        return done

    done = Counter(together(20, press))
    assert done[Activated.OPENED] == 1
    assert done[Activated.BEFORE] == 19
    assert work.db.scalar(select(func.count()).select_from(Account)) == 1


@pytest.mark.threat("T-86")
def test_two_registrations_confirmed_at_once_make_one_account(app: Flask, make_work: MakeWork) -> None:
    work = make_work("moselle")
    add_holder(work, "lef120034")
    work.db.commit()
    tokens = []
    for email in ("one@example.org", "two@example.org"):
        register_at_moselle(Visitor(app, "moselle"), email=email)
        tokens.append(newest_mail(work, MailKind.ACTIVATE)[1])
        work.db.rollback()

    def press(number: int) -> Activated:
        one = make_work("moselle")
        link = mail_links.find(one, Purpose.ACTIVATE, tokens[number])
        assert link is not None
        done = activation.activate(one, link)
        one.db.commit()
        one.db.close()
        return done

    assert Counter(together(2, press))[Activated.OPENED] == 1
    assert work.db.scalar(select(func.count()).select_from(Account)) == 1
