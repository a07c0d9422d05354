"""Dynamic client registration (RFC 7591) and its management (RFC 7592), where the landlord offers them."""

from http import HTTPStatus

from flask import Response, abort, jsonify, request

from idp.domain import bounded_json, client_metadata
from idp.domain.client_metadata import ISSUED, Fault
from idp.models import RegisteredApp as Row
from idp.oidc.errors import error
from idp.services import app_registration, apps
from idp.services.app_registration import Made
from idp.settings.registered_app import RegisteredApp
from idp.web.current import work
from idp.web.landlord import current_landlord
from idp.web.stance import stance

SIZE_LIMIT = 32 * 1024
DEPTH_LIMIT = 6


@stance("protocol", csrf=False, browser=False)
def register() -> Response:
    """Register an app that shows an initial access token of the administrator's (RFC 7591 §3)."""
    _offered()
    if request.method != "POST":
        return _not_allowed("POST")
    token = _bearer()
    if not app_registration.is_good(work(), token):
        return _unauthorized(token)
    metadata = _document()
    if isinstance(metadata, Fault):
        return error(metadata.error, metadata.why)
    made = app_registration.register(work(), metadata)
    if isinstance(made, Fault):
        return error(made.error, made.why)
    if not app_registration.use(work(), token):
        work().db.rollback()  # somebody else used it up an instant before
        return _unauthorized(token)
    return _shown(made, HTTPStatus.CREATED)


@stance("protocol", csrf=False, browser=False)
def manage(client_id: str) -> Response:
    """Let an app read, replace and remove its registration (RFC 7592 §2)."""
    _offered()
    if request.method not in MANAGED:
        return _not_allowed("GET, PUT, DELETE")
    token = _bearer()
    row = app_registration.managed(work(), client_id, token)
    return _unauthorized(token) if row is None else MANAGED[request.method](row, token)


def _read(row: Row, token: str) -> Response:
    return _shown(Made(row, apps.read(row.document), None, token), HTTPStatus.OK)


def _replace(row: Row, token: str) -> Response:
    metadata = _document()
    if isinstance(metadata, Fault):
        return error(metadata.error, metadata.why)
    if metadata.get("client_id") != row.client_id or any(name in metadata for name in ISSUED):
        why = f"client_id must be there and be the app's own, and none of {', '.join(ISSUED)}"
        return error("invalid_client_metadata", why)
    if "client_secret" in metadata and not app_registration.has_secret(row, metadata["client_secret"]):
        return error("invalid_client_metadata", "client_secret is not the app's; it can be left out")
    made = app_registration.change(work(), row, metadata, token)
    return error(made.error, made.why) if isinstance(made, Fault) else _shown(made, HTTPStatus.OK)


def _remove(row: Row, token: str) -> Response:
    app_registration.remove(work(), row)
    return Response(status=HTTPStatus.NO_CONTENT)


MANAGED = {"GET": _read, "PUT": _replace, "DELETE": _remove}


def _offered() -> None:
    if not current_landlord().app_registration.offered:
        abort(HTTPStatus.NOT_FOUND)


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _document() -> dict[str, object] | Fault:
    """Read the metadata that were sent."""
    wrong = Fault("invalid_client_metadata", "send one JSON object of a reasonable size, as application/json")
    if request.mimetype != "application/json":
        return wrong
    try:
        text = request.get_data().decode()
        value = bounded_json.parse(text, max_length=SIZE_LIMIT, max_depth=DEPTH_LIMIT)
        text.encode()
    except ValueError:
        return wrong
    return value if isinstance(value, dict) else wrong


def _shown(made: Made, status: HTTPStatus) -> Response:
    """Show a registration (RFC 7591 §3.2.1, RFC 7592 §3); a secret only when it is new."""
    secret = {} if made.secret is None else {"client_secret": made.secret}
    lasts = {"client_secret_expires_at": 0} if made.row.secret_hash else {}
    response = jsonify(
        {
            "client_id": made.row.client_id,
            "client_id_issued_at": int(made.row.registered_at.timestamp()),
            **secret,
            **lasts,
            "registration_access_token": made.access_token,
            "registration_client_uri": f"{current_landlord().issuer}/register/{made.row.client_id}",
            **_metadata(made.app),
        }
    )
    response.status_code = status
    return response


def _metadata(app: RegisteredApp) -> dict[str, object]:
    return client_metadata.write(app.model_dump(mode="json"))


def _not_allowed(methods: str) -> Response:
    return error("invalid_request", f"this endpoint takes {methods}", HTTPStatus.METHOD_NOT_ALLOWED, Allow=methods)


def _unauthorized(token: str) -> Response:
    realm = f'Bearer realm="{current_landlord().slug}"'
    challenge = f'{realm}, error="invalid_token"' if token else realm
    why = "the token is missing, unknown, expired or used up"
    return error("invalid_token", why, HTTPStatus.UNAUTHORIZED, WWW_Authenticate=challenge)
