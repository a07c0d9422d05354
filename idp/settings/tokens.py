"""`[tokens]`: how long what apps get is good."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from idp.settings.section import Duration, Section


class Tokens(Section):
    """Lifetimes of what apps get."""

    code: Annotated[Duration, Field(le=timedelta(seconds=60))] = timedelta(seconds=60)
    """Authorization code."""
    pushed_request: Annotated[Duration, Field(ge=timedelta(seconds=60), le=timedelta(seconds=600))] = timedelta(
        seconds=60
    )
    """Pushed authorization request (RFC 9126), until the browser comes with it."""
    device_code: Annotated[Duration, Field(ge=timedelta(minutes=1), le=timedelta(minutes=30))] = timedelta(minutes=10)
    """Code that a device shows (RFC 8628), until the person has typed it and answered."""
    access_token: Annotated[Duration, Field(le=timedelta(minutes=15))] = timedelta(minutes=10)
    """Access token."""
    id_token: Duration = timedelta(minutes=10)
    """ID token."""
    refresh_idle: Duration = timedelta(days=30)
    """Refresh token that is not used."""
    refresh_absolute: Duration = timedelta(days=180)
    """Refresh family, however often it is used."""
    refresh_grace: Annotated[Duration, Field(le=timedelta(seconds=30))] = timedelta(seconds=10)
    """Time in which repeating a refresh gives the same answer; later it revokes the family."""
    key_publish_ahead: Duration = timedelta(days=1)
    """How long a new signing key is published before it is used."""
    key_lifetime: Annotated[Duration, Field(ge=timedelta(days=7))] = timedelta(days=365)
    """How long a signing key is used before the worker replaces it."""
