"""`idp init`: makes what the configuration names and is not there yet."""

import base64
import secrets
from collections.abc import Iterator
from pathlib import Path

import rich_click as click
from sqlalchemy import create_engine, make_url

from idp.cli.context import application, config_folder, work_for
from idp.services import keys, second_factors, subjects
from idp.services.vault import ROOT_BYTES, new_secret
from idp.settings.loader import load
from idp.settings.root import Settings
from idp.settings.secret_files import NotReadyError, is_there, write_secret
from idp.web import migration_state, migrations
from idp.web.database import db


@click.command("init")
def init() -> None:
    """Make keys, secrets and tables that the configuration names and that are not there yet.

    What is there stays as it is, so the command can be run at every start.
    """
    settings = load(config_folder())
    made = 0
    for step in (_root_key, _client_secrets, _mail_folder, _database_file, _tables, _signing_keys):
        for line in step(settings):
            click.echo(f"made  {line}")
            made += 1
    if not made:
        click.echo("nothing to do: everything the configuration names is there")


def _root_key(settings: Settings) -> Iterator[str]:
    path = settings.secrets.root_key_file
    if is_there(path):
        return
    if _has_tables(settings):
        raise NotReadyError(
            f"{path} does not exist, but the database was made with it: nothing in the database can be opened with "
            "another one. Bring the file back, or start with an empty database"
        )
    write_secret(path, base64.b64encode(secrets.token_bytes(ROOT_BYTES)).decode())
    yield f"{path}  root secret: keep a copy in a safe place"


def _client_secrets(settings: Settings) -> Iterator[str]:
    for slug, landlord in settings.landlords.items():
        for client in landlord.clients:
            if client.secret_file and not is_there(client.secret_file):
                write_secret(client.secret_file, new_secret())
                yield f"{client.secret_file}  secret of the client {client.client_id} of {slug}"


def _mail_folder(settings: Settings) -> Iterator[str]:
    folder = settings.mail.folder
    if settings.mail.transport == "folder" and not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True)
        yield f"{folder}  folder for mails"


def _database_file(settings: Settings) -> Iterator[str]:
    """SQLite would make the file readable for everybody."""
    path = _sqlite_path(settings)
    if path and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        yield f"{path}  database"


def _tables(_: Settings) -> Iterator[str]:
    with application().app_context():
        for step in migrations.upgrade(db.engine):
            yield f"tables: migration {step}"


def _signing_keys(settings: Settings) -> Iterator[str]:
    for slug in settings.landlords:
        with work_for(slug) as work:
            if subjects.ensure(work):
                yield f"{slug}  salt of the names by which apps know people"
            if sealed := second_factors.seal_anew(work):
                yield f"{slug}  seals of second factors, under the new root secret: {sealed}"
            for kid in keys.ensure(work):
                yield f"signing key {kid} of {slug}"


def _sqlite_path(settings: Settings) -> Path | None:
    url = make_url(settings.database.url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def _has_tables(settings: Settings) -> bool:
    """Look into the database without making its file."""
    path = _sqlite_path(settings)
    if path and not path.exists():
        return False
    engine = create_engine(settings.database.url)
    try:
        return migration_state.present(engine) is not None
    finally:
        engine.dispose()
