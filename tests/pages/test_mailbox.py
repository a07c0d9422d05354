import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.app import create_app
from idp.domain.mails import MailKind
from idp.services.transports import FolderTransport
from idp.settings.root import Settings
from idp.web.mail_rendering import render
from tests.conftest import HandClock

BASE = "http://localhost:8000"
NAME = re.compile(r'href="(/_mailbox/[^"/]+)"')


def send(app: Flask, settings: Settings, clock: HandClock, recipient: str, serial: int) -> None:
    """Let the folder transport write a mail, as the worker does."""
    with app.app_context():
        message = render(
            MailKind.CONFIRM_EMAIL,
            settings.landlords["paris"],
            "fr",
            recipient,
            {"token": f"t0ken{serial}"},
            "abcdefghijkl",
            clock(),
        )
    FolderTransport(settings.mail.folder).send(message, serial, clock())


@pytest.fixture
def mails(app: Flask, settings: Settings, clock: HandClock) -> None:
    send(app, settings, clock, "marie@example.org", 1)
    clock.forward(minutes=1)
    send(app, settings, clock, "paul@example.org", 2)


def get(app: Flask, path: str) -> TestResponse:
    return app.test_client().get(path, base_url=BASE, headers={"Accept-Language": "fr"})


def test_an_empty_mailbox_says_so(app: Flask) -> None:
    assert "Aucun message pour l’instant" in get(app, "/_mailbox").text


@pytest.mark.usefixtures("mails")
def test_the_newest_mail_comes_first(app: Flask) -> None:
    page = get(app, "/_mailbox").text
    assert page.index("paul@example.org") < page.index("marie@example.org")


@pytest.mark.usefixtures("mails")
def test_mails_to_one_person(app: Flask) -> None:
    page = get(app, "/_mailbox?to=Marie").text
    assert "marie@example.org" in page
    assert "paul@example.org" not in page


@pytest.mark.usefixtures("mails")
def test_a_mail_is_shown_in_both_forms_with_its_link(app: Flask) -> None:
    address = NAME.findall(get(app, "/_mailbox").text)[0]
    response = get(app, address)
    assert f'<iframe src="{address}/html"' in response.text
    assert 'href="http://localhost:8000/paris/link?token=t0ken2"' in response.text
    assert "frame-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("mails")
def test_the_html_part_can_do_nothing_but_be_read_and_followed(app: Flask) -> None:
    address = NAME.findall(get(app, "/_mailbox").text)[0]
    response = get(app, address + "/html")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert '<base target="_top">' in response.text
    assert "t0ken2" in response.text


@pytest.mark.parametrize(
    "name", ["nothing", "..%2f..%2fsecrets%2froot", "20261102T090000Z-00000001-zzzzzzzz", ".hidden"]
)
@pytest.mark.usefixtures("mails")
def test_nothing_else_can_be_opened(app: Flask, name: str) -> None:
    assert get(app, f"/_mailbox/{name}").status_code == 404
    assert get(app, f"/_mailbox/{name}/html").status_code == 404


def test_outside_the_demo_there_is_no_mailbox(settings: Settings, clock: HandClock) -> None:
    quiet = settings.model_copy(update={"server": settings.server.model_copy(update={"demo": False})})
    assert get(create_app(quiet, clock), "/_mailbox").status_code == 404
