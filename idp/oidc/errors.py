"""Errors as machines read them (RFC 6749 §5.2), and the page for a person sent here by a broken request."""

from http import HTTPStatus

from flask import Response, jsonify
from werkzeug.exceptions import HTTPException

from idp.web import errors
from idp.web.current import current_stance
from idp.web.words import _l

UNUSABLE = {
    "malformed": _l("The request that brought you here is incomplete or damaged."),
    "unknown_app": _l("The request that brought you here comes from an app that is not known here."),
    "unknown_address": _l("The app that sent you here asks for an answer at an address that is not its own."),
}


def error(name: str, description: str, status: int = HTTPStatus.BAD_REQUEST, **headers: str) -> Response:
    """Answer a machine with an error.

    Args:
        name: the error's registered name.
        description: words for its developer, plain ASCII without quotes.
        status: HTTP status.
        headers: further headers, `_` standing for `-`.
    """
    response = jsonify(error=name, error_description=description)
    response.status_code = status
    response.headers.extend({key.replace("_", "-"): value for key, value in headers.items()})
    return response


def unusable(reason: str) -> tuple[str, int]:
    """Answer a person whose app's request names no address that the answer could be trusted to (RFC 9700 §4.11)."""
    return errors.page("bad_request", HTTPStatus.BAD_REQUEST, reason=str(UNUSABLE[reason]))


def failed(problem: Exception) -> Response | tuple[str, int]:
    """Answer what no view could: in JSON to machines, with a page to people."""
    stance = current_stance()
    machine = stance is not None and not stance.browser
    if isinstance(problem, HTTPException):
        answer = errors.refused(problem)
        if not machine or isinstance(answer, Response):
            return answer
        return error(*_named(problem.code or HTTPStatus.INTERNAL_SERVER_ERROR))
    answer = errors.failed(problem)
    return error(*_named(HTTPStatus.INTERNAL_SERVER_ERROR)) if machine else answer


def _named(status: int) -> tuple[str, str, int]:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return "temporarily_unavailable", "too many requests from this network", status
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "server_error", "the server met an unexpected condition", status
    return "invalid_request", HTTPStatus(status).phrase.lower(), status
