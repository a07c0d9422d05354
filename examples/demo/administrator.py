"""Runs several commands of the provider one after another in one process, which spares starting it each time.

Reads `[[title, [word, ...]], ...]` in JSON from the standard input and prints each title before its command. What a
command says is shown only where it fails; then the rest is left out and the exit code is 1.
"""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout

from idp.cli import main as idp


def main() -> int:
    """Run the commands."""
    for title, words in json.load(sys.stdin):
        print(title, flush=True)
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            code = run(words)
        if code:
            print(f"idp {words[0]} failed:\n{said.getvalue()}", flush=True)
            return 1
    return 0


def run(words: list[str]) -> int:
    """Run one command and give its exit code."""
    try:
        idp.main(words, prog_name="idp")
    except SystemExit as end:
        return 0 if end.code is None else int(end.code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
