"""What Alembic runs: the scripts of this package on the connection that was given."""

from alembic import context
from sqlmodel import SQLModel

import registry.tables  # noqa: F401 - so that the metadata knows them

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
