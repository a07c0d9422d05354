"""Dynamic client registration (RFC 7591) and its management (RFC 7592), where the landlord offers them."""

from http import HTTPStatus

from werkzeug.exceptions import NotFound

from idp.domain import bounded_json, client_metadata
from idp.domain.client_metadata import ISSUED, Fault
from idp.models import RegisteredApp as Row
from idp.services import app_registration, apps
from idp.services.app_registration import Made
from idp.settings.registered_app import RegisteredApp
from idp.web.asked import JSON, Answer, Asked, error, told
from idp.web.stance import stance

SIZE_LIMIT = 32 * 1024
DEPTH_LIMIT = 6


@stance("protocol", csrf=False, browser=False)
def register(request: Asked) -> Answer:
    """Register an app that shows an initial access token of the administrator's (RFC 7591 §3)."""
    token = _admitted(request)
    if not app_registration.is_good(request.work, token):
        return _unauthorized(request, token)
    metadata = _document(request)
    if isinstance(metadata, Fault):
        return error(metadata.error, metadata.why)
    made = app_registration.register(request.work, metadata)
    if isinstance(made, Fault):
        return error(made.error, made.why)
    if not app_registration.use(request.work, token):
        request.work.db.rollback()  # somebody else used it up an instant before
        return _unauthorized(request, token)
    return _shown(request, made, HTTPStatus.CREATED)


@stance("protocol", csrf=False, browser=False)
def manage(request: Asked) -> Answer:
    """Let an app read, replace and remove its registration (RFC 7592 §2)."""
    token = _admitted(request)
    row = app_registration.managed(request.work, request.segment, token)
    return _unauthorized(request, token) if row is None else MANAGED.get(request.method, _read)(request, row, token)


def _read(request: Asked, row: Row, token: str) -> Answer:
    return _shown(request, Made(row, apps.read(row.document), None, token), HTTPStatus.OK)


def _replace(request: Asked, row: Row, token: str) -> Answer:
    metadata = _document(request)
    if isinstance(metadata, Fault):
        return error(metadata.error, metadata.why)
    if metadata.get("client_id") != row.client_id or any(name in metadata for name in ISSUED):
        why = f"client_id must be there and be the app's own, and none of {', '.join(ISSUED)}"
        return error("invalid_client_metadata", why)
    if "client_secret" in metadata and not app_registration.has_secret(row, metadata["client_secret"]):
        return error("invalid_client_metadata", "client_secret is not the app's; it can be left out")
    made = app_registration.change(request.work, row, metadata, token)
    return error(made.error, made.why) if isinstance(made, Fault) else _shown(request, made, HTTPStatus.OK)


def _remove(request: Asked, row: Row, token: str) -> Answer:
    app_registration.remove(request.work, row)
    return Answer(HTTPStatus.NO_CONTENT)


MANAGED = {"GET": _read, "PUT": _replace, "DELETE": _remove}


def _admitted(request: Asked) -> str:
    """Return the token that was shown, empty where there is none; without the offer there is no such address."""
    if not request.landlord.app_registration.offered:
        raise NotFound
    scheme, _, token = (request.header("Authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _document(request: Asked) -> dict[str, object] | Fault:
    """Read the metadata that were sent."""
    wrong = Fault("invalid_client_metadata", "send one JSON object of a reasonable size, as application/json")
    if request.mimetype != JSON:
        return wrong
    try:
        text = request.get_data().decode()
        value = bounded_json.parse(text, max_length=SIZE_LIMIT, max_depth=DEPTH_LIMIT)
        text.encode()
    except ValueError:
        return wrong
    return value if isinstance(value, dict) else wrong


def _shown(request: Asked, made: Made, status: HTTPStatus) -> Answer:
    """Show a registration (RFC 7591 §3.2.1, RFC 7592 §3); a secret only when it is new."""
    secret = {} if made.secret is None else {"client_secret": made.secret}
    lasts = {"client_secret_expires_at": 0} if made.row.secret_hash else {}
    return told(
        {
            "client_id": made.row.client_id,
            "client_id_issued_at": int(made.row.registered_at.timestamp()),
            **secret,
            **lasts,
            "registration_access_token": made.access_token,
            "registration_client_uri": f"{request.landlord.issuer}/register/{made.row.client_id}",
            **_metadata(made.app),
        },
        status,
    )


def _metadata(app: RegisteredApp) -> dict[str, object]:
    return client_metadata.write(app.model_dump(mode="json"))


def _unauthorized(request: Asked, token: str) -> Answer:
    realm = f'Bearer realm="{request.landlord.slug}"'
    challenge = f'{realm}, error="invalid_token"' if token else realm
    why = "the token is missing, unknown, expired or used up"
    return error("invalid_token", why, HTTPStatus.UNAUTHORIZED, ("WWW-Authenticate", challenge))
