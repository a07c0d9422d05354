"""« Première connexion »: proof, e-mail address, confirmation, own password."""

from idp.pages.first_connection import confirm, email, password, prove
from idp.pages.first_connection.blueprint import pages

__all__ = ["confirm", "email", "pages", "password", "prove"]
