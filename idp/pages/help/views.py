"""« Besoin d'aide pour vous connecter ou créer votre compte ? »"""

from flask import Blueprint, render_template

from idp.web.stance import stance

pages = Blueprint("help", __name__)


@pages.get("/help")
@stance("pages")
def show() -> str:
    """Show the help page; it prints as one sheet."""
    return render_template("help/show.html")
