"""« Mot de passe oublié »."""

from idp.pages.recovery.views import pages

__all__ = ["pages"]
