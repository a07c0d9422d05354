"""Hosted pages: one package per screen family."""

from flask import Flask

from idp.pages import help as help_page
from idp.pages import server


def init(app: Flask) -> None:
    """Attach every page to an application."""
    for blueprint in (help_page.pages, server.pages):
        app.register_blueprint(blueprint)
