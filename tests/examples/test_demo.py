"""`make run`: everything starts, the table is true, Ctrl-C stops it all, trouble is told in words."""

import csv
import os
import re
import signal
import socket
import time
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.conftest import ROOT
from tests.examples.browser import Browser
from tests.examples.conftest import Demo, MakeDemo

FOUR = ("paris", "moselle", "contrat", "auvergne")
PASSWORD = "Violette-9-portes"
MAIL = re.compile(r'href="(/_mailbox/[^"]+)"')
LINK = re.compile(r"https?://[^\s\"<]+/\w+/(?:link|reset|activation)\?token=([\w-]+)")


def letters(demo: Demo) -> list[dict[str, str]]:
    return list(csv.DictReader(demo.rows("var", "letters.csv")))


def newest_link(demo: Demo, recipient: str) -> str:
    """Read the link of the newest mail in the mailbox page, as a person trying the demo does."""
    mailbox = Browser()
    for _ in range(600):
        found = MAIL.search(mailbox.open(f"{demo.provider}/_mailbox?to={recipient}").text)
        if found:
            link = LINK.search(mailbox.open(demo.provider + found[1]).text)
            assert link is not None
            return link[0]
        time.sleep(0.1)
    raise AssertionError(f"no mail to {recipient}")


def connect(demo: Demo, browser: Browser, identifier: str, secret: str) -> str:
    """Walk through the first connection and back to the portal.

    Returns:
        the link that the mail held.
    """
    browser.open(f"{demo.portal()}/sign-in")
    assert urlsplit(browser.page.url).path == "/paris/sign-in"
    browser.submit(identifier=identifier, password=secret)
    email = f"n{identifier}@example.org"
    browser.submit(email=email)
    link = newest_link(demo, email)
    browser.open(link)
    browser.submit()
    if 'name="confirmation"' in browser.page.text:
        browser.submit(password=PASSWORD, confirmation=PASSWORD)
    return link


def test_the_table_says_where_to_go_and_whom_to_try(demo: Demo) -> None:
    for words in (*map(demo.portal, FOUR), f"{demo.provider}/_mailbox", "used the former portal"):
        assert words in demo.said
    for letter in letters(demo)[:2]:
        assert letter["identifier"] in demo.said
        assert letter["code"] in demo.said


def test_the_people_it_names_are_in_the_registries(demo: Demo, tmp_path: Path) -> None:
    named = [line.split("   ") for line in demo.said.splitlines() if line.startswith("    ")]
    title, reference, customer = (
        next([cell.strip() for cell in line if cell.strip()][1:] for line in named if who in line[1] + line[2])
        for who in ("main holder", "direct debit", "signed a lease")
    )
    assert title[0] in (ROOT / "examples/demo/moselle.csv").read_text("utf-8")
    lines = (ROOT / "examples/demo/contrat.csv").read_text("iso-8859-15").splitlines()
    assert [line for line in lines if line.startswith(f"L/{reference[0]};{reference[1]};") and ";Oui;" in line]
    assert customer[0].startswith("02 ")
    number, surname, name = customer[0].removeprefix("02 "), customer[1], customer[2]
    assert f"{number}\t{surname}\t{name}\t" in (ROOT / "examples/demo/auvergne.tsv").read_text("utf-8")


@pytest.mark.parametrize("landlord", FOUR)
def test_each_portal_leads_to_the_sign_in_page_of_its_landlord(demo: Demo, landlord: str) -> None:
    browser = Browser()
    page = browser.open(f"{demo.portal(landlord)}/")
    words = "Mon compte" if landlord == "moselle" else "Me connecter"
    assert f">{words}</a>" in page.text
    browser.open(f"{demo.portal(landlord)}/sign-in")
    assert browser.page.status_code == 200
    assert urlsplit(browser.page.url).path == f"/{landlord}/sign-in"


@pytest.mark.journey("paris-12")
@pytest.mark.threat("T-79")
def test_somebody_with_a_letter_comes_to_the_portal_and_no_secret_to_the_logs(demo: Demo) -> None:
    letter = letters(demo)[0]
    browser = Browser()
    link = connect(demo, browser, letter["identifier"], letter["code"])
    assert browser.page.url == f"{demo.portal()}/"
    assert "Mes contrats" in browser.page.text
    assert f"n{letter['identifier']}@example.org" in browser.page.text
    assert "vérifié" in browser.page.text
    assert "montant fictif" in browser.page.text
    codes = [
        dict(parse_qsl(urlsplit(answer.headers["Location"]).query)).get("code", "-" * 43)
        for answer in browser.page.history
    ]
    logs = demo.logs()
    assert "account.opened" in logs
    token = link.rpartition("=")[2]
    for secret in (letter["code"], PASSWORD, token, letter["identifier"], *codes, *browser.secrets()):
        assert secret not in logs


def test_somebody_of_the_former_portal_comes_to_the_portal_and_leaves(demo: Demo) -> None:
    listed = (ROOT / "examples/demo/former-passwords.csv").read_text("utf-8").splitlines()
    former = next(csv.DictReader(listed))
    browser = Browser()
    connect(demo, browser, former["identifiant"], former["ancien_mot_de_passe"])
    assert "Mes contrats" in browser.page.text
    browser.submit()
    assert urlsplit(browser.page.url)._replace(query="").geturl() == f"{demo.portal()}/"
    assert "Mes contrats" not in browser.page.text
    assert "Mes contrats" not in browser.open(f"{demo.portal()}/").text
    assert urlsplit(browser.open(f"{demo.portal()}/sign-in").url).path == "/paris/sign-in"


@pytest.mark.journey("paris-4")
def test_an_account_of_one_landlord_signs_in_at_another(demo: Demo) -> None:
    named = next(line for line in demo.said.splitlines() if "main holder" in line)
    title, last_name, first_name = named.partition("of a lease")[2].strip().split("   ")
    browser, own = Browser(), {"identifier": title, "password": PASSWORD}
    browser.open(f"{demo.provider}/moselle/registration")
    browser.submit(identifier=title, last_name=last_name, first_name=first_name)
    browser.submit(email="nmoselle@example.org", password=PASSWORD, confirmation=PASSWORD)
    browser.open(newest_link(demo, "nmoselle@example.org"))
    browser.submit()
    letter = letters(demo)[2]
    browser.open(f"{demo.portal()}/sign-in")
    browser.submit(identifier=letter["identifier"], password=letter["code"])
    browser.submit(to="/social/moselle/connect")
    assert urlsplit(browser.page.url).path == "/moselle/sign-in"
    browser.submit(**own)
    assert 'value="nmoselle@example.org"' in browser.page.text
    browser.submit(email="nparis@example.org")
    browser.open(newest_link(demo, "nparis@example.org"))
    browser.submit()
    assert "Mes contrats" in browser.page.text
    other = Browser()
    other.open(f"{demo.portal()}/sign-in")
    other.submit(to="/social/moselle/sign-in")
    other.submit(**own)
    assert "Mes contrats" in other.page.text
    other.submit()
    link = re.search(r'href="(http[^"]+/moselle/logout[^"]+)"', other.page.text)
    assert link is not None
    other.open(unescape(link[1]))
    assert urlsplit(other.page.url)._replace(query="").geturl() == f"{demo.portal()}/"
    assert urlsplit(other.open(f"{demo.provider}/moselle/account").url).path == "/moselle/sign-in"


def test_everything_it_makes_is_private(demo: Demo) -> None:
    for name in ("letters.csv", "secrets/root.key", "secrets/paris-portal"):
        assert (demo.home / "var" / name).stat().st_mode & 0o777 == 0o600
    assert (demo.home / "var").stat().st_mode & 0o777 == 0o700


def test_it_keeps_its_data_stops_whole_and_notices_a_death(make_demo: MakeDemo) -> None:
    demo = make_demo()
    demo.start()
    demo.wait_for_table()
    first = letters(demo)
    children = demo.children()
    assert set(children) == {"provider", "worker", "portal"}
    assert demo.stop(signal.SIGINT) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())

    demo.start()
    demo.wait_for_table()
    assert "Making" not in demo.said
    assert letters(demo) == first
    children = demo.children()
    os.kill(children["worker"], signal.SIGKILL)
    assert demo.wait_for_end() == 1
    assert "The worker stopped by itself" in demo.said
    assert not any(Path(f"/proc/{pid}").exists() for pid in children.values())


def test_a_taken_port_is_told_in_words(make_demo: MakeDemo) -> None:
    demo = make_demo()
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(demo.environ["PORTAL_PORT"])))
        other.listen()
        demo.start()
        assert demo.wait_for_end() == 1
    assert f"Port {demo.environ['PORTAL_PORT']}" in demo.said
    assert "PORTAL_PORT=" in demo.said
    assert not (demo.home / "var").exists()


@pytest.mark.parametrize("port", ["zero", "0", "65536", "８０００", "-1"])
def test_what_is_no_port_is_told_in_words(make_demo: MakeDemo, port: str) -> None:
    demo = make_demo()
    demo.start(PORT=port)
    assert demo.wait_for_end() == 1
    assert "is no port" in demo.said
