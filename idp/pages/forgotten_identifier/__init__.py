"""« Identifiant oublié »."""

from idp.pages.forgotten_identifier.views import pages

__all__ = ["pages"]
