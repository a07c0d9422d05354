"""Ends the sessions whose time is over, and brings what apps are to hear of ended ones."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from idp.cli.mailroom import OpenWork
from idp.logs import Log
from idp.services import logout_delivery, sessions, support
from idp.services.logout_delivery import Claimed
from idp.services.transports import Deferred, Delivered, Outcome
from idp.services.work import Work

AGAIN = Deferred("the app did not take another one just before")
STOPPED = Deferred("the worker was told to stop")

log = Log("idp.logout")


@dataclass(frozen=True, slots=True)
class Messenger:
    """Goes round the landlords and tells apps which sessions have ended.

    Attributes:
        landlords: slugs of the landlords.
        open_work: opens the work of a landlord; claims and results are committed one by one.
        write: writes the token of a notice (`idp.oidc.logout_tokens.write`).
        tell: brings a token to an address (`idp.services.backchannel.tell`); no transaction is open meanwhile.
        stopping: whether to stop after the notice in hand.
    """

    landlords: Iterable[str]
    open_work: OpenWork
    write: Callable[[Work, Claimed], str]
    tell: Callable[[str, str], Outcome]
    stopping: Callable[[], bool]

    def round(self) -> int:
        """Bring one batch for each landlord.

        Returns:
            how many notices were brought, put off or given up.
        """
        return sum(self._batch(slug) for slug in self.landlords)

    def _batch(self, slug: str) -> int:
        with self.open_work(slug, read_only=True) as work:
            if not logout_delivery.any_due(work):
                return 0
        with self.open_work(slug) as work:
            letters = [(notice, self.write(work, notice)) for notice in logout_delivery.claim(work)]
        silent: set[str] = set()
        for notice, token in letters:
            outcome = self._bring(notice, token, silent)
            with self.open_work(slug) as work:
                logout_delivery.settle(work, notice, outcome)
            log.info(
                f"logout.{type(outcome).__name__.lower()}",
                landlord=slug,
                client=notice.client.client_id,
                error=getattr(outcome, "reason", None),
            )
        return len(letters)

    def _bring(self, notice: Claimed, token: str, silent: set[str]) -> Outcome:
        """Bring one notice; an app that does not answer is waited for once in a batch."""
        if self.stopping():
            return STOPPED
        if notice.client.client_id in silent:
            return AGAIN
        outcome = self.tell(notice.client.backchannel_logout_uri or "", token)
        if not isinstance(outcome, Delivered):
            silent.add(notice.client.client_id)
        return outcome


def expire_all(landlords: Iterable[str], open_work: OpenWork) -> None:
    """End the sessions and the support accesses whose time is over, in batches that are committed one by one."""
    for slug in landlords:
        for end, batch in ((sessions.end_expired, sessions.BATCH), (support.close_ended, support.BATCH)):
            ended = batch
            while ended == batch:
                with open_work(slug) as work:
                    ended = end(work)
