"""A browser without a screen: keeps cookies, fills in the form of the page it is on, follows nothing by itself."""

import re
from html import unescape
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

BASE = "http://localhost:8000"


class Visitor:
    """One browser at one landlord."""

    def __init__(self, app: Flask, landlord: str = "paris", address: str = "192.0.2.7") -> None:
        self.client = app.test_client()
        self.root = f"/{landlord}"
        self.address = address
        self.page: TestResponse | None = None
        self.path = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page, below the landlord's root."""
        return self._request("GET", path, None, headers)

    def submit(self, path: str | None = None, **fields: str) -> TestResponse:
        """Send the form of the present page, there or to the given path."""
        return self._request("POST", path or self.path, {"csrf_token": self.token(), **fields}, {})

    def follow(self) -> TestResponse:
        """Follow the redirect that was just answered."""
        assert self.page is not None
        assert self.page.status_code == 303, self.page.status_code
        parts = urlsplit(self.page.location)
        return self.get(parts.path.removeprefix(self.root) + (f"?{parts.query}" if parts.query else ""))

    def token(self) -> str:
        """Read the CSRF token of the present page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.text)
        return unescape(found[1]) if found else ""

    @property
    def text(self) -> str:
        """The present page as HTML."""
        return self.page.text if self.page is not None else ""

    @property
    def location(self) -> str:
        """Where the present answer leads, without its query."""
        assert self.page is not None
        return urlsplit(self.page.headers.get("Location", "")).path.removeprefix(self.root)

    def _request(self, method: str, path: str, data: dict[str, str] | None, headers: dict[str, str]) -> TestResponse:
        response = self.client.open(
            self.root + path,
            base_url=BASE,
            method=method,
            data=data,
            headers=headers,
            environ_overrides={"REMOTE_ADDR": self.address},
        )
        self.page = response
        if response.status_code != 303:
            self.path = path
        return response
