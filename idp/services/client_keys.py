"""The public keys of apps: from the configuration, or from the address it names (OpenID Connect Core §10)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from urllib.parse import urlsplit

from idp.logs import Log
from idp.services.fetching import Fetcher, NotFetchedError
from idp.settings import key_sets
from idp.settings.client import Client
from idp.settings.key_sets import KeySet, PublicKey
from idp.settings.root import Settings

AT_MOST_ONCE_IN = timedelta(minutes=1)
FRESH_FOR = timedelta(hours=1)
GOOD_FOR = timedelta(days=1)

log = Log("idp.client_keys")


@dataclass
class Shelf:
    """What was fetched from one address.

    Attributes:
        keys: the keys, none before the first success.
        read_at: when that was.
        tried_at: when fetching was last tried.
        lock: held while somebody fetches; the others wait, and then find the keys.
    """

    keys: KeySet = field(default_factory=dict)
    read_at: datetime | None = None
    tried_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)


class ClientKeys:
    """The keys of all apps of a server, kept for as long as the process runs.

    Args:
        settings: the settings of the server.

    Raises:
        NotReadyError: when a file with keys cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        owned = [(slug, client) for slug, landlord in settings.landlords.items() for client in landlord.clients]
        addresses = {client.jwks_uri for _, client in owned if client.jwks_uri}
        self._fetcher = Fetcher({urlsplit(uri).hostname or "" for uri in addresses}, at_home=settings.server.demo)
        self._shelves = {uri: Shelf() for uri in addresses}
        self._fixed = {(slug, client.client_id): _configured(client) for slug, client in owned}

    def find(self, slug: str, client: Client, kid: object, now: datetime) -> PublicKey | None:
        """Find the key that a token names; a token that names none is of the only key there is (RFC 7515 §4.1.4).

        A name that is not known makes the server look at the app's address again, once a minute at most.

        Args:
            slug: the landlord.
            client: the app.
            kid: the name in the token's header, None where there is none.
            now: the present instant.
        """
        if not client.jwks_uri:
            return key_sets.pick(self._fixed.get((slug, client.client_id)) or _configured(client), kid)
        shelf = self._shelves[client.jwks_uri]
        if key_sets.pick(shelf.keys, kid) is None or shelf.read_at is None or now - shelf.read_at >= FRESH_FOR:
            self._look(client.jwks_uri, shelf, now)
        return key_sets.pick(shelf.keys, kid)

    def _look(self, uri: str, shelf: Shelf, now: datetime) -> None:
        with shelf.lock:
            if shelf.tried_at is not None and now - shelf.tried_at < AT_MOST_ONCE_IN:
                return
            shelf.tried_at = now
            try:
                shelf.keys, shelf.read_at = key_sets.parse(self._fetcher.get(uri).decode()), now
            except (NotFetchedError, ValueError) as error:
                log.warning("client_keys.not_fetched", details={"host": urlsplit(uri).hostname}, error=str(error))
                if shelf.read_at is not None and now - shelf.read_at >= GOOD_FOR:
                    shelf.keys = {}


def _configured(client: Client) -> KeySet:
    if client.jwks is None or client.jwks_uri:
        return {}
    return key_sets.read(client.jwks) if isinstance(client.jwks, dict) else key_sets.from_file(Path(client.jwks))
