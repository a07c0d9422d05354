"""What every command works with: the configuration, the application, one landlord's work."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import Flask
from flask.cli import ScriptInfo

from idp import logs
from idp.services.work import Origin, Work
from idp.settings.loader import load
from idp.settings.root import Settings
from idp.web import foundation
from idp.web.database import db, present_session
from idp.web.runtime import Runtime, runtime_of

CONFIG_VARIABLE = "LOGE_CONFIG"
NETWORK = "console"

Build = Callable[[Settings], Flask]
Command = TypeVar("Command", bound=Callable[..., Any])


def config_folder() -> Path:
    """Return the configuration folder that the command line names."""
    return Path(click.get_current_context().find_root().params["config_folder"])


def create_from_context(build: Build = foundation.lay) -> Flask:
    """Build an application from the configuration folder; its connections end with the command.

    Args:
        build: makes as much of an application as the command needs.
    """
    app = build(load(config_folder()))
    logs.quieten()

    def disconnect() -> None:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    click.get_current_context().find_root().call_on_close(disconnect)
    return app


def application(build: Build = foundation.lay) -> Flask:
    """Return the application, built once for the whole command.

    Args:
        build: makes it, at the first call; most commands need no pages and no endpoints.

    Raises:
        ConfigurationError: when the configuration is wrong.
        NotReadyError: when a secret does not exist yet.
    """
    info = click.get_current_context().ensure_object(ScriptInfo)
    if info.create_app is create_from_context:
        info.create_app = partial(create_from_context, build)
    return info.load_app()


def current_settings() -> Settings:
    """Return the settings of the application."""
    return _runtime().settings


@contextmanager
def work_for(slug: str, *, read_only: bool = False) -> Iterator[Work]:
    """Open the work of one landlord: committed at the end, rolled back when an exception leaves it.

    Args:
        slug: the landlord.
        read_only: it will only look, so on SQLite nobody has to wait for it.

    Raises:
        BadParameter: naming the landlords there are, when this one is not among them.
    """
    runtime = _runtime()
    landlord = runtime.settings.landlords.get(slug)
    if landlord is None:
        there_are = ", ".join(sorted(runtime.settings.landlords))
        raise click.BadParameter(f"there is no landlord {slug!r}; there are: {there_are}", param_hint="--landlord")
    with application().app_context():
        session = present_session()
        session.only_reads = read_only
        yield Work(session, runtime.clock(), landlord, runtime.settings, runtime.vault, Origin(NETWORK))
        session.commit()


def landlord_option(command: Command) -> Command:
    """Add the option that names the landlord, as `landlord`."""
    return click.option("--landlord", required=True, metavar="SLUG", help="Name of the landlord's file.")(command)


def _runtime() -> Runtime:
    return runtime_of(application())
