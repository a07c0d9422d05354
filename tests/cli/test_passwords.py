from pathlib import Path

from idp.services import leaked
from tests.cli.conftest import Run


def test_a_list_is_built_checked_and_replaced(run: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "passwords.txt", tmp_path / "leaked.bin"
    source.write_text("soleil\nazerty\nsoleil\n")
    for _ in range(2):
        built = run("passwords", "list", "build", "--out", str(out), str(source))
        assert (built.exit_code, built.output) == (0, f"2 passwords, in {out}\n")
    assert run("passwords", "list", "check", str(out)).output == "2 passwords, in order\n"
    assert leaked.holds(out, "soleil")
    assert not out.with_name("leaked.bin.part").exists()


def test_what_is_no_list_is_refused(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "leaked.bin"
    wrong.write_bytes(b"z" * 20 + b"a" * 20)
    result = run("passwords", "list", "check", str(wrong))
    assert result.exit_code == 1
    assert "entry 2" in result.output
