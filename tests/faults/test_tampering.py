"""Twelve kinds of tampering, on both databases: which level sees each, and what sees it not (the control)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlmodel import select

from registry.audit import tree
from registry.audit.bytes_level import bytes_level
from registry.audit.level import Level
from registry.audit.levels import verify
from registry.audit.note import LOG, WITNESS, Checkpoint, Signer, cosigned, new_signer
from registry.audit.signing import next_checkpoint
from registry.database import Database
from registry.refusals import ActRefused
from registry.tables import DocumentRow
from rules.canonical import canonical
from tests.conftest import Copies, filled
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, do, raw, with_a_grant

OURS, THEIRS = (new_signer("register.example/test", LOG) for _ in range(2))


def checkpoint_of(database: Database, signer: Signer = OURS, last: Checkpoint | None = None) -> Checkpoint:
    with database.reading() as session:
        return next_checkpoint(session, signer, last)


def levels(database: Database, *kept: Checkpoint) -> dict[str, Level]:
    with database.reading() as session:
        given = [(f"kept-{number}.txt", each) for number, each in enumerate(kept)]
        return {level.name: level for level in verify(session, given, OURS.verifier)}


def seen(database: Database, *kept: Checkpoint) -> dict[str, set[str]]:
    """Which levels tell something, and with which codes."""
    found = levels(database, *kept)
    return {name: {each.code for each in level.findings} for name, level in found.items() if level.findings}


@contextmanager
def administrator(database: Database) -> Iterator[Connection]:
    """The database as its administrator has it: the triggers go while something is changed, and come back after."""
    with raw(database) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
            yield connection
            return
        triggers = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.exec_driver_sql(sql)


def stored(connection: Connection) -> list[bytes]:
    return [bytes(each) for each in connection.exec_driver_sql("SELECT content FROM entry ORDER BY number").scalars()]


def put(connection: Connection, number: int, content: bytes) -> None:
    stated = json.loads(content)
    connection.execute(
        text(
            "UPDATE entry SET content = :content, id = :id, kind = :kind, subject = :subject, recorded = :recorded"
            " WHERE number = :number"
        ),
        {
            **{name: stated[name] for name in ("id", "kind", "subject", "recorded")},
            "content": content,
            "number": number,
        },
    )


def grown_anew(connection: Connection) -> None:
    """Makes the tree and the length those of the entries as they now are: what whoever knows our code would do."""
    connection.exec_driver_sql("DELETE FROM node")
    made: dict[tuple[int, int], bytes] = {}
    entries = stored(connection)
    for number, content in enumerate(entries):
        for level, position, node in tree.completed(number, tree.leaf(content), lambda level, at: made[level, at]):
            made[level, position] = node
    rows = [{"level": level, "position": at, "hash": node} for (level, at), node in made.items()]
    connection.execute(text("INSERT INTO node (level, position, hash) VALUES (:level, :position, :hash)"), rows)
    connection.execute(text("UPDATE head SET size = :size"), {"size": len(entries)})


def refused_granted(content: bytes) -> bytes:
    """The decision as somebody would like it to have been: other reasons."""
    stated = json.loads(content)
    stated["data"]["reasons"] = "het gebied heeft dit niet nodig"
    return canonical(stated)


def published(database: Database) -> None:
    with_a_grant(database)
    do(database, "vera", "publish", on="2026-11-21", source="Staatscourant")


register = filled(published)


def the_decision(connection: Connection) -> int:
    return next(number for number, each in enumerate(stored(connection)) if json.loads(each)["kind"] == "decide")


def test_an_honest_register_gives_no_alarm(register: Database) -> None:
    early = checkpoint_of(register)
    do(register, "vera", "note", reasons="x")
    assert seen(register, early, checkpoint_of(register, last=early)) == {}
    for number in range(9):
        do(register, "vera", "note", reasons=str(number))
        assert seen(register, early, checkpoint_of(register)) == {}


def test_an_entry_that_was_edited_is_named(register: Database) -> None:
    kept = checkpoint_of(register)
    with administrator(register) as connection:
        number = the_decision(connection)
        put(connection, number, refused_granted(stored(connection)[number]))
    assert seen(register) == {"bytes": {"tree"}}, "without a checkpoint the tree tells"
    found = levels(register, kept)
    (told,) = found["bytes"].findings
    assert (told.entry, told.subject) == (number, NAME), "the row and the measure are named"
    assert {each.code for each in found["history"].findings} == {"rewritten"}


def test_the_triggers_stop_whoever_does_not_take_them_away(register: Database) -> None:
    with pytest.raises(Exception, match="append-only"), raw(register) as connection:
        put(connection, 0, stored(connection)[0])
    for statement in ("UPDATE node SET hash = hash", "DELETE FROM node WHERE level = 0"):
        with pytest.raises(Exception, match="append-only"), raw(register) as connection:
            connection.exec_driver_sql(statement)


def test_every_bit_of_an_entry_counts(register: Database) -> None:
    with raw(register) as connection:
        whole, number = stored(connection), the_decision(connection)
    for bit in range(0, len(whole[number]) * 8, 97):
        content = bytearray(whole[number])
        content[bit // 8] ^= 1 << bit % 8
        with administrator(register) as connection:
            connection.execute(
                text("UPDATE entry SET content = :content WHERE number = :number"),
                {"content": bytes(content), "number": number},
            )
        with register.reading() as session:
            found = bytes_level(session, (), lambda *_: None)
        assert {each.entry for each in found.findings if each.code == "tree"} == {number}, bit


def deleted(connection: Connection) -> None:
    connection.execute(text("DELETE FROM entry WHERE number = :number"), {"number": the_decision(connection)})


def swapped(connection: Connection) -> None:
    entries = stored(connection)
    for number, content in ((1, entries[2]), (2, entries[1])):
        connection.execute(
            text("UPDATE entry SET content = :content WHERE number = :number"), {"content": content, "number": number}
        )


def cut(connection: Connection) -> None:
    connection.execute(text("DELETE FROM entry WHERE number >= :number"), {"number": the_decision(connection)})


def a_node(connection: Connection) -> None:
    connection.exec_driver_sql("DELETE FROM node WHERE level = 1 AND position = 0")


@pytest.mark.parametrize("how", [deleted, swapped, cut, a_node])
def test_what_is_gone_or_out_of_place_is_seen_without_a_checkpoint(
    register: Database, how: Callable[[Connection], None]
) -> None:
    assert seen(register) == {}
    with administrator(register) as connection:
        how(connection)
    assert "bytes" in seen(register)


def rewritten(connection: Connection) -> None:
    number = the_decision(connection)
    put(connection, number, refused_granted(stored(connection)[number]))
    grown_anew(connection)


def shortened(connection: Connection) -> None:
    last = len(stored(connection)) - 1
    connection.execute(text("DELETE FROM entry WHERE number >= :number"), {"number": last})
    connection.execute(text("DELETE FROM exemption WHERE since >= :number"), {"number": last})
    connection.execute(text("UPDATE exemption SET until = NULL WHERE until >= :number"), {"number": last})
    connection.execute(text("DELETE FROM measure WHERE since >= :number"), {"number": last})
    connection.execute(text("UPDATE measure SET until = NULL WHERE until >= :number"), {"number": last})
    grown_anew(connection)


@pytest.mark.parametrize(("how", "code"), [(rewritten, "rewritten"), (shortened, "cut")])
def test_a_log_that_was_made_anew_whole_is_seen_by_a_kept_checkpoint_alone(
    register: Database, how: Callable[[Connection], None], code: str
) -> None:
    kept = checkpoint_of(register)
    with administrator(register) as connection:
        how(connection)
    assert seen(register) == {}, "the control: the register by itself holds"
    assert seen(register, kept) == {"history": {code}}
    stolen = checkpoint_of(register)
    assert seen(register, stolen) == {}, "the control: signed anew with the stolen key it holds as well"
    assert seen(register, stolen, kept) == {"history": {code}}
    with pytest.raises(ActRefused):
        checkpoint_of(register, last=kept)  # the key itself refuses to sign what does not continue


def test_another_key_is_seen(register: Database) -> None:
    assert seen(register, checkpoint_of(register, THEIRS)) == {"history": {"signature"}}
    with pytest.raises(ActRefused, match=r"not of"):
        checkpoint_of(register, last=checkpoint_of(register, THEIRS))


WITNESS_KEY = new_signer("auditor.example", WITNESS)


def told_by_witness(database: Database, kept: Checkpoint) -> set[str]:
    with database.reading() as session:
        found = verify(session, [("kept.txt", kept)], OURS.verifier, witness=WITNESS_KEY.verifier)
    return {each.code for level in found for each in level.findings}


def test_a_back_dated_entry_is_seen_by_the_time_of_the_witness(register: Database) -> None:
    """With the key one can say anything from now on; only a time from outside bounds it."""
    kept = cosigned(checkpoint_of(register), WITNESS_KEY, int(NOW.timestamp()) + 86_400)
    do(register, "vera", "note", reasons="vroeger", now=NOW)
    found = levels(register, kept, checkpoint_of(register, last=kept))
    assert not any(level.findings for level in found.values()), (
        "the control: without the key of the witness nobody sees"
    )
    assert any("really recorded" in each.en for each in found["history"].not_proved)
    assert told_by_witness(register, kept) == {"back-dated"}


def test_times_that_agree_with_the_witness(register: Database) -> None:
    for seconds, codes in ((0, set()), (299, set()), (-299, set()), (-86_400, {"post-dated"})):
        kept = cosigned(checkpoint_of(register), WITNESS_KEY, int(NOW.timestamp()) + seconds)
        assert told_by_witness(register, kept) == codes
    assert told_by_witness(register, checkpoint_of(register)) == {"signature"}, "not cosigned at all"
    kept = cosigned(checkpoint_of(register), WITNESS_KEY, int(NOW.timestamp()))
    do(register, "vera", "note", reasons="later", now=NOW + timedelta(days=1))
    assert told_by_witness(register, kept) == set()


STATE: list[tuple[str, str]] = [
    ("UPDATE measure SET verdict = 'eligible' || verdict WHERE until IS NULL", "measure"),
    ("UPDATE measure SET published = NULL WHERE until IS NULL", "measure"),
    ("UPDATE exemption SET last = '2099-12-31', ends = '2099-12-31' WHERE until IS NULL", "exemption"),
    ("DELETE FROM exemption WHERE until IS NULL", "exemption"),
    ("UPDATE role SET last = '2027-01-01' WHERE person = 'vera'", "role"),
]


@pytest.mark.parametrize(("statement", "table"), STATE)
def test_a_table_that_does_not_follow_from_the_log(register: Database, statement: str, table: str) -> None:
    """No trigger stands in the way of these: only folding the log anew tells."""
    kept = checkpoint_of(register)
    with raw(register) as connection:
        assert connection.exec_driver_sql(statement).rowcount
    found = levels(register, kept)
    assert seen(register, kept) == {"state": {"state"}}, "the control: no other level sees it"
    assert all(f"table {table} " in each.says.en for each in found["state"].findings)


def test_a_document_that_was_changed_is_named_with_the_entry_that_named_it_first(register: Database) -> None:
    """Each in turn: the measure, the decision, the area, and every file of the rules of its check."""
    with register.reading() as session:
        documents = [(row.sha256, row.content) for row in session.exec(select(DocumentRow))]
    assert len(documents) > 30
    for sha, content in documents:
        for changed in (content + b"#", content):
            with administrator(register) as connection:
                connection.execute(text("UPDATE document SET content = :c WHERE sha256 = :s"), {"c": changed, "s": sha})
            with register.reading() as session:
                found = [each for each in bytes_level(session, (), lambda *_: None).findings if each.code == "document"]
            assert [each.subject for each in found] == [NAME] * (changed != content), sha
            assert all(sha in each.says.en and each.entry is not None for each in found)


def test_triggers_that_are_gone_are_told(register: Database) -> None:
    with raw(register) as connection:
        sqlite = connection.dialect.name == "sqlite"
        connection.exec_driver_sql(
            "DROP TRIGGER entry_update" if sqlite else "ALTER TABLE entry DISABLE TRIGGER entry_append_only"
        )
    assert seen(register) == {"file": {"trigger"}}


def entry_by(connection: Connection, kind: str, **change: Any) -> tuple[int, bytes]:
    number = next(at for at, each in enumerate(stored(connection)) if json.loads(each)["kind"] == kind)
    return number, canonical({**json.loads(stored(connection)[number]), **change})


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"actor": "abel"}, {"role"}),
        ({"actor": "eva"}, {"role", "four-eyes"}),
        ({"actor": "rik"}, {"role"}),
        ({"role": "registrar"}, {"role"}),
    ],
)
def test_who_had_no_right_to_act(register: Database, change: dict[str, str], codes: set[str]) -> None:
    """Somebody who can write the database makes a decision that our code would have refused, tree and all."""
    with administrator(register) as connection:
        number, content = entry_by(connection, "decide", **change)
        put(connection, number, content)
        grown_anew(connection)
    assert seen(register) == {"people": codes}
    assert {each.entry for each in levels(register)["people"].findings} == {number}


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("agree", {"minister": "ocw"}, "agreement"),
        ("correct", {"entry": 8}, "correction"),  # the decision
        ("correct", {"set": {"minister": "ocw"}}, "correction"),
        ("correct", {"set": ["on"]}, "correction"),
        ("correct", {"entry": [7]}, "correction"),
    ],
)
def test_who_said_what_only_others_can(database: Database, kind: str, change: dict[str, Any], code: str) -> None:
    """An agreement for another minister, a correction of a decision or of who agreed: each changes what is granted."""
    do(database, "eva", "submit", MEASURE)
    agreed = do(database, "sam", "agree", on="2026-11-10").entry.number
    assert do(database, "vera", "decide", DECISION, **{**GOOD, "against_verdict": "x"}).entry.number == 8
    corrected = do(database, "rik", "correct", entry=agreed, set={"on": "2026-11-11"}, reasons="x").entry.number
    assert (agreed, seen(database)) == (7, {}), "the control"
    with administrator(database) as connection:
        number, content = entry_by(connection, kind)
        stated = json.loads(content)
        put(connection, number, canonical({**stated, "data": {**stated["data"], **change}}))
        grown_anew(connection)
    found = [each for each in levels(database)["people"].findings if each.code == code]
    assert [each.entry for each in found] == [corrected if kind == "correct" else agreed]


def test_who_corrects_what_they_recorded_themselves(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    agreed = do(database, "sam", "agree", on="2026-11-10").entry.number
    do(database, "rik", "correct", entry=agreed, set={"on": "2026-11-11"}, reasons="x")
    assert seen(database) == {}, "the control"
    with administrator(database) as connection:
        number, content = entry_by(connection, "correct", actor="sam")
        put(connection, number, content)
        grown_anew(connection)
    assert seen(database)["people"] == {"role", "correction"}


def test_a_decision_that_says_to_be_of_the_past(register: Database) -> None:
    """What was loaded is not judged by who did it, so it comes before whatever was done here: nothing hides in it."""
    with administrator(register) as connection:
        data = json.loads(entry_by(connection, "decide")[1])["data"]
        number, content = entry_by(connection, "decide", actor="eva", data={**data, "history": True})
        put(connection, number, content)
        grown_anew(connection)
    assert seen(register)["people"] == {"history"}
    assert {each.entry for each in levels(register)["people"].findings} == {number}


WRONG_TYPES = [
    ("UPDATE exemption SET last = 'ooit'", "state"),
    ("UPDATE measure SET version = 'twee'", "state"),
    ("UPDATE role SET first = 20260101", "state"),
    ("UPDATE node SET hash = 'tekst' WHERE level = 0", "bytes"),
    ("UPDATE entry SET content = 'tekst' WHERE kind = 'decide'", "bytes"),
    ("UPDATE entry SET content = '[]' WHERE kind = 'decide'", "bytes"),
    ("UPDATE entry SET number = number + 100 WHERE kind = 'publish'", "bytes"),
    ("DELETE FROM head", "bytes"),
    ("DELETE FROM entry", "bytes"),
    ("DELETE FROM document", "bytes"),
]


@pytest.mark.parametrize(("statement", "level"), WRONG_TYPES)
def test_what_only_sqlite_lets_in_is_told_and_stops_nothing(copies: Copies, statement: str, level: str) -> None:
    """Any type in any column, and no row where there always is one: a finding, and never a traceback."""
    database = Database(copies("sqlite", published))
    kept = checkpoint_of(database)
    assert seen(database, kept) == {}, "the control"
    with administrator(database) as connection:
        assert connection.exec_driver_sql(statement).rowcount
    assert level in seen(database, kept)
    database.close()


def test_who_advised_had_no_right_to_decide(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "abel", "advise", reasons="doen")
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "vera", "decide", DECISION, **GOOD)
    assert seen(database) == {}, "the control"
    with administrator(database) as connection:
        number, content = entry_by(connection, "decide", actor="abel")
        put(connection, number, content)
        grown_anew(connection)
    assert seen(database) == {"people": {"role", "four-eyes"}}


@pytest.mark.parametrize(
    ("change", "level", "code"),
    [
        ({"recorded": "2020-01-01T00:00:00.000000+00:00"}, "bytes", "time"),
        ({"recorded": "gisteren"}, "bytes", "no-entry"),
        ({"document": ["x"]}, "bytes", "no-entry"),
        ({"actor": 7}, "bytes", "no-entry"),
        ({"data": "x"}, "bytes", "no-entry"),
        ({"data": {}}, "state", "state"),
    ],
)
def test_an_entry_that_is_none_is_told_though_the_tree_is_right(
    register: Database, change: dict[str, Any], level: str, code: str
) -> None:
    with administrator(register) as connection:
        number, content = entry_by(connection, "decide", **change)
        put(connection, number, content)
        grown_anew(connection)
    found = levels(register)[level].findings
    assert (code, number) in {(each.code, each.entry) for each in found}
