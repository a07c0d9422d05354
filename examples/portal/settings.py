"""What a portal is told by the file of portals and by its environment."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

PORTALS = Path(__file__).parent / "portals.toml"
CLIENT_ID = "portal"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one portal.

    Attributes:
        slug: name of the landlord, and the path below which the portal lies.
        url: address of the portal as browsers see it, without a slash at the end.
        issuer: the provider, as its discovery document names itself.
        client_secret: what the portal shows there.
        title: what the portal calls itself.
        landlord: whose portal it is.
        welcome: one sentence for people who are not signed in.
        sign_in: words of the button that leads to sign-in.
        first_visit: what to do without an account.
        colour: colour of buttons and links on a light page.
        colour_dark: the same on a dark page.
        mark: the landlord's mark, as SVG.
        capitals: whether that button is written in capitals.
        client_id: the portal's name at the provider.
        desk_secret: what the advisers' desk shows there, where the landlord has one.
    """

    slug: str
    url: str
    issuer: str
    client_secret: str = field(repr=False)
    title: str
    landlord: str
    welcome: str
    sign_in: str
    first_visit: str
    colour: str
    colour_dark: str
    mark: Markup = field(repr=False)
    capitals: bool = False
    client_id: str = CLIENT_ID
    desk_secret: str | None = field(default=None, repr=False)


def from_environment(environ: Mapping[str, str], portals: Path = PORTALS) -> list[Settings]:
    """Read the file of portals, with PROVIDER (its address), SECRETS (a folder) and PORT.

    Raises:
        KeyError: naming the variable that is missing.
        OSError: when a secret or a mark cannot be read.
    """
    provider, secrets, port = environ["PROVIDER"], Path(environ["SECRETS"]), environ["PORT"]
    found = tomllib.loads(portals.read_text(encoding="utf-8"))
    return [
        Settings(
            slug=slug,
            url=f"http://localhost:{port}/{slug}",
            issuer=f"{provider}/{slug}",
            client_secret=_secret(secrets / f"{slug}-{CLIENT_ID}"),
            desk_secret=_secret(desk) if (desk := secrets / f"{slug}-desk").exists() else None,
            mark=Markup((portals.parent / mark).read_text(encoding="utf-8")),
            **words,
        )
        for slug, mark, words in ((slug, words.pop("mark"), words) for slug, words in found.items())
    ]


def _secret(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
