"""Protocol endpoints, one module each."""

from flask import Blueprint, Flask

from idp.oidc import (
    authorize,
    client_assertions,
    clients,
    cors,
    device,
    errors,
    introspection,
    logout,
    metadata,
    par,
    posted_answers,
    registration,
    revocation,
    token,
    userinfo,
)

ROUTES = (
    ("/.well-known/openid-configuration", "openid_configuration", metadata.openid_configuration, ["GET"]),
    ("/.well-known/oauth-authorization-server", "authorization_server", metadata.openid_configuration, ["GET"]),
    ("/jwks", "jwks", metadata.jwks, ["GET"]),
    ("/authorize", "authorize", authorize.authorize, ["GET", "POST"]),
    ("/authorize/resume", "resume", authorize.resume, ["GET"]),
    ("/authorize/cancel", "cancel", authorize.cancel, ["POST"]),
    ("/par", "par", par.push, ["GET", "POST"]),
    ("/device_authorization", "device_authorization", device.device_authorization, ["GET", "POST"]),
    ("/register", "register", registration.register, ["GET", "POST"]),
    ("/register/<client_id>", "registration", registration.manage, ["GET", "POST", "PUT", "DELETE"]),
    ("/token", "token", token.token, ["GET", "POST"]),
    ("/revoke", "revocation", revocation.revoke, ["GET", "POST"]),
    ("/introspect", "introspection", introspection.introspect, ["GET", "POST"]),
    ("/userinfo", "userinfo", userinfo.userinfo, ["GET", "POST"]),
    ("/social/<name>/callback", "posted_answer", posted_answers.hand_on, ["POST"]),
    ("/logout", "logout", logout.logout, ["GET", "POST"]),
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
    for path, name, view, methods in ROUTES:
        endpoints.add_url_rule(path, name, view, methods=methods)
    endpoints.after_request(cors.allow)
    endpoints.register_error_handler(Exception, errors.failed)
    app.register_blueprint(endpoints)
