"""Makes what is missing: secrets, tables, keys, a certificate, and a person with an account."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey
from sqlalchemy import select

from examples.conformance import plans
from examples.demo.administrator import run
from idp.app import create_app
from idp.models import Holder
from idp.services import accounts
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.settings.secret_files import write_secret
from idp.web.database import db
from idp.web.runtime import runtime_of

HERE = Path(__file__).resolve().parent
VAR = Path("var/conformance")
CERTIFICATE, CERTIFICATE_KEY = VAR / "certificate.pem", VAR / "certificate.key"
SLUG = "conformance"
LIFETIME = timedelta(days=30)


def prepare() -> tuple[str, int]:
    """Make what is missing, and write what the suite has to know.

    Returns:
        the issuer and the port to listen on.
    """
    for name, text in plans.SECRETS.items():
        if not (VAR / name).exists():
            write_secret(VAR / name, text)
    keys = {name: key_set(VAR / f"{name}.json") for pair in plans.SIGNERS.values() for name in pair}
    certify()
    for words in (["init"], ["registry", "import", str(HERE / "person.csv"), "--landlord", SLUG]):
        if code := run(["--config", str(HERE), *words]):
            sys.exit(code)
    issuer, port = enrol()
    plans.write(VAR / "plans", issuer, keys)
    return issuer, port


def key_set(path: Path) -> dict[str, Any]:
    """Make a key for an app that signs.

    Args:
        path: where the provider finds the public half.

    Returns:
        the key set with the private half, which the suite signs with.
    """
    private = path.with_suffix(".key")
    if not private.exists():
        key = RSAKey.generate_key(2048, {"use": "sig", "alg": "PS256", "kid": path.stem})
        write_secret(private, json.dumps({"keys": [key.as_dict(private=True)]}))
        path.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), encoding="utf-8")
    found: dict[str, Any] = json.loads(private.read_text(encoding="utf-8"))
    return found


def certify() -> None:
    """Make a certificate for this machine that nobody vouches for; the suite takes it all the same."""
    if CERTIFICATE_KEY.exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    CERTIFICATE.write_bytes(certificate.public_bytes(Encoding.PEM))
    write_secret(CERTIFICATE_KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def enrol() -> tuple[str, int]:
    """Open the person's account with the password that the suite's browser types."""
    app = create_app(load(HERE))
    runtime = runtime_of(app)
    landlord = runtime.settings.landlords[SLUG]
    with app.app_context():
        work = Work(db.session(), runtime.clock(), landlord, runtime.settings, runtime.vault, Origin("console"))
        holder = work.db.scalars(select(Holder)).one()
        if accounts.of_holder(work, holder) is None:
            hashed = runtime.vault.hash_password(plans.PASSWORD)
            accounts.open_for(work, holder, holder.email or "", work.now, hashed)
        work.db.commit()
        db.session.remove()
        db.engine.dispose()
    return landlord.issuer, runtime.settings.server.port
