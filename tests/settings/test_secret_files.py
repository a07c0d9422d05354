from pathlib import Path

import pytest

from idp.settings.secret_files import NotReadyError, is_there, read_secret, write_secret


def test_a_written_secret_is_read_back_and_nobody_elses(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "one"
    write_secret(path, "a secret")
    assert read_secret(path) == "a secret"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["one"]


def test_an_existing_secret_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "one"
    write_secret(path, "first")
    with pytest.raises(FileExistsError):
        write_secret(path, "second")
    assert read_secret(path) == "first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["one"]


def test_a_missing_secret_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="idp init"):
        read_secret(tmp_path / "none")


@pytest.mark.threat("T-89")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "one"
    write_secret(path, "canary")
    path.chmod(mode)
    with pytest.raises(NotReadyError, match="chmod 600") as refusal:
        read_secret(path)
    assert "canary" not in str(refusal.value)


def test_a_folder_in_place_of_a_secret_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotReadyError, match="cannot be read"):
        read_secret(tmp_path)


def test_bytes_in_place_of_a_secret_are_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "one"
    path.touch(mode=0o600)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(NotReadyError, match="cannot be read"):
        read_secret(path)


def test_a_secret_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SECRET", "a secret\n")
    assert read_secret(Path("env:PORTAL_SECRET")) == "a secret"
    monkeypatch.delenv("PORTAL_SECRET")
    with pytest.raises(NotReadyError, match="the environment has no PORTAL_SECRET"):
        read_secret(Path("env:PORTAL_SECRET"))
    assert is_there(Path("env:PORTAL_SECRET"))
