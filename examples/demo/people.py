"""Whom to try: people of each landlord, with what they need to open their account."""

from collections.abc import Iterator
from datetime import date

from examples.demo.files import FORMER_PASSWORDS, REGISTRIES, issued_letters, rows

PEOPLE_WITH_LETTER = 2
Row = dict[str, str]


def people(today: date) -> dict[str, list[tuple[str, ...]]]:
    """Choose people to try.

    Args:
        today: their contracts run on this day.

    Returns:
        by landlord: who each of them is, then what they type.
    """
    return {
        "paris": list(_paris()),
        "moselle": [_main_holder(today)],
        "contrat": [_direct_debit()],
        "auvergne": [_signatory(today)],
    }


def _paris() -> Iterator[tuple[str, ...]]:
    for letter in issued_letters()[:PEOPLE_WITH_LETTER]:
        yield "has just received a letter", letter["identifier"], letter["code"]
    former = rows(FORMER_PASSWORDS)[0]
    yield "used the former portal", former["identifiant"], former["ancien_mot_de_passe"]


def _main_holder(today: date) -> tuple[str, ...]:
    """Find somebody who may open an account alone: account title, last and first name."""
    listed = rows(REGISTRIES["moselle"])
    runs = (row for row in listed if row["titulaire_principal"] == "O" and _runs(row["sortie"], today))
    row = next(row for row in runs if row["email"])
    return "is the main holder of a lease", row["intitule_compte"], row["nom"], row["prenom"]


def _direct_debit() -> tuple[str, ...]:
    """Find somebody who is asked all three questions: contract reference and module number."""
    listed = rows(REGISTRIES["contrat"], "iso-8859-15", ";")
    row = next(row for row in listed if row["Prélèvement automatique"] == "Oui" and row["Nature"] == "Habitation")
    return "pays by direct debit", row["Réf. contrat"].removeprefix("L/"), row["N° module"]


def _signatory(today: date) -> tuple[str, ...]:
    """Find a signatory of a lease: customer number, last and first name, birth date."""
    listed = rows(REGISTRIES["auvergne"], separator="\t")
    easy = (row for row in listed if row["EMAIL"] and (row["NOM"] + row["PRENOM"]).isascii())
    row = next(row for row in easy if _runs(row["DATE_FIN"], today))
    born = date.fromisoformat(row["DATE_NAISSANCE"])
    return "signed a lease", f"02 {row['NUM_COMPTE']}", row["NOM"], row["PRENOM"], f"{born:%d/%m/%Y}"


def _runs(end: str, today: date) -> bool:
    return not end or date.fromisoformat(end) > today
