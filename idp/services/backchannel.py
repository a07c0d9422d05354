"""Tells an app directly that a session has ended (OpenID Connect Back-Channel Logout 1.0 §2.5)."""

from http import HTTPStatus

from idp.services.transports import Deferred, Delivered, Outcome

SECONDS = 3
GOOD = (HTTPStatus.OK, HTTPStatus.NO_CONTENT)


def tell(uri: str, token: str) -> Outcome:
    """Send a logout token to the address that the landlord's file names.

    No redirect is followed, no proxy or password of the machine is used, and of the answer only its status is read.

    Args:
        uri: the app's `backchannel_logout_uri`.
        token: the logout token.

    Returns:
        that the app has taken it, or why not; the reason names no person.
    """
    import requests  # noqa: PLC0415 -- the slowest import of the worker, and many landlords need none of it

    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                uri, data={"logout_token": token}, timeout=SECONDS, allow_redirects=False, stream=True
            ) as answer:
                status = answer.status_code
    except requests.RequestException as error:
        return Deferred(type(error).__name__)
    return Delivered() if status in GOOD else Deferred(f"HTTP {status}")
