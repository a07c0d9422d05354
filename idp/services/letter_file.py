"""Writes letters for whoever prints them.

The file is opened by a spreadsheet or a mail merge, so it is written for those: UTF-8 with a byte order mark,
without which Excel reads accents as cp1252; every value quoted; nothing that a spreadsheet would run as a formula.
No code starts with a zero, for a spreadsheet would drop it.
"""

import csv
import io
from collections.abc import Iterable

from idp.domain.spreadsheets import guarded
from idp.services.letters import Letter

HEADER = ("identifier", "code", "last_name", "first_name", "expires_on")
ENCODING = "utf-8-sig"


def letters_as_csv(letters: Iterable[Letter], separator: str) -> bytes:
    """Write letters as CSV (RFC 4180).

    Args:
        letters: one row each.
        separator: what stands between two values.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    for letter in letters:
        writer.writerow([guarded(str(getattr(letter, name))) for name in HEADER])
    return text.getvalue().encode(ENCODING)
