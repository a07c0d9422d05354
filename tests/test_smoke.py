from flask import Flask

from idp.services.work import Work


def test_health(app: Flask, work: Work) -> None:
    assert app.test_client().get("/healthz").status_code == 200
