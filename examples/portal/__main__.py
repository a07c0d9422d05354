"""`python -m examples.portal`: serves the portals on the loopback until told to stop."""

import os
import signal
import sys
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from examples.portal.app import create_site
from examples.portal.settings import from_environment


class QuietHandler(WSGIRequestHandler):
    """Keeps addresses out of the log: at the callback they hold the code."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def stop(_: int, __: FrameType | None) -> None:
    """Leave in good order when told to."""
    sys.exit(0)


def main() -> None:
    """Serve until told to stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    site = create_site(from_environment(os.environ))
    port = int(os.environ["PORT"])
    server = make_server("127.0.0.1", port, site, threaded=True, request_handler=QuietHandler)
    server.serve_forever()


if __name__ == "__main__":
    main()
