"""One login for each person on a PostgreSQL server: who has a password there can do no more than the program lets them.

registry/server_roles.sql says how; this makes its tables from the lifecycle, and lets people in.
"""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import NamedTuple

from sqlalchemy import Connection, text

from registry.act_inputs import ACTS, INPUTS
from registry.lifecycle import lifecycle, start
from registry.refusals import ActRefused
from rules.text import Text

LONGEST = 63  # bytes in the name of a role
_EMPTY = (
    "title_nl",
    "title_en",
    "municipality",
    "areas",
    "parts",
    "domains",
    "instruments",
    "words",
    "verdict",
    "document",
)
_UNKNOWN = (
    "decision", "decided", "decided_last", "published", "published_last", "withdrawn", "annulled", "against_verdict",
)  # fmt: skip


class _Field(NamedTuple):
    """What the data of an act hold at a path, and in which shape."""

    path: str
    shape: str
    choices: tuple[str, ...] = ()
    needed: bool = True


_CHECK = (_Field("day", "day"), _Field("hashes", "texts"), _Field("receipt", "named"), _Field("rules", "text"))
_GRANT = (*_CHECK, _Field("on", "day"), _Field("exemptions", "objects"))
# What an act says beside what is asked of whoever does it, as registry/entry_data.py looks it up.
_LOOKED_UP: dict[str, tuple[_Field, ...]] = {
    "submit": (
        *_CHECK,
        _Field("verdict", "text"),
        *(_Field(f"about.{name}", "text") for name in ("title.nl", "title.en", "municipality")),
        *(_Field(f"about.{name}", "texts") for name in ("areas", "parts", "names", "domains", "instruments")),
    ),
    "decide": (
        *_GRANT,
        _Field("verdict", "text"),
        _Field("outcome", "choice", ("granted", "refused")),
        _Field("conditions", "texts"),
    ),
    "deem": (*_GRANT, _Field("outcome", "choice", ("deemed",))),
    "agree": (_Field("minister", "text"),),
    "erase": (_Field("reasons", "text"),),
}
_SHAPES = {"text": "text", "day": "day", "number": "number", "choice": "choice", "settings": "named"}


def _fields(act: str) -> Iterator[_Field]:
    for asked in (INPUTS[name] for name in ACTS.get(act, ())):
        if asked.kind in _SHAPES:  # a file is the document of the entry
            yield _Field(asked.name, _SHAPES[asked.kind], asked.choices, asked.required)
        if asked.kind == "settings":
            yield from (_Field(f"{asked.name}.{name}", "day", needed=False) for name in ("on", "from"))
    yield from _LOOKED_UP.get(act, ())


def protect(connection: Connection) -> None:
    """Gives the register to a role that nobody logs in with, and leaves one function to record through."""
    script = (files("registry") / "server_roles.sql").read_text(encoding="utf-8")
    # many statements at once, in which % is only a sign
    connection.execution_options(no_parameters=True).exec_driver_sql(script)
    for act in lifecycle().acts:
        connection.execute(
            text("INSERT INTO server_act VALUES (:act, :role, :line, :from, :to, CAST(:needs AS jsonb), :guards)"),
            {
                "act": act.act, "role": act.role, "line": act.line, "from": list(act.from_), "to": list(act.to),
                "needs": json.dumps({line: list(states) for line, states in act.needs.items()}),
                "guards": list(act.guards),
            },
        )  # fmt: skip
    connection.execute(text("INSERT INTO server_act VALUES ('erase', 'registrar', '', '{}', '{}', '{}', '{}')"))
    for name in (*(act.act for act in lifecycle().acts), "erase"):
        for path, shape, choices, needed in _fields(name):
            connection.execute(
                text("INSERT INTO server_field VALUES (:act, :path, :shape, :choices, :needed)"),
                {"act": name, "path": path.split("."), "shape": shape, "choices": list(choices), "needed": needed},
            )
    blank = {**start(), **dict.fromkeys(_EMPTY, ""), **dict.fromkeys(_UNKNOWN), "version": 0, "suspensions": "[]"}
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
    """Makes a login with the id of that person, if there is none, and lets it ask; how it proves itself is not said.

    ActRefused where the server can have no such login, or has a role of that name with which it does more or nothing.
    """
    if len(person.encode()) > LONGEST or "\0" in person or not person:
        says = Text(
            f"een naam op de server heeft hoogstens {LONGEST} bytes",
            f"a name on the server has {LONGEST} bytes at most",
        )
        raise _no_login("too-long", person, says)
    if person.startswith("pg_") or person in ("public", "none"):
        says = Text("zo'n naam houdt de server voor zichzelf", "the server keeps such a name for itself")
        raise _no_login("reserved", person, says)
    quoted = connection.dialect.identifier_preparer.quote_identifier(person)
    asked = text(
        "SELECT rolcanlogin AND NOT (rolsuper OR rolbypassrls OR rolcreaterole) FROM pg_roles WHERE rolname = :name"
    )
    suits = connection.execute(asked, {"name": person}).scalar()
    if suits is False:
        says = Text(
            "de server heeft een rol met die naam, van een beheerder of zonder login",
            "the server has a role of that name, of an administrator or without a login",
        )
        raise _no_login("taken", person, says)
    if suits is None:
        connection.exec_driver_sql(f"CREATE ROLE {quoted} LOGIN".replace("%", "%%"))
    connection.exec_driver_sql(f"GRANT regelruimte_person TO {quoted}".replace("%", "%%"))


def _no_login(code: str, person: str, says: Text) -> ActRefused:
    """A person without a login: told with what to do."""
    nl = f"geen login voor {person}: {says.nl}; geef deze persoon een ander id"
    return ActRefused(code, Text(nl, f"no login for {person}: {says.en}; give this person another id"))
