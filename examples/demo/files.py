"""Where things lie, and how the tables among them are read."""

import csv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CONFIG = Path("config")
VAR = Path("var")
LETTERS = VAR / "letters.csv"
FORMER_PASSWORDS = HERE / "former-passwords.csv"
REGISTRIES = {
    slug: HERE / name
    for slug, name in (
        ("paris", "paris.csv"),
        ("moselle", "moselle.csv"),
        ("contrat", "contrat.csv"),
        ("auvergne", "auvergne.tsv"),
    )
}


def rows(path: Path, encoding: str = "utf-8-sig", separator: str = ",") -> list[dict[str, str]]:
    """Read a CSV file with a header."""
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def issued_letters() -> list[dict[str, str]]:
    """Read the letters; there are none where their file was deleted while their codes are still good."""
    return rows(LETTERS) if LETTERS.exists() else []


def log_of(name: str) -> Path:
    """Say where a process writes."""
    return VAR / f"{name}.log"
