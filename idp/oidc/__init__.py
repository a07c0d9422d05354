"""Protocol endpoints, one module each: those that browsers come to, and those that apps ask directly."""

from flask import Blueprint, Flask

from idp.oidc import (
    authorize,
    client_assertions,
    clients,
    device,
    introspection,
    logout,
    metadata,
    par,
    posted_answers,
    registration,
    revocation,
    single_sign_on,
    token,
    userinfo,
)
from idp.web.side_door import Route

FOR_BROWSERS = (
    ("/authorize", "authorize", authorize.authorize, ["GET", "POST"]),
    ("/authorize/resume", "resume", authorize.resume, ["GET"]),
    ("/authorize/cancel", "cancel", authorize.cancel, ["POST"]),
    ("/social/<name>/callback", "posted_answer", posted_answers.hand_on, ["POST"]),
    ("/logout", "logout", logout.logout, ["GET", "POST"]),
)
READ, SEND = ("GET",), ("POST",)
AT_ONCE = (
    Route("/authorize", "authorize", single_sign_on.answer_at_once, READ),
    Route("/authorize/resume", "resume", single_sign_on.resume_at_once, READ),
)
DOCUMENTS = (
    (
        Route("/.well-known/openid-configuration", "openid_configuration", metadata.metadata, READ, scripts=True),
        metadata.metadata_at_hand,
    ),
    (
        Route(
            "/.well-known/oauth-authorization-server",
            "authorization_server",
            metadata.metadata,
            READ,
            scripts=True,
        ),
        metadata.metadata_at_hand,
    ),
    (Route("/jwks", "jwks", metadata.jwks, READ, scripts=True), metadata.jwks_at_hand),
)
"""What is the same for everybody, and what finds it without a view where it is at hand."""
FOR_APPS = (
    *(route for route, _ in DOCUMENTS),
    Route("/par", "par", par.push, SEND, scripts=True),
    Route("/device_authorization", "device_authorization", device.device_authorization, SEND),
    Route("/register", "register", registration.register, SEND),
    Route("/register/*", "registration", registration.manage, ("GET", "PUT", "DELETE")),
    Route("/token", "token", token.token, SEND, scripts=True),
    Route("/revoke", "revocation", revocation.revoke, SEND, scripts=True),
    Route("/introspect", "introspection", introspection.introspect, SEND),
    Route("/userinfo", "userinfo", userinfo.userinfo, ("GET", "POST"), scripts=True),
)


def init(app: Flask) -> None:
    """Attach every endpoint to an application.

    Raises:
        NotReadyError: when an app's secret is missing or unfit.
    """
    clients.init(app)
    client_assertions.init(app)
    metadata.init(app)
    endpoints = Blueprint("oidc", __name__)
    for path, name, view, methods in FOR_BROWSERS:
        endpoints.add_url_rule(path, name, view, methods=methods)
    app.register_blueprint(endpoints)
