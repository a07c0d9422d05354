"""What must not start, although it is well formed: secrets that others may read or guess, an open debugger."""

import base64
import binascii
import stat
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from idp.settings import key_sets
from idp.settings.client import on_loopback
from idp.settings.problem import PROGRAM_FILE, Problem, landlord_file
from idp.settings.root import Settings
from idp.settings.secret_files import NotReadyError, is_given, is_there, read_secret

ROOT_BYTES = 32
CLIENT_SECRET_LENGTH = 32
LEAST_VARIETY = 12


def refusals(settings: Settings, file: Path, environ: Mapping[str, str]) -> list[Problem]:
    """List what must not start: secrets that others may read or guess, a debugger before the world.

    Args:
        settings: the settings, well formed.
        file: the file `idp.toml`.
        environ: the environment.

    Returns:
        problems, each of which is a reason not to start. A secret that does not exist yet is none of them.
    """
    return [
        *_unfit_secrets(settings),
        *_unfit_keys(settings),
        *_unfit_credentials(settings),
        *_passwords_in_the_open(settings, file),
        *_debugging(settings, environ),
    ]


def secret_files(settings: Settings) -> Iterator[tuple[str, str, Path, Callable[[str], str]]]:
    """List every file with a secret: the file and key that name it, its path, the check of its text."""
    secrets = settings.secrets
    yield PROGRAM_FILE, "secrets.root_key_file", secrets.root_key_file, _fault_of_root_key
    for place, path in enumerate(secrets.previous_root_key_files):
        yield PROGRAM_FILE, f"secrets.previous_root_key_files.{place}", path, _fault_of_root_key
    if settings.mail.smtp.password_file:
        yield PROGRAM_FILE, "mail.smtp.password_file", settings.mail.smtp.password_file, _no_fault
    for landlord in settings.landlords.values():
        for place, client in enumerate(landlord.clients):
            if client.secret_file:
                yield (
                    landlord_file(landlord.slug),
                    f"clients.{place}.secret_file",
                    client.secret_file,
                    _fault_of_client_secret,
                )


def _no_fault(_: str) -> str:
    return ""


def _fault_of_root_key(text: str) -> str:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        return "is not base64"
    if len(key) < ROOT_BYTES:
        return f"holds less than {ROOT_BYTES} bytes"
    return "" if len(set(key)) >= LEAST_VARIETY else "is not random"


def _fault_of_client_secret(text: str) -> str:
    if len(text) < CLIENT_SECRET_LENGTH:
        return f"is shorter than {CLIENT_SECRET_LENGTH} characters"
    return "" if len(set(text)) >= LEAST_VARIETY else "is not random"


def _unfit_secrets(settings: Settings) -> Iterator[Problem]:
    for file, key, path, fault_of in secret_files(settings):
        if not is_there(path):
            continue
        try:
            fault = fault_of(read_secret(path))
        except NotReadyError as error:
            yield Problem(file, key, "", str(error))
        else:
            if fault:
                yield Problem(file, key, repr(str(path)), f"the secret {fault}; `idp init` makes good ones")


def _unfit_keys(settings: Settings) -> Iterator[Problem]:
    for landlord in settings.landlords.values():
        for place, client in enumerate(landlord.clients):
            try:
                if isinstance(client.jwks, str) and not client.jwks_uri:
                    key_sets.from_file(Path(client.jwks))
            except NotReadyError as error:
                yield Problem(landlord_file(landlord.slug), f"clients.{place}.jwks", "", str(error))


def _unfit_credentials(settings: Settings) -> Iterator[Problem]:
    """Look at the secrets that other providers gave, where they are there already."""
    for landlord in settings.landlords.values():
        for place, social in enumerate(landlord.social):
            if not is_given(social.secret_file):
                continue
            try:
                empty = not read_secret(social.secret_file)
            except NotReadyError as error:
                yield Problem(landlord_file(landlord.slug), f"social.{place}.secret_file", "", str(error))
            else:
                if empty:
                    path = repr(str(social.secret_file))
                    yield Problem(landlord_file(landlord.slug), f"social.{place}.secret_file", path, "is empty")


def _passwords_in_the_open(settings: Settings, file: Path) -> Iterator[Problem]:
    text = file.read_text(encoding="utf-8")
    for key, url in (("database.url", settings.database.url), ("rate_limits.storage", settings.rate_limits.storage)):
        password = urlsplit(url).password
        if password and password in text and file.stat().st_mode & stat.S_IROTH:
            yield Problem(
                PROGRAM_FILE,
                key,
                "",
                f"holds a password, and everybody on the machine may read {file}; `chmod o= {file}`",
            )


def _debugging(settings: Settings, environ: Mapping[str, str]) -> Iterator[Problem]:
    value = environ.get("FLASK_DEBUG", "")
    if value.lower() not in ("", "0", "false", "no") and not on_loopback(settings.server.public_url):
        yield Problem("environment", "FLASK_DEBUG", value, "only with a public_url on the loopback")
