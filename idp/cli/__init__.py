"""The command line: parse, one service call, print."""

import rich_click as click

from idp.cli.account import account
from idp.cli.authorizations import authorizations
from idp.cli.cases import cases
from idp.cli.clients import clients
from idp.cli.config import config
from idp.cli.consents import consents
from idp.cli.context import CONFIG_VARIABLE, create_from_context
from idp.cli.db import db
from idp.cli.events import events
from idp.cli.group import Group
from idp.cli.init import init
from idp.cli.keys import keys
from idp.cli.letters import letters
from idp.cli.passwords import passwords
from idp.cli.purge import purge
from idp.cli.registry import registry
from idp.cli.renewals import renewals
from idp.cli.serve import serve
from idp.cli.support import support_group
from idp.cli.worker import worker

COMMANDS: tuple[click.Command, ...] = (
    init,
    serve,
    worker,
    registry,
    letters,
    account,
    authorizations,
    consents,
    renewals,
    cases,
    support_group,
    clients,
    events,
    keys,
    passwords,
    purge,
    db,
    config,
)


@click.group(cls=Group, create_app=create_from_context)
@click.option(
    "--config",
    "config_folder",
    envvar=CONFIG_VARIABLE,
    default="config",
    show_default=True,
    show_envvar=True,
    type=click.Path(file_okay=False),
    help="Folder of idp.toml and landlords/*.toml.",
)
def main(config_folder: str) -> None:
    """Run and administer Loge, the OpenID Connect provider of landlords."""


for command in COMMANDS:
    main.add_command(command)
