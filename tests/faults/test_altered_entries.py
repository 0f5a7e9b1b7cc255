"""Entries of the log, altered into what no act states: every command tells which it is, and the audit goes on."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from registry import entries
from registry.database import Database
from rules.canonical import canonical
from tests.conftest import Copies, Run
from tests.registers import NAME, do, with_a_grant

Alter = Callable[[dict[str, Any]], object]


def with_all_sorts(database: Database) -> None:
    """A grant that was made known, noted on, and of which a day was corrected."""
    with_a_grant(database)
    do(database, "vera", "publish", on="2026-11-24", where="stcrt-2026-1")
    do(database, "vera", "note", reasons="x")


def data(kind: str, **stated: Any) -> tuple[str, Alter]:
    return kind, lambda entry: entry["data"].update(stated)


def without(kind: str, name: str) -> tuple[str, Alter]:
    return kind, lambda entry: entry["data"].pop(name)


def instead(kind: str, **stated: Any) -> tuple[str, Alter]:
    return kind, lambda entry: entry.update(stated)


ALTERED: dict[str, tuple[str, Alter]] = {
    "a day that is none": data("publish", on="no day"),
    "a day that is a number": data("publish", on=7),
    "no day": without("publish", "on"),
    "no title": data("submit", about={}),
    "a title in one language": data("submit", about={"title": {"nl": "x"}}),
    "a list of numbers": ("submit", lambda entry: entry["data"]["about"].update(areas=[1])),
    "no list": ("submit", lambda entry: entry["data"]["about"].pop("domains")),
    "no verdict": without("submit", "verdict"),
    "an agreement of nobody": without("agree", "minister"),
    "an outcome that there is not": data("decide", outcome="perhaps"),
    "an exemption without a part": data("decide", exemptions=[{}]),
    "exemptions that are a word": data("decide", exemptions="all"),
    "a note on no day": data("note", on="someday"),
    "a decision on no day": without("decide", "on"),
    "a decision of no outcome": data("decide", outcome=None),
    "a receipt that is a word": data("decide", receipt="x", rules="x\0"),
    "no rules": data("submit", rules=[]),
    "a role that is none": data("person", role="king"),
    "no role": without("person", "role"),
    "a role from no day": data("person", first="x"),
    "a role in no body": data("person", body=None),
    "a name that is no hash": data("person", name="x"),
    "conditions that are a number": data("decide", conditions=3),
    "data that are a list": instead("publish", data=[]),
    "data that are nothing": instead("publish", data=None),
    "a moment that is none": instead("note", recorded="yesterday"),
    "another key": instead("note", more=1),
    "no version": ("note", lambda entry: entry.pop("v")),
}
# what nothing else rests on is shown as it stands; what a check made again misses, the audit tells
STILL_AN_ACT = ("a note on no day", "a decision of no outcome", "a receipt that is a word", "no rules")
BYTES = {"no JSON": b"{", "a number": b"1", "no text": b"\xff\xfe", "nested": b"[" * 20_000}
COMMANDS = (
    ("show", NAME),
    ("show", NAME, "--format", "json"),
    ("history", NAME),
    ("in-force", "--on", "2027-06-01"),
    ("in-force", "--on", "2027-06-01", "--as-known-on", "2026-11-25"),
    ("search", "heerlen"),
    ("export",),
    ("rebuild",),
    ("withdraw", NAME, "--as", "vera", "--on", "2027-01-01", "--reasons", "x", "--dry-run"),
    ("audit", "remarks"),
    ("audit", "report", "--seed", "x"),
    ("audit", "replay"),
    ("audit", "sample", "3", "--seed", "x"),
    ("people",),
    ("note", NAME, "--as", "vera", "--reasons", "x"),
)


def alter(register: str, kind: str, content: Callable[[bytes], bytes]) -> int:
    """Somebody changes the first entry of that kind by hand, with the triggers gone; its number."""
    with closing(sqlite3.connect(register)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        number, stored = connection.execute("SELECT number, content FROM entry WHERE kind = ?", (kind,)).fetchone()
        connection.execute("UPDATE entry SET content = ? WHERE number = ?", (content(stored), number))
        connection.commit()
    return int(number)


def altered(by: Alter) -> Callable[[bytes], bytes]:
    def content(stored: bytes) -> bytes:
        entry = json.loads(stored)
        by(entry)
        return canonical(entry)

    return content


CASES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    **{name: (kind, altered(by)) for name, (kind, by) in ALTERED.items()},
    **{
        f"{name}, {kind}": (kind, lambda _, content=content: content)  # type: ignore[misc]
        for name, content in BYTES.items()
        for kind in ("note", "decide", "person")
    },
}


@pytest.mark.parametrize("case", CASES)
def test_which_entry_it_is_is_told_and_the_audit_goes_on(copies: Copies, run: Run, case: str) -> None:
    register = copies("sqlite", with_all_sorts)
    kind, content = CASES[case]
    number = alter(register, kind, content)
    for command in COMMANDS:
        code, out, err = run(*command, "--register", register, "--lang", "en")
        if code == 2:
            assert err.startswith(f"regelruimte: entry {number} "), (command, err)
            assert "regelruimte audit verify" in err, command
        else:
            assert code in (0, 1), (command, code, out, err)
    assert run("show", NAME, "--register", register)[0] == (0 if kind == "person" or case in STILL_AN_ACT else 2)
    code, out, _ = run("audit", "verify", "--register", register, "--format", "json")
    assert code == 1
    told = [each for level in json.loads(out)["levels"] for each in level["findings"]]
    assert any(str(number) in each["says"] for each in told)


def test_the_negative_control(copies: Copies, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    register = copies("sqlite", with_all_sorts)
    alter(register, *CASES["a day that is none"])
    monkeypatch.setattr(entries, "_WRONG", ())
    with pytest.raises(ValueError, match="Invalid isoformat"):
        run("show", NAME, "--register", register)
