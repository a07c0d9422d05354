from flask import Flask

from tests.conftest import MakeWork
from tests.people import PASSWORD, add_account, add_holder
from tests.visitor import Visitor


def test_a_cookie_that_lasts_has_an_age_whatever_the_browsers_clock_says(app: Flask, make_work: MakeWork) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7300001"))
    work.db.commit()
    visitor = Visitor(app)
    visitor.get("/sign-in")
    answer = visitor.submit(identifier="7300001", password=PASSWORD)
    lasting = [line for line in answer.headers.getlist("Set-Cookie") if "Max-Age=" in line]
    assert [line.partition("=")[0] for line in lasting] == ["paris-device"]
    assert "Expires" not in lasting[0]
