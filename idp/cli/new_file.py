"""A file that appears whole or not at all, readable by its owner only, in nobody else's place."""

import os
from pathlib import Path

import click

OWNER_ONLY = 0o600
EXCLUSIVE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class NewFile:
    """Written beside its place under another name, and moved there when what it tells is true.

    Attributes:
        path: where it will be.
        part: where it is until then.
        written: whether it has its content; without it nothing is left behind.

    Raises:
        FileExistsError: when there is a file at either place.
        OSError: when no file can be made there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + ".part")
        os.close(os.open(path, EXCLUSIVE, OWNER_ONLY))  # keeps the place, for a rename would overwrite
        try:
            self._handle = os.open(self.part, EXCLUSIVE, OWNER_ONLY)
        except OSError:
            path.unlink()
            raise

        self.written = False

    def __enter__(self) -> "NewFile":
        return self

    def __exit__(self, *_: object) -> None:
        if not self.written:
            os.close(self._handle)
            self.part.unlink()
            self.path.unlink()

    def write(self, content: bytes) -> None:
        """Write the whole content, through to the disk; from now on it is kept whatever happens."""
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        os.fsync(self._handle)
        os.close(self._handle)
        self.written = True

    def publish(self) -> None:
        """Move it to its place."""
        self.part.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def reserved(out: Path) -> NewFile:
    """Keep the place that the option `--out` names, or say why it cannot be kept."""
    try:
        return NewFile(out)
    except FileExistsError as error:
        raise click.BadParameter(f"{error.filename} exists already", param_hint="--out") from None
    except OSError as error:
        raise click.BadParameter(f"{out} cannot be written: {error.strerror}", param_hint="--out") from None
