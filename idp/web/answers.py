"""What views of pages answer with, and the status where that is not 200."""

from http import HTTPStatus

from werkzeug.wrappers import Response

Answer = str | tuple[str, int] | Response
REFUSED = HTTPStatus.UNPROCESSABLE_ENTITY
"""Something in a form is not as it must be; the page says what."""
GONE = HTTPStatus.GONE
"""A link of a mail is no longer good."""
