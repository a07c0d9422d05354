"""The help page, written by the landlord's configuration."""

from idp.pages.help.views import pages

__all__ = ["pages"]
