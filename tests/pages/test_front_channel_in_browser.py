"""The page after a sign-out opens the apps' addresses, in real Chromium, under the policy the server sends."""

from urllib.parse import urlsplit

import pytest
from flask import Flask, g
from playwright.sync_api import Browser, Route, expect

from idp.web import front_channel
from tests.pages.state import NONCE

pytestmark = pytest.mark.browser
ADDRESS = "http://localhost:8000"
FORUM = "https://forum.example/signed-out?iss=a&sid=b"
BYE = "https://web.example/bye"


@pytest.mark.spec("Front-Channel Logout 3")
@pytest.mark.parametrize("scripts", [True, False])
def test_the_app_is_opened_unseen_and_the_person_goes_back(browser: Browser, app: Flask, scripts: bool) -> None:
    where = {"loge.landlord": "paris", "SCRIPT_NAME": "/paris"}
    with app.test_request_context("/logout", environ_overrides=where):
        g.nonce = NONCE
        answer = front_channel.page([FORUM], BYE)
    opened: list[str] = []

    def handle(route: Route) -> None:
        host, path = urlsplit(route.request.url)[1:3]
        if host != "localhost:8000":
            opened.append(route.request.url)
            body = "back" if path == "/bye" else "<script>document.title = 'told'</script>"
            route.fulfill(body=body, content_type="text/html")
        elif path == "/logout":
            route.fulfill(body=answer.get_data(as_text=True), headers=dict(answer.headers))
        else:
            found = app.test_client().get(path, base_url=ADDRESS)
            route.fulfill(status=found.status_code, body=found.data, content_type=found.content_type)

    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.route("**/*", handle)
    page.goto(f"{ADDRESS}/logout")
    expect(page.locator("iframe")).to_be_hidden()
    page.wait_for_url(BYE)
    context.close()
    assert opened == [FORUM, BYE]
