"""No word in the project about where it was written, and nothing left for later."""

import re

from tests.guards.sources import files, shown

TEXT = {
    ".py",
    ".md",
    ".toml",
    ".cfg",
    ".html",
    ".txt",
    ".css",
    ".js",
    ".svg",
    ".po",
    ".sh",
    ".mako",
    ".lock",
    ".yml",
    "",
}
LEFT_FOR_LATER = r"\b(?:TOD[O]|FIXM[E]|XX[X])\b"
PLACES = r"(?<![\w.])/(?:work|tmp|home|root)/|py(?:pi[.]org|thonhosted)"
STRAY = re.compile(f"{LEFT_FOR_LATER}|{PLACES}")


def test_no_stray_words() -> None:
    found = {
        f"{shown(path)}: {match[0]}"
        for path in files()
        if path.suffix in TEXT
        for match in STRAY.finditer(path.read_text(encoding="utf-8"))
    }
    assert found == set()
