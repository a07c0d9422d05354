"""What is well formed and must not start all the same."""

import base64
import secrets
from pathlib import Path

import pytest

from idp.settings.loader import load
from tests.settings.conftest import Problems
from tests.settings.test_loader import let_codes_travel_protected, spoil

GOOD_KEY = base64.b64encode(bytes(range(32))).decode()


def put(path: Path, text: str, mode: int = 0o600) -> Path:
    path.touch(mode=0o600)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def root_key(folder: Path) -> Path:
    path = folder / "root.key"
    (folder / "idp.toml").write_text(f'[secrets]\nroot_key_file = "{path}"\n')
    return path


@pytest.fixture
def client_secret(folder: Path) -> Path:
    path = folder / "portal"
    spoil(folder / "landlords/paris.toml", "var/secrets/paris-portal", str(path))
    return path


def test_good_secrets_and_missing_ones_start(folder: Path, root_key: Path, client_secret: Path) -> None:
    put(root_key, GOOD_KEY)
    assert load(folder, {}).secrets.root_key_file == root_key
    put(client_secret, secrets.token_urlsafe(32))
    assert load(folder, {})


@pytest.mark.threat("T-89")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("change me, please", "is not base64"),
        ("changeme", "holds less than 32 bytes"),
        (base64.b64encode(b"short").decode(), "holds less than 32 bytes"),
        (base64.b64encode(b"\0" * 32).decode(), "is not random"),
        ("", "holds less than 32 bytes"),
    ],
)
def test_a_default_or_short_root_key_does_not_start(
    root_key: Path, problems: Problems, text: str, reason: str
) -> None:
    put(root_key, text)
    (problem,) = problems()
    assert problem.key == "secrets.root_key_file"
    assert reason in problem.reason


@pytest.mark.threat("T-89")
@pytest.mark.parametrize("text", ["changeme", "", "x" * 40, "secret" * 8])
def test_a_default_or_short_client_secret_does_not_start(client_secret: Path, problems: Problems, text: str) -> None:
    put(client_secret, text)
    (problem,) = problems()
    assert (problem.file, problem.key) == ("landlords/paris.toml", "clients.0.secret_file")
    assert not text or text not in str(problem).replace("clients.0.secret_file", "")


@pytest.mark.threat("T-89")
def test_a_secret_that_others_may_read_does_not_start(root_key: Path, problems: Problems) -> None:
    put(root_key, GOOD_KEY, 0o644)
    assert "chmod 600" in str(problems()[0])


@pytest.mark.threat("T-89")
@pytest.mark.parametrize(
    ("section", "line"),
    [("database", 'url = "postgresql://loge:canary@db/loge"'), ("rate_limits", 'storage = "redis://:canary@cache"')],
)
def test_a_password_in_a_file_that_everybody_may_read_does_not_start(
    folder: Path, problems: Problems, section: str, line: str
) -> None:
    file = put(folder / "idp.toml", f"[{section}]\n{line}\n", 0o644)
    (problem,) = problems()
    assert problem.key.startswith(section)
    assert "canary" not in str(problem)
    file.chmod(0o640)
    assert load(folder, {})


def test_a_password_from_the_environment_leaves_the_file_readable(folder: Path) -> None:
    assert load(folder, {"DATABASE_URL": "postgresql://loge:canary@db/loge"})


@pytest.mark.threat("T-89")
def test_a_debugger_before_the_world_does_not_start(folder: Path, problems: Problems) -> None:
    let_codes_travel_protected(folder)
    (folder / "idp.toml").write_text('[server]\npublic_url = "https://login.example"\n')
    assert [problem.key for problem in problems(FLASK_DEBUG="1")] == ["FLASK_DEBUG"]
    assert load(folder, {"FLASK_DEBUG": "0"})
