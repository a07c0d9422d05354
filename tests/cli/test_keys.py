import re

from idp.services import keys
from tests.cli.conftest import Run
from tests.conftest import HandClock, MakeWork

KID = r"[A-Za-z0-9_-]{43}"


def test_keys_are_listed_and_rotated(run: Run, make_work: MakeWork, clock: HandClock) -> None:
    work = make_work()
    keys.ensure(work)
    work.db.commit()
    listed = run("keys", "list", "--landlord", "paris").output
    assert re.fullmatch(rf"{KID}  RS256  signs\n{KID}  ES256  signs\n", listed)

    rotated = run("keys", "rotate", "--landlord", "paris", "--alg", "ES256").output
    assert re.fullmatch(rf"{KID}  ES256  signs from 2026-11-03 09:00 UTC\n", rotated)
    assert "ES256  signs, published until 2026-11-03 21:00 UTC" in run("keys", "list", "--landlord", "paris").output

    clock.forward(days=1)
    listed = run("keys", "list", "--landlord", "paris").output
    assert "ES256  signed before, published until 2026-11-03 21:00 UTC" in listed
    assert listed.endswith("ES256  signs\n")


def test_a_leaked_key_is_replaced_now(run: Run, make_work: MakeWork) -> None:
    work = make_work()
    (old, _) = keys.ensure(work)
    work.db.commit()
    rotated = run("keys", "rotate", "--landlord", "paris", "--alg", "RS256", "--now").output
    assert re.fullmatch(rf"{KID}  RS256  signs\n", rotated)
    assert old not in run("keys", "list", "--landlord", "paris").output


def test_words_it_does_not_know_are_refused(run: Run) -> None:
    assert run("keys", "rotate", "--landlord", "paris", "--alg", "HS256").exit_code == 2
    assert run("keys", "rotate", "--landlord", "paris", "--alg", "PS256").exit_code == 2
    assert run("keys", "rotate", "--landlord", "nowhere", "--alg", "RS256").exit_code == 2
