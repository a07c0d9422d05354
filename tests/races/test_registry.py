"""Two imports of one registry at once: one is taken, the other is told."""

from pathlib import Path

import pytest

from idp.services.registry import Imported, Refused, import_file
from tests.conftest import MakeWork
from tests.races.together import together
from tests.services.registry_files import many, write


@pytest.mark.threat("T-86")
def test_two_imports_at_once_bring_everybody_once(make_work: MakeWork, tmp_path: Path) -> None:
    path = write(tmp_path / "f.csv", *many(300))

    def import_once(_: int) -> Imported | Refused:
        work = make_work()
        done = import_file(work, path)
        work.db.commit()
        work.db.close()
        return done

    outcomes = together(2, import_once)
    assert Imported(300, 0, 0, 0, ()) in outcomes
    other = next(outcome for outcome in outcomes if outcome != Imported(300, 0, 0, 0, ()))
    assert other in (
        Imported(0, 0, 300, 0, ()),
        Refused("another import of this landlord's registry ran at the same time"),
    )
