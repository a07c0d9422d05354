"""Pages that differ from visitor to visitor by a few secrets only: rendered once, and filled in from then on.

The secrets are drawn at random and long, so that each place where one stands is found by the secret itself. Whoever
keeps a page makes sure that nothing else in it depends on the visitor.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from flask import Flask

from idp.web.asked import Answer, Asked
from idp.web.present import present_app
from idp.web.safety import page_headers

KEPT_PAGES = "loge.kept_pages"
HTML = ("Content-Type", "text/html; charset=utf-8")
Key = tuple[str, ...]
"""What a page depends on: its endpoint, the landlord, the language, and the names of the secrets in it."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page without its secrets: `texts`, and between each two of them the name of a secret."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    def filled(self, secrets: Mapping[str, str]) -> str:
        """Fill the secrets of a visitor in."""
        parts = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            parts += (secrets[name], text)
        return "".join(parts)


def without(page: str, secrets: Mapping[str, str]) -> KeptPage:
    """Take the secrets out of a page.

    Args:
        page: as it was rendered for one visitor.
        secrets: theirs, by name.
    """
    by_secret = {secret: name for name, secret in secrets.items()}
    parts = re.split(f"({'|'.join(map(re.escape, by_secret))})", page)
    return KeptPage(tuple(parts[::2]), tuple(by_secret[secret] for secret in parts[1::2]))


def init(app: Flask) -> None:
    """Let an application keep pages."""
    app.extensions[KEPT_PAGES] = {}


def keep(key: Key, page: str, secrets: Mapping[str, str]) -> None:
    """Keep a page that was rendered for one visitor; see `without`."""
    pages = _pages(present_app().extensions)
    if (*key, *secrets) not in pages:
        pages[*key, *secrets] = without(page, secrets)


def find(asked: Asked, key: Key, secrets: Mapping[str, str]) -> Answer | None:
    """Answer with a page that was kept, filled in; None where there is none.

    Args:
        asked: the request.
        key: what the page depends on, but for the names of the secrets.
        secrets: those of the visitor, by name, the page's nonce among them.
    """
    page = _pages(asked.kept).get((*key, *secrets))
    if page is None:
        return None
    return Answer(HTTPStatus.OK, page.filled(secrets).encode(), (HTML, *page_headers(secrets["nonce"])))


def _pages(extensions: Mapping[str, object]) -> dict[Key, KeptPage]:
    return cast("dict[Key, KeptPage]", extensions[KEPT_PAGES])
