import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import StringField
from wtforms.validators import InputRequired

from idp.web.forms import Form

PARIS = {"loge.landlord": "paris"}


class Plain(Form):
    """A form that leaves the words to the library."""

    name = StringField("Name", [InputRequired()])


@pytest.mark.parametrize(("locale", "said"), [("fr", "Ce champ est requis."), ("en", "This field is required.")])
def test_what_the_form_library_says_is_translated(app: Flask, locale: str, said: str) -> None:
    with app.test_request_context(f"/?lang={locale}", environ_overrides=PARIS):
        form = Plain(formdata=MultiDict())
        form.validate()
        assert form.name.errors == [said]


@pytest.mark.parametrize(
    ("header", "locale"), [("fr-CH, fr;q=0.9", "fr"), ("en-GB,en;q=0.8", "en"), ("de, pl;q=0.5", "fr"), ("", "fr")]
)
def test_the_browser_is_answered_in_its_language(app: Flask, header: str, locale: str) -> None:
    page = app.test_client().get("/paris/help", base_url="http://localhost:8000", headers={"Accept-Language": header})
    assert f'<html lang="{locale}">' in page.text


def test_a_chosen_language_stays_chosen(app: Flask) -> None:
    client = app.test_client()
    client.get("/paris/help?lang=en", base_url="http://localhost:8000")
    page = client.get("/paris/sign-in", base_url="http://localhost:8000", headers={"Accept-Language": "fr"})
    assert '<html lang="en">' in page.text
    unknown = client.get("/paris/sign-in?lang=xx", base_url="http://localhost:8000")
    assert '<html lang="en">' in unknown.text


def test_the_other_language_of_a_page_that_only_takes_forms_is_at_the_sign_in(app: Flask) -> None:
    client = app.test_client()
    page = client.post("/paris/first-connection/finish", base_url="http://localhost:8000")
    assert page.status_code == 400
    assert 'href="/paris/sign-in?lang=en"' in page.text
    assert "data-answer" not in page.text
    page = client.post("/paris/sign-in", base_url="http://localhost:8000")
    assert 'href="/paris/sign-in?lang=en"' in page.text
    assert "data-answer" in page.text
