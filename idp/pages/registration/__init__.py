"""Registration: an account by facts of the registry, and the link that opens it."""

from idp.pages.registration import activation, views
from idp.pages.registration.blueprint import pages

__all__ = ["activation", "pages", "views"]
