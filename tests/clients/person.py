"""Somebody with an account, in front of a browser that has no screen and no script and goes wherever it is sent."""

import re
from collections.abc import Callable
from html import unescape
from time import monotonic, sleep
from urllib.parse import urljoin

import requests

from tests.people import PASSWORD

SECONDS_TO_HEAR = 60
FORM = re.compile(r'<form method="post" action="([^"]+)".*?>(.*?)</form>', re.DOTALL)
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


class Person:
    """One person and one browser.

    Args:
        issuer: the landlord's address at the provider.
        identifier: what the person signs in with.
    """

    def __init__(self, issuer: str, identifier: str) -> None:
        self.issuer = issuer
        self.identifier = identifier
        self.browser = requests.Session()
        self.page = requests.Response()

    def open(self, url: str) -> requests.Response:
        """Open an address and end where it leads."""
        self.page = self.browser.get(url, timeout=60)
        return self.page

    def press(self, url: str) -> requests.Response:
        """Press a button that posts to an address without more, and end where that leads."""
        self.page = self.browser.post(url, timeout=60)
        return self.page

    def submit(self, action: str = "", **fields: str) -> requests.Response:
        """Fill in the page's form, or the one that leads to an address, send it and end where that leads."""
        forms = [form for form in FORM.findall(self.page.text) if action in form[0]]
        assert forms, f"{self.page.url}: {self.page.text}"
        leads_to, inside = forms[0]
        hidden = [dict(ATTRIBUTE.findall(unescape(field))) for field in HIDDEN.findall(inside)]
        sent = {field["name"]: field["value"] for field in hidden} | fields
        self.page = self.browser.post(urljoin(self.page.url, unescape(leads_to)), data=sent, timeout=60)
        return self.page

    def sign_in(self, url: str) -> requests.Response:
        """Open an address of an app that asks who somebody is, answer on the provider's page, and come back."""
        assert self.is_asked_by(url), f"{self.page.url}: {self.page.text}"
        page = self.submit(identifier=self.identifier, password=PASSWORD)
        if page.url.startswith(f"{self.issuer}/authorization"):  # the app is not the landlord's own
            page = self.submit()
        assert page.ok, f"{page.url}: {page.text}"
        assert not page.url.startswith(self.issuer), f"{page.url}: {page.text}"
        return page

    def is_asked_by(self, url: str) -> bool:
        """Tell whether an address leads to the provider's sign-in page."""
        return self.open(url).url.startswith(f"{self.issuer}/sign-in")

    def sign_out(self) -> None:
        """Sign out at the provider itself."""
        self.open(f"{self.issuer}/sign-out")
        assert self.submit().ok

    def sign_out_everywhere(self) -> None:
        """End everything on the page of the account."""
        self.open(f"{self.issuer}/account")
        assert self.submit("/account/sign-out-everywhere").ok


def soon(happens: Callable[[], bool]) -> bool:
    """Wait for what another process brings about."""
    until = monotonic() + SECONDS_TO_HEAR
    while not (done := happens()) and monotonic() < until:
        sleep(0.1)
    return done
