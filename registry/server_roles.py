"""One login for each person on a PostgreSQL server: who has a password there can do no more than the program lets them.

registry/server_roles.sql says how; this makes its tables from the lifecycle, and lets people in.
"""

import json
from collections.abc import Mapping
from contextlib import closing
from importlib.resources import files

from sqlalchemy import Connection, text

from registry.lifecycle import lifecycle, start
from registry.refusals import ActRefused
from rules.text import Text

LONGEST = 63  # bytes in the name of a role
_ABOUT = (
    "version", "title_nl", "title_en", "municipality", "areas", "parts", "domains", "instruments", "words", "verdict",
    "document",
)  # fmt: skip
_DECIDED, _PUBLISHED = ("decided", "decided_last"), ("published", "published_last")
# What an act says of a measure beside the line that it moves, as registry/entries.py folds it.
_CHANGES: Mapping[str, tuple[str, ...]] = {
    "submit": _ABOUT,
    "decide": ("decision", *_DECIDED, "verdict", "against_verdict"),
    "deem": ("decision", *_DECIDED, *_PUBLISHED, "against_verdict"),
    "publish": _PUBLISHED,
    "suspend": ("suspensions",),
    "resume": ("suspensions",),
    "annul": ("annulled",),
    "withdraw": ("withdrawn",),
    "correct": (*_PUBLISHED, "withdrawn", "annulled", "suspensions"),
}
_UNKNOWN = ("decision", *_DECIDED, *_PUBLISHED, "withdrawn", "annulled", "against_verdict")


def protect(connection: Connection) -> None:
    """Gives the register to a role that nobody logs in with, and leaves one function to record through."""
    script = (files("registry") / "server_roles.sql").read_text(encoding="utf-8")
    with closing(connection.connection.cursor()) as cursor:  # many statements at once, in which % is only a sign
        cursor.execute(script)
    connection.execute(text("DELETE FROM server_act"))
    for act in lifecycle().acts:
        moved = (act.line,) if act.to else ()
        connection.execute(
            text("INSERT INTO server_act VALUES (:act, :role, :line, :from, :to, CAST(:needs AS jsonb), :changes)"),
            {
                "act": act.act, "role": act.role, "line": act.line, "from": list(act.from_), "to": list(act.to),
                "needs": json.dumps({line: list(states) for line, states in act.needs.items()}),
                "changes": [*moved, *_CHANGES.get(act.act, ())],
            },
        )  # fmt: skip
    connection.execute(text("INSERT INTO server_act VALUES ('erase', 'registrar', '', '{}', '{}', '{}', '{}')"))
    blank = {**start(), **dict.fromkeys(_ABOUT, ""), **dict.fromkeys(_UNKNOWN), "version": 0, "suspensions": "[]"}
    connection.execute(text("DELETE FROM server_blank"))
    connection.execute(text("INSERT INTO server_blank VALUES (1, CAST(:blank AS jsonb))"), {"blank": json.dumps(blank)})


def is_protected(connection: Connection) -> bool:
    """Whether the register was prepared in this way."""
    return bool(connection.exec_driver_sql(f"SELECT to_regprocedure('{_RECORD}') IS NOT NULL").scalar())


def is_bound(connection: Connection) -> bool:
    """Whether this login can record through the function alone."""
    writes = "has_table_privilege('entry', 'INSERT')"
    return is_protected(connection) and not connection.exec_driver_sql(f"SELECT {writes}").scalar()


_RECORD = "regelruimte_record(bytea, bytea[], jsonb, jsonb)"


def let_in(connection: Connection, person: str) -> None:
    """Makes a login with the id of that person, if there is none, and lets it ask; how it proves itself is not said."""
    if len(person.encode()) > LONGEST or "\0" in person:
        says = Text(
            f"een naam op de server heeft hoogstens {LONGEST} bytes",
            f"a name on the server has {LONGEST} bytes at most",
        )
        raise ActRefused("too-long", says)
    quoted = connection.dialect.identifier_preparer.quote_identifier(person)
    known = connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": person}).scalar()
    if not known:
        connection.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN".replace("%", "%%"))
    connection.exec_driver_sql(f"GRANT regelruimte_person TO {quoted}".replace("%", "%%"))
