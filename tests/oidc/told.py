"""Apps that are told of ended sessions, without a network."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from idp.cli.logouts import Messenger, expire_all
from idp.oidc import logout_tokens
from idp.services.transports import Delivered, Outcome
from idp.services.work import Work
from tests.conftest import MakeWork

LANDLORDS = ("paris",)


@dataclass
class Ears:
    """What apps were told, and what they answer.

    Attributes:
        make_work: opens a transaction.
        heard: addresses and tokens, in the order in which they came.
        answers: what an address answers, where it does not take everything.
    """

    make_work: MakeWork
    heard: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, Outcome] = field(default_factory=dict)
    stopping: bool = False

    def tell(self, uri: str, token: str) -> Outcome:
        """Take what an app is told."""
        self.heard.append((uri, token))
        return self.answers.get(uri, Delivered())

    def listen(self) -> list[tuple[str, str]]:
        """Let a worker do what is due, and return what the apps were told by it."""
        before = len(self.heard)
        expire_all(LANDLORDS, self.open_work)
        messenger = Messenger(LANDLORDS, self.open_work, logout_tokens.write, self.tell, lambda: self.stopping)
        while messenger.round():
            pass
        return self.heard[before:]

    @contextmanager
    def open_work(self, slug: str, *, read_only: bool = False) -> Iterator[Work]:
        """Open the work of a landlord."""
        work = self.make_work(slug)
        with work.db.begin():
            yield work
