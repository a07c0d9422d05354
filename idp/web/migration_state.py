"""Which migrations a database has, and whether these are the ones that the program needs.

Every start asks, so this does without Alembic, whose import takes as long as that of the pages.
"""

from sqlalchemy import Engine, column, inspect, select, table

from idp.folders import folder
from idp.settings.secret_files import NotReadyError

TABLE = "alembic_version"


def present(engine: Engine) -> str | None:
    """Return the last migration that was applied to a database, None where there was none."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(TABLE):
            return None
        found: str | None = connection.scalar(select(column("version_num")).select_from(table(TABLE)))
        return found


def newest() -> str:
    """Return the last migration that there is: their files are numbered."""
    return max(path.name.partition("_")[0] for path in (folder("migrations") / "versions").glob("[0-9]*.py"))


def require_newest(engine: Engine) -> None:
    """Make sure that the tables are what this program needs.

    Raises:
        NotReadyError: when migrations are missing, or belong to a newer program.
    """
    found, needed = present(engine), newest()
    if found != needed:
        raise NotReadyError(
            f"the database is at migration {found or 'none'} and this program needs {needed}; `idp db upgrade` "
            "applies what is missing"
        )
