"""Reads the pictures that a landlord's file names."""

import re
from pathlib import Path
from urllib.parse import quote

PROLOGUE = re.compile(r"^\ufeff?(\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*", re.DOTALL | re.IGNORECASE)


def read_svg(path: Path) -> str | None:
    """Read an SVG file.

    Args:
        path: the file.

    Returns:
        its `<svg>` element, ready to stand in a page; None where there is no such file, or it is no SVG.
    """
    try:
        svg = PROLOGUE.sub("", path.read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError):
        return None
    return svg if svg.startswith("<svg") and svg.endswith("</svg>") else None


def as_address(svg: str) -> str:
    """Write an SVG picture as a `data:` address."""
    return "data:image/svg+xml," + quote(svg)
