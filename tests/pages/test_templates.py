import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from flask import Flask

from tests.guards.sources import ROOT
from tests.pages.state import LANDLORDS, NONCE, State
from tests.pages.states import EVERYWHERE, STATES
from tests.pages.supported import WISH

ELSEWHERE = {"base.html", "errors/plain.html"}
VOID = {"input", "meta", "link", "br", "img", "hr"}
OPTIONAL = {"identifier", "birth_date", "email", "phone"}  # on the assistance form
Element = tuple[str, dict[str, str]]


class Page(HTMLParser):
    """A page as a list of its elements; complains about tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> Iterator[dict[str, str]]:
        return (attributes for name, attributes in self.elements if name == tag)


@dataclass(frozen=True)
class Seen:
    """One page as it was rendered."""

    name: str
    landlord: str
    state: State
    html: str
    page: Page


SEEN: list[Seen] = []


@pytest.fixture
def everything(app: Flask) -> list[Seen]:
    """Render every page in every state as each landlord's who has it, once."""
    if not SEEN:
        texts = ((slug, name, STATES[name].render(app, "fr", slug)) for slug, name in EVERYWHERE)
        SEEN.extend(Seen(f"{name} of {slug}", slug, STATES[name], html, Page(html)) for slug, name, html in texts)
    return SEEN


def title(html: str) -> str:
    return html.split("<title>")[1].split("</title>", maxsplit=1)[0]


def test_every_template_of_a_page_is_looked_at() -> None:
    folder = ROOT / "templates"
    pages = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if path.relative_to(folder).parts[0] not in ("mail", "mailbox", "oidc", "parts")
    }
    assert pages - ELSEWHERE == {state.template for state in STATES.values()}


@pytest.mark.journey("all-4")
def test_a_page_has_one_heading_a_language_and_a_way_past_the_brand(everything: list[Seen]) -> None:
    for seen in everything:
        assert len(list(seen.page.all("h1"))) == 1, seen.name
        assert len(list(seen.page.all("main"))) == 1, seen.name
        assert next(seen.page.all("html"))["lang"] == "fr", seen.name
        first_link = next(seen.page.all("a"))
        assert first_link["href"] == "#main", seen.name
        assert title(seen.html).strip(), seen.name


@pytest.mark.journey("all-3")
def test_an_error_is_said_first_and_in_the_title(everything: list[Seen]) -> None:
    for seen in everything:
        assert title(seen.html).startswith("Erreur") == seen.state.error, seen.name
        assert ('role="alert"' in seen.html) == seen.state.error, seen.name
        if seen.state.error:
            assert seen.html.index('role="alert"') < seen.html.index("<h1>"), seen.name


def test_every_reference_within_a_page_leads_somewhere(everything: list[Seen]) -> None:
    for seen in everything:
        names = [attributes["id"] for _, attributes in seen.page.elements if "id" in attributes]
        assert len(names) == len(set(names)), seen.name
        wanted = {attributes["href"][1:] for attributes in seen.page.all("a") if attributes["href"].startswith("#")}
        for _, attributes in seen.page.elements:
            for reference in ("for", "aria-describedby", "aria-labelledby"):
                wanted.update(attributes.get(reference, "").split())
        assert wanted - set(names) == set(), seen.name


@pytest.mark.journey("all-3")
def test_every_field_has_a_label_and_tells_browsers_what_it_is(everything: list[Seen]) -> None:
    for seen in everything:
        labelled = {attributes["for"] for attributes in seen.page.all("label")}
        for field in seen.page.all("input"):
            if field["type"] == "hidden" or "hidden" in field:
                continue
            assert field["id"] in labelled, seen.name
            assert "placeholder" not in field, seen.name
            assert field["autocomplete"], seen.name
            may_be_empty = field["type"] in ("radio", "checkbox") or (
                seen.name.startswith("assistance") and field["name"].partition("-")[0] in OPTIONAL
            )
            assert "required" in field or may_be_empty, seen.name
        assert all("novalidate" in form or "data-wait" in form for form in seen.page.all("form") if labelled), (
            seen.name
        )


def test_typed_passwords_never_come_back(everything: list[Seen]) -> None:
    for seen in everything:
        assert all(not field["value"] for field in seen.page.all("input") if field["type"] == "password"), seen.name


@pytest.mark.threat("T-35")
def test_style_and_script_carry_the_nonce(everything: list[Seen]) -> None:
    for seen in everything:
        for tag, attributes in seen.page.elements:
            assert "style" not in attributes, seen.name
            assert not any(name.startswith("on") for name in attributes), seen.name
            if tag in ("script", "style"):
                assert attributes["nonce"] == NONCE, seen.name


@pytest.mark.journey("all-5")
@pytest.mark.journey("all-7")
def test_no_page_is_a_dead_end(everything: list[Seen]) -> None:
    for seen in everything:
        landlord = LANDLORDS[seen.landlord]
        assert f"/{landlord.slug}/help" in seen.html or seen.state.template == "help/show.html", seen.name
        inside = seen.html[seen.html.index("<main") : seen.html.index("</main>")]
        assert '<button type="submit"' in inside or 'class="button' in inside, seen.name
        if seen.state.template.startswith("errors/") or "expired" in seen.html:
            assert (landlord.contact.phone or "").replace(" ", "\u00a0") in seen.html, seen.name


def test_a_page_is_light(everything: list[Seen]) -> None:
    for seen in everything:
        assert len(seen.html.encode()) < 50_000, seen.name


def test_a_page_speaks_one_language(app: Flask) -> None:
    for slug, name in EVERYWHERE:
        shown = STATES[name].render(app, "en", slug)
        assert '<html lang="en">' in shown, (slug, name)
        said = re.sub(r"<(\w+)[^>]* lang=\"fr\"[^>]*>.*?</\1>", "", shown)
        said = said.replace(WISH.reason, "")  # as the adviser wrote it
        said = re.sub(r"Régie Lutèce|Foncière des Tilleuls|(src|href|alt)=\"[^\"]*\"", "", said)
        assert not re.search(r"[éèàçù]", said), (slug, name)


def test_what_the_server_says_about_password_rules(app: Flask) -> None:
    before, after = (STATES[name].render(app, "fr", "auvergne") for name in ("reset", "reset_broken"))
    assert 'data-state="kept"' not in before
    assert 'data-state="broken"' not in before
    assert re.search(
        r'data-rule="length" data-state="broken"[^>]*>[^<]*<span class="state"> \(manque encore\)', after
    )
    assert re.search(r'data-rule="lower" data-state="kept"[^>]*>[^<]*<span class="state"> \(respecté\)', after)


def test_a_page_names_the_way_out_as_the_landlord_calls_it(app: Flask) -> None:
    for landlord, words in (("paris", "Mot de passe oublié"), ("moselle", "J’ai oublié mon mot de passe")):
        closed = STATES["sign_in_closed"].render(app, "fr", landlord)
        assert f"«\u00a0{words}\u00a0» reste ouvert à tout moment" in closed
        assert f">{words}</a>" in closed
