"""Loge under load: one landlord, an app, a service, people with accounts; everything switched on."""

import os
import subprocess
import sys
from pathlib import Path

from benchmarks.server import CALLBACK, PASSWORD, SECRET, Conditions, Server
from idp import logs
from idp.app import create_app
from idp.services import accounts
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.settings.server import Hashing
from idp.web.database import db
from idp.web.runtime import runtime
from tests.people import add_holder

ROOT = Path(__file__).parent.parent
LEAST_HASHING = Hashing(memory_kib=8, iterations=1)
FIRST = 7_000_000
SERVER = """
[server]
public_url = "http://127.0.0.1:{port}"
port = {port}
workers = {workers}

[database]
url = "{database}"

[mail]
transport = "folder"

[rate_limits]
forms = "100000000 per minute"
pages = "100000000 per minute"
protocol = "100000000 per minute"

[hashing]
memory_kib = {hashing.memory_kib}
iterations = {hashing.iterations}
"""
APPS = f"""
[[clients]]
client_id = "app"
name = "Application"
first_party = true
secret_file = "secret"
redirect_uris = ["{CALLBACK}"]
scopes = ["openid", "profile", "email", "offline_access"]
signing_alg = "ES256"

[[clients]]
client_id = "service"
name = "Service"
secret_file = "secret"
redirect_uris = []
grant_types = ["client_credentials"]
service_scopes = ["profile:count"]
signing_alg = "ES256"
"""


def prepare(home: Path, port: int, database: str, conditions: Conditions) -> Server:
    """Make a provider with its configuration, secrets, tables and people.

    Args:
        home: an empty folder.
        port: where it is to listen.
        database: address of an empty database.
        conditions: what every server gets alike.
    """
    config = home / "config"
    (config / "landlords").mkdir(parents=True)
    (config / "idp.toml").write_text(SERVER.format(port=port, database=database, **vars(conditions)))
    paris = (ROOT / "config/landlords/paris.toml").read_text(encoding="utf-8").partition("[[clients]]")[0]
    for name in ("paris.svg", "paris-notice.svg"):
        (config / "landlords" / name).write_bytes((ROOT / "config/landlords" / name).read_bytes())
    (config / "landlords/paris.toml").write_text(paris + APPS, encoding="utf-8")
    secret = home / "secret"
    secret.touch(mode=0o600)
    secret.write_text(SECRET)
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PORTAL_PORT": "8001"}
    environ.pop("PYTHONDONTWRITEBYTECODE", None)  # installed packages are compiled, and so is ours once it has run
    subprocess.run([sys.executable, "-m", "idp", "init"], cwd=home, env=environ, check=True, capture_output=True)
    landlord = "/paris"
    paths = {
        "ready": "/healthz",
        "discovery": f"{landlord}/.well-known/openid-configuration",
        "jwks": f"{landlord}/jwks",
        "authorize": f"{landlord}/authorize",
        "token": f"{landlord}/token",
        "userinfo": f"{landlord}/userinfo",
    }
    command = [sys.executable, "-m", "idp", "serve"]
    people = _settle(home, environ, conditions.people)
    return Server("loge", command, environ, home, port, paths, people, "profile:count")


def _settle(home: Path, environ: dict[str, str], people: int) -> list[str]:
    """Open the accounts; one hash serves all, since every sign-in verifies it all the same."""
    here = Path.cwd()
    os.chdir(home)
    try:
        app = create_app(load(home / "config", environ))
        logs.quieten()  # nobody needs to read who these people are
        with app.app_context():
            found = runtime()
            landlord = found.settings.landlords["paris"]
            work = Work(db.session(), found.clock(), landlord, found.settings, found.vault, Origin("benchmark"))
            hashed = work.vault.hash_password(PASSWORD)
            identifiers = [str(FIRST + number) for number in range(people)]
            for identifier in identifiers:
                accounts.open_for(work, add_holder(work, identifier), f"{identifier}@example.org", work.now, hashed)
            db.session.commit()
            db.engine.dispose()
        return identifiers
    finally:
        os.chdir(here)
