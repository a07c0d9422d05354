"""Which apps get what: asked before an app gets it, looked at and withdrawn afterwards."""

from idp.pages.authorizations import ask, mine
from idp.pages.authorizations.blueprint import pages

__all__ = ["ask", "mine", "pages"]
