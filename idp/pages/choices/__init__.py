"""What people agree to: asked after signing in, and changed on « Mes choix »."""

from idp.pages.choices import mine, terms
from idp.pages.choices.blueprint import pages

__all__ = ["mine", "pages", "terms"]
