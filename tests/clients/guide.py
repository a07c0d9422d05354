"""The integrator's guide, as somebody follows it who has addresses of their own for those of its examples."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.conftest import ROOT

FOLDER = ROOT / "docs/clients"
ISSUER, APP = "https://login.lutece.example/lutece", "https://espace.lutece.example"
REGISTRATION = "landlord.toml"
FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Guide:
    """One page of the guide.

    Args:
        name: name of the client.
        port: where the app of the test listens.
        addresses: what stands in for the addresses of the guide.
    """

    def __init__(self, name: str, port: int, addresses: Mapping[str, str]) -> None:
        text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
        for shown, real in addresses.items():
            text = text.replace(shown, real)
        self.port = port
        self.app = addresses[APP]
        self.files: dict[str, str] = dict(FILE.findall(text))

    @property
    def registration(self) -> str:
        """The app's entry in the landlord's file."""
        return self.files[REGISTRATION]

    def write(self, folder: Path) -> Path:
        """Write what belongs on the app's side into a folder, and return the folder."""
        folder.mkdir(exist_ok=True)
        for name, text in self.files.items():
            if name != REGISTRATION:
                (folder / name).write_text(text, encoding="utf-8")
        return folder
