"""People of the demo's registries whom nobody has tried yet, as they would type what stands on their notice."""

from collections.abc import Iterator

from examples.demo.files import REGISTRIES, rows

Typed = dict[str, str]


def at_moselle() -> Iterator[Typed]:
    """Main holders of leases that run."""
    for row in rows(REGISTRIES["moselle"])[100:]:
        if row["titulaire_principal"] == "O" and not row["sortie"]:
            names = {"last_name": row["nom"].lower(), "first_name": row["prenom"].upper()}
            yield {"identifier": row["intitule_compte"].lower(), **names}


def at_contrat() -> Iterator[Typed]:
    """People who pay by direct debit."""
    for row in rows(REGISTRIES["contrat"], "iso-8859-15", ";")[100:]:
        if row["Prélèvement automatique"] == "Oui" and row["N° module"].isdigit():
            yield {"identifier": row["Réf. contrat"], "module": row["N° module"]}


def at_auvergne() -> Iterator[Typed]:
    """First signatories of leases that run, with an address in the registry."""
    for row in rows(REGISTRIES["auvergne"], separator="\t")[100:]:
        if row["EMAIL"] and not row["DATE_FIN"] and row["RANG_SIGNATAIRE"] == "1":
            year, month, day = row["DATE_NAISSANCE"][:4], row["DATE_NAISSANCE"][4:6], row["DATE_NAISSANCE"][6:]
            born = {"birth_date-day": day, "birth_date-month": month, "birth_date-year": year}
            names = {"last_name": row["NOM"].title(), "first_name": row["PRENOM"].lower()}
            yield {"identifier": f"02 {row['NUM_COMPTE']}", **names, **born, "on_file": row["EMAIL"]}
