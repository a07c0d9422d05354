"""What the server leans on fails, or is not there at all."""

import subprocess
import sys

import pytest
from flask import Flask

from idp.app import create_app
from idp.settings.root import Settings
from idp.web.database import db
from tests.conftest import ROOT, HandClock
from tests.mail_server import free_port
from tests.visitor import Visitor

SEEN = "import sys, idp.app, idp.cli; print([name for name in sys.modules if name.split('.')[0] in ('lxml', 'xml')])"


@pytest.mark.threat("T-83")
def test_without_redis_each_process_counts_for_itself(settings: Settings) -> None:
    limits = settings.rate_limits.model_copy(
        update={"storage": f"redis://127.0.0.1:{free_port()}", "forms": "5 per minute"}
    )
    app = create_app(settings.model_copy(update={"rate_limits": limits}), HandClock())
    visitor = Visitor(app)
    visitor.get("/sign-in")
    answers = [visitor.submit(identifier=str(number), password="Faux-1234").status_code for number in range(7)]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert answers == [422] * 5 + [429] * 2


@pytest.mark.threat("T-73")
def test_no_parser_of_xml_is_ever_loaded() -> None:
    run = [sys.executable, "-c", SEEN]
    assert subprocess.run(run, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip() == "[]"


@pytest.mark.threat("T-73")
def test_xml_is_no_form(app: Flask) -> None:
    visitor = Visitor(app)
    visitor.get("/sign-in")
    answer = visitor.client.post(
        "/paris/sign-in",
        base_url="http://localhost:8000",
        data='<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>',
        content_type="application/xml",
    )
    assert answer.status_code in (400, 415)
    assert "root:" not in answer.text
