"""The people of the landlords' own exports prove who they are, with their names typed as people type them."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.domain.proof import Given
from idp.models import Holder
from idp.services import people, registration
from idp.services.registry import import_file
from idp.services.work import Work
from idp.settings.journey import Tries
from tests.conftest import ROOT, MakeWork
from tests.people import add_account, mailed

DATA = ROOT / "tests" / "data"
Typed = Callable[[Holder], Given]


def hasty(name: str) -> str:
    """Write a name as on a phone: small letters, no accents, blanks for hyphens; a lost letter is any letter."""
    apart = unicodedata.normalize("NFKD", name.replace("?", "e").replace("-", " ").lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def at_moselle(holder: Holder) -> Given:
    return {
        "identifier": f" {holder.identifier[:3]} {holder.identifier[3:].lower()}",
        "last_name": hasty(holder.last_name),
        "first_name": hasty(holder.first_name),
    }


def at_contrat(holder: Holder) -> Given:
    module = str(holder.facts["module"])
    return {"identifier": f"l/{holder.identifier}", "module": f"{module[:4]} {module[4:]}"}


def at_auvergne(holder: Holder) -> Given:
    return {
        "identifier": f"02 {holder.identifier}",
        "last_name": hasty(holder.last_name),
        "first_name": hasty(holder.first_name),
        "birth_date": holder.birth_date,
    }


EXPORTS: dict[str, Typed] = {"moselle.csv": at_moselle, "contrat.csv": at_contrat, "auvergne.tsv": at_auvergne}


@pytest.fixture(params=EXPORTS)
def export(request: pytest.FixtureRequest, make_work: MakeWork) -> tuple[Work, list[Holder], Typed]:
    """An imported registry, and those of its people who are still there."""
    file: str = request.param
    work = make_work(Path(file).stem)
    import_file(work, DATA / file)
    there = work.db.scalars(select(Holder).where(people.still_there(work)).order_by(Holder.id)).all()
    return work, list(there), EXPORTS[file]


@pytest.mark.journey("moselle-2")
@pytest.mark.journey("contrat-2")
@pytest.mark.journey("auvergne-2")
def test_everybody_who_may_enrol_proves_in_the_way_people_type(
    export: tuple[Work, list[Holder], Typed],
) -> None:
    work, holders, typed = export
    may_enrol = registration.recipe(work).may_enrol.get("role", [holder.role for holder in holders])
    proved = {holder: registration.prove(work, typed(holder)) for holder in holders[:150]}
    for holder, found in proved.items():
        if holder.role in may_enrol:
            assert isinstance(found, Holder), typed(holder)
            assert found.identifier == holder.identifier
        else:
            assert isinstance(found, registration.Refused), typed(holder)


@pytest.mark.threat("T-01")
def test_nobody_proves_with_somebody_elses_facts(export: tuple[Work, list[Holder], Typed]) -> None:
    work, holders, typed = export
    for holder, other in zip(holders[:40], holders[40:80], strict=True):
        mixed: Given = {**typed(other), "identifier": holder.identifier}
        assert isinstance(registration.prove(work, mixed), registration.Refused), (typed(holder), typed(other))


@pytest.mark.journey("moselle-6")
def test_the_mail_of_a_closed_sign_in_says_how_long_the_sign_in_is_closed(make_work: MakeWork) -> None:
    work = make_work("moselle")
    short = Tries(tries=3, window=timedelta(minutes=10), closed_for=timedelta(minutes=5))
    ladder = work.landlord.ladder.model_copy(update={"person": short})
    work = replace(work, landlord=work.landlord.model_copy(update={"ladder": ladder}))
    import_file(work, DATA / "moselle.csv")
    holder = work.db.scalars(select(Holder).where(people.still_there(work)).order_by(Holder.id)).first()
    assert holder is not None
    add_account(work, holder)
    for _ in range(3):
        registration.prove(work, {**at_moselle(holder), "last_name": "x"})
    assert mailed(work, MailKind.SIGN_IN_CLOSED)[1] == {"minutes": 5}
