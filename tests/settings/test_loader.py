from pathlib import Path

import pytest

from idp.settings.loader import load
from idp.settings.problem import Problem
from tests.settings.conftest import Problems


def spoil(path: Path, before: str, after: str) -> None:
    """Replace a text that is in a file."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def let_codes_travel_protected(folder: Path) -> None:
    """Give the portal an address as it would have one outside a demonstration."""
    spoil(
        folder / "landlords/paris.toml",
        "http://localhost:${PORTAL_PORT:-8001}/paris/callback",
        "https://a.example/cb",
    )


def test_committed_configuration_is_good(folder: Path) -> None:
    settings = load(folder, {})
    assert settings.landlords["paris"].issuer == "http://localhost:8000/paris"
    assert settings.landlords["paris"].mount == "/paris"


def test_every_problem_of_every_file_is_reported_at_once(folder: Path, problems: Problems) -> None:
    spoil(folder / "idp.toml", "demo = true", "demo = true\nworkers = 0\nprot = 1")
    spoil(folder / "landlords/paris.toml", 'colour = "#7a1f3d"', 'colour = "red"')
    spoil(folder / "landlords/paris.toml", "min_length = 8", "min_length = 3")
    assert {(problem.file, problem.key) for problem in problems()} == {
        ("idp.toml", "server.workers"),
        ("idp.toml", "server.prot"),
        ("landlords/paris.toml", "brand.colour"),
        ("landlords/paris.toml", "password.min_length"),
    }


def test_a_problem_names_file_key_value_and_reason(folder: Path, problems: Problems) -> None:
    spoil(folder / "idp.toml", "demo = true", "workers = 0")
    assert [str(problem) for problem in problems()] == [
        "idp.toml: server.workers = 0: Input should be greater than or equal to 1"
    ]


def test_an_unknown_setting_names_the_one_that_may_be_meant(folder: Path, problems: Problems) -> None:
    spoil(folder / "landlords/paris.toml", "min_length = 8", "minimum_length = 8")
    spoil(folder / "landlords/paris.toml", 'client_id = "portal"', 'client_id = "portal"\nredirect_url = "x"')
    assert [str(problem) for problem in problems()] == [
        "landlords/paris.toml: password.minimum_length: there is no such setting; did you mean `min_length`?",
        "landlords/paris.toml: clients.0.redirect_url: there is no such setting; did you mean `redirect_uris`?",
    ]


def test_a_missing_setting_is_named(folder: Path, problems: Problems) -> None:
    spoil(folder / "landlords/paris.toml", 'name = "Régie Lutèce"\n', "")
    assert problems() == [Problem("landlords/paris.toml", "name", "", "is missing")]


@pytest.mark.parametrize("text", ["[server", 'server = "\xff', "a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_named(folder: Path, problems: Problems, text: str) -> None:
    (folder / "idp.toml").write_bytes(text.encode("latin-1"))
    (problem,) = problems()
    assert problem.file == "idp.toml"
    assert problem.reason.startswith("is not TOML")


def test_a_missing_folder_is_said_in_words(tmp_path: Path, folder: Path, problems: Problems) -> None:
    folder.rename(tmp_path / "elsewhere")
    assert [str(problem) for problem in problems()] == [
        "idp.toml: cannot be read: No such file or directory",
        "landlords/: there is no landlord: no *.toml file",
    ]


def test_an_empty_landlord_is_a_problem_and_not_left_out(folder: Path, problems: Problems) -> None:
    (folder / "landlords/empty.toml").write_text("")
    assert {problem.key for problem in problems()} >= {"issuer", "name", "registry"}


@pytest.mark.parametrize("name", ["Paris.toml", "my landlord.toml", "9.toml", "a_b.toml"])
def test_a_landlords_file_has_a_name_that_fits_addresses(folder: Path, problems: Problems, name: str) -> None:
    (folder / "landlords/paris.toml").rename(folder / "landlords" / name)
    (problem,) = problems()
    assert problem.reason == "name the file with small letters, digits and dashes"


def test_a_landlord_cannot_call_itself_otherwise_than_its_file(folder: Path, problems: Problems) -> None:
    spoil(folder / "landlords/paris.toml", 'issuer = "/paris"', 'slug = "rome"\nissuer = "/paris"')
    assert [problem.key for problem in problems()] == ["slug"]


def test_two_landlords_never_share_an_issuer(folder: Path, problems: Problems) -> None:
    text = (folder / "landlords/paris.toml").read_text(encoding="utf-8")
    (folder / "landlords/rome.toml").write_text(text, encoding="utf-8")
    assert [str(problem) for problem in problems()] == [
        "landlords/rome.toml: issuer = 'http://localhost:8000/paris': is the issuer of paris too"
    ]


def test_a_landlord_with_a_whole_host_leaves_no_room_below(folder: Path, problems: Problems) -> None:
    text = (folder / "landlords/paris.toml").read_text(encoding="utf-8")
    whole = text.replace('issuer = "/paris"', 'issuer = "http://localhost:8000"')
    (folder / "landlords/whole.toml").write_text(whole, encoding="utf-8")
    assert [problem.reason for problem in problems()] == ["the whole of http://localhost:8000 belongs to whole"]


@pytest.mark.spec("FAPI 2.0 5.4.2")
@pytest.mark.spec("RFC 7521 4")
@pytest.mark.spec("RFC 8414 2")
@pytest.mark.spec("RFC 8414 6.1")
@pytest.mark.spec("OIDC Core 16.17")
@pytest.mark.spec("OIDC Core 3.1.3")
@pytest.mark.spec("OIDC Core 5.3")
@pytest.mark.spec("OIDC Discovery 3")
@pytest.mark.spec("RP-Initiated Logout 2.1")
@pytest.mark.spec("RFC 7591 3")
@pytest.mark.spec("RFC 7592 2")
@pytest.mark.spec("RFC 8693 6")
@pytest.mark.spec("RFC 9126 2")
@pytest.mark.spec("RFC 9207 2")
@pytest.mark.spec("RFC 9701 8.2")
@pytest.mark.spec("RFC 6749 10.11")
@pytest.mark.spec("RFC 6749 10.3")
@pytest.mark.spec("RFC 6749 10.4")
@pytest.mark.spec("RFC 6749 10.8")
@pytest.mark.spec("RFC 6749 10.9")
@pytest.mark.spec("RFC 6749 2.3.1")
@pytest.mark.spec("RFC 6749 3.2")
@pytest.mark.spec("RFC 6750 5.2")
@pytest.mark.spec("RFC 7009 2")
@pytest.mark.spec("RFC 6238 5.1")
@pytest.mark.spec("RFC 8628 3.1")
@pytest.mark.spec("OIDC Core 3.1.2")
@pytest.mark.spec("OIDC Discovery 7.1")
@pytest.mark.spec("RFC 6749 3.1")
@pytest.mark.spec("RFC 7662 2")
@pytest.mark.parametrize(
    "issuer",
    [
        "/paris/",
        "/a/b",
        "/Paris",
        "/healthz",
        "/static",
        "/_mailbox",
        "/paris?x=1",
        "http://login.example",
        "https://login.example/",
        "https://LOGIN.example",
        "https://user@login.example",
        "https://login.example#x",
        "https:///paris",
        "login.example",
        "",
    ],
)
def test_an_issuer_that_could_not_be_served_is_refused(folder: Path, problems: Problems, issuer: str) -> None:
    spoil(folder / "landlords/paris.toml", 'issuer = "/paris"', f'issuer = "{issuer}"')
    assert {problem.key for problem in problems()} == {"issuer"}


@pytest.mark.spec("RFC 9700 2.6")
@pytest.mark.parametrize("issuer", ["/paris", "https://login.example"])
def test_plain_http_leads_to_apps_of_a_demonstration_only(folder: Path, problems: Problems, issuer: str) -> None:
    spoil(folder / "landlords/paris.toml", 'issuer = "/paris"', f'issuer = "{issuer}"')
    if issuer == "/paris":
        assert load(folder, {})
        return
    (problem,) = problems()
    assert "portal: http://localhost:8001/paris/callback must be https" in problem.reason
    native = 'client_id = "portal"\napplication_type = "native"\nauth = "none"'
    spoil(folder / "landlords/paris.toml", 'client_id = "portal"', native)
    spoil(folder / "landlords/paris.toml", 'secret_file = "var/secrets/paris-portal"\n', "")
    assert load(folder, {})


@pytest.mark.parametrize("issuer", ["https://login.example", "https://login.example:8443/lutece", "/r.42"])
def test_an_issuer_is_a_host_or_one_segment(folder: Path, issuer: str) -> None:
    let_codes_travel_protected(folder)
    spoil(folder / "landlords/paris.toml", 'issuer = "/paris"', f'issuer = "{issuer}"')
    assert load(folder, {}).landlords["paris"].issuer.endswith(issuer)


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("server", 'public_url = "ftp://x"'),
        ("server", 'public_url = "https://login.example"\ndemo = true'),
        ("database", 'url = "mysql://x/y"'),
        ("rate_limits", 'forms = "often"'),
        ("rate_limits", 'storage = "memcached://x"'),
        ("mail.smtp", 'host = "mail.example"\nencryption = "none"'),
        ("mail.smtp", 'username = "loge"'),
        ("mail", 'retry_for = "3 days"'),
        ("hashing", "memory_kib = 1"),
    ],
)
def test_a_server_setting_out_of_bounds_is_refused(folder: Path, problems: Problems, section: str, text: str) -> None:
    (folder / "idp.toml").write_text(f"[{section}]\n{text}\n")
    assert {problem.key.partition(".")[0] for problem in problems()} == {section.partition(".")[0]}


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('pattern = "[0-9]{6,8}"', 'pattern = "[0-9"', "registry.columns.identifier.pattern"),
        ('key = ["identifier"]', 'key = ["lease"]', "registry"),
        ("forbidden_words", "forbid_words", "password.forbid_words"),
        ('hours = "du', 'phone = "x"\nhours = "du', "file"),
        ('redirect_uris = ["http://localhost', 'redirect_uris = ["http://portal', "clients.0"),
        ('secret_file = "var/secrets/paris-portal"', 'auth = "client_secret_basic"', "clients.0"),
        ('"Locataire" = "tenant"', '"Locataire" = "lodger"', "registry.roles.Locataire"),
    ],
)
def test_a_landlords_setting_out_of_bounds_is_refused(
    folder: Path, problems: Problems, before: str, after: str, key: str
) -> None:
    spoil(folder / "landlords/paris.toml", before, after)
    (problem,) = problems()
    assert problem.key == key or (key == "file" and problem.reason.startswith("is not TOML"))


def test_references_are_filled_from_the_environment(folder: Path) -> None:
    environ = {"PORT": "9000", "DATABASE_URL": "postgresql://loge@db/loge"}
    settings = load(folder, environ)
    assert settings.server.port == 9000
    assert settings.server.public_url == "http://localhost:9000"
    assert settings.database.url == "postgresql://loge@db/loge"


def test_a_default_stands_for_an_empty_variable_too(folder: Path) -> None:
    assert load(folder, {"PORT": ""}).server.port == 8000


def test_a_text_of_digits_stays_a_text(folder: Path) -> None:
    spoil(folder / "landlords/paris.toml", 'phone = "01 99 00 12 34"', 'phone = "${DESK}"')
    assert load(folder, {"DESK": "0199001234"}).landlords["paris"].contact.phone == "0199001234"


@pytest.mark.parametrize(("word", "meant"), [("true", True), ("false", False)])
def test_yes_and_no_can_come_from_the_environment(folder: Path, word: str, meant: bool) -> None:
    spoil(folder / "idp.toml", "demo = true", 'demo = "${DEMO}"')
    assert load(folder, {"DEMO": word}).server.demo is meant


def test_a_reference_that_nothing_fills_is_a_problem(folder: Path, problems: Problems) -> None:
    spoil(folder / "landlords/paris.toml", 'phone = "01 99 00 12 34"', 'phone = "${DESK}"')
    assert problems() == [Problem("landlords/paris.toml", "contact.phone", "${DESK}", "the environment has no DESK")]


def test_an_empty_default_is_a_default(folder: Path) -> None:
    spoil(folder / "landlords/paris.toml", 'hours = "du lundi au vendredi, de 9 h à 17 h"', 'hours = "${HOURS:-}"')
    assert load(folder, {}).landlords["paris"].contact.hours == ""


@pytest.mark.parametrize("text", ["${desk}", "${DESK", "${DESK:default}", "${}"])
def test_a_reference_written_badly_is_a_problem(folder: Path, problems: Problems, text: str) -> None:
    spoil(folder / "landlords/paris.toml", 'phone = "01 99 00 12 34"', f'phone = "{text}"')
    assert {problem.key for problem in problems(DESK="1")} == {"contact.phone"}


@pytest.mark.threat("T-64")
@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("idp.toml", "demo = true", '[mail.smtp]\npassword = "canary-7"'),
        ("idp.toml", '"${DATABASE_URL:-sqlite:///var/loge.db}"', '"mysql://loge:canary-7@db/loge"'),
        ("idp.toml", "demo = true", '[rate_limits]\nstorage = "memcached://:canary-7@cache"'),
        ("landlords/paris.toml", 'secret_file = "var/secrets/paris-portal"', 'secret = "canary-7"'),
        ("landlords/paris.toml", 'secret_file = "var/secrets/paris-portal"', 'key = "canary-7"'),
    ],
)
def test_a_problem_never_shows_a_secret(folder: Path, problems: Problems, file: str, before: str, after: str) -> None:
    spoil(folder / file, before, after)
    assert "canary-7" not in "\n".join(str(problem) for problem in problems())
