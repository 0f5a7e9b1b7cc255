"""The tree over the log: the roots of its complete subtrees, made for the entries that are there already."""

import sqlalchemy as sa
from alembic import op

from registry.audit.tree import completed, leaf

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    node = op.create_table(
        "node",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
    known: dict[tuple[int, int], bytes] = {}  # to the left of what comes: one for each level
    for number, content in op.get_bind().execute(sa.text("SELECT number, content FROM entry ORDER BY number")):
        made = list(completed(number, leaf(bytes(content)), lambda level, at: known.pop((level, at))))
        known[made[-1][:2]] = made[-1][2]
        op.get_bind().execute(node.insert(), [{"level": at, "position": of, "hash": it} for at, of, it in made])


_SQLITE = [
    *(
        f"""
        CREATE TRIGGER node_{act.lower()} BEFORE {act} ON node
        BEGIN SELECT RAISE(ABORT, 'regelruimte: the table node is append-only'); END
        """
        for act in ("UPDATE", "DELETE")
    ),
    """
    CREATE TRIGGER node_replace BEFORE INSERT ON node
    WHEN EXISTS (SELECT 1 FROM node WHERE level = NEW.level AND position = NEW.position)
    BEGIN SELECT RAISE(ABORT, 'regelruimte: the table node is append-only'); END
    """,
]
_POSTGRESQL = [
    """
    CREATE TRIGGER node_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON node
    FOR EACH STATEMENT EXECUTE FUNCTION append_only()
    """
]
