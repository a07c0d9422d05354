"""The group of all commands: Flask's, without what belongs to developing a Flask application."""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup
from rich_click import RichGroup
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from idp.settings.problem import ConfigurationError
from idp.settings.secret_files import NotReadyError

UNDEFINED_TABLE = "42P01"  # PostgreSQL, appendix A
FOREIGN_OPTIONS = ("env_file", "app", "debug")


class Group(FlaskGroup, RichGroup):  # type: ignore[misc]  # both refine click.Group, with other signatures
    """Knows its own commands only, and says in words why the application cannot be built.

    Flask's group would add its commands and options for developers, load those of plug-ins, and build the
    application to list commands: help must be there while the configuration is still wrong.

    Args:
        create_app: builds the application that commands work with.
        places: where each command is, as `module:attribute` below `idp.cli`.
        settings: those of a click group.
    """

    def __init__(self, create_app: Callable[[], Flask], places: Mapping[str, str], **settings: Any) -> None:
        super().__init__(
            create_app=create_app,
            add_default_commands=False,
            add_version_option=False,
            load_dotenv=False,
            set_debug_flag=False,
            context_settings={"auto_envvar_prefix": None},
            **settings,
        )
        self.places = places
        self.params = [option for option in self.params if option.name not in FOREIGN_OPTIONS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Find one of our commands; what the others need is not even imported."""
        place = self.places.get(name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        found: click.Command = getattr(import_module(f"idp.cli.{module}"), attribute)
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List our commands, in the order in which one needs them."""
        return list(self.places)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command.

        An unusable configuration ends it with every problem and exit code 78 (EX_CONFIG), a database that does not
        answer with exit code 69 (EX_UNAVAILABLE).
        """
        try:
            return super().invoke(ctx)
        except (ConfigurationError, NotReadyError) as error:
            for line in str(error).splitlines():  # whole lines: they are searched for in logs
                click.echo(f"Error: {line}", err=True)
            ctx.exit(os.EX_CONFIG)
        except (OperationalError, ProgrammingError) as error:
            if not (isinstance(error, OperationalError) or _lacks_table(error)):
                raise
            hint = "; `idp db upgrade` makes missing tables" if _lacks_table(error) else ""
            click.echo(f"Error: the database: {str(error.orig).splitlines()[0]}{hint}", err=True)
            ctx.exit(os.EX_UNAVAILABLE)


def _lacks_table(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == UNDEFINED_TABLE or "no such table" in str(error.orig)
