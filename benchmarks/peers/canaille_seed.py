"""Makes Canaille's tables, people and apps; runs in the environment that has Canaille, in its folder."""

import os
from datetime import UTC, datetime

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend

CALLBACK = os.environ["CALLBACK"]
NOW = datetime.now(UTC)


def app(client_id: str, grant_types: list[str], redirect_uris: list[str], response_types: list[str]) -> None:
    """Make one app, which people need not be asked about."""
    Backend.instance.save(
        models.Client(
            client_id=client_id,
            client_secret=os.environ["SECRET"],
            client_id_issued_at=NOW,
            client_name=client_id,
            client_uri="https://app.example",
            contacts=["office@example.org"],
            redirect_uris=redirect_uris,
            grant_types=grant_types,
            response_types=response_types,
            scope=["openid", "profile", "email", "offline_access"],
            token_endpoint_auth_method="client_secret_basic",
            id_token_signed_response_alg="ES256",
        )
    )


def main() -> None:
    """Make everything."""
    built = create_app()
    with built.app_context():
        app("app", ["authorization_code", "refresh_token"], [CALLBACK], ["code"])
        app("service", ["client_credentials"], [], [])
        for number in range(1, int(os.environ["PEOPLE"]) + 1):
            Backend.instance.save(
                models.User(
                    user_name=f"person{number}",
                    formatted_name=f"Chloé Lefèvre {number}",
                    given_name="Chloé",
                    family_name=f"Lefèvre {number}",
                    emails=[f"person{number}@example.org"],
                    password=os.environ["PASSWORD"],
                )
            )


if __name__ == "__main__":
    main()
