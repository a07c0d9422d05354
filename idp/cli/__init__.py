"""The command line: parse, one service call, print."""

import gc

import rich_click as click

from idp.cli.context import CONFIG_VARIABLE, create_from_context
from idp.cli.group import Group

COMMANDS = {
    "init": "init:init",
    "serve": "serve:serve",
    "worker": "worker:worker",
    "registry": "registry:registry",
    "letters": "letters:letters",
    "account": "account:account",
    "authorizations": "authorizations:authorizations",
    "consents": "consents:consents",
    "renewals": "renewals:renewals",
    "cases": "cases:cases",
    "support": "support:support_group",
    "clients": "clients:clients",
    "events": "events:events",
    "keys": "keys:keys",
    "passwords": "passwords:passwords",
    "purge": "purge:purge",
    "db": "db:db",
    "config": "config:config",
}
"""Where each command is, in the order in which one needs them."""


@click.group(cls=Group, create_app=create_from_context, places=COMMANDS)
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
    if not gc.isenabled():  # what the command needs has been imported: see `idp.__main__`
        gc.freeze()
        gc.enable()
