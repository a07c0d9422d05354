"""Node and its packages, which `make clients` installs beside this file from the lock."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.clients.guide import Guide
from tests.clients.programs import running

NODE = Path(sys.executable).with_name("node")
MODULES = Path(__file__).parent / "node_modules"

needs_packages = pytest.mark.skipif(not MODULES.is_dir(), reason="the packages of npm are not installed")


@contextmanager
def serving(guide: Guide, folder: Path, secret: str) -> Iterator[None]:
    """Run the guide's `server.mjs` until the block ends."""
    guide.write(folder)
    (folder / "node_modules").symlink_to(MODULES)
    environ = {"PORT": str(guide.port), "CLIENT_SECRET": secret, "SESSION_SECRET": secrets.token_hex()}
    with running([NODE, "server.mjs"], folder, guide.port, **environ):
        yield
