"""No header of a request reaches a link, whatever it claims the host to be."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from idp.domain.mails import MailKind
from idp.models import Mail
from tests.conftest import MakeWork
from tests.people import add_account, add_holder
from tests.visitor import BASE, Visitor

FORGED = [
    {"Host": "evil.example"},
    {"Host": "localhost:8000, evil.example"},
    {"Host": "localhost:8000@evil.example"},
    {"Host": "evil.example@localhost:8000"},
    {"Host": "localhost:9999"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example, localhost:8000"},
    {"X-Forwarded-Server": "evil.example"},
    {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1443"},
    {"Forwarded": "for=192.0.2.60;proto=https;host=evil.example"},
    {"X-Original-URL": "http://evil.example/paris/forgotten-password", "X-Rewrite-URL": "http://evil.example/"},
    {"X-Host": "evil.example", "X-HTTP-Host-Override": "evil.example", "X-Forwarded-Prefix": "//evil.example"},
]


@pytest.mark.threat("T-16")
@pytest.mark.parametrize("headers", FORGED, ids=str)
def test_the_mail_and_the_metadata_are_the_same_or_there_are_none(
    app: Flask, make_work: MakeWork, headers: dict[str, str]
) -> None:
    work = make_work()
    add_account(work, add_holder(work, "7000700"))
    work.db.commit()
    visitor = Visitor(app)
    metadata = "/.well-known/openid-configuration"
    usual = visitor.get(metadata).data
    forged = visitor.get(metadata, **headers)
    assert forged.status_code == 400 or forged.data == usual
    visitor.get("/forgotten-password")
    answer = visitor.client.post(
        "/paris/forgotten-password",
        base_url=BASE,
        data={"csrf_token": visitor.token(), "identifier": "7000700"},
        headers=headers,
    )
    assert answer.status_code in (303, 400)
    assert "evil" not in answer.headers.get("Location", "")
    mails = work.db.scalars(select(Mail).where(Mail.kind == MailKind.RESET_PASSWORD)).all()
    assert len(mails) == (1 if answer.status_code == 303 else 0)
    for mail in mails:
        assert mail.sealed is not None
        content = json.loads(work.vault.unseal(mail.sealed, f"mail:{mail.message_id}"))
        assert content["recipient"] == "chloe@example.org"
        assert "evil" not in json.dumps(content)
