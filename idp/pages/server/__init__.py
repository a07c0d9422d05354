"""Addresses of the server as a whole, below no landlord."""

from idp.pages.server.views import pages

__all__ = ["pages"]
