"""« Mon compte »: the address, the password, the devices of somebody who is signed in."""

from idp.pages.account import address, views
from idp.pages.account.blueprint import pages

__all__ = ["address", "pages", "views"]
