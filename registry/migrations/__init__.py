"""How the tables of a register are made and brought up to date, by Alembic. Loaded by `init` and `upgrade` only."""

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection


def config(connection: Connection) -> Config:
    """What Alembic has to know, without a file: the scripts stand in this package."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", "registry:migrations")
    return made


def migrate(connection: Connection) -> None:
    """Brings the tables up to the newest version, in the transaction of that connection."""
    command.upgrade(config(connection), "head")
