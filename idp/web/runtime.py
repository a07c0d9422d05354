"""What one running application was built with."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from idp.services.vault import Vault
from idp.settings.root import Settings
from idp.settings.secret_files import NotReadyError, read_secret
from idp.web.present import present_app

Clock = Callable[[], datetime]
EXTENSION = "loge"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Settings, secrets and clock of one application."""

    settings: Settings
    vault: Vault
    clock: Clock


def runtime_of(app: Flask) -> Runtime:
    """Return what an application was built with."""
    found: Runtime = app.extensions[EXTENSION]
    return found


def runtime() -> Runtime:
    """Return what the current application was built with."""
    return runtime_of(present_app())


def system_clock() -> datetime:
    """Read the clock: the one place where time comes in."""
    return datetime.now(UTC).replace(microsecond=0)


def open_vault(settings: Settings) -> Vault:
    """Read the root secrets and derive the keys.

    Raises:
        NotReadyError: when a file does not exist, is no root secret, or others may read it.
    """
    files = [settings.secrets.root_key_file, *settings.secrets.previous_root_key_files]
    try:
        return Vault([_read_root(path) for path in files], settings.hashing, settings.server.workers)
    except ValueError as error:
        raise NotReadyError(f"{settings.secrets.root_key_file} is no root secret: {error}") from None


def _read_root(path: Path) -> bytes:
    return base64.b64decode(read_secret(path), validate=True)
