"""Node and its packages, which `make clients` installs beside this file from the lock."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
NODE = Path(sys.executable).with_name("node")
MODULES = HERE / "node_modules"

needs_packages = pytest.mark.skipif(not MODULES.is_dir(), reason="the packages of npm are not installed")


def run(script: Path, *words: str, seconds: float = 30) -> str:
    """Run a script that ends by itself, and read what it prints; its imports are found from its own folder upwards.

    Raises:
        subprocess.CalledProcessError: when it fails.
    """
    done = subprocess.run([NODE, script, *words], capture_output=True, text=True, check=True, timeout=seconds)
    return done.stdout
