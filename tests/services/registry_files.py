"""Files of a back office, written in a few words."""

from pathlib import Path

HEADER = "Identifiant;Civilité;Nom;Prénom;Né(e) le;Courriel;Téléphone;Lot;Qualité;Date d'effet;Date de fin;Empreinte"
COLUMNS = HEADER.split(";")
CHLOE = dict(
    zip(
        COLUMNS,
        (
            "7000101",
            "Mme",
            "LEFÈVRE",
            "Chloé",
            "13/05/1987",
            "chloe@example.org",
            "",
            "LOT-1",
            "Locataire",
            "",
            "",
            "",
        ),
        strict=True,
    )
)


def row(identifier: str = "7000101", **changes: str) -> str:
    """Write a row about somebody; changes are named as the columns are, spaces as underscores."""
    named = {name.replace("_", " "): text for name, text in changes.items()}
    return ";".join({**CHLOE, "Identifiant": identifier, "Lot": f"LOT-{identifier}", **named}.values())


def many(count: int, **changes: str) -> list[str]:
    """Write rows about so many people."""
    return [row(str(7000101 + number), **changes) for number in range(count)]


def write(path: Path, *rows: str, encoding: str = "cp1252") -> Path:
    """Write a file with the header and these rows."""
    path.write_bytes("\r\n".join([HEADER, *rows, ""]).encode(encoding))
    return path
