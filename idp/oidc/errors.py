"""The page for a person sent here by a request that no app can be answered for."""

from http import HTTPStatus

from idp.web import errors
from idp.web.words import _l

UNUSABLE = {
    "malformed": _l("The request that brought you here is incomplete or damaged."),
    "unknown_app": _l("The request that brought you here comes from an app that is not known here."),
    "unknown_address": _l("The app that sent you here asks for an answer at an address that is not its own."),
}


def unusable(reason: str) -> tuple[str, int]:
    """Answer a person whose app's request names no address that the answer could be trusted to (RFC 9700 §4.11)."""
    return errors.page("bad_request", HTTPStatus.BAD_REQUEST, reason=str(UNUSABLE[reason]))
