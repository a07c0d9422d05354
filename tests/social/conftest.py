"""A landlord with another provider beside it, and browsers that go there and back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from idp.domain.mails import MailKind
from idp.settings.root import Settings
from idp.settings.secret_files import write_secret
from idp.settings.social import Social
from tests import upstream
from tests.conftest import HandClock, MakeWork
from tests.people import CODE, add_holder, add_letter, newest_mail
from tests.upstream import CLIENT_ID, SECRET, Other
from tests.visitor import Visitor


@pytest.fixture
def other(clock: HandClock) -> Iterator[Other]:
    """Another provider, running."""
    with upstream.running(clock) as found:
        yield found


@pytest.fixture
def second(clock: HandClock) -> Iterator[Other]:
    """A further one."""
    with upstream.running(clock) as found:
        yield found


@pytest.fixture
def settings(settings: Settings, other: Other, second: Other, tmp_path: Path) -> Settings:
    """The usual settings, with two further providers on this machine."""
    secret = tmp_path / "other-secret"
    write_secret(secret, SECRET)
    offered = [
        Social(
            provider="oidc",
            name=name,
            label={"fr": label},
            client_id=CLIENT_ID,
            secret_file=secret,
            issuer=one.issuer,
        )
        for name, label, one in (("other", "Autre", other), ("second", "Second", second))
    ]
    paris = settings.landlords["paris"].model_copy(update={"social": offered})
    return settings.model_copy(update={"landlords": {**settings.landlords, "paris": paris}})


class Traveller(Visitor):
    """A browser that goes to other providers too, and keeps the token of the last page that had one."""

    kept = ""

    def token(self) -> str:
        """Read the CSRF token of the present page, or remember that of an earlier one."""
        self.kept = super().token() or self.kept
        return self.kept

    def leave(self, name: str = "other", path: str | None = None, **fields: str) -> str:
        """Press a provider's button on the present page.

        Returns:
            the address at the provider.
        """
        page = self.submit(path or f"/social/{name}/sign-in", **fields)
        assert page.status_code == 303, page.text
        return page.location

    def come_back(self, address: str) -> TestResponse:
        """Bring the provider's answer."""
        parts = urlsplit(address)
        return self.get(f"{parts.path.removeprefix(self.root)}?{parts.query}")


Travellers = Callable[[], Traveller]


@pytest.fixture
def traveller(app: Flask) -> Traveller:
    """A browser at the sign-in page."""
    return arrived(app)


def arrived(app: Flask) -> Traveller:
    """Open the sign-in page."""
    visitor = Traveller(app)
    visitor.get("/sign-in")
    visitor.token()
    return visitor


@pytest.fixture
def travellers(app: Flask) -> Travellers:
    """Further browsers at the sign-in page."""

    return lambda: arrived(app)


@dataclass
class Tenant:
    """Somebody with a letter, who connects for the first time in their browser by an account elsewhere."""

    traveller: Traveller
    other: Other
    make_work: MakeWork

    def prove(self, identifier: str) -> None:
        """Give the identifier and the code of the letter."""
        self.traveller.get("/first-connection")
        assert self.traveller.submit(identifier=identifier, password=CODE).status_code == 303
        self.traveller.get("/first-connection/email")

    def vouch(self, **person: Any) -> TestResponse:
        """Choose the account elsewhere, whose provider says what is given."""
        self.other.person = {"sub": "chloe-there", **person}
        return self.traveller.come_back(self.other.allow(self.traveller.leave(path="/social/other/connect")))

    def give_email(self, address: str) -> str:
        """Type an address.

        Returns:
            the secret of the link mailed there.
        """
        self.traveller.get("/first-connection/email")
        assert self.traveller.submit(email=address).location.endswith("/first-connection/mailbox")
        work = self.make_work()
        recipient, token = newest_mail(work, MailKind.CONFIRM_EMAIL)
        work.db.commit()
        assert recipient == address
        return token

    def confirm(self, token: str) -> TestResponse:
        """Open the link of the mail, and press the button."""
        self.traveller.get(f"/link?token={token}")
        self.traveller.follow()
        return self.traveller.submit("/confirm")

    def connect(self, identifier: str, address: str = "chloe@example.org") -> TestResponse:
        """Do all of it."""
        self.prove(identifier)
        assert self.vouch().status_code == 303
        return self.confirm(self.give_email(address))


@pytest.fixture
def tenant(traveller: Traveller, other: Other, make_work: MakeWork) -> Tenant:
    """The person of the letter."""
    return Tenant(traveller, other, make_work)


@pytest.fixture
def letter(make_work: MakeWork) -> str:
    """A letter on its way.

    Returns:
        the identifier of its holder.
    """
    work = make_work()
    holder = add_holder(work, "7000801", email="chloe@example.org")
    add_letter(work, holder)
    work.db.commit()
    return holder.identifier
