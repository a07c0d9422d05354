"""The device authorization endpoint, and the polls at the token endpoint (RFC 8628)."""

from collections.abc import Mapping
from dataclasses import dataclass

from idp.domain.device import Verdict
from idp.domain.resources import narrow
from idp.oidc import clients
from idp.oidc.parameters import Malformed, Parameters, several
from idp.services import device_requests
from idp.services.grants import GrantRefusal, Issued
from idp.services.work import Work
from idp.settings.client import Client
from idp.web.asked import Answer, Asked, error, told
from idp.web.stance import stance

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True, slots=True)
class Waiting:
    """There is nothing to give yet, or there never will be: the error's registered name, and words."""

    error: str
    description: str


ANSWERS: Mapping[Verdict, Waiting] = {
    Verdict.PENDING: Waiting("authorization_pending", "the person has not answered yet"),
    Verdict.TOO_FAST: Waiting("slow_down", "wait five seconds longer between two requests from now on"),
    Verdict.REFUSED: Waiting("access_denied", "the person refused"),
    Verdict.EXPIRED: Waiting("expired_token", "nobody answered in time: ask for a new code"),
}


@stance("protocol", csrf=False, browser=False, routine=True)
def device_authorization(request: Asked) -> Answer:
    """Give a device a code for itself, and one for the person to type elsewhere (§3.2)."""
    asked = clients.asked_by_app(request)
    if isinstance(asked, Answer):
        return asked
    client, parameters = asked
    if DEVICE_CODE not in client.grant_types:
        return error("unauthorized_client", "the app is not registered for this grant_type")
    words = dict.fromkeys(parameters.get("scope", "").split())
    scope = [word for word in words if word in set(client.scopes)]
    if not scope:
        return error("invalid_scope", "no scope that this app may ask for")
    started = device_requests.start(request.work, client.client_id, scope)
    page = f"{request.landlord.issuer}/device"
    return told(
        {
            "device_code": started.device_code,
            "user_code": started.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?user_code={started.user_code}",
            "expires_in": int(request.landlord.tokens.device_code.total_seconds()),
            "interval": int(device_requests.INTERVAL.total_seconds()),
        }
    )


def poll(
    work: Work, asked: Parameters, client: Client, key: str | None
) -> Issued | Waiting | GrantRefusal | Malformed:
    """Answer a device that asks at the token endpoint (§3.4)."""
    if "device_code" not in asked:
        return Malformed("device_code is missing")
    if narrow(several(asked, "resource"), (), (), work.landlord.issuer) is None:
        return Waiting("invalid_target", "what is given to devices is for the provider itself")
    outcome = device_requests.poll(work, client, asked["device_code"], key)
    return ANSWERS[outcome] if isinstance(outcome, Verdict) else outcome
