"""Hosted pages: one package per screen family."""

from flask import Flask

from idp.pages import (
    account,
    assistance,
    authorizations,
    captcha,
    choices,
    device,
    first_connection,
    forgotten_identifier,
    mailbox,
    recovery,
    registration,
    renewal,
    second_factor,
    server,
    sign_in,
    sign_out,
    social,
    support,
)
from idp.pages import help as help_page
from idp.web.runtime import runtime_of
from idp.web.side_door import Route

PACKAGES = (
    server,
    sign_in,
    first_connection,
    registration,
    renewal,
    second_factor,
    recovery,
    forgotten_identifier,
    sign_out,
    choices,
    authorizations,
    device,
    account,
    support,
    help_page,
    assistance,
    captcha,
    social,
)
AT_ONCE = (
    Route("/sign-in", "show", sign_in.show_at_once, ("GET",), blueprint="sign_in"),
    Route("/sign-in", "submit", sign_in.submit_at_once, ("POST",), blueprint="sign_in"),
)


def init(app: Flask) -> None:
    """Attach every page to an application."""
    for package in PACKAGES:
        app.register_blueprint(package.pages)
    if runtime_of(app).settings.server.demo:
        app.register_blueprint(mailbox.pages)
