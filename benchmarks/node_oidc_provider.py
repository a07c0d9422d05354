"""The fastest certified peer under the same load."""

import os
import subprocess
from pathlib import Path

from benchmarks.server import NODE, PASSWORD, Conditions, Server

HERE = Path(__file__).parent
SCRIPT = HERE / "peers/node_oidc_provider.mjs"
PATHS = {
    "ready": "/.well-known/openid-configuration",
    "discovery": "/.well-known/openid-configuration",
    "jwks": "/jwks",
    "authorize": "/auth",
    "token": "/token",
    "userinfo": "/me",
}


def prepare(home: Path, port: int, database: str, conditions: Conditions) -> Server:
    """Make a provider with its tables and people; see `loge.prepare` for the arguments."""
    home.mkdir(parents=True)
    environ = {
        **os.environ,
        "PORT": str(port),
        "WORKERS": str(conditions.workers),
        "DATABASE": database.removeprefix("sqlite:///"),
        "PEOPLE": str(conditions.people),
        "PASSWORD": PASSWORD,
        "MEMORY_KIB": str(conditions.hashing.memory_kib),
        "PASSES": str(conditions.hashing.iterations),
        "KEYS": str(home / "keys.json"),
    }
    subprocess.run([NODE, str(SCRIPT), "seed"], cwd=HERE, env=environ, check=True, capture_output=True)
    names = [f"person{number}" for number in range(1, conditions.people + 1)]
    return Server("node-oidc-provider", [NODE, str(SCRIPT)], environ, home, port, PATHS, names, "profile")
