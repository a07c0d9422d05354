import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from idp.domain.events import EventName
from idp.domain.refusals import Refusal
from idp.models import Contract, Enrolment, Event, Holder
from idp.services import accounts, login, people
from idp.services.letters import draw, issue, recipients
from idp.services.login import FirstConnectionStarted, SignedIn
from idp.services.registry import Imported, Refused, Stage, import_file
from idp.services.work import Work
from tests.conftest import ROOT, HandClock, MakeWork
from tests.people import add_account
from tests.services.registry_files import HEADER, many, row, write
from tests.services.test_login import try_once

DATA = ROOT / "tests" / "data"
FACTS = json.loads((DATA / "facts.json").read_text())
SSHA = "{SSHA}jUNJSJfnKtKE9UC/e2hpM+OrvjGGeutTOdHigw=="


def imported(work: Work, path: Path) -> tuple[int, int, int, int]:
    """Import a file that is taken; give what was added, changed, unchanged and left."""
    done = import_file(work, path)
    assert isinstance(done, Imported)
    work.db.expire_all()
    return done.added, done.changed, done.unchanged, done.left


def holder(work: Work, identifier: str = "7000101") -> Holder:
    return work.db.scalars(select(Holder).where(Holder.identifier == identifier, Holder.left_at.is_(None))).one()


def everything(work: Work) -> list[tuple[object, ...]]:
    """All that an import may have written, for comparison."""
    tables = (Holder.__table__, Contract.__table__)
    return [tuple(found) for table in tables for found in work.db.execute(select(table).order_by(table.c.id))]


@pytest.mark.parametrize("file", FACTS)
def test_every_export_is_taken_over_but_for_its_broken_rows(file: str, make_work: MakeWork) -> None:
    there = make_work(Path(file).stem)
    done = import_file(there, DATA / file)
    assert isinstance(done, Imported)
    assert [[bad.line, str(bad.refusal)] for bad in done.refused] == FACTS[file]["refused"]
    assert done.added == FACTS[file]["data_rows"] - len(done.refused)
    assert import_file(there, DATA / file) == replace(done, added=0, unchanged=done.added)


@pytest.mark.journey("paris-12")
def test_all_fields_are_kept(work: Work, tmp_path: Path) -> None:
    changes = {
        "Identifiant": "0700101",
        "Téléphone": " 01 99 00 12 34",
        "Qualité": "Copropriétaire",
        "Date d'effet": "01/09/2019",
        "Date de fin": "31/12/2030",
        "Empreinte": SSHA,
    }
    assert imported(work, write(tmp_path / "f.csv", row(**changes))) == (1, 0, 0, 0)
    found = holder(work, "700101")
    assert (found.civility, found.last_name, found.first_name) == ("Mme", "LEFÈVRE", "Chloé")
    assert (found.birth_date, found.email, found.phone) == (date(1987, 5, 13), "chloe@example.org", "01 99 00 12 34")
    assert (found.role, found.since, found.until) == ("co_owner", date(2019, 9, 1), date(2030, 12, 31))
    assert (found.legacy_hash, found.facts, found.left_at) == (SSHA, {}, None)
    assert (found.contract.reference, found.contract.kind) == ("LOT-7000101", "lot")


def test_facts_and_words_mean_what_the_configuration_says(make_work: MakeWork) -> None:
    there = make_work("contrat")
    imported(there, DATA / "contrat.csv")
    found = holder(there, "452846")
    assert found.facts == {"module": "39701808", "direct_debit": True}
    assert (found.contract.reference, found.contract.kind, found.role) == ("L/452846", "parking", "tenant")


@pytest.mark.journey("auvergne-8")
def test_several_holders_of_one_contract_share_it(make_work: MakeWork) -> None:
    there = make_work("auvergne")
    imported(there, DATA / "auvergne.tsv")
    signatories = there.db.scalars(select(Holder).where(Holder.identifier == "08220391814")).all()
    assert [(found.role, found.facts) for found in signatories] == [
        ("tenant", {"rank": "1"}),
        ("co_tenant", {"rank": "2"}),
    ]
    assert len({found.contract_id for found in signatories}) == 1


def test_a_change_reaches_the_holder_and_nothing_else(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    imported(work, write(path, *many(2)))
    account = add_account(work, holder(work))
    assert imported(work, write(path, row(Courriel="neuf@example.org"), row("7000102"))) == (0, 1, 1, 0)
    assert holder(work).email == "neuf@example.org"
    assert account.email == "chloe@example.org"
    assert people.holders(work, account) == [holder(work)]


def test_a_move_to_another_lot_and_another_kind_is_followed(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    imported(work, write(path, row()))
    assert imported(work, write(path, row(Lot="LOT-9"))) == (0, 1, 0, 0)
    assert holder(work).contract.reference == "LOT-9"


@pytest.mark.threat("T-19")
def test_who_is_missing_leaves_and_may_come_back(make_work: MakeWork, clock: HandClock, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    work = make_work()
    imported(work, write(path, *many(10)))
    account = add_account(work, holder(work))
    assert imported(work, write(path, *many(10)[1:])) == (0, 0, 9, 1)
    assert accounts.may_sign_in(work, account.id)
    work.db.commit()
    clock.forward(days=90)
    work = make_work()
    assert not accounts.may_sign_in(work, account.id)
    assert imported(work, path) == (0, 0, 9, 0)
    assert imported(work, write(path, *many(10))) == (1, 0, 9, 0)
    assert accounts.may_sign_in(work, account.id)
    assert imported(work, path) == (0, 0, 10, 0)


@pytest.mark.threat("T-19")
def test_a_reference_given_to_another_person_brings_no_old_account_along(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    imported(work, write(path, *many(10)))
    before = holder(work)
    account = add_account(work, before)
    newcomer = row(Nom="MARTIN", Prénom="Paul", **{"Né(e) le": "01/01/1990"})
    assert imported(work, write(path, newcomer, *many(10)[1:])) == (1, 0, 9, 1)
    after = holder(work)
    assert (after.last_name, before.left_at) == ("MARTIN", work.now)
    assert after.id != before.id
    assert not accounts.may_sign_in(work, account.id)
    assert work.db.scalars(select(Enrolment.holder_id)).all() == []
    assert account.closed_at == work.now
    assert imported(work, path) == (0, 0, 10, 0)


@pytest.mark.threat("T-19")
def test_the_person_who_has_the_reference_now_opens_an_account_of_their_own(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    imported(work, write(path, *many(10)))
    former = add_account(work, holder(work), "Ancienne-7-clefs", "ancienne@example.org")
    imported(work, write(path, row(Nom="MARTIN", Prénom="Paul", **{"Né(e) le": "01/01/1990"}), *many(10)[1:]))
    assert try_once(work, "7000101", "Ancienne-7-clefs") == login.Refused(Refusal.WRONG_CREDENTIALS)

    chosen = recipients(work, "7000101")
    assert isinstance(chosen, list)
    (letter,) = issue(work, draw(work.vault, chosen), "test", "7000101")
    assert letter.last_name == "MARTIN"
    assert isinstance(try_once(work, "7000101", letter.code), FirstConnectionStarted)
    account = add_account(work, holder(work), "Nouvelle-8-clefs", "paul@example.org")
    assert account.sub != former.sub
    assert try_once(work, "7000101", "Nouvelle-8-clefs") == SignedIn(account.id)
    assert imported(work, path) == (0, 0, 10, 0)
    assert try_once(work, "7000101", "Nouvelle-8-clefs") == SignedIn(account.id)


def test_a_co_holder_who_joins_takes_no_identifier_away(make_work: MakeWork, tmp_path: Path) -> None:
    there = make_work("auvergne")
    lines = (DATA / "auvergne.tsv").read_bytes().splitlines(keepends=True)
    path = tmp_path / "f.tsv"
    path.write_bytes(b"".join(lines[:2]))
    imported(there, path)
    account = add_account(there, holder(there, "08220391814"))
    path.write_bytes(b"".join(lines[:3]))
    assert imported(there, path) == (1, 0, 1, 0)
    assert people.find(there, "chloe@example.org").account is account


@pytest.mark.parametrize(
    "broken",
    [
        row(**{"Né(e) le": "31/02/1980"}),
        row() + ";more",
        "7000101;Mme;LEFÈVRE",
        row("", Courriel="x@example.org"),
    ],
)
def test_a_refused_row_leaves_its_holder_in_peace(broken: str, work: Work, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    others = many(10)[1:]
    imported(work, write(path, row(), *(line.replace("LEFÈVRE", "MARTIN") for line in others)))
    assert imported(work, write(path, broken, *(line.replace("LEFÈVRE", "MARTIN") for line in others))) == (
        0,
        0,
        9,
        0,
    )
    assert holder(work).email == "chloe@example.org"


def test_an_ended_contract_stays_known(work: Work, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", row(**{"Date de fin": "01/01/2020"}))
    assert imported(work, path) == (1, 0, 0, 0)
    assert imported(work, path) == (0, 0, 1, 0)
    assert holder(work).left_at is None


def test_too_many_leavers_change_nothing(work: Work, tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    imported(work, write(path, *many(10)))
    before = everything(work)
    done = import_file(work, write(path, *many(7), row("7999999")))
    assert done == Refused(
        "3 of 10 present holders would leave, which is more than max_leavers allows; "
        "if it is right all the same, raise registry.max_leavers for this import"
    )
    assert everything(work) == before
    generous = work.landlord.model_copy(
        update={"registry": work.landlord.registry.model_copy(update={"max_leavers": 0.3})}
    )
    assert imported(replace(work, landlord=generous), path) == (1, 0, 7, 3)


def test_a_dry_run_says_all_and_changes_nothing(work: Work, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", *many(3))
    assert import_file(work, path, dry_run=True) == import_file(work, path, dry_run=True) == Imported(3, 0, 0, 0, ())
    assert isinstance(import_file(work, write(tmp_path / "g.csv", row()[:20]), dry_run=True), Imported)
    assert everything(work) == []
    assert work.db.scalar(select(func.count()).select_from(Event)) == 0


def test_an_import_is_recorded_by_its_numbers(work: Work, tmp_path: Path) -> None:
    import_file(work, write(tmp_path / "f.csv", row(), row()))
    import_file(work, write(tmp_path / "f.csv"))
    done, refused = work.db.scalars(select(Event).order_by(Event.id)).all()
    assert done.name == EventName.REGISTRY_IMPORTED
    assert done.details == {"added": 1, "changed": 0, "unchanged": 0, "left": 0, "refused": 1}
    assert refused.name == EventName.REGISTRY_REFUSED
    assert "LEFÈVRE" not in f"{done.details}{refused.details}"


@pytest.mark.threat("T-20")
def test_the_same_reference_at_two_landlords_is_two_holders(work: Work, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", *many(2))
    elsewhere = replace(work, landlord=work.landlord.model_copy(update={"slug": "elsewhere"}))
    assert imported(work, path) == imported(elsewhere, path) == (2, 0, 0, 0)
    assert imported(elsewhere, write(path, *many(3), row("7000999"))) == (2, 0, 2, 0)
    assert imported(work, write(path, *many(2))) == (0, 0, 2, 0)


def test_line_numbers_are_those_of_the_file(work: Work, tmp_path: Path) -> None:
    tall = row().replace("01/09/2019", "").replace(";;LOT", ';"06 12 34 56 78\r\nle soir";LOT')
    lines = [tall, "", row("7000102", Courriel="x"), "", row("7000103", Courriel="y")]
    done = import_file(work, write(tmp_path / "f.csv", *lines))
    assert isinstance(done, Imported)
    assert [(bad.line, str(bad.refusal)) for bad in done.refused] == [(5, "e-mail"), (7, "e-mail")]


@pytest.mark.threat("T-72")
def test_a_file_that_changes_while_it_is_read_changes_nothing(work: Work, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", *many(3))

    def meddle(stage: Stage, done: int, total: int) -> None:
        if stage is Stage.READING and done == total:
            write(path, *many(2), row("7000103", Nom="MARTIN"))

    done = import_file(work, path, progress=meddle)
    assert done == Refused("the file changed while it was read")
    assert everything(work) == []


def test_columns_may_stand_in_any_order_among_others(work: Work, tmp_path: Path) -> None:
    turned = [";".join(reversed(line.split(";"))) + ";whatever" for line in (HEADER, row())]
    path = tmp_path / "f.csv"
    path.write_bytes("\r\n".join(turned).encode("cp1252"))
    assert imported(work, path) == (1, 0, 0, 0)
    assert imported(work, write(path, row())) == (0, 0, 1, 0)
