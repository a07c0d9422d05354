"""What people with weak eyes, small screens and slow networks need, computed from the files themselves."""

import gzip
import re

import pytest

from idp.domain.contrast import LEGIBLE, contrast
from idp.settings import advice
from idp.settings.root import Settings
from tests.guards.sources import ROOT

STATIC = ROOT / "templates/static"
STYLE = (STATIC / "loge.css").read_text(encoding="utf-8")
VISIBLE = 3.0
TEXT_ON_GROUND = [
    *(
        (text, ground)
        for text in ("text", "heading", "quiet", "bad", "good")
        for ground in ("surface", "page", "raised")
    ),
    *((text, ground) for text in ("text", "heading", "bad") for ground in ("bad-ground", "good-ground")),
    *(("accent", ground) for ground in ("surface", "page")),
    ("on-accent", "accent"),
    ("on-band", "band"),
]
SHAPE_ON_GROUND = [
    ("edge", "surface"),
    ("bad", "bad-ground"),
    ("good", "good-ground"),
    *(("focus", ground) for ground in ("surface", "page", "raised", "bad-ground", "good-ground")),
    ("accent", "surface"),
]


def colours(settings: Settings, scheme: str) -> dict[str, str]:
    """Read the variables of one scheme, with the landlord's colours filled in."""
    day, night = re.findall(r":root:not\(\[data-theme\]\) \{(.*?)\}", STYLE, re.DOTALL)[:2]
    text = day + night if scheme == "dark" else day
    declared: dict[str, str] = {found[1]: found[2] for found in re.finditer(r"--([a-z-]+): ([^;]+);", text)}
    brand = settings.landlords["paris"].brand
    declared |= {"brand": brand.colour, "brand-dark": brand.colour_dark}
    return {name: declared.get(value.removeprefix("var(--").rstrip(")"), value) for name, value in declared.items()}


@pytest.mark.journey("all-4")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(settings: Settings, scheme: str) -> None:
    found = colours(settings, scheme)
    ratios = {f"{text} on {ground}": contrast(found[text], found[ground]) for text, ground in TEXT_ON_GROUND}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < LEGIBLE} == {}


@pytest.mark.journey("all-4")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_borders_and_focus_can_be_seen(settings: Settings, scheme: str) -> None:
    found = colours(settings, scheme)
    ratios = {f"{shape} on {ground}": contrast(found[shape], found[ground]) for shape, ground in SHAPE_ON_GROUND}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < VISIBLE} == {}


def test_administrators_are_warned_by_the_grounds_of_the_pages(settings: Settings) -> None:
    day, night = colours(settings, "light"), colours(settings, "dark")
    assert min(day["page"], day["surface"], key=lambda ground: contrast("#000000", ground)) == advice.LIGHT_PAGE
    assert max(night["page"], night["surface"], key=lambda ground: contrast("#000000", ground)) == advice.DARK_PAGE


def test_style_and_script_are_small() -> None:
    compressed = {path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.rglob("*.css")}
    assert sum(compressed.values()) < 20_000, compressed
    assert sum(len(path.read_bytes()) for path in STATIC.rglob("*.js")) < 10_000


def test_foreign_style_comes_with_its_licence() -> None:
    assert "MIT License" in (STATIC / "pico/LICENSE.md").read_text(encoding="utf-8")
