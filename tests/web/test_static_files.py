import gzip
import re

from flask import Flask
from flask.testing import FlaskClient

from tests.pages.states import STATES

YEAR = 31536000


def style_address(app: Flask) -> str:
    found = re.search(r'href="([^"]+loge\.css[^"]*)"', STATES["sign_in"].render(app))
    assert found is not None
    return found[1]


def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_style_is_kept_for_a_year_under_the_name_of_its_content(app: Flask) -> None:
    answer = client(app).get(style_address(app), base_url="http://localhost:8000")
    assert answer.mimetype == "text/css"
    assert answer.cache_control.max_age == YEAR
    assert answer.cache_control.immutable
    assert re.search(r"\?v=[0-9a-f]{12}$", style_address(app))
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_style_is_compressed_for_who_can_read_it(app: Flask) -> None:
    plain = client(app).get(style_address(app), base_url="http://localhost:8000")
    packed = client(app).get(
        style_address(app), base_url="http://localhost:8000", headers={"Accept-Encoding": "gzip, br"}
    )
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_nothing_else_of_the_machine_is_served(app: Flask) -> None:
    for path in ("../base.html", "%2e%2e/base.html", "pico", "", "pico/../../base.html"):
        assert client(app).get(f"/paris/static/{path}", base_url="http://localhost:8000").status_code == 404
