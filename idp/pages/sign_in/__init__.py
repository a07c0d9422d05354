"""« Identifiant », « Mot de passe », « Connexion »."""

from idp.pages.sign_in.views import pages

__all__ = ["pages"]
