"""How a landlord looks: the colours, the mark and the icon that its file names."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask
from markupsafe import Markup, escape

from idp.settings.landlord import Landlord
from idp.settings.pictures import as_address, read_svg

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
    """Read what a landlord's brand names; pages do without a picture that cannot be read."""
    brand = landlord.brand
    mark = read_svg(brand.mark) if brand.mark else None
    notice = read_svg(landlord.identifier_picture) if landlord.identifier_picture else None
    icon = mark or TILE.format(letter=escape(landlord.name[:1].upper()))
    day = f"svg{{color:{brand.colour}}}"
    night = f"@media (prefers-color-scheme:dark){{svg{{color:{brand.colour_dark}}}}}"
    # The pattern of Colour leaves nothing that could end the style element.
    colours = f":root{{--brand:{brand.colour};--brand-dark:{brand.colour_dark}}}"
    return Look(
        mark=Markup(mark) if mark else None,  # noqa: S704 -- the landlord's own file
        favicon=as_address(_coloured(icon, day + night)),
        notice=as_address(_coloured(notice, day)) if notice else None,
        colours=Markup(colours),  # noqa: S704 -- checked by the settings
    )


def init(app: Flask, landlords: Mapping[str, Landlord]) -> None:
    """Read every landlord's brand, and let templates ask for it."""
    looks = {slug: look_of(landlord) for slug, landlord in landlords.items()}

    def brand(landlord: Landlord) -> Look:
        return looks[landlord.slug]

    app.add_template_global(brand)


def _coloured(svg: str, style: str) -> str:
    """Give `currentColor` its colour in a picture that stands alone."""
    tag, end, rest = svg.partition(">")
    return f"{tag}{end}<style>{style}</style>{rest}"
