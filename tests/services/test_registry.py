import json
import tomllib
from dataclasses import replace

import pytest

from idp.services.registry import Imported, import_file
from idp.services.work import Work
from idp.settings.landlord import Landlord
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data"
FACTS = json.loads((DATA / "facts.json").read_text())


def landlord_of(file: str, paris: Landlord) -> Landlord:
    """The landlord whose export this is: paris from the configuration, the others from their few lines beside it."""
    slug = file.partition(".")[0]
    if slug == "paris":
        return paris
    sections = tomllib.loads((DATA / f"{slug}.toml").read_text(encoding="utf-8"))
    values = {**paris.model_dump(exclude={"sign_in", "registry"}), "slug": slug, **sections}
    return Landlord.model_validate(values)


@pytest.mark.parametrize("file", FACTS)
def test_every_export_is_taken_over_but_for_its_broken_rows(file: str, work: Work) -> None:
    there = replace(work, landlord=landlord_of(file, work.landlord))
    done = import_file(there, DATA / file)
    assert isinstance(done, Imported)
    assert [[row.line, str(row.refusal)] for row in done.refused] == FACTS[file]["refused"]
    assert done.added == FACTS[file]["data_rows"] - len(done.refused)
    assert import_file(there, DATA / file) == replace(done, added=0, unchanged=done.added)
