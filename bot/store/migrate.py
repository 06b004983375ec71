"""Brings a database to the present schema."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from bot.errors import SetupError
from bot.store.database import Database

_FOLDER = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Run the migrations that are missing. Raises SetupError when the database cannot be reached."""
    # Migrations are synchronous: the same address with the driver's synchronous face.
    url = database.url.set(drivername="sqlite") if database.is_sqlite else database.url
    engine = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sa.exc.OperationalError as error:
        where = database.url.render_as_string(hide_password=True)
        raise SetupError(f"The database {where} cannot be used: {str(error.orig).splitlines()[0]}") from None
    finally:
        engine.dispose()
