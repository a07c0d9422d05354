"""What every application stands on."""

from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.routing import Rule

from idp.app import create_app
from idp.settings.root import Settings


def test_no_address_is_composed_before_somebody_needs_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Rule] = []
    compile_one = Rule._compile_builder

    def noted(rule: Rule, append_unknown: bool = True) -> Any:
        compiled.append(rule)
        return compile_one(rule, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", noted)
    app = create_app(settings)
    assert compiled == []
    for _ in range(2):
        assert sign_in_by_google(app) == "/social/google/sign-in?journey=j"
    assert {rule.endpoint for rule in compiled} == {"social.sign_in"}


def sign_in_by_google(app: Flask) -> str:
    with app.test_request_context():
        return url_for("social.sign_in", name="google", journey="j")
