"""The application: a table of contents."""

from flask import Flask
from flask_wtf import CSRFProtect

from idp import oidc, pages
from idp.folders import folder
from idp.settings.root import Settings
from idp.web import (
    branding,
    documents,
    durations,
    errors,
    evenness,
    foundation,
    front_door,
    kept_pages,
    language,
    limits,
    pre_session,
    proof_fields,
    request_log,
    safety,
    sentences,
    side_door,
    static_files,
    templating,
    texts,
    transaction,
    typography,
    upstreams,
)
from idp.web.runtime import Clock, runtime_of, system_clock
from idp.web.stance import ATTRIBUTE, Stance

BODY_LIMIT = 64 * 1024
FORM_PARTS = 50
FLASK_CONFIG = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "MAX_CONTENT_LENGTH": BODY_LIMIT,
    "MAX_FORM_MEMORY_SIZE": BODY_LIMIT,
    "MAX_FORM_PARTS": FORM_PARTS,
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_SSL_STRICT": False,
}


def create_app(settings: Settings, clock: Clock = system_clock) -> Flask:
    """Build the application.

    Args:
        settings: the checked settings of the server and its landlords.
        clock: where the instant of each piece of work comes from.

    Returns:
        the WSGI application, landlords' front door included.

    Raises:
        NotReadyError: when a secret that the settings name does not exist yet.
    """
    app = foundation.lay(settings, clock)
    app.config.update(FLASK_CONFIG, SECRET_KEY=runtime_of(app).vault.derive("browser cookie"))
    pre_session.init(app)
    request_log.init(app)
    evenness.init(app)
    templating.init(app)
    static_files.init(app, folder("templates") / "static")
    branding.init(app, settings.landlords)
    for words in (sentences, texts, durations, typography, language, proof_fields):
        words.init(app)
    upstreams.init(app)
    transaction.init(app)
    safety.init(app)
    limits.init(app)
    csrf = CSRFProtect(app)
    errors.init(app)
    pages.init(app)
    oidc.init(app)
    kept_pages.init(app)
    side_door.init(app, oidc.FOR_APPS, (*oidc.AT_ONCE, *pages.AT_ONCE), oidc.clients.origins(app))
    documents.init(app, oidc.DOCUMENTS)
    for view in app.view_functions.values():
        if not getattr(view, ATTRIBUTE, Stance(None)).csrf:
            csrf.exempt(view)
    front_door.init(app, settings)
    return app
