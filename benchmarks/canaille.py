"""The closest peer, of the same stack, under the same load: as its documentation starts it in production."""

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from joserfc.jwk import ECKey, RSAKey

from benchmarks.server import CALLBACK, PASSWORD, SECRET, Conditions, Server

HERE = Path(__file__).parent
BIN = HERE / ".venv/bin"
SEED = HERE / "peers/canaille_seed.py"
RSA_BITS = 2048
PATHS = {
    "ready": "/.well-known/openid-configuration",
    "discovery": "/.well-known/openid-configuration",
    "jwks": "/oauth/jwks.json",
    "authorize": "/oauth/authorize",
    "token": "/oauth/token",
    "userinfo": "/oauth/userinfo",
}
CONFIGURATION = """
SECRET_KEY = "a-key-for-benchmarks"
SERVER_NAME = "127.0.0.1:{port}"
PREFERRED_URL_SCHEME = "http"

[CANAILLE]
DATABASE = "sql"
CAPTCHA_ENABLED = false
HTMX = false

[CANAILLE_SQL]
DATABASE_URI = "{database}"
PASSWORD_SCHEMES = "argon2"

[CANAILLE_SQL.PASSWORD_HASH_PARAMS]
argon2__type = "ID"
argon2__memory_cost = {hashing.memory_kib}
argon2__rounds = {hashing.iterations}
argon2__parallelism = 1

[CANAILLE_OIDC]
ACTIVE_JWKS = [{keys}]
TRUSTED_DOMAINS = ["app.example"]

[CANAILLE_HYPERCORN]
BIND = ["127.0.0.1:{port}"]
WORKERS = {workers}
"""


def prepare(home: Path, port: int, database: str, conditions: Conditions) -> Server:
    """Make a provider with its tables and people; see `loge.prepare` for the arguments."""
    home.mkdir(parents=True)
    made = (ECKey.generate_key("P-256"), RSAKey.generate_key(RSA_BITS))
    keys = ", ".join(_toml({**key.as_dict(private=True), "kid": key.thumbprint()}) for key in made)
    address = database.replace("postgresql://", "postgresql+psycopg://")
    (home / "canaille.toml").write_text(
        CONFIGURATION.format(port=port, database=address, keys=keys, **vars(conditions)), encoding="utf-8"
    )
    environ = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "CANAILLE_CONFIG": str(home / "canaille.toml"),
        "PEOPLE": str(conditions.people),
        "PASSWORD": PASSWORD,
        "SECRET": SECRET,
        "CALLBACK": CALLBACK,
    }
    seeded = subprocess.run(
        [BIN / "python", SEED], cwd=home, env=environ, capture_output=True, text=True, check=False
    )
    if seeded.returncode:
        raise SystemExit(seeded.stderr)
    names = [f"person{number}" for number in range(1, conditions.people + 1)]
    return Server("canaille", [str(BIN / "canaille"), "run"], environ, home, port, PATHS, names, "profile")


def _toml(jwk: Mapping[str, object]) -> str:
    return "{ " + ", ".join(f"{name} = {json.dumps(value)}" for name, value in jwk.items()) + " }"
