"""A browser without a screen for real servers: follows redirects, keeps cookies, fills in forms."""

from html.parser import HTMLParser
from http.cookiejar import Cookie, CookieJar
from urllib.parse import urljoin

from requests import Response, Session


class _Forms(HTMLParser):
    """Reads the first form that is sent by POST."""

    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and self.action is None and (found.get("method") or "").lower() == "post":
            self.action, self._inside = found.get("action") or "", True
        elif self._inside and tag in ("input", "button") and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


class Browser:
    """One browser.

    Attributes:
        page: the page it shows.
    """

    page: Response

    def __init__(self) -> None:
        self._session = Session()
        self._session.headers["Accept-Language"] = "fr"

    def open(self, address: str) -> Response:
        """Open an address."""
        self.page = self._session.get(address, timeout=30)
        return self.page

    def submit(self, **fields: str) -> Response:
        """Fill in the form of the page and send it."""
        form = _Forms()
        form.feed(self.page.text)
        assert form.action is not None, self.page.text
        target = urljoin(self.page.url, form.action)
        self.page = self._session.post(target, {**form.fields, **fields}, timeout=30)
        return self.page

    def secrets(self) -> list[str]:
        """List the values of its cookies."""
        return [cookie.value for cookie in self.cookies() if cookie.value]

    def cookies(self) -> list[Cookie]:
        """List its cookies."""
        jar: CookieJar = self._session.cookies
        return list(jar)
