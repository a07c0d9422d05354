"""Sign-in by accounts at other providers: there and back, and the links on « Mon compte »."""

from idp.pages.social import linking, proving, views
from idp.pages.social.blueprint import pages

__all__ = ["linking", "pages", "proving", "views"]
