"""Answers that are known beforehand: those of a sign-in, with one argon2id among them, and one like a key set."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from argon2 import PasswordHasher

from benchmarks.server import CALLBACK, PASSWORD, Conditions, Server
from idp.services.hashing_threads import HashingThreads

FORM = b"""<!doctype html><title>.</title><form method="post"><input name="identifier"><input name="password"
type="password"><button name="go">.</button></form>"""
TOKENS = b'{"access_token": "a", "refresh_token": "r", "id_token": "i", "token_type": "Bearer", "expires_in": 300}'
KEYS = b'{"keys": ["' + b"k" * 1200 + b'"]}'
THREADS = HashingThreads(1)


@dataclass(frozen=True, slots=True)
class Step:
    """One of the answers.

    Attributes:
        line: its status.
        header: the one that it has.
        body: what it says.
        before: what is done first.
    """

    line: str
    header: tuple[str, str]
    body: bytes = b""
    before: Callable[[], object] = bool


@cache
def _known() -> tuple[PasswordHasher, str]:
    """Make what verifies, and what it verifies, once the process has been told the cost."""
    memory_kib, passes = (int(os.environ[name]) for name in ("MEMORY_KIB", "PASSES"))
    hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=1)
    return hasher, hasher.hash(PASSWORD)


def _verify() -> object:
    hasher, hashed = _known()
    return THREADS.run(lambda: hasher.verify(hashed, PASSWORD))


def _to(where: str, before: Callable[[], object] = bool) -> Step:
    return Step("303 See Other", ("Location", where), before=before)


STEPS: Mapping[tuple[str, str], Step] = {
    ("GET", "/ready"): Step("200 OK", ("Content-Type", "text/plain")),
    ("GET", "/jwks"): Step("200 OK", ("Content-Type", "application/json"), KEYS),
    ("GET", "/authorize"): _to("/form"),
    ("GET", "/form"): Step("200 OK", ("Content-Type", "text/html"), FORM),
    ("POST", "/form"): _to("/resume", _verify),
    ("GET", "/resume"): _to(f"{CALLBACK}?code=c"),
    ("POST", "/token"): Step("200 OK", ("Content-Type", "application/json"), TOKENS),
}


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer: `granian --interface wsgi benchmarks.bare:application`."""
    step = STEPS[environ["REQUEST_METHOD"], environ["PATH_INFO"]]
    step.before()
    start_response(step.line, [step.header, ("Content-Length", str(len(step.body)))])
    return [step.body]


def prepare(home: Path, port: int, conditions: Conditions) -> Server:
    """Make a server of it, for the driver's `sign_in` and `jwks`; see `loge.prepare` for the arguments."""
    home.mkdir(parents=True)
    binary = str(Path(sys.executable).with_name("granian"))
    command = [binary, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-access-log"]
    command += ["--workers", str(conditions.workers), "--blocking-threads", "4"]
    command += ["benchmarks.bare:application"]
    paths = {name: f"/{name}" for name in ("ready", "jwks", "authorize", "token")}
    everybody = [str(number) for number in range(conditions.people)]
    environ = {
        "PYTHONPATH": str(Path(__file__).parent.parent),
        "MEMORY_KIB": str(conditions.hashing.memory_kib),
        "PASSES": str(conditions.hashing.iterations),
    }
    return Server("bare", command, environ, home, port, paths, everybody, "")
