"""A login for each person on PostgreSQL: every role tries every act in raw SQL, and through the program."""

import os
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from registry.acts import add_person, erase_person, perform, preview
from registry.database import Database
from registry.guards import Act
from registry.history import load_history
from registry.lifecycle import lifecycle
from registry.questions import people
from registry.refusals import ActRefused, DatabaseRefused
from registry.store import entries_in, rebuild
from rules.engine import twin_engine
from tests.conftest import Copies, Run
from tests.faults.logins import ACTS, DOCUMENTS, EVERYBODY, NEEDS, OTHER, Server, asked, attempt, login, saying
from tests.faults.test_tampering import levels, seen
from tests.registers import (
    DECISION,
    GOOD,
    MEASURE,
    NAME,
    NOW,
    PEOPLE,
    SURROUNDINGS,
    add_people,
    address_of,
    do,
    nobody,
    turned_back,
)
from tests.samples import ROOT
from tests.servers import database_of
from tests.test_register_acts import DESIGNATION, REFUSAL

# What only a check of the law can tell, or only the rest of the log: the server lets it pass, and an audit tells.
LEFT_TO_AN_AUDIT = {"agreed", "basis", "concerned", "no-overlap", "silence", "verdict"}


@pytest.mark.parametrize("kind", ACTS)
@pytest.mark.parametrize("person", EVERYBODY)
def test_each_role_does_its_own_acts_and_no_others(shared: Server, person: str, kind: str) -> None:
    """By the table of the lifecycle, in raw SQL and through the program; what the one refuses, the other does."""
    role_asked = next(each.role for each in lifecycle().acts if each.act == kind)
    role, _ = EVERYBODY[person]
    refused = shared.record(person, *attempt(shared, person, kind))
    name, data = asked(shared, kind)
    document = DOCUMENTS.get(kind)
    act = Act(kind, name, "key-y", document.encode() if document else None, data)
    with closing(shared.as_(person)) as database:
        if role_asked not in ("any", role):
            assert f"{kind} is for a {role_asked}" in refused
            with pytest.raises(ActRefused) as by_program:
                perform(database, act, person, datetime.now(UTC), twin_engine, SURROUNDINGS)
            assert by_program.value.code == "wrong-role"
            return
        made = preview(database, act, person, datetime.now(UTC), twin_engine, SURROUNDINGS)
    assert made.refused is None
    standing = {each.name for each in made.guards if each.refuses} - LEFT_TO_AN_AUDIT
    if kind == "deem":
        standing.discard("exact-term")  # where no silence counts, nothing is granted by it
    assert bool(refused) == bool(standing), (refused, standing)


def test_each_guard_is_one_of_the_server_or_is_named_as_left_to_an_audit() -> None:
    script = (ROOT / "registry/server_roles.sql").read_text(encoding="utf-8")
    there = {guard for guard in lifecycle().guards if f"WHEN '{guard}' THEN" in script}
    by_shape_or_table = {"listed", "no-overlap"}
    assert set(lifecycle().guards) == there | LEFT_TO_AN_AUDIT | by_shape_or_table


def test_there_are_more_than_a_hundred_of_these() -> None:
    assert len(ACTS) * len(EVERYBODY) > 100
    assert set(NEEDS) == {*ACTS, "resume"}


# ---- what stands around the logins ----


def test_rights_from_before_end_and_what_is_of_others_stays_theirs(copies: Copies) -> None:
    """A login of the application, with all rights, on a database that holds a table of somebody else."""
    address, name = copies("postgresql"), f"before_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
        connection.execute("CREATE TABLE of_others (number int)")
        connection.execute(SQL("GRANT ALL ON ALL TABLES IN SCHEMA public TO {}").format(Identifier(name)))
        connection.execute(SQL("GRANT UPDATE (title_nl) ON measure TO {}").format(Identifier(name)))
        connection.execute(SQL("GRANT ALL ON SCHEMA public TO {}").format(Identifier(name)))
        default = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO {}"
        connection.execute(SQL(default).format(Identifier(name)))
    past = ("TRUNCATE exemption", "CREATE FUNCTION format(text, name) RETURNS text LANGUAGE sql AS 'SELECT $1'")

    def ask(statement: str) -> None:
        with psycopg.connect(login(address, name)) as connection:
            connection.execute(statement)
            connection.rollback()

    for statement in past:
        ask(statement)  # the control
    with closing(Database(address)) as database:
        database.protect()
    for statement in past:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask(statement)
    with psycopg.connect(address) as connection:
        held = (
            "SELECT count(*) FROM information_schema.column_privileges WHERE grantee = %s AND table_name <> 'of_others'"
        )
        assert connection.execute(held, (name,)).fetchone() == (0,)
        owner = "SELECT tableowner FROM pg_tables WHERE tablename = 'of_others'"
        assert connection.execute(owner).fetchone() == ("postgres",)


def test_an_administrator_need_be_no_superuser(server: str, own: Server, run: Run) -> None:
    """As where a server is rented: somebody who makes logins, and owns this database. Groups are there from another."""
    name = f"dba_{os.getpid()}"
    groups = "GRANT regelruimte_owner, regelruimte_person TO {} WITH ADMIN TRUE"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN CREATEROLE").format(Identifier(name)))
        connection.execute(SQL(groups).format(Identifier(name)))
        connection.execute(SQL("CREATE DATABASE {} OWNER {}").format(Identifier(name), Identifier(name)))
    address = login(database_of(server, name), name)
    person = ("--name", "X", "--role", "adviser", "--body", "vro")
    one, other = f"one_{os.getpid()}", f"other_{os.getpid()}"
    for command in (
        ("init",),
        ("person", one, *person),
        ("protect",),
        ("person", other, *person),
        ("upgrade",),
        ("rebuild",),
    ):
        code, _, err = run(*command, "--register", address)
        assert (code, err) == (0, ""), command
    with psycopg.connect(login(address.replace(f"//{name}:", "//postgres:"), other)) as connection:
        assert len(connection.execute("SELECT id FROM person").fetchall()) == 2


@pytest.mark.parametrize("person", ["pg_eva", "none", "postgres", "regelruimte_owner", "x" * 64])
def test_no_login_is_made_of_what_is_no_person(own: Server, run: Run, person: str) -> None:
    given = ("--name", "X", "--role", "adviser", "--body", "vro", "--register", own.address, "--lang", "en")
    code, _, err = run("person", person, *given)
    assert (code, "give this person another id" in err) == (1, True)
    assert run("person", f"fine_{os.getpid()}", *given)[0] == 0, "the control"


def test_the_superuser_is_not_stopped_and_the_audit_tells(own: Server) -> None:
    assert seen(own.admin) == {}
    with psycopg.connect(own.address) as connection:
        connection.execute("ALTER TABLE entry DISABLE TRIGGER entry_append_only")
        connection.execute("UPDATE entry SET content = content || ' ' WHERE kind = 'decide'")
        connection.execute("UPDATE exemption SET last = '2099-12-31' WHERE until IS NULL")
    assert {"bytes", "file"} <= set(seen(own.admin))


# ---- the program, with such a login ----


def test_every_act_through_the_program_and_the_audit_finds_nothing(own: Server) -> None:
    def act(person: str, kind: str, text: str | None = None, **data: Any) -> int:
        with closing(own.as_(person)) as database:
            return do(database, person, kind, text, now=datetime.now(UTC), **data).entry.number

    add_person(own.admin, "roos", "Roos", "registrar", "vro", datetime.now(UTC), first=date(2026, 1, 1))
    own.admin.let_in("roos")
    do(own.admin, "eva", "submit", DESIGNATION, now=datetime(2026, 9, 2, tzinfo=UTC))
    act("abel", "advise", reasons="doen")
    agreed = act("sam", "agree", on="2026-11-10")
    act("rik", "correct", entry=agreed, set={"on": "2026-11-11"}, reasons="x")
    act("vera", "decide", f"{DECISION}conditions: [meld dit]\n", **GOOD, against_verdict="voor deze proef")
    published = act("vera", "publish", on="2026-11-21", where="Staatscourant")
    act("rik", "correct", entry=published, set={"on": "2026-11-22", "where": "elders"}, reasons="x")
    act("rik", "condition", condition=1, kept="not-kept", on="2026-11-22", reasons="x")
    act("eva", "note", name=NAME, reasons="x")
    found = act("iris", "finding", entry=published, weight="serious", reasons="x")
    act("vera", "answer", finding=found, reasons="x")
    act("iris", "follow-up", finding=found, state="open", reasons="x")
    act("iris", "follow-up", finding=found, state="closed", reasons="x")
    suspended = act("rik", "suspend", on="2026-11-22", reasons="x")
    act("rik", "resume", on="2026-11-23", reasons="x")
    act("roos", "correct", entry=suspended, set={"on": "2026-11-21"}, reasons="x")
    act("eva", "evaluate", "een bijlage", name=NAME, attached="b.txt", reasons="x", on="2026-11-23")
    withdrawn = act("vera", "withdraw", on="2026-11-24", reasons="x", mandate="m")
    act("rik", "correct", entry=withdrawn, set={"on": "2026-11-25"}, reasons="x")
    act("rik", "annul", on="2026-11-24", reasons="x")
    act("rik", "annul", name=OTHER, **{"from": "2032-01-01"}, on="2026-11-24", reasons="x")
    act("vera", "decide", REFUSAL, **GOOD)
    act("rik", "deem", name="heerlen-priority")
    act("vera", "publish", name="heerlen-priority", on="2026-11-21")
    act("eva", "submit", MEASURE.replace(NAME, "heerlen-third"))
    with own.admin.reading() as session:
        assert {each.kind for each in entries_in(session)} == {"person", *(each.act for each in lifecycle().acts)}
    assert seen(own.admin) == {}
    assert all(level.proved or level.name == "history" for level in levels(own.admin).values())
    assert rebuild(own.admin) == 0


def test_on_the_past_an_act_is_done_as_on_any(copies: Copies, own: Server) -> None:
    """Days of the past may be intervals, or unknown. The logins are those of the other register, of one server."""
    address, now = copies("postgresql", nobody), datetime.now(UTC)
    why: dict[str, Any] = {"reasons": "x", "now": now}
    with closing(Database(address)) as admin:
        load_history(admin, SURROUNDINGS, NOW, twin_engine)
        add_people(admin)
        admin.protect()
        with admin.reading() as session:
            decided = [each for each in entries_in(session) if each.kind == "decide"]
        names = sorted({each.subject for each in decided if each.data["exemptions"]})
        assert len(names) > 5
        with closing(Database(login(address, "vera"))) as vera, closing(Database(login(address, "rik"))) as rik:
            for name in names:
                do(rik, "rik", "suspend", name=name, on="2026-11-24", **why)
                do(vera, "vera", "withdraw", name=name, on="2026-11-25", mandate="m", **why)
                do(rik, "rik", "annul", name=name, on="2026-11-25", **why)
        assert seen(admin) == {}
        assert rebuild(admin) == 0


def test_an_earlier_act_stands_in_the_way(own: Server) -> None:
    """Who recorded it does not correct it, who worked on it does not audit it, a finding is closed once, and a
    suspension ends after it began."""
    add_person(own.admin, "vera", "Vera", "auditor", "bzk", datetime.now(UTC), first=date(2026, 1, 1))
    with closing(own.as_("rik")) as database:
        made = do(database, "rik", "suspend", name=OTHER, on="2026-11-22", reasons="x", now=datetime.now(UTC))
    own.look()
    entry, rows, _ = attempt(own, "rik", "correct")
    assert own.record("rik", entry, rows) == "", "the control: what sam recorded"
    assert "other-than-recorder" in own.record("rik", saying(entry=made.entry.number)(entry), rows)
    entry, rows, _ = attempt(own, "iris", "finding")
    assert own.record("iris", entry, rows) == "", "the control"
    by_vera = saying(body="bzk")({**entry, "actor": "vera", "role": "auditor"})
    assert "you did decide" in own.record("vera", by_vera, rows)
    entry, rows, _ = attempt(own, "rik", "resume")
    assert own.record("rik", entry, rows) == "", "the control"
    assert "not-before-suspension" in own.record("rik", saying(on="2026-11-21")(entry), rows)

    entry, rows, _ = attempt(own, "iris", "follow-up")
    assert own.record("iris", entry, rows) == "", "the control"
    with closing(own.as_("iris")) as database:
        _, said = asked(own, "follow-up")
        do(database, "iris", "follow-up", name=OTHER, now=datetime.now(UTC), **said)
    own.look()
    assert "open-finding" in own.record("iris", *attempt(own, "iris", "follow-up"))


def test_who_may_act_is_for_the_administrator(own: Server) -> None:
    with closing(own.as_("rik")) as database, pytest.raises(ActRefused, match="administrator"):
        add_person(database, "rik", "Rik", "decider", "vro", datetime.now(UTC))


def test_a_registrar_erases_through_the_function(own: Server) -> None:
    now = datetime.now(UTC)
    yesterday = (now - timedelta(days=2)).date()
    add_person(own.admin, "abel", "Abel", "adviser", "gm0917", now, first=date(2026, 1, 1), last=yesterday)
    number = own.size + 1
    entry: dict[str, Any] = {
        "v": 1, "number": number, "kind": "erase", "id": "k", "subject": "abel", "actor": "eva", "role": "submitter",
        "document": None,
    }  # fmt: skip
    said = {"names": [1, number - 1], "reasons": "x"}
    entry |= {"recorded": datetime.now(UTC).isoformat(timespec="microseconds"), "data": {**said, "body": "gm0917"}}
    assert "erase is for a registrar" in own.record("eva", entry)
    mine = {**entry, "actor": "rik", "role": "registrar", "data": {**said, "body": "vro"}}
    assert "vera still acts" in own.record("rik", {**mine, "subject": "vera"})
    assert own.record("rik", mine) == ""
    assert "not the names of abel" in own.record("rik", saying(names=[1])(mine))
    assert "reasons" in own.record("rik", saying(reasons="")(mine))
    with closing(own.as_("rik")) as database:
        erase_person(database, "abel", "rik", "AVG 17", datetime.now(UTC))
        assert not database.sweep(), "that is for who owns the table, and is told"
    assert seen(own.admin) == {}
    with own.admin.reading() as session:
        assert {row["name"] for row in people(session) if row["person"] == "abel"} == {None}


def names(server: Server, person: str) -> set[str]:
    return {row[0] for row in server.ask(person, "SELECT id FROM person")}


def test_names_are_read_by_the_own_body_by_an_auditor_and_a_registrar(shared: Server) -> None:
    assert names(shared, "eva") == {"eva", "abel"}
    assert names(shared, "vera") == {"vera", "rik"}
    assert names(shared, "iris") == set(EVERYBODY)
    assert names(shared, "rik") == set(EVERYBODY), "who erases names has to know them"


@pytest.mark.parametrize("table", ["entry", "node", "document", "head", "role", "measure", "exemption", "person"])
def test_who_has_no_role_today_reads_nothing_and_is_told(own: Server, table: str) -> None:
    statement = f"SELECT count(*) FROM {table}"  # noqa: S608
    assert own.ask("abel", statement)[0][0] > 0, "the control"
    ended = (datetime.now(UTC) - timedelta(days=2)).date()
    add_person(own.admin, "abel", "Abel", "adviser", "gm0917", datetime.now(UTC), first=date(2026, 1, 1), last=ended)
    with pytest.raises(psycopg.Error, match="no role in this register today"):
        own.ask("abel", statement)


def test_a_stranger_is_told_by_the_command(own: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"stranger_{os.getpid()}"
    with psycopg.connect(own.address, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(Identifier(name)))
    monkeypatch.setenv("REGELRUIMTE_DATABASE", login(own.address, name))
    person = ("person", "x", "--name", "X", "--role", "adviser", "--body", "vro")
    for command in (("show", NAME), ("search", "x"), ("audit", "verify"), person):
        code, out, err = run(*command)
        assert (code, out) == (2, ""), command
        assert "Traceback" not in err
        assert "permission denied" in err


@pytest.mark.parametrize("command", ["upgrade", "protect", "rebuild"])
def test_what_is_for_the_administrator_is_told(own: Server, run: Run, command: str) -> None:
    code, out, err = run(command, "--register", login(own.address, "vera"), "--lang", "en")
    assert (code, out) == (2, "")
    assert "the server refuses this: permission denied" in err
    assert run(command, "--register", own.address)[0] == 0, "the control"


def test_an_audit_tells_which_names_a_login_is_not_shown(own: Server) -> None:
    hidden = "5 names that the server does not show to this login"
    for person, told in (("vera", True), ("iris", False)):
        with closing(own.as_(person)) as database:
            assert seen(database) == {}
            assert any(hidden in each.en for each in levels(database)["people"].not_proved) == told
    with psycopg.connect(own.address) as connection:
        connection.execute("DELETE FROM person WHERE id IN ('vera', 'eva')")
    for person, wrong in (("vera", 1), ("iris", 2)):
        with closing(own.as_(person)) as database:
            assert len(levels(database)["people"].findings) == wrong


def test_the_register_is_brought_up_to_date_and_stays_protected(own: Server) -> None:
    turned_back(own.admin, "0002")
    with pytest.raises(DatabaseRefused, match="upgrade"):
        own.as_("eva")
    Database(own.address, upgrade=True).close()
    with closing(own.as_("eva")) as database:
        do(database, "eva", "note", reasons="x", now=datetime.now(UTC))
    assert names(own, "eva") == {"eva", "abel"}
    with pytest.raises(psycopg.Error):
        own.ask("eva", "DELETE FROM person")


def test_the_command_protects_and_lets_people_in(copies: Copies, run: Run, tmp_path: Path) -> None:
    database = Database(copies("postgresql"))
    code, out, _ = run("protect", "--register", address_of(database), "--lang", "en")
    assert (code, all(person in out for person in PEOPLE)) == (0, True)
    assert run("protect", "--register", address_of(database))[0] == 0, "again is harmless"
    database.close()
    file = str(tmp_path / "r.db")
    assert run("init", "--register", file)[0] == 0
    code, _, err = run("protect", "--register", file, "--lang", "en")
    assert (code, "one domain" in err) == (2, True)
