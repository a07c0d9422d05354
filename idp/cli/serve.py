"""`idp serve`: answers requests until it is told to stop."""

import gc
import multiprocessing
import os
import signal
import socket
from functools import partial
from typing import Any

import rich_click as click
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from idp import logs
from idp.app import create_app
from idp.cli.context import application, current_settings
from idp.processors import Places
from idp.services.hashing_threads import give_memory_back
from idp.settings.root import Settings
from idp.web import migration_state
from idp.web.database import db
from idp.web.runtime import runtime

GRACE_SECONDS = 10
HEADER_MILLISECONDS = 10_000
OUR_LOG: dict[str, Any] = {
    "handlers": {},
    "loggers": {
        "_granian": {"handlers": [], "propagate": True},
        "granian.access": {"handlers": [], "propagate": False},
    },
}


@click.command("serve")
def serve() -> None:
    """Answer requests until told to stop (SIGTERM or Ctrl-C), and finish those under way.

    Address, processes and threads come from [server] in idp.toml. Exit code 78 when something is missing,
    69 when the address is taken.
    """
    app = application(create_app)
    settings = current_settings()
    with app.app_context():
        migration_state.require_newest(db.engine)
        db.engine.dispose()  # a connection belongs to one process
        hashing = runtime().vault.hashing
    logs.configure()
    _refuse_taken_address(settings.server.bind, settings.server.port)
    give_memory_back()  # what only starting needed, such as its first hash: every process would hold it too
    gc.freeze()  # what is there now stays: processes share its memory as long as nobody looks for garbage in it
    hashing.share()
    multiprocessing.set_start_method("fork", force=True)  # not each system's own way, which would build it all anew
    begin = partial(_begin, app, Places(settings.server.workers))
    _granian(settings).serve(target_loader=begin, wrap_loader=False)


class AddressTaken(click.ClickException):
    """The address to listen on belongs to somebody else."""

    exit_code = os.EX_UNAVAILABLE


def _begin(app: Flask, places: Places) -> Flask:
    """Begin to serve in a process of its own, on a processor of its own.

    Until it serves, it must not inherit how its parent takes the signal to stop: it would only take note of it.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    places.settle()
    return app


def _refuse_taken_address(host: str, port: int) -> None:
    """Granian's processes share their port (SO_REUSEPORT), and would share it with another server too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            probe.listen()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise AddressTaken(f"{host}:{port} cannot be listened on: {reason}") from None


def _granian(settings: Settings) -> MPServer:
    server = settings.server
    return MPServer(
        "idp",
        address=server.bind,
        port=server.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        workers=server.workers,
        blocking_threads=server.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        log_level=LogLevels.warning,
        log_dictconfig=OUR_LOG,
        log_access=False,
    )
