"""How a landlord looks: the colours, the mark and the icon that its file names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from markupsafe import Markup, escape

from idp.settings.landlord import Brand, Landlord
from idp.settings.secret_files import NotReadyError

PROLOGUE = re.compile(r"^\ufeff?(\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*", re.DOTALL | re.IGNORECASE)
TILE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="8" '
    'fill="currentColor"/><text x="20" y="28" fill="#fff" text-anchor="middle" font-family="sans-serif" '
    'font-size="24">{letter}</text></svg>'
)


@dataclass(frozen=True, slots=True)
class Look:
    """What pages need to look like the landlord's.

    Attributes:
        mark: the mark as inline SVG, None where there is none.
        favicon: the mark, or the first letter of the name, as a `data:` address.
        notice: a picture of the notice with the identifier marked, as a `data:` address, None where there is none.
        colours: the brand's colours as CSS variables.
    """

    mark: Markup | None
    favicon: str
    notice: str | None
    colours: Markup


def look_of(landlord: Landlord) -> Look:
    """Read what a landlord's brand names.

    Raises:
        NotReadyError: when a picture cannot be read, or is no SVG.
    """
    brand = landlord.brand
    mark = _read(brand.mark) if brand.mark else None
    picture = landlord.identifier_picture
    icon = mark or TILE.format(letter=escape(landlord.name[:1].upper()))
    # The pattern of Colour leaves nothing that could end the style element.
    colours = f":root{{--brand:{brand.colour};--brand-dark:{brand.colour_dark}}}"
    return Look(
        mark=Markup(mark) if mark else None,  # noqa: S704 -- the landlord's own file
        favicon=_address(_coloured(icon, brand)),
        notice=_address(_coloured(_read(picture), brand)) if picture else None,
        colours=Markup(colours),  # noqa: S704 -- checked by the settings
    )


def init(app: Flask, landlords: Mapping[str, Landlord]) -> None:
    """Read every landlord's brand, and let templates ask for it."""
    looks = {slug: look_of(landlord) for slug, landlord in landlords.items()}

    def brand(landlord: Landlord) -> Look:
        return looks[landlord.slug]

    app.add_template_global(brand)


def _read(path: Path) -> str:
    try:
        svg = PROLOGUE.sub("", path.read_text(encoding="utf-8")).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotReadyError(f"{path} cannot be read: {error}") from None
    if not (svg.startswith("<svg") and svg.endswith("</svg>")):
        raise NotReadyError(f"{path} is no SVG file")
    return svg


def _address(svg: str) -> str:
    return "data:image/svg+xml," + quote(svg)


def _coloured(svg: str, brand: Brand) -> str:
    """Give `currentColor` the brand's colour, for an icon that stands alone."""
    tag, end, rest = svg.partition(">")
    style = (
        f"<style>svg{{color:{brand.colour}}}"
        f"@media (prefers-color-scheme:dark){{svg{{color:{brand.colour_dark}}}}}</style>"
    )
    return tag + end + style + rest
