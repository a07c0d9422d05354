"""`config/idp.toml`: what all landlords of one server share."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from limits import parse
from pydantic import AfterValidator, Field, field_validator, model_validator

from idp.settings.client import LOOPBACK, on_loopback
from idp.settings.section import Duration, Section


def check_rate(value: str) -> str:
    """Accept what the limiter can count by."""
    try:
        parse(value)
    except ValueError:
        raise ValueError("write a number and a time, such as `60 per minute`") from None
    return value


Rate = Annotated[str, AfterValidator(check_rate)]


class Server(Section):
    """Where the server listens and how the world reaches it."""

    public_url: str = "http://localhost:8000"
    """Address of the server as browsers see it; landlords whose issuer is a path live below it."""
    bind: str = "127.0.0.1"
    """Address to listen on. Leave it on the loopback behind a reverse proxy."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """Port to listen on."""
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    """Number of processes."""
    threads: Annotated[int, Field(ge=1, le=64)] = 4
    """Threads in each process; a password being verified occupies one."""
    trusted_proxies: Annotated[int, Field(ge=0, le=5)] = 0
    """Number of reverse proxies in front that set X-Forwarded-For. Zero ignores the header."""
    demo: bool = False
    """Shows every mail at /_mailbox. Refused unless `public_url` is on the loopback."""

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or value.endswith("/"):
            raise ValueError("write http(s)://host without a slash at the end")
        return value

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> "Server":
        if self.demo and not on_loopback(self.public_url):
            raise ValueError("demo: only with a public_url on the loopback")
        return self


class Database(Section):
    """Where the data live."""

    url: Annotated[str, Field(pattern=r"^(sqlite:///|postgresql(\+psycopg)?://)")] = "sqlite:///var/loge.db"
    """SQLAlchemy address: `sqlite:///path` or `postgresql://user:password@host/name`."""


class Secrets(Section):
    """The root secret, from which every other key of the server is derived."""

    root_key_file: Path = Path("var/secrets/root.key")
    """File (mode 0600) with at least 32 random bytes in base64. `idp init` makes one; `env:NAME` names a variable."""
    previous_root_key_files: list[Path] = []
    """Earlier root secrets, still good for opening what was sealed with them."""


class Smtp(Section):
    """The mail server."""

    host: str = "localhost"
    """Name of the mail server."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    """Port of the mail server."""
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is protected; `none` is accepted on the loopback only."""
    username: str | None = None
    """User name, where the server asks for one."""
    password_file: Path | None = None
    """File (mode 0600) with the password; `env:NAME` takes it from the environment."""
    timeout: Duration = timedelta(seconds=10)
    """How long to wait for the mail server."""

    @model_validator(mode="after")
    def _nothing_secret_in_clear(self) -> "Smtp":
        if self.encryption == "none" and self.host not in LOOPBACK:
            raise ValueError('encryption = "none" is for a mail server on the loopback only')
        if (self.username is None) != (self.password_file is None):
            raise ValueError("username and password_file belong together")
        return self


class Mail(Section):
    """How mails leave."""

    transport: Literal["smtp", "folder"] = "folder"
    """`smtp` sends; `folder` writes one .eml file a mail, for demos and tests."""
    folder: Path = Path("var/mail")
    """Where the `folder` transport writes."""
    smtp: Smtp = Smtp()
    """The mail server, for the `smtp` transport."""
    retry_for: Duration = timedelta(days=3)
    """How long an undeliverable mail is tried again, at growing intervals, before it is given up."""


class RateLimits(Section):
    """Ceilings on requests from one network. The lockout is another thing and lives in the database."""

    storage: Annotated[str, Field(pattern=r"^(memory|rediss?)://")] = "memory://"
    """`memory://` counts in each process; `redis://host:port` counts for all of them together."""
    forms: Rate = "60 per minute"
    """Forms sent from one network (IPv4 /24, IPv6 /64), for each landlord."""
    pages: Rate = "600 per minute"
    """Pages opened from one network."""
    protocol: Rate = "6000 per minute"
    """Protocol requests from one network: landlords' apps call from few addresses."""


class Hashing(Section):
    """Cost of one password verification (argon2id)."""

    memory_kib: Annotated[int, Field(ge=8)] = 12288
    """Memory in KiB; ASVS 5.0 asks for 12288 with three passes or more, 19456 with two, 47104 with one."""
    iterations: Annotated[int, Field(ge=1, le=20)] = 3
    """Passes over the memory."""
    at_once: Annotated[int, Field(ge=0, le=64)] = 0
    """Verifications that `idp serve` runs at the same time, all its processes together, in the order in which they
    are asked for; 0 for as many as there are processors. Each takes the memory above."""
    refusal_milliseconds: Annotated[int, Field(ge=0, le=1000)] = 100
    """Least time that a refused try takes, so that its time tells nothing about the person; well above what a
    verification takes, and 0 for none."""


class Retention(Section):
    """How long what is over stays in the database; `idp worker` deletes it once an hour, `idp purge` at once."""

    events: Duration = timedelta(days=365)
    """The audit trail."""
    mails: Duration = timedelta(days=30)
    """That a mail was sent or given up; whom it went to and what it said is erased at that very moment."""
    sessions: Duration = timedelta(days=30)
    """Sessions, links, grants, codes and tokens, from when they are no longer good."""
    letters: Duration = timedelta(days=90)
    """Codes of letters, from when they are no longer good, and first connections, from their beginning."""
    counters: Duration = timedelta(days=90)
    """Wrong tries, from the last one. Those that close a way for good stay."""
    devices: Duration = timedelta(days=730)
    """That a browser signed in to an account, from the last time."""
    keys: Duration = timedelta(days=30)
    """Signing keys, from when they are no longer published."""


class IdpFile(Section):
    """The whole of `config/idp.toml`."""

    server: Server = Server()
    database: Database = Database()
    secrets: Secrets = Secrets()
    mail: Mail = Mail()
    rate_limits: RateLimits = RateLimits()
    hashing: Hashing = Hashing()
    retention: Retention = Retention()
