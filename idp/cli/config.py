"""`idp config`: what the configuration may say, what it says, what is wrong with it."""

import json

import rich_click as click

from idp.cli.context import config_folder
from idp.settings.advice import warnings
from idp.settings.example import FILES, write_example
from idp.settings.json_schema import json_schema
from idp.settings.loader import load

LANDLORD_FLAG = "--landlord"


@click.group("config")
def config() -> None:
    """Check the configuration, or show everything it may say."""


@config.command("check")
def check() -> None:
    """Report every problem of the configuration: file, key, value and reason.

    Exit code 78 when the server cannot start with it. Warnings leave the exit code at 0.
    """
    settings = load(config_folder())
    for warning in warnings(settings):
        click.echo(f"Warning: {warning}", err=True)
    click.echo(f"The configuration is good. Landlords: {', '.join(settings.landlords)}.")


@config.command("example")
@click.option(LANDLORD_FLAG, "of_landlord", is_flag=True, help="A landlord's file instead of the server's.")
def example(of_landlord: bool) -> None:
    """Print a file with every setting, its meaning and its default."""
    click.echo(write_example(_file(of_landlord)), nl=False)


@config.command("schema")
@click.option(LANDLORD_FLAG, "of_landlord", is_flag=True, help="A landlord's file instead of the server's.")
def schema(of_landlord: bool) -> None:
    """Print the JSON schema of a file, for editors that check while one types."""
    kind, _ = FILES[_file(of_landlord)]
    click.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))


def _file(of_landlord: bool) -> str:
    return "landlord.toml" if of_landlord else "idp.toml"
