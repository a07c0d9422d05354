"""`python -m examples.demo`: provider, mail worker and portals on this machine, with people to try.

Everything it makes lies in `var/` below the working directory. PORT and PORTAL_PORT move the two ports.
"""

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime

from examples.demo.files import LETTERS, ROOT, VAR
from examples.demo.people import people
from examples.demo.preparing import prepare
from examples.demo.processes import start, stop, wait_for, watch
from examples.demo.trouble import DemoError


def main() -> int:
    """Prepare what is missing, start everything, and stop it all together.

    Returns:
        0 after Ctrl-C, 1 when something did not start or stopped by itself.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        port, portal_port = port_from("PORT", 8000), port_from("PORTAL_PORT", 8001)
        environ = {
            **os.environ,
            "PORT": str(port),
            "PORTAL_PORT": str(portal_port),
            "PARIS_MOSELLE_CLIENT_ID": "paris",  # puts the button there; the secret is made with the others
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        }
        for number_of_step, _ in enumerate(prepare(environ)):
            if number_of_step == 1:  # keys and tables are there; people and letters may come meanwhile
                start(environ, processes)
        if not processes:
            start(environ, processes)
        wait_for(processes, [f"http://localhost:{port}/healthz", f"http://localhost:{portal_port}/"])
        show(f"http://localhost:{port}", f"http://localhost:{portal_port}")
        watch(processes)
    except KeyboardInterrupt:
        return 0
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        stop(processes)


def interrupted(*_: object) -> None:
    """Stop everything, whether told so by Ctrl-C, by `kill` or by a terminal that goes away."""
    raise KeyboardInterrupt


def port_from(name: str, default: int) -> int:
    """Read a port from the environment, and make sure that it is free.

    Raises:
        DemoError: when it is no port, or somebody else listens on it.
    """
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise DemoError(f"{name}={text} is no port: write a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(text)))
        except OSError as error:
            raise DemoError(f"Port {text}: {error.strerror}. Choose another one: make run {name}=...") from None
    return int(text)


def show(provider: str, portals: str) -> None:
    """Print where to go and whom to try."""
    print(f"\nThe portals   {portals}/\nThe mails     {provider}/_mailbox\n")
    for slug, listed in people(datetime.now(UTC).date()).items():
        print(f"{portals}/{slug}/")
        for who, *typed in listed:
            print(f"    {who:<30} {'   '.join(typed)}")
    print("\nEach of them opens one account; after that, sign in with the password you chose.")
    print(
        "At paris « Continuer avec Mirabelle Habitat » signs in by an account of moselle: open one there first. Press"
    )
    print("it in the first connection at paris, in place of an address; from then on, on the sign-in page.")
    print(f"More people: {LETTERS} and examples/demo. The data stay in {VAR}/. Ctrl-C stops everything.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
