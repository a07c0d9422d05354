"""Reads the digits that a page asks for, as somebody does who looks at the picture or listens."""

import re

from sqlalchemy import select

from idp.models import Captcha
from idp.services.vault import digest
from idp.services.work import Work
from tests.visitor import Visitor


def reference(visitor: Visitor) -> str:
    """Read which digits the present page asks for."""
    found = re.search(r'name="captcha_reference" value="([\w-]{43})"', visitor.text)
    assert found is not None
    return found[1]


def digits_of(work: Work, wanted: str) -> str:
    """Read digits from the database."""
    row = work.db.scalars(select(Captcha).where(Captcha.reference_hash == digest(wanted))).one()
    digits = work.vault.unseal(row.sealed, f"captcha:{row.reference_hash}")
    work.db.commit()
    return digits


def answer(visitor: Visitor, work: Work) -> dict[str, str]:
    """Answer the digits of the present page."""
    wanted = reference(visitor)
    return {"captcha_reference": wanted, "captcha": digits_of(work, wanted)}
