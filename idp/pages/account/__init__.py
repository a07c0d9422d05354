"""« Mon compte »: the address, the password, the contracts, the devices of somebody who is signed in."""

from idp.pages.account import address, contract, views
from idp.pages.account.blueprint import pages

__all__ = ["address", "contract", "pages", "views"]
