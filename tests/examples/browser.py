"""A browser without a screen for real servers: follows redirects, keeps cookies, fills in forms."""

from html.parser import HTMLParser
from http.cookiejar import Cookie, CookieJar
from urllib.parse import urljoin

from requests import Response, Session


class _Forms(HTMLParser):
    """Reads the first form that is sent by POST, to an address that holds some words."""

    def __init__(self, to: str) -> None:
        super().__init__()
        self.to = to
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        action = found.get("action") or ""
        by_post = (found.get("method") or "").lower() == "post"
        if tag == "form" and self.action is None and by_post and self.to in action:
            self.action, self._inside = action, True
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
        self.page = self._session.get(address, timeout=60)
        return self.page

    def submit(self, *, to: str = "", **fields: str) -> Response:
        """Fill in the form of the page, or that which goes to an address with some words in it, and send it."""
        form = _Forms(to)
        form.feed(self.page.text)
        assert form.action is not None, self.page.text
        target = urljoin(self.page.url, form.action)
        self.page = self._session.post(target, {**form.fields, **fields}, timeout=60)
        return self.page

    def secrets(self) -> list[str]:
        """List the values of its cookies."""
        return [cookie.value for cookie in self.cookies() if cookie.value]

    def cookies(self) -> list[Cookie]:
        """List its cookies."""
        jar: CookieJar = self._session.cookies
        return list(jar)
