"""« Identifiant », « Mot de passe », « Connexion »."""

from idp.pages.sign_in.at_once import show_at_once, submit_at_once
from idp.pages.sign_in.views import pages

__all__ = ["pages", "show_at_once", "submit_at_once"]
