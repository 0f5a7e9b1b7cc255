"""The first tables, and what no client can pass over: a log that only grows, no two exemptions at once."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "entry",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False, index=True),
        sa.Column("recorded", sa.String, nullable=False, index=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "head",
        sa.Column(
            "id", sa.Integer, sa.CheckConstraint("id = 1", name="head_one"), primary_key=True, autoincrement=False
        ),
        sa.Column("size", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
    )
    op.create_table(
        "role",
        sa.Column("person", sa.String, primary_key=True),
        sa.Column("role", sa.String, primary_key=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("body", "mandate")),
        *(sa.Column(name, sa.Date, nullable=False) for name in ("first", "last")),
    )
    op.create_table(
        "measure",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("since", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        *(
            sa.Column(name, sa.String, nullable=False, index=name == "municipality")
            for name in (
                "procedure", "publication", "court", "ending", "evaluation", "title_nl", "title_en", "municipality",
                "areas", "parts", "domains", "instruments", "words", "verdict", "document",
            )
        ),
        sa.Column("decision", sa.String),
        *(
            sa.Column(name, sa.Date)
            for name in ("decided", "decided_last", "published", "published_last", "withdrawn", "annulled")
        ),
        sa.Column("suspensions", sa.String, nullable=False),
        sa.Column("against_verdict", sa.String),
    )  # fmt: skip
    op.create_index("measure_now", "measure", ["until", "name"])
    op.create_table(
        "exemption",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        *(
            sa.Column(name, sa.String, nullable=False, index=name == "measure")
            for name in ("measure", "part", "area", "instrument", "municipality")
        ),
        *(
            sa.Column(name, sa.Date, nullable=False)
            for name in ("first", "first_last", "last_first", "last", "begins", "ends")
        ),
        sa.CheckConstraint("first <= last", name="exemption_term"),
    )
    op.create_index("exemption_subject", "exemption", ["municipality", "part", "instrument"])
    op.create_index("exemption_days", "exemption", ["first", "last"])
    op.create_index("exemption_area", "exemption", ["area", "first", "last"])
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
    op.execute("INSERT INTO head (id, size) VALUES (1, 0)")


_SQLITE = [
    *(
        f"""
        CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table}
        BEGIN SELECT RAISE(ABORT, 'regelruimte: the table {table} is append-only'); END
        """
        for table in ("entry", "document")
        for act in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes what is in its way without a word to the trigger above
    *(
        f"""
        CREATE TRIGGER {table}_replace BEFORE INSERT ON {table}
        WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})
        BEGIN SELECT RAISE(ABORT, 'regelruimte: the table {table} is append-only'); END
        """  # noqa: S608 - the tables named below
        for table, same in (("entry", "number = NEW.number OR id = NEW.id"), ("document", "sha256 = NEW.sha256"))
    ),
    *(
        f"""
        CREATE TRIGGER exemption_overlap_{act.lower()} BEFORE {act} ON exemption
        WHEN NEW.until IS NULL AND NEW.begins <= NEW.ends AND EXISTS (
            SELECT 1 FROM exemption other
            WHERE other.municipality = NEW.municipality AND other.part = NEW.part AND other.instrument = NEW.instrument
            AND other.measure <> NEW.measure AND other.until IS NULL AND other.begins <= other.ends
            AND other.begins <= NEW.ends AND NEW.begins <= other.ends
        )
        BEGIN SELECT RAISE(ABORT, 'regelruimte: exemption_overlap'); END
        """  # noqa: S608 - the acts named below
        for act in ("INSERT", "UPDATE")
    ),
]
_POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    """
    CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'regelruimte: the table % is append-only', TG_TABLE_NAME; END $$
    """,
    *(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        for table in ("entry", "document")
    ),
    """
    ALTER TABLE exemption ADD CONSTRAINT exemption_overlap EXCLUDE USING gist (
        municipality WITH =, part WITH =, instrument WITH =, measure WITH <>, daterange(begins, ends, '[]') WITH &&
    ) WHERE (until IS NULL AND begins <= ends)
    """,
]
