"""The demo's mailbox: every mail that the provider sent, for whoever tries it out."""

from idp.pages.mailbox.views import pages

__all__ = ["pages"]
