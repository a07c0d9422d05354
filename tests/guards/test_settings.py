"""Every setting is explained where it is defined; the example and the schema are made from that."""

from collections.abc import Iterator
from typing import get_args

import pytest

from idp.settings.explained import explained
from idp.settings.landlord import LandlordFile
from idp.settings.section import Section
from idp.settings.server import IdpFile


def sections(kind: type[Section]) -> Iterator[type[Section]]:
    """List a section and every section in it."""
    yield kind
    for field in kind.model_fields.values():
        for inner in (field.annotation, *get_args(field.annotation)):
            if isinstance(inner, type) and issubclass(inner, Section):
                yield from sections(inner)


@pytest.mark.parametrize("kind", [IdpFile, LandlordFile])
def test_every_setting_is_explained(kind: type[Section]) -> None:
    silent = {
        f"{section.__name__}.{name}"
        for section in sections(explained(kind))
        for name, field in section.model_fields.items()
        if not (
            field.description
            or any(
                isinstance(t, type) and issubclass(t, Section)
                for t in [field.annotation, *get_args(field.annotation)]
            )
        )
    }
    assert silent == set()


@pytest.mark.parametrize("kind", [IdpFile, LandlordFile])
def test_every_section_is_explained(kind: type[Section]) -> None:
    assert [section.__name__ for section in sections(kind) if "__doc__" not in vars(section)] == []
