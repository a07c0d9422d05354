import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from idp.services import registry_file
from idp.services.registry import Imported, Refused, import_file
from idp.services.work import Work
from tests.conftest import ROOT, MakeWork
from tests.services.registry_files import COLUMNS, HEADER, many, row, write
from tests.services.test_registry import everything

IMPORT = """
import re, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from idp.services.registry import import_file
from idp.services.vault import Vault
from idp.services.work import Origin, Work
from idp.settings.loader import load

def work(url):
    settings = load(Path("config"), {})
    cheap = settings.hashing.model_copy(update={"memory_kib": 8, "iterations": 1})
    now = datetime(2026, 11, 2, tzinfo=UTC)
    vault = Vault([b"r" * 32], cheap)
    return Work(Session(create_engine(url)), now, settings.landlords["paris"], settings, vault, Origin("console"))

def mebibytes():
    # Unlike ru_maxrss this begins anew with the program, whatever the size of the process that started it.
    return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) // 1024
"""
KILLED_WHILE_WRITING = """
import os, signal
from idp.services.registry import Stage

def die(stage, done, total):
    if stage is Stage.WRITING:
        os.kill(os.getpid(), signal.SIGKILL)

import_file(work(sys.argv[1]), Path(sys.argv[2]), progress=die)
"""
MEASURED = """
there = work(sys.argv[1])
before = mebibytes()
done = import_file(there, Path(sys.argv[2]))
there.db.commit()
print(type(done).__name__, mebibytes() - before, mebibytes())
"""


def run(script: str, url: str, path: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", IMPORT + script, url, str(path)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)


def refused(work: Work, content: bytes, path: Path) -> str:
    """Import bytes that are refused as a whole; give the reason, after looking that nothing changed."""
    before = everything(work)
    path.write_bytes(content)
    done = import_file(work, path)
    assert isinstance(done, Refused)
    assert everything(work) == before
    return done.reason


def encoded(*rows: str, encoding: str = "cp1252") -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode(encoding)


@pytest.fixture
def filled(work: Work, tmp_path: Path) -> Work:
    """A landlord with holders, whom a bad file must leave alone."""
    assert isinstance(import_file(work, write(tmp_path / "before.csv", *many(5))), Imported)
    return work


@pytest.mark.threat("T-72")
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\r\n\r\n", "the file is empty"),
        (encoded(row(), row("7000102") + "\x00"), "line 3: holds a NUL character, which no text in cp1252 does"),
        (encoded(row(), encoding="utf-8"), "the file is in utf-8, not in cp1252"),
        (encoded(row(), encoding="utf-8-sig"), "the file is in utf-8, not in cp1252"),
        (encoded(row(), encoding="utf-16"), "the file is in utf-16, not in cp1252"),
        (encoded(row()) + b"\x81\x8d\r\n", "line 3: is not in cp1252"),
        (encoded(row()) + b'7000102;"Mme;', "line 3: a quote is not closed, or stands in the middle of a value"),
        (
            encoded(row()) + b'7000102;"M"me;x\r\n',
            "line 3: a quote is not closed, or stands in the middle of a value",
        ),
        (encoded(row()) + b'"' + b"x;\r\n" * 40_000, "line 32770: the row does not end; a quote may be left open"),
        (b";" * 1_000_000, "line 1: the row does not end; a quote may be left open"),
        (encoded(row()) + b"x" * 10_000_000, "line 3: the row does not end; a quote may be left open"),
        (encoded(row(), ";" * 64), "line 3: more than 64 columns"),
        (encoded(row(), "x" * 4097), "line 3: a value is longer than 4,096 characters"),
        (encoded(row()).replace(b";Lot;", b";Lots;"), "the first line has no column 'Lot'"),
        (encoded(row()).replace(b";Lot;", b";Nom;"), "the first line has no column 'Lot'"),
        (encoded(row()).replace(b"Empreinte", b"Empreinte;Nom;Nom"), "the first line has two columns 'Nom'"),
    ],
    ids=[
        *("empty", "blank", "nul", "utf-8", "byte-order-mark", "utf-16", "undefined", "open-quote", "stray-quote"),
        *("swallowing-quote", "million-columns", "endless-line", "columns", "field", "no-column", "renamed", "twice"),
    ],
)
def test_a_file_that_cannot_be_right_is_refused_in_words(
    content: bytes, reason: str, filled: Work, tmp_path: Path
) -> None:
    assert refused(filled, content, tmp_path / "f.csv") == reason


@pytest.mark.threat("T-72")
def test_a_file_with_too_many_rows_or_bytes_is_refused(
    filled: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry_file, "ROWS", 9)
    assert refused(filled, encoded(*many(10)), tmp_path / "f.csv") == "the file has more than 9 rows"
    assert isinstance(import_file(filled, write(tmp_path / "f.csv", *many(9))), Imported)
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    assert import_file(filled, tmp_path / "huge.csv") == Refused("the file is larger than 50 MB")


@pytest.mark.threat("T-72")
def test_what_is_no_plain_file_is_refused(filled: Work) -> None:
    assert import_file(filled, Path(os.devnull)) == Refused("this is no file that can be read twice")


def test_cp1252_letters_are_not_taken_for_iso_8859_15(work: Work, tmp_path: Path) -> None:
    settings = work.landlord.registry.model_copy(update={"encoding": "iso-8859-15"})
    there = replace(work, landlord=work.landlord.model_copy(update={"registry": settings}))
    path = write(tmp_path / "f.csv", row(Nom="D’ALMEIDA"))
    assert import_file(there, path) == Refused("line 2: is in cp1252, not in iso-8859-15")


def test_plain_ascii_is_every_encoding(work: Work, tmp_path: Path) -> None:
    settings = work.landlord.registry
    columns = {name: column.model_copy(update={"header": name}) for name, column in settings.columns.items()}
    there = replace(
        work,
        landlord=work.landlord.model_copy(update={"registry": settings.model_copy(update={"columns": columns})}),
    )
    plain = row(Nom="LEFEVRE", Prénom="Chloe")
    (tmp_path / "f.csv").write_bytes(encoded(plain).replace(HEADER.encode("cp1252"), _plain_header(list(columns))))
    done = import_file(there, tmp_path / "f.csv")
    assert isinstance(done, Imported)
    assert done.added == 1


def _plain_header(names: list[str]) -> bytes:
    order = ["identifier", "civility", "last_name", "first_name", "birth_date", "email", "phone", "contract", "role"]
    rest = [name for name in names if name not in order]
    assert len(order) + len(rest) == len(COLUMNS)
    return ";".join([*order, *rest]).encode()


@pytest.mark.threat("T-81")
def test_killed_while_writing_leaves_nothing_and_the_next_import_does_it_all(
    make_work: MakeWork, database_url: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "f.csv", *many(2500))
    assert run(KILLED_WHILE_WRITING, database_url, path).returncode == -signal.SIGKILL
    work = make_work()
    assert everything(work) == []
    assert import_file(work, path) == Imported(2500, 0, 0, 0, ())


@pytest.mark.threat("T-72")
def test_memory_does_not_grow_with_the_file(database_url: str, tmp_path: Path) -> None:
    large = write(
        tmp_path / "large.csv", *many(20_000, Courriel="une.adresse.assez.longue@exemple-habitat.example.org")
    )
    kind, grown, whole = run(MEASURED, database_url, large).stdout.split()
    assert kind == "Imported"
    assert int(grown) < 40
    assert int(whole) < 300


@pytest.mark.threat("T-72")
@pytest.mark.parametrize("piece", [b"x", b";", b'"', b'"x;\r\n'], ids=str)
def test_a_bomb_of_fifty_megabytes_takes_little_memory(piece: bytes, database_url: str, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv"
    with bomb.open("wb") as file:
        file.write(encoded(row()))
        for _ in range(49):
            file.write(piece * (1024 * 1024 // len(piece)))
    kind, _, whole = run(MEASURED, database_url, bomb).stdout.split()
    assert kind == "Refused"
    assert int(whole) < 300
