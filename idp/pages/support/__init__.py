"""Support access: somebody reads who wants to look at what they see, answers, and ends it."""

from idp.pages.support.views import pages

__all__ = ["pages"]
