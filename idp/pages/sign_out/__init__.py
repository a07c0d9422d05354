"""Sign-out on the provider's own page."""

from idp.pages.sign_out.views import pages

__all__ = ["pages"]
