"""Makes what is missing: secrets, tables, keys, the registries' people, their letters."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256

from examples.demo.files import CONFIG, LETTERS, REGISTRIES, ROOT, VAR, issued_letters
from examples.demo.trouble import DemoError

PREPARED = VAR / "prepared"


def prepare(environ: Mapping[str, str]) -> Iterator[str]:
    """Make what is missing, and show what is being made.

    What was prepared before and has not changed since is not looked at again, so that the demo starts at once.

    Returns:
        the title of each step as it begins; the first one makes all that the processes need to start.

    Raises:
        DemoError: when a step fails.
    """
    VAR.mkdir(mode=0o700, exist_ok=True)
    wanted = fingerprint(environ)
    if PREPARED.exists() and PREPARED.read_text() == wanted and letters_are_good():
        return
    yield from run(list(steps()), environ)
    PREPARED.write_text(wanted)


def steps() -> Iterator[tuple[str, list[str]]]:
    """List the commands, each with what it does."""
    yield "Making keys, secrets and tables ...", ["init"]
    for slug, registry in REGISTRIES.items():
        yield f"Importing the registry of {slug} ...", ["registry", "import", str(registry), "--landlord", slug]
    if not letters_are_good():
        LETTERS.unlink(missing_ok=True)
        yield "Issuing letters ...", ["letters", "issue", "--landlord", "paris", "--out", str(LETTERS)]


def run(commands: list[tuple[str, list[str]]], environ: Mapping[str, str]) -> Iterator[str]:
    """Run commands of the provider, out of reach of Ctrl-C, which is ours to pass on."""
    administrator = [sys.executable, "-m", "examples.demo.administrator"]
    titles = {title for title, _ in commands}
    said = []
    with subprocess.Popen(
        administrator,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(commands))
            process.stdin.close()
            for line in process.stdout:
                if line.strip() in titles:
                    print(line, end="", flush=True)
                    yield line.strip()
                else:
                    said.append(line)
        finally:
            process.terminate()
    if process.returncode:
        raise DemoError("".join(said))


def fingerprint(environ: Mapping[str, str]) -> str:
    """Name the state of everything that `prepare` works from."""
    names = sorted(path.name for path in (ROOT / "migrations" / "versions").glob("*.py"))
    files = [*sorted(CONFIG.glob("*.toml")), *sorted(CONFIG.glob("landlords/*.toml")), *REGISTRIES.values()]
    parts = [*names, environ.get("DATABASE_URL", ""), *(path.read_bytes().hex() for path in files)]
    return sha256("\n".join(parts).encode()).hexdigest()


def letters_are_good() -> bool:
    """Tell whether letters were issued that have not expired yet."""
    today = datetime.now(UTC).date().isoformat()
    return all(row["expires_on"] > today for row in issued_letters()) and LETTERS.exists()
