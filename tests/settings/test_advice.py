"""What starts, with a word of warning."""

from pathlib import Path

import pytest

from idp.settings.advice import warnings
from idp.settings.loader import load
from idp.settings.problem import ConfigurationError
from tests.settings.test_loader import let_codes_travel_protected, spoil

SERVED = '[server]\npublic_url = "https://login.example"\nworkers = 1\n[mail]\ntransport = "smtp"\n'


def keys(folder: Path) -> set[str]:
    return {warning.key for warning in warnings(load(folder, {}))} - {
        "secrets.root_key_file",
        "clients.0.secret_file",
        *(f"social.{place}.client_id" for place in range(5)),
    }


@pytest.fixture
def quiet(folder: Path) -> Path:
    """A configuration with nothing to warn about but its missing secrets."""
    (folder / "idp.toml").write_text(SERVED)
    let_codes_travel_protected(folder)
    spoil(folder / "landlords/paris.toml", '["upper", "digit", "special"]', '["lower", "upper", "digit", "special"]')
    assert keys(folder) == set()
    return folder


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('"https://login.example"', '"http://localhost:8000"', "issuer"),
        ('"https://login.example"\n', '"http://localhost:8000"\ndemo = true\n', "server.demo"),
        ("workers = 1", 'workers = 1\nbind = "0.0.0.0"', "server.bind"),
        ("workers = 1", "workers = 2", "rate_limits.storage"),
        ('transport = "smtp"', 'transport = "folder"', "mail.transport"),
        ("[mail]", "[hashing]\niterations = 1\n[mail]", "hashing.memory_kib"),
        ("[mail]", "[hashing]\niterations = 2\n[mail]", "hashing.memory_kib"),
        ("[mail]", "[hashing]\nmemory_kib = 12287\niterations = 20\n[mail]", "hashing.memory_kib"),
    ],
)
def test_the_server_is_warned_about(quiet: Path, before: str, after: str, key: str) -> None:
    spoil(quiet / "idp.toml", before, after)
    assert key in keys(quiet)


@pytest.mark.parametrize(("memory_kib", "iterations"), [(47104, 1), (19456, 2), (12288, 3), (12288, 4)])
def test_a_cost_that_the_standard_asks_for_is_nothing_to_warn_about(
    quiet: Path, memory_kib: int, iterations: int
) -> None:
    cost = f"[hashing]\nmemory_kib = {memory_kib}\niterations = {iterations}\n[mail]"
    spoil(quiet / "idp.toml", "[mail]", cost)
    assert keys(quiet) == set()


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('["lower", "upper", "digit", "special"]', '["upper", "digit", "special"]', "password"),
        ('inbox = "accueil@lutece.example"', "", "assistance.inbox"),
        ('colour = "#7a1f3d"', 'colour = "#ffcc00"', "brand.colour"),
        ('colour_dark = "#f0a6bd"', 'colour_dark = "#7a1f3d"', "brand.colour_dark"),
        ("config/landlords/paris.svg", "nowhere.svg", "brand.mark"),
        ('provider = "google"', 'provider = "google"\nmark = "nowhere.svg"', "social.1.mark"),
        ("config/landlords/paris-notice.svg", "config/idp.toml", "identifier_picture"),
    ],
)
def test_a_landlord_is_warned_about(quiet: Path, before: str, after: str, key: str) -> None:
    spoil(quiet / "landlords/paris.toml", before, after)
    assert keys(quiet) == {key}


def test_a_list_of_leaked_passwords_must_be_there_and_be_one(quiet: Path, tmp_path: Path) -> None:
    listed = tmp_path / "leaked.bin"
    rules = '["lower", "upper", "digit", "special"]'
    spoil(quiet / "landlords/paris.toml", rules, f'{rules}\nleaked_list = "{listed}"')
    assert keys(quiet) == {"password.leaked_list"}
    listed.write_bytes(b"x" * 19)
    assert keys(quiet) == {"password.leaked_list"}
    listed.write_bytes(b"x" * 20)
    assert keys(quiet) == set()


def test_a_landlord_without_apps_is_warned_about(quiet: Path) -> None:
    path = quiet / "landlords/paris.toml"
    path.write_text(path.read_text(encoding="utf-8").partition("[[clients]]")[0], encoding="utf-8")
    assert keys(quiet) == {"clients"}


def test_a_trusted_proxy_makes_an_open_address_good(quiet: Path) -> None:
    spoil(quiet / "idp.toml", "workers = 1", 'workers = 1\nbind = "0.0.0.0"\ntrusted_proxies = 1')
    assert keys(quiet) == set()


def test_missing_secrets_name_the_command_that_makes_them(folder: Path) -> None:
    spoil(folder / "idp.toml", "[database]", f'[secrets]\nroot_key_file = "{folder}/root.key"\n[database]')
    missing = [warning for warning in warnings(load(folder, {})) if warning.key == "secrets.root_key_file"]
    assert [warning.reason for warning in missing] == ["does not exist yet; `idp init` makes it"]


def test_a_provider_without_credentials_is_named(quiet: Path, tmp_path: Path) -> None:
    words = [str(warning) for warning in warnings(load(quiet, {}))]
    where = "landlords/paris.toml: social.1.client_id: "
    assert f"{where}google is not offered yet: give the client_id that the provider gave" in words
    found = warnings(load(quiet, {"PARIS_GOOGLE_CLIENT_ID": "there"}))
    assert "google is not offered yet: put the secret there that the provider gave, with mode 0600" in {
        warning.reason for warning in found if warning.key == "social.1.secret_file"
    }


def test_credentials_that_others_may_read_stop_the_start(quiet: Path, tmp_path: Path) -> None:
    secret = tmp_path / "google"
    secret.write_text("given")
    secret.chmod(0o644)
    spoil(quiet / "landlords/paris.toml", '"var/secrets/paris-google"', f'"{secret}"')
    with pytest.raises(ConfigurationError, match="others may read it"):
        load(quiet, {})
    secret.chmod(0o600)
    secret.write_text("")
    with pytest.raises(ConfigurationError, match="is empty"):
        load(quiet, {})
