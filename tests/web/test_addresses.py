from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from idp.web.templating import here, to

PARIS = {"loge.landlord": "paris", "SCRIPT_NAME": "/paris"}


def test_this_page_in_another_language(app: Flask) -> None:
    with app.test_request_context("/sign-in?journey=abc&lang=fr", environ_overrides=PARIS):
        assert here(lang="en") == "/paris/sign-in?journey=abc&lang=en"
        assert to("help.show") == "/paris/help?journey=abc"


@pytest.mark.threat("T-30")
@pytest.mark.parametrize(
    "query",
    ["_external=1&_scheme=javascript", "_anchor=x", "_method=POST", "endpoint=help.show", "filename=/etc/passwd"],
)
def test_a_query_cannot_bend_an_address(app: Flask, query: str) -> None:
    with app.test_request_context(f"/sign-in?{query}", environ_overrides=PARIS):
        parts = urlsplit(here(lang="en"))
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", "/paris/sign-in")
    assert parse_qs(parts.query) == {**parse_qs(query), "lang": ["en"]}


@pytest.mark.threat("T-30")
@pytest.mark.parametrize("path", ["/nowhere", "//evil.example/x", "/%2F%2Fevil.example"])
def test_a_page_that_does_not_exist_leads_to_the_sign_in(app: Flask, path: str) -> None:
    page = app.test_client().get(f"/paris{path}", base_url="http://localhost:8000")
    assert page.status_code == 404
    assert "/paris/sign-in?lang=en" in page.text
    assert "evil" not in page.text
