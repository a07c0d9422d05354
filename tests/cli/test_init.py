import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, inspect, text

from idp.cli import main
from tests.conftest import new_database
from tests.mail_server import free_port

Idp = Callable[..., Result]


@pytest.fixture
def url(tmp_path: Path, worker_id: str) -> str:
    return new_database(tmp_path, f"loge_init_{worker_id}")


@pytest.fixture
def idp(config: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> Idp:
    """Run commands in an empty folder that holds the committed configuration."""
    monkeypatch.chdir(config.parent)

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(main, list(words), env={"DATABASE_URL": url}, catch_exceptions=False)

    return invoke


def test_init_makes_everything_that_the_configuration_names(idp: Idp, url: str) -> None:
    result = idp("init")
    assert result.exit_code == 0
    for made in ("var/secrets/root.key", "var/secrets/paris-portal", "var/mail", "migration 0001", "signing key"):
        assert made in result.output
    engine = create_engine(url)
    assert "account" in inspect(engine).get_table_names()
    engine.dispose()


@pytest.mark.threat("T-89")
def test_what_it_makes_is_for_its_own_user_only(idp: Idp, config: Path) -> None:
    idp("init")
    made = [path for path in (config.parent / "var").rglob("*") if path.is_file()]
    assert made
    assert {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert (config.parent / "var" / "secrets").stat().st_mode & 0o777 == 0o700
    assert (config.parent / "var" / "mail").stat().st_mode & 0o777 == 0o700


def test_it_prints_no_secret(idp: Idp, config: Path) -> None:
    output = idp("init").output
    for path in (config.parent / "var" / "secrets").iterdir():
        assert path.read_text().strip() not in output


def test_a_second_run_changes_nothing(idp: Idp, config: Path) -> None:
    idp("init")
    secrets = config.parent / "var" / "secrets"
    before = {path: path.read_text() for path in secrets.iterdir()}
    result = idp("init")
    assert result.exit_code == 0
    assert "nothing to do" in result.output
    assert {path: path.read_text() for path in secrets.iterdir()} == before


def test_it_makes_only_what_is_missing(idp: Idp, config: Path) -> None:
    idp("init")
    (config.parent / "var" / "secrets" / "paris-portal").unlink()
    made = [line for line in idp("init").output.splitlines() if line.startswith("made")]
    assert len(made) == 1
    assert "paris-portal" in made[0]


def test_a_lost_root_key_is_not_replaced_while_there_are_data(idp: Idp, config: Path) -> None:
    idp("init")
    (config.parent / "var" / "secrets" / "root.key").unlink()
    result = idp("init")
    assert result.exit_code == 78
    assert "Bring the file back" in re.sub(r"[\s│]+", " ", result.output)
    assert not (config.parent / "var" / "secrets" / "root.key").exists()


def test_upgrade_applies_what_is_missing_and_says_so(idp: Idp, url: str) -> None:
    idp("init")
    assert "nothing to do" in idp("db", "upgrade").output
    engine = create_engine(url)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM alembic_version")) == 1
    engine.dispose()


def test_a_wrong_configuration_is_refused_with_every_problem(idp: Idp, config: Path) -> None:
    paris = config / "landlords" / "paris.toml"
    paris.write_text(paris.read_text().replace('colour = "#7a1f3d"', 'colour = "red"').replace("[sender]", "[sendr]"))
    result = idp("init")
    assert result.exit_code == 78
    said = re.sub(r"[\s│]+", " ", result.output)
    for words in ("landlords/paris.toml: brand.colour = 'red'", "sendr: there is no such setting", "sender"):
        assert words in said
    assert not (config.parent / "var").exists()


@pytest.mark.threat("T-79")
def test_a_database_that_does_not_answer_is_told_in_words_without_its_password(config: Path, idp: Idp) -> None:
    idp("init")
    url = f"postgresql://loge:canary@127.0.0.1:{free_port()}/loge"
    result = CliRunner().invoke(main, ["init"], env={"DATABASE_URL": url})
    assert result.exit_code == 69
    assert "the database: connection failed" in result.output
    assert "canary" not in result.output


def test_a_database_without_tables_names_the_command_that_makes_them(idp: Idp, config: Path, worker_id: str) -> None:
    idp("init")
    bare = new_database(config, f"loge_bare_init_{worker_id}")
    result = CliRunner().invoke(main, ["events"], env={"DATABASE_URL": bare})
    assert result.exit_code == 69
    assert "idp db upgrade" in result.output
