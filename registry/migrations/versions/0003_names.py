"""Names behind commitments: each name by the entry that commits to it. Those that are there have no commitment."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.rename_table("person", "person_before")
    person = op.create_table(
        "person",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("entry", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.String, nullable=False),
    )
    known = op.get_bind().execute(sa.text("SELECT id, name FROM person_before")).all()
    if known:
        op.get_bind().execute(person.insert(), [{"id": i, "entry": -1, "salt": b"", "name": name} for i, name in known])
    op.drop_table("person_before")
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


_SAYS = "regelruimte: a name is erased, not changed"
_SQLITE = [f"CREATE TRIGGER person_update BEFORE UPDATE ON person BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END"]
_POSTGRESQL = [
    f"""
    CREATE FUNCTION only_erased() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_SAYS}'; END $$
    """,
    """
    CREATE TRIGGER person_only_erased BEFORE UPDATE OR TRUNCATE ON person
    FOR EACH STATEMENT EXECUTE FUNCTION only_erased()
    """,
]
