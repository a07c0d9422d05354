"""Secrets: files with one each, which nobody but the server's own user may read, or `env:NAME` for a variable."""

import os
from pathlib import Path

FOREIGN_RIGHTS = 0o077
ENVIRONMENT = "env:"


class NotReadyError(Exception):
    """Something the configuration names does not exist yet, or is not fit for use."""


def is_there(path: Path) -> bool:
    """Tell whether a secret need not be made: its file exists, or it is the environment's to give."""
    return _variable(path) is not None or path.exists()


def is_given(path: Path) -> bool:
    """Tell whether a secret that somebody else gives is there: the file exists, or the variable is set."""
    name = _variable(path)
    return bool(os.environ.get(name)) if name is not None else path.exists()


def read_secret(path: Path) -> str:
    """Read a secret.

    Args:
        path: the file, or `env:NAME` for the variable NAME of the environment.

    Returns:
        its text, without white space around it.

    Raises:
        NotReadyError: when there is none, it is not text, or others may read it.
    """
    if (name := _variable(path)) is not None:
        return _from_environment(name)
    try:
        rights = path.stat().st_mode & 0o777
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise NotReadyError(f"{path} does not exist; `idp init` makes it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotReadyError(f"{path} cannot be read: {type(error).__name__}") from None
    if rights & FOREIGN_RIGHTS:
        raise NotReadyError(f"{path} has mode {rights:04o}: others may read it; `chmod 600 {path}`")
    return text


def write_secret(path: Path, text: str) -> None:
    """Write a new secret, whole or not at all, below folders that are made where they are missing.

    Args:
        path: the file, which must not exist.
        text: the secret.

    Raises:
        FileExistsError: when the file exists; it is left as it is.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)  # unlike a rename, this never replaces a secret that came to be meanwhile
    finally:
        draft.unlink()


def _variable(path: Path) -> str | None:
    """Read the name of the variable that stands in the place of a file."""
    text = str(path)
    return text.removeprefix(ENVIRONMENT) if text.startswith(ENVIRONMENT) else None


def _from_environment(name: str) -> str:
    if not os.environ.get(name):
        raise NotReadyError(f"the environment has no {name}")
    return os.environ[name].strip()
