"""What the portal is told by its environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of the portal.

    Attributes:
        issuer: the provider, as its discovery document names itself.
        client_id: the portal's name there.
        client_secret: what the portal shows there.
        port: where to listen on the loopback.
    """

    issuer: str
    client_id: str
    client_secret: str
    port: int

    @property
    def url(self) -> str:
        """Address of the portal as browsers see it, without a slash at the end."""
        return f"http://localhost:{self.port}"


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read ISSUER, CLIENT_ID, CLIENT_SECRET_FILE and PORT.

    Raises:
        KeyError: naming the one that is missing.
        OSError: when the file with the secret cannot be read.
        ValueError: when PORT is no number.
    """
    return Settings(
        issuer=environ["ISSUER"],
        client_id=environ["CLIENT_ID"],
        client_secret=Path(environ["CLIENT_SECRET_FILE"]).read_text(encoding="ascii").strip(),
        port=int(environ["PORT"]),
    )
