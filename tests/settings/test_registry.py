import re
from typing import Any

import pytest
from pydantic import ValidationError

from idp.settings.registry import Registry

COLUMNS = {name: {"header": name} for name in ("identifier", "contract", "last_name", "first_name")}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"columns": {"identifier": {"header": "x"}}}, "every holder needs columns.contract, columns.last_name"),
        ({"key": ["birth_date"]}, "key names fields without a column: birth_date"),
        ({"facts": {"email": {"header": "x"}}}, "facts named like a field: email"),
        ({"columns": {**COLUMNS, "role": {"header": "x"}}}, "columns.role needs roles"),
        ({"columns": {**COLUMNS, "kind": {"header": "x"}}, "kinds": {"default": "lot"}}, "columns.kind needs kinds"),
        ({"roles": {"Locataire": "king"}}, "Input should be 'tenant'"),
        ({"date_format": "%d/%m"}, "must hold the day, the month and the year in four digits"),
        ({"date_format": "%d/%m/%y"}, "must hold the day, the month and the year in four digits"),
        ({"date_format": "%Q"}, "is no date format"),
        ({"columns": {**COLUMNS, "phone": {"header": "x", "pattern": "("}}}, "is no regular expression"),
    ],
)
def test_what_cannot_work_is_said_before_the_first_file(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(said)):
        Registry.model_validate({"columns": COLUMNS, **changes})
