"""An app that registers itself, as its developer would write it."""

import json
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from idp.services import app_registration
from idp.settings.client import Client
from idp.settings.root import Settings
from tests.conftest import MakeWork
from tests.oidc.relying_party import HOST, NETWORK, RelyingParty

METADATA: dict[str, Any] = {
    "client_name": "Watts & Compagnie",
    "redirect_uris": ["https://watts.example/callback"],
    "scope": "openid email",
}


def offering(settings: Settings, slug: str = "paris") -> Settings:
    """Let apps register at a landlord."""
    landlord = settings.landlords[slug]
    rules = landlord.app_registration.model_copy(
        update={"offered": True, "scopes": ["openid", "profile", "email", "offline_access"]}
    )
    changed = landlord.model_copy(update={"app_registration": rules})
    return settings.model_copy(update={"landlords": {**settings.landlords, slug: changed}})


def new_token(make_work: MakeWork, uses: int = 1) -> str:
    """Make an initial access token, as the administrator does."""
    work = make_work()
    token = app_registration.make_token(work, uses, timedelta(days=7))
    work.db.commit()
    return token


def send(app: Flask, method: str, path: str, token: str | None, body: Any = None, **headers: str) -> TestResponse:
    """Ask an endpoint of the registration."""
    bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
    return app.test_client().open(
        f"/paris{path}",
        method=method,
        base_url=HOST,
        data=body if isinstance(body, str | bytes | None) else json.dumps(body),
        headers={"Content-Type": "application/json"} | bearer | headers,
        environ_overrides=NETWORK,
    )


def relying(app: Flask, answer: dict[str, Any], auth: str = "client_secret_basic") -> RelyingParty:
    """Make the app that a registration stands for."""
    client = Client.model_construct(
        client_id=answer["client_id"], auth=auth, redirect_uris=answer["redirect_uris"], name=answer["client_name"]
    )
    return RelyingParty(app, client, secret=answer.get("client_secret", ""))
