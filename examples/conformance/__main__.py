"""`python -m examples.conformance`: provider on https and worker, with one person and the apps that the suite plays.

Everything it makes lies in `var/conformance` below the working directory. PORT moves the port.
"""

import os
import subprocess
import sys
from pathlib import Path

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.server import Server

from examples.conformance.preparing import CERTIFICATE, CERTIFICATE_KEY, HERE, prepare
from idp.cli.context import CONFIG_VARIABLE


def main() -> int:
    """Prepare what is missing, and serve until Ctrl-C."""
    os.environ[CONFIG_VARIABLE] = str(HERE)
    issuer, port = prepare()
    with subprocess.Popen([sys.executable, "-m", "examples.conformance.worker"]) as worker:
        print(f"{issuer}\nCtrl-C stops it.", flush=True)
        Server(
            str(Path(HERE.parent.parent, "wsgi.py")) + ":app",
            port=port,
            interface=Interfaces.WSGI,
            http=HTTPModes.http1,
            blocking_threads=4,
            websockets=False,
            ssl_cert=CERTIFICATE,
            ssl_key=CERTIFICATE_KEY,
            ssl_protocol_min=SSLProtocols.tls12,
        ).serve()
        worker.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
