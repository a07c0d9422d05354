import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from idp.cli import main


def idp(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["--config", str(folder), *words], catch_exceptions=False)


def test_check_says_what_is_good_and_warns_beside_it(config: Path) -> None:
    result = idp(config, "config", "check")
    assert result.exit_code == 0
    assert "The configuration is good. Landlords: auvergne, contrat, moselle, paris." in result.stdout
    assert "Warning: landlords/paris.toml: password: the weakest password allowed has 49.5 bits" in result.stderr
    assert "Warning: landlords/paris.toml: issuer" in result.stderr


@pytest.mark.threat("T-89")
def test_check_reports_every_problem_and_ends_with_78(config: Path) -> None:
    (config / "idp.toml").write_text('[server]\nport = 70000\npublic = "x"\n[mail.smtp]\npassword = "canary"\n')
    result = idp(config, "config", "check")
    assert result.exit_code == 78
    assert "idp.toml: server.port = 70000:" in result.stderr
    assert "idp.toml: server.public: there is no such setting; did you mean `public_url`?" in result.stderr
    assert "mail.smtp.password: there is no such setting; did you mean `password_file`?" in result.stderr
    assert "canary" not in result.output


@pytest.mark.parametrize(("options", "key"), [((), "server"), (("--landlord",), "issuer")])
def test_example_is_a_file_to_start_from(tmp_path: Path, options: tuple[str, ...], key: str) -> None:
    result = idp(tmp_path / "nowhere", "config", "example", *options)
    assert result.exit_code == 0
    assert key in tomllib.loads(result.stdout)


@pytest.mark.parametrize(("options", "key"), [((), "server"), (("--landlord",), "issuer")])
def test_schema_is_json(tmp_path: Path, options: tuple[str, ...], key: str) -> None:
    result = idp(tmp_path / "nowhere", "config", "schema", *options)
    assert result.exit_code == 0
    assert key in json.loads(result.stdout)["properties"]
