"""The form for people who found no way in, or wrong data."""

from idp.pages.assistance.views import pages

__all__ = ["pages"]
