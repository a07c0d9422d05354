"""The portal: sign in, see who one is and which contracts one holds, sign out."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, render_template, request, session, url_for
from requests.exceptions import RequestException
from werkzeug.wrappers import Response

ROLES = {"tenant": "locataire", "co_tenant": "colocataire", "co_owner": "copropriétaire", "owner": "propriétaire"}
SCOPE = "openid profile email phone contracts"


def create_app() -> Flask:
    """Build the portal from its environment: ISSUER, CLIENT_ID, CLIENT_SECRET_FILE, PORTAL_URL."""
    app = Flask(__name__)
    app.secret_key = secrets.token_bytes(32)
    app.config.update(SESSION_COOKIE_NAME="portal", SESSION_COOKIE_SAMESITE="Lax")
    provider = register(OAuth(app))
    people: dict[str, dict[str, Any]] = {}

    @app.get("/")
    def home() -> str:
        return render_template("home.html", person=people.get(session.get("key", "")), roles=ROLES)

    @app.get("/sign-in")
    def sign_in() -> Response:
        answer: Response = provider.authorize_redirect(os.environ["PORTAL_URL"] + "/callback")
        return answer

    @app.get("/callback")
    def callback() -> Response | tuple[str, int]:
        try:
            token = provider.authorize_access_token()
            claims = provider.userinfo(token=token)
        except (OAuthError, RequestException):
            return render_template("failed.html", cancelled=request.args.get("error") == "access_denied"), 400
        session["key"] = secrets.token_urlsafe()
        people[session["key"]] = {"claims": claims, "id_token": token["id_token"]}
        return redirect(url_for("home"), 303)

    @app.post("/sign-out")
    def sign_out() -> Response:
        person = people.pop(session.pop("key", ""), None)
        if person is None:
            return redirect(url_for("home"), 303)
        query = {"id_token_hint": person["id_token"], "post_logout_redirect_uri": os.environ["PORTAL_URL"] + "/"}
        return redirect(f"{provider.load_server_metadata()['end_session_endpoint']}?{urlencode(query)}", 303)

    return app


def register(oauth: OAuth) -> Any:
    """Tell Authlib where the provider is and who the portal is; it finds the rest by discovery."""
    return oauth.register(
        "landlord",
        server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
        client_id=os.environ["CLIENT_ID"],
        client_secret=Path(os.environ["CLIENT_SECRET_FILE"]).read_text(encoding="ascii").strip(),
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"},
    )


if __name__ == "__main__":
    create_app().run("127.0.0.1", int(os.environ.get("PORTAL_PORT", "8001")), threaded=True)
