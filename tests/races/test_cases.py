"""Many messages at once from one network: the limit holds."""

import pytest
from sqlalchemy import func, select

from idp.domain.cases import Kind
from idp.models import Case, CaseCount
from idp.services import cases
from idp.services.cases import Plea
from tests.conftest import MakeWork
from tests.races.together import together


@pytest.mark.threat("T-23")
def test_twenty_messages_at_once_open_as_many_cases_as_a_day_allows(make_work: MakeWork) -> None:
    def write(number: int) -> bool:
        work = make_work("moselle")
        plea = Plea(Kind.OTHER, "Lefèvre", "Chloé", "Bonjour", email=f"person-{number}@example.org")
        reference = cases.open_case(work, plea)
        work.db.commit()
        work.db.close()
        return reference is not None

    work = make_work("moselle")
    most = work.landlord.assistance.per_day
    assert together(20, write).count(True) == most
    assert work.db.scalar(select(func.count()).select_from(Case)) == most
    assert work.db.scalar(select(CaseCount.count)) == most
