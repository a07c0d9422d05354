"""What may start, and what its administrator should know."""

from collections.abc import Iterator

from idp.domain.contrast import LEGIBLE, contrast
from idp.domain.entropy import RECOMMENDED_BITS, worst_case_bits
from idp.settings.client import LOOPBACK
from idp.settings.landlord import Landlord
from idp.settings.pictures import read_svg
from idp.settings.problem import PROGRAM_FILE, Problem, landlord_file
from idp.settings.refusals import secret_files
from idp.settings.root import Settings
from idp.settings.secret_files import is_given, is_there

LIGHT_PAGE = "#f4f2ee"
DARK_PAGE = "#1d2025"
DIGEST_SIZE = 20  # SHA-1, as in the list of leaked passwords
LEAST_KIB = {1: 47104, 2: 19456, 3: 12288}
"""Memory that argon2id is to fill, by passes; more passes ask for no less (ASVS 5.0, appendix C)."""


def warnings(settings: Settings) -> list[Problem]:
    """List what is worth a warning.

    Args:
        settings: the settings, well formed and fit to start.
    """
    found = [warning for check in SERVER_WARNINGS for warning in check(settings)]
    for landlord in settings.landlords.values():
        found += [warning for check in LANDLORD_WARNINGS for warning in check(landlord)]
    return found


def _missing_secrets(settings: Settings) -> Iterator[Problem]:
    for file, key, path, _ in secret_files(settings):
        if not is_there(path):
            yield Problem(file, key, repr(str(path)), "does not exist yet; `idp init` makes it")


def _proxy(settings: Settings) -> Iterator[Problem]:
    server = settings.server
    if server.bind not in LOOPBACK and server.trusted_proxies == 0:
        reason = "is open to the network, and no proxy is trusted: behind one, all people would count as one network"
        yield Problem(PROGRAM_FILE, "server.bind", repr(server.bind), reason)


def _demo(settings: Settings) -> Iterator[Problem]:
    if settings.server.demo:
        yield Problem(PROGRAM_FILE, "server.demo", "true", "everybody on this machine can read every mail")


def _mail(settings: Settings) -> Iterator[Problem]:
    if settings.mail.transport == "folder" and not settings.server.demo:
        yield Problem(PROGRAM_FILE, "mail.transport", "'folder'", "mails are written to a folder; nobody gets them")


def _counting(settings: Settings) -> Iterator[Problem]:
    if settings.server.workers > 1 and settings.rate_limits.storage.startswith("memory") and not settings.server.demo:
        reason = f"each of the {settings.server.workers} processes counts for itself; redis:// counts for all of them"
        yield Problem(PROGRAM_FILE, "rate_limits.storage", repr(settings.rate_limits.storage), reason)


def _cheap_hashes(settings: Settings) -> Iterator[Problem]:
    hashing = settings.hashing
    least = LEAST_KIB[min(hashing.iterations, max(LEAST_KIB))]
    if hashing.memory_kib < least:
        reason = f"is cheap to attack; iterations = {hashing.iterations} asks for {least} at least"
        yield Problem(PROGRAM_FILE, "hashing.memory_kib", repr(hashing.memory_kib), reason)


def _plain_http(landlord: Landlord) -> Iterator[Problem]:
    if not landlord.secure:
        yield Problem(
            landlord_file(landlord.slug), "issuer", repr(landlord.issuer), "is plain http: for this machine only"
        )


def _weak_passwords(landlord: Landlord) -> Iterator[Problem]:
    rules = landlord.password
    bits = worst_case_bits(rules.min_length, rules.require)
    if bits < RECOMMENDED_BITS:
        reason = f"the weakest password allowed has {bits:.1f} bits; the CNIL recommends {RECOMMENDED_BITS}"
        yield Problem(landlord_file(landlord.slug), "password", "", reason)


def _leaked_list(landlord: Landlord) -> Iterator[Problem]:
    path = landlord.password.leaked_list
    if path is None:
        return
    reason = None
    if not path.is_file():
        reason = "there is no such file; no password is refused by it"
    elif path.stat().st_size % DIGEST_SIZE:
        reason = "is no list of leaked passwords, or half of one; `idp passwords list build` makes one"
    if reason:
        yield Problem(landlord_file(landlord.slug), "password.leaked_list", repr(str(path)), reason)


def _pale_colours(landlord: Landlord) -> Iterator[Problem]:
    brand = landlord.brand
    for key, colour, page in (("colour", brand.colour, LIGHT_PAGE), ("colour_dark", brand.colour_dark, DARK_PAGE)):
        ratio = contrast(colour, page)
        if ratio < LEGIBLE:
            reason = f"its contrast against {page} is {ratio:.1f}; people need {LEGIBLE} to read it"
            yield Problem(landlord_file(landlord.slug), f"brand.{key}", repr(colour), reason)


def _missing_pictures(landlord: Landlord) -> Iterator[Problem]:
    marks = [(f"social.{place}.mark", social.mark) for place, social in enumerate(landlord.social)]
    own = [("brand.mark", landlord.brand.mark), ("identifier_picture", landlord.identifier_picture)]
    for key, path in (*own, *marks):
        if path and read_svg(path) is None:
            reason = "there is no such SVG file; the pages do without"
            yield Problem(landlord_file(landlord.slug), key, repr(str(path)), reason)


def _nobody_to_serve(landlord: Landlord) -> Iterator[Problem]:
    if not landlord.clients:
        yield Problem(landlord_file(landlord.slug), "clients", "", "no app trusts this landlord's tokens yet")


def _unread_cases(landlord: Landlord) -> Iterator[Problem]:
    if landlord.assistance.offered and landlord.assistance.inbox is None:
        reason = "people can leave messages, and nobody is told; name an address, or set assistance.offered = false"
        yield Problem(landlord_file(landlord.slug), "assistance.inbox", "", reason)


def _waiting_providers(landlord: Landlord) -> Iterator[Problem]:
    for place, social in enumerate(landlord.social):
        key = f"social.{place}"
        if not social.client_id:
            reason = f"{social.slug} is not offered yet: give the client_id that the provider gave"
            yield Problem(landlord_file(landlord.slug), f"{key}.client_id", "", reason)
        elif not is_given(social.secret_file):
            reason = f"{social.slug} is not offered yet: put the secret there that the provider gave, with mode 0600"
            yield Problem(landlord_file(landlord.slug), f"{key}.secret_file", repr(str(social.secret_file)), reason)


SERVER_WARNINGS = (_missing_secrets, _proxy, _demo, _mail, _counting, _cheap_hashes)
LANDLORD_WARNINGS = (
    _plain_http,
    _weak_passwords,
    _leaked_list,
    _pale_colours,
    _missing_pictures,
    _nobody_to_serve,
    _unread_cases,
    _waiting_providers,
)
