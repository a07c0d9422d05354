from pathlib import Path
from urllib.parse import unquote

import pytest

from idp.settings.landlord import Landlord
from idp.settings.root import Settings
from idp.web.branding import look_of


@pytest.fixture
def paris(settings: Settings) -> Landlord:
    return settings.landlords["paris"]


def with_mark(landlord: Landlord, mark: Path | None) -> Landlord:
    return landlord.model_copy(update={"brand": landlord.brand.model_copy(update={"mark": mark})})


def test_the_look_is_the_landlords(paris: Landlord) -> None:
    look = look_of(paris)
    assert look.mark is not None
    assert look.mark.startswith("<svg")
    assert paris.brand.colour in look.colours
    assert paris.brand.colour_dark in look.colours
    icon = unquote(look.favicon)
    assert icon.startswith("data:image/svg+xml,<svg")
    assert paris.brand.colour in icon
    assert look.notice is not None


def test_without_a_mark_the_name_stands_for_it(paris: Landlord) -> None:
    look = look_of(with_mark(paris, None).model_copy(update={"name": "<Élan", "identifier_picture": None}))
    assert look.mark is None
    assert look.notice is None
    assert "&lt;" in unquote(look.favicon)


@pytest.mark.parametrize("content", [None, b"\xff\xd8\xff", b"<html></html>", b"<svg"])
def test_a_mark_that_is_no_svg_is_left_out(paris: Landlord, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "mark.svg"
    if content is not None:
        path.write_bytes(content)
    assert look_of(with_mark(paris, path)).mark is None


def test_what_stands_before_the_picture_in_its_file_stays_there(paris: Landlord, tmp_path: Path) -> None:
    path = tmp_path / "mark.svg"
    path.write_text('<?xml version="1.0"?>\n<!-- drawn -->\n<!DOCTYPE svg>\n<svg viewBox="0 0 1 1"></svg>\n')
    assert look_of(with_mark(paris, path)).mark == '<svg viewBox="0 0 1 1"></svg>'
