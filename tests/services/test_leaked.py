"""Lists of leaked passwords: what is built is what is found."""

import hashlib
import io
import string
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from idp.domain.passwords import Rule
from idp.services import leaked, leaked_list, new_password
from idp.services.leaked import SIZE
from idp.services.leaked_list import NotAListError
from idp.services.work import Work

LEAKED = "Tournesol-4-poires"
TYPED = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)
FEW = st.sets(st.text(string.ascii_lowercase, min_size=1, max_size=3), max_size=80)


def build(path: Path, *sources: bytes) -> Path:
    """Build a list from the contents of some sources."""
    files = []
    for number, content in enumerate(sources):
        files.append(path.with_suffix(f".{number}"))
        files[-1].write_bytes(content)
    out = io.BytesIO()
    count = leaked_list.build(out, files, path.parent, lambda *_: None)
    assert count * SIZE == len(out.getvalue())
    fresh = path.with_suffix(".new")
    fresh.write_bytes(out.getvalue())
    fresh.replace(path)
    return path


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=st.sets(TYPED, max_size=60), others=st.sets(TYPED, max_size=20))
def test_a_list_is_a_set(tmp_path: Path, listed: set[str], others: set[str]) -> None:
    lines = "\n".join(listed).encode()
    path = build(tmp_path / "leaked.bin", lines, lines + b"\r\n")
    assert path.stat().st_size == len(listed) * SIZE
    assert leaked_list.check(path, lambda *_: None) == len(listed)
    for password in listed | others:
        assert leaked.holds(path, password) == (password in listed)


@profile(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(listed=FEW, kept_back=st.integers(1, 200))
def test_however_little_is_kept_in_memory(tmp_path: Path, listed: set[str], kept_back: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaked_list, "HELD", kept_back)
        path = build(tmp_path / "leaked.bin", "\n".join(listed).encode())
    assert leaked_list.check(path, lambda *_: None) == len(listed)
    assert all(leaked.holds(path, password) for password in listed)


def test_published_digests_and_passwords_make_the_same_list(tmp_path: Path) -> None:
    published = hashlib.sha1(LEAKED.encode(), usedforsecurity=False).hexdigest().upper().encode()
    path = build(tmp_path / "leaked.bin", published + b":12\r\n", LEAKED.encode())
    assert path.stat().st_size == SIZE
    assert leaked.holds(path, LEAKED)


def test_old_lists_are_read_too(tmp_path: Path) -> None:
    lines = [b"\xef\xbb\xbfpremier", "été-2019".encode("latin-1"), b"", b"x" * 9000, "œuf".encode()]
    path = build(tmp_path / "leaked.bin", b"\n".join(lines))
    assert path.stat().st_size == 3 * SIZE
    assert all(leaked.holds(path, password) for password in ("premier", "été-2019", "œuf"))


def test_a_list_that_is_replaced_is_read_anew_and_a_missing_one_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "leaked.bin"
    assert not leaked.holds(None, LEAKED)
    assert not leaked.holds(path, LEAKED)
    build(path, b"autre")
    assert not leaked.holds(path, LEAKED)
    build(path, b"autre\n" + LEAKED.encode())
    assert leaked.holds(path, LEAKED)
    path.unlink()
    path.touch()
    assert not leaked.holds(path, LEAKED)


def test_it_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = build(tmp_path / "leaked.bin", LEAKED.encode())
    assert leaked.holds(path, LEAKED)
    monkeypatch.setattr(leaked, "_mapped", lambda _: pytest.fail("opened again"))
    assert leaked.holds(path, LEAKED)


def test_what_is_no_list_is_told(tmp_path: Path) -> None:
    path = tmp_path / "leaked.bin"
    for content, words in ((b"x" * 19, "whole number"), (b"b" * 20 + b"a" * 20, "entry 2"), (b"a" * 40, "entry 2")):
        path.write_bytes(content)
        with pytest.raises(NotAListError, match=words):
            leaked_list.check(path, lambda *_: None)


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    build(tmp_path / "leaked.bin", b"a\nb\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leaked.0", "leaked.bin"]


def test_a_new_password_is_judged_by_the_landlords_list(work: Work, tmp_path: Path) -> None:
    path = build(tmp_path / "leaked.bin", LEAKED.encode())
    assert new_password.judge(work, LEAKED, [], None) == set()
    rules = work.landlord.password.model_copy(update={"leaked_list": path})
    work = replace(work, landlord=work.landlord.model_copy(update={"password": rules}))
    assert new_password.judge(work, LEAKED, [], None) == {Rule.NOT_LEAKED}
    assert new_password.judge(work, "Violette-9-portes", [], None) == set()
