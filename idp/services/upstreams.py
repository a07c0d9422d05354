"""The other providers of a server: which may be used, and what they publish about themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

from idp.domain import bounded_json
from idp.logs import Log
from idp.services.fetching import Fetcher, NotFetchedError, Patience
from idp.settings import key_sets
from idp.settings.key_sets import KeySet, PublicKey
from idp.settings.pictures import as_address, read_svg
from idp.settings.root import Settings
from idp.settings.secret_files import is_given, read_secret
from idp.settings.social import ENDPOINTS, Provider, Social

FRESH_FOR = timedelta(hours=1)
SICK_FOR = timedelta(seconds=10)
AT_MOST_ONCE_IN = timedelta(minutes=1)
SIZE, DEPTH = 64 * 1024, 8
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = Log("idp.upstreams")


@dataclass(frozen=True, slots=True)
class Upstream:
    """A provider that a landlord offers and has the credentials of.

    Attributes:
        settings: what the landlord's file says.
        known: what is known of the provider.
        secret: what the provider gave.
        mark: the landlord's picture for its button, as a `data:` address; None for the usual one, or none.
    """

    settings: Social
    known: Provider
    secret: str
    mark: str | None = None

    @property
    def name(self) -> str:
        """Name in addresses."""
        return self.settings.slug


@dataclass
class Shelf:
    """What one issuer published, as it was last read.

    Attributes:
        metadata: its addresses by their names in OpenID Connect Discovery §3.
        keys: its keys.
        read_at: when the metadata were read.
        keys_at: when the keys were read.
        failed_at: when reading last failed; nobody tries again at once.
        lock: held while somebody reads; the others wait, and then find it.
    """

    metadata: Mapping[str, object] = field(default_factory=dict)
    keys: KeySet = field(default_factory=dict)
    read_at: datetime | None = None
    keys_at: datetime | None = None
    failed_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)


class Upstreams:
    """The providers of all landlords, and what was read of them for as long as the process runs.

    Args:
        settings: the settings of the server.

    Raises:
        NotReadyError: when a secret cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._offered = {
            slug: [
                Upstream(social, social.known, read_secret(social.secret_file), _mark(social))
                for social in landlord.social
                if ready(social)
            ]
            for slug, landlord in settings.landlords.items()
        }
        every = [upstream for offered in self._offered.values() for upstream in offered]
        self.fetcher = Fetcher({host for one in every for host in one.known.hosts}, at_home=settings.server.demo)
        self._shelves = {upstream.known.issuer: Shelf() for upstream in every}

    def offered(self, slug: str) -> Sequence[Upstream]:
        """List the providers that a landlord offers, in the order of its file."""
        return self._offered[slug]

    def find(self, slug: str, name: str) -> Upstream | None:
        """Find a provider of a landlord by its name in addresses."""
        return next((upstream for upstream in self._offered[slug] if upstream.name == name), None)

    def metadata(self, upstream: Upstream, now: datetime, patience: Patience) -> Mapping[str, object]:
        """Tell a provider's addresses: the catalogue's, else those that it publishes, read once an hour.

        Raises:
            NotFetchedError: when they cannot be read, or lead elsewhere.
        """
        if upstream.known.protocol == "oauth2":
            return {name: getattr(upstream.known, name) for name in ENDPOINTS}
        shelf = self._shelves[upstream.known.issuer]
        with shelf.lock:
            if shelf.read_at is None or now - shelf.read_at >= FRESH_FOR:
                self._read(upstream, shelf, now, patience)
            return shelf.metadata

    def key(self, upstream: Upstream, kid: object, now: datetime, patience: Patience) -> PublicKey | None:
        """Find a provider's key; a name that is not known makes the server look again, once a minute at most.

        Raises:
            NotFetchedError: when the keys cannot be read.
        """
        shelf = self._shelves[upstream.known.issuer]
        uri = str(self.metadata(upstream, now, patience).get("jwks_uri", ""))
        with shelf.lock:
            stale = shelf.keys_at is None or now - shelf.keys_at >= FRESH_FOR
            unknown = key_sets.pick(shelf.keys, kid) is None
            if stale or (unknown and shelf.keys_at is not None and now - shelf.keys_at >= AT_MOST_ONCE_IN):
                shelf.keys = _keys(self.fetcher.get(uri, patience))
                shelf.keys_at = now
            return key_sets.pick(shelf.keys, kid)

    def _read(self, upstream: Upstream, shelf: Shelf, now: datetime, patience: Patience) -> None:
        if shelf.failed_at is not None and now - shelf.failed_at < SICK_FOR:
            raise NotFetchedError("the provider did not answer a moment ago")
        try:
            found = self.fetcher.get(f"{upstream.known.issuer}/.well-known/openid-configuration", patience)
            shelf.metadata, shelf.read_at, shelf.failed_at = _metadata(upstream, found), now, None
        except NotFetchedError as error:
            shelf.failed_at = now
            log.warning("upstreams.not_read", details={"provider": upstream.name}, error=str(error))
            if not shelf.metadata:
                raise


def ready(social: Social) -> bool:
    """Tell whether a provider has its credentials; without them its button is not shown."""
    return bool(social.client_id) and is_given(social.secret_file)


def _mark(social: Social) -> str | None:
    svg = read_svg(social.mark) if social.mark else None
    return as_address(svg) if svg else None


def _metadata(upstream: Upstream, body: bytes) -> Mapping[str, object]:
    """Read what a provider publishes; its issuer must be the expected one, its addresses at its own hosts."""
    try:
        found = bounded_json.parse(body.decode(), max_length=SIZE, max_depth=DEPTH, unique=True)
    except ValueError:
        raise NotFetchedError("what it publishes is no JSON of a reasonable size") from None
    if not isinstance(found, dict) or found.get("issuer") != upstream.known.issuer:
        raise NotFetchedError("it publishes another issuer")
    for name in _places(upstream.known):
        address = found.get(name)
        if address is None and name in NEEDED:
            raise NotFetchedError(f"it publishes no {name}")
        if address is not None and not _belongs(upstream, address):
            raise NotFetchedError(f"its {name} leads elsewhere")
    return found


def _places(known: Provider) -> list[str]:
    """Name the addresses that are asked or shown; where the others lead is the provider's own affair."""
    asked = ["userinfo_endpoint"] if known.userinfo != "none" else []
    return [*NEEDED, *asked, *(["end_session_endpoint"] if known.ends_session else [])]


def _belongs(upstream: Upstream, address: object) -> bool:
    """Tell whether an address is one of the provider's; plain http is for a provider on this machine only."""
    if not isinstance(address, str):
        return False
    parts = urlsplit(address)
    return (
        parts.scheme in ("https", urlsplit(upstream.known.issuer).scheme) and parts.hostname in upstream.known.hosts
    )


def _keys(body: bytes) -> KeySet:
    try:
        return key_sets.parse(body.decode())
    except ValueError as error:
        raise NotFetchedError(f"its key set {error}") from None
