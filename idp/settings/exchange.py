"""`[[clients.exchanges]]`: whose tokens an app may exchange for narrower ones (RFC 8693)."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from idp.settings.section import Duration, Section

TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"  # the grant type (RFC 8693 §2.1)


class Exchange(Section):
    """Access tokens of other apps that the app may exchange for narrower ones in which it is named as acting."""

    clients: Annotated[list[str], Field(min_length=1)]
    """Apps whose access tokens may be exchanged."""
    audiences: list[Annotated[str, Field(pattern=r"^[!-~]{1,300}$")]] = []
    """Whom the new token may be for, besides the provider's own userinfo: names or addresses of your APIs, or the
    `client_id` of an app."""
    scopes: Annotated[list[str], Field(min_length=1)]
    """Most that the new token may cover; never more than the old one does."""
    lifetime: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(minutes=15))] = timedelta(minutes=5)
    """How long the new token is good; never longer than the old one."""
