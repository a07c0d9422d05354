"""The page that asks for a new password on a date."""

from idp.pages.renewal.views import pages

__all__ = ["pages"]
