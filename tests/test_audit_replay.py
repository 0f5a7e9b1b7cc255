"""Each check of the past once more: it comes out the same, under its own rules; what was recorded otherwise is told."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from registry.audit import past
from registry.audit.levels import law_level
from registry.audit.past import Gone
from registry.audit.replay import Replayed
from registry.audit.rulebooks import files_of, replays
from registry.database import Database
from registry.history import load_history
from registry.rule_package import shipped_package
from registry.store import rebuild
from registry.tables import DocumentRow
from rules.canonical import canonical
from rules.engine import twin_engine
from rules.measure import Measure
from tests.conftest import Copies, Run
from tests.faults.test_tampering import administrator, grown_anew, put, seen, stored
from tests.registers import (
    DECISION,
    GOOD,
    MEASURE,
    NAME,
    NOW,
    SURROUNDINGS,
    address_of,
    do,
    example,
    granted,
)
from tests.samples import ROOT
from tests.test_register_acts import DESIGNATION

HOMES = example("homes-for-workers").replace("effects:", "limits: [residence]\neffects:")
"""Asks of the others whether one supports the people that it limits."""


def course(database: Database) -> None:
    """What a check looks up changes between one check and the next: granted, made known, withdrawn, corrected."""
    granted(database)
    do(database, "eva", "submit", HOMES)
    do(database, "vera", "publish", on="2026-11-21", source="Staatscourant")
    do(database, "eva", "submit", HOMES.replace("Voorbeeld.", "Nog eens."))
    ended = do(database, "vera", "withdraw", on="2026-11-25", reasons="niet meer nodig", mandate="m")
    do(database, "eva", "submit", HOMES.replace("Voorbeeld.", "Daarna."))
    do(database, "rik", "correct", entry=ended.entry.number, set={"on": "2026-11-24"}, reasons="verschreven")
    do(database, "eva", "submit", HOMES.replace("Voorbeeld.", "Ten slotte."))
    do(database, "eva", "submit", DESIGNATION)
    do(database, "rik", "deem", name="heerlen-priority")
    do(database, "eva", "submit", MEASURE.replace(NAME, "heerlen-again"))


def came_to(database: Database) -> list[Replayed]:
    with database.reading() as session:
        return list(replays(session))


def others(found: list[Replayed]) -> list[tuple[int, str]]:
    return [(each.entry, each.came_to) for each in found if each.came_to != "reproduced"]


def test_every_check_comes_out_the_same(database: Database) -> None:
    load_history(database, SURROUNDINGS, NOW, twin_engine)
    course(database)
    found = came_to(database)
    assert len(found) > 40
    assert {each.kind for each in found} == {"submit", "decide", "deem"}
    assert others(found) == []
    assert seen(database) == {}


def same(found: Any, _: object) -> Any:
    return found


FORGETFUL: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "that the other was withdrawn": lambda patch: patch.setattr(past, "_until_it_ended", same),
    "that the other is there": lambda patch: patch.setattr(past.AtHand, "measures", lambda _: iter(())),
    "who agreed": lambda patch: patch.setattr(past.Past, "measure", without_agreements),
    "the area": lambda patch: patch.setattr(past.AtHand, "area", lambda *_: None),
}


def without_agreements(self: past.Past, name: str) -> Any:
    return self.document(self.stands(name).document, f"{name}.yaml", Measure)


@pytest.mark.parametrize("forgotten", FORGETFUL)
def test_a_replay_that_forgets_comes_out_differently(
    copies: Copies, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    """The control: the course tells all of these apart."""
    database = Database(copies("sqlite"))
    course(database)
    FORGETFUL[forgotten](monkeypatch)
    assert others(came_to(database))
    database.close()


# ---- entries that somebody made past our code, tree and tables and all ----


def forged(database: Database, kind: str, change: Callable[[dict[str, Any]], None]) -> int:
    """The last entry of that kind with other data, as whoever knows our code would write it; its number."""
    with administrator(database) as connection:
        entries = [json.loads(each) for each in stored(connection)]
        entry = [each for each in entries if each["kind"] == kind][-1]
        change(entry["data"])
        put(connection, entry["number"], canonical(entry))
        grown_anew(connection)
    rebuild(database)
    return int(entry["number"])


def wider(data: dict[str, Any]) -> None:
    data["exemptions"][0]["last"] = "2039-12-31"


def another_figure(data: dict[str, Any]) -> None:
    data["receipt"]["area/heerlen-noord"] = data["rules"]


FORGED: dict[str, tuple[str, Callable[[dict[str, Any]], None], str]] = {
    "a longer term": ("decide", wider, "2039-12-31"),
    "one exemption more": ("decide", lambda data: data["exemptions"].append(data["exemptions"][0]), "granted"),
    "another verdict": ("decide", lambda data: data.update(verdict="unneeded"), "unneeded"),
    "another day": ("decide", lambda data: data.update(on="2026-11-19"), "2026-11-19"),
    "a condition more": ("decide", lambda data: data.update(conditions=["x"]), "conditions"),
    "other outcomes": ("decide", lambda data: data.update(hashes=["0" * 64]), "outcomes"),
    "checked on a day to come": ("submit", lambda data: data.update(day="2026-11-26"), "2026-11-26"),
    "another title": ("submit", lambda data: data["about"]["title"].update(nl="Anders"), "Anders"),
    "silence that came sooner": ("deem", lambda data: data.update(on="2026-10-01"), "2026-10-01"),
    "silence without a last day": ("deem", lambda data: data.update(due="2026-09-30"), "2026-09-30"),
}


@pytest.fixture(scope="module")
def course_of(copies: Copies) -> str:
    """A register after that course, to make copies of."""
    database = Database(copies("sqlite"))
    course(database)
    database.close()
    return address_of(database)


@pytest.mark.parametrize("what", FORGED)
def test_an_entry_that_says_other_than_its_documents(course_of: str, tmp_path: Path, what: str) -> None:
    kind, change, says = FORGED[what]
    database = Database(shutil.copy(course_of, tmp_path / "forged.db"))
    assert seen(database) == {}, "the control"
    number = forged(database, kind, change)
    assert seen(database) == {"law": {"check-differs"}}, "no other level sees it"
    with database.reading() as session:
        level = law_level(session, 0, lambda *_: None)
    assert {each.entry for each in level.findings} >= {number}
    assert says in " ".join(each.says.en for each in level.findings)
    database.close()


def test_a_grant_without_who_had_to_agree_and_against_the_verdict(database: Database) -> None:
    """The decision and its check are sound; that the guards were passed over is what is told."""
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "vera", "decide", DECISION, **GOOD)
    with administrator(database) as connection:
        entries = [json.loads(each) for each in stored(connection)]
        agreed = next(each for each in entries if each["kind"] == "agree")
        put(
            connection, agreed["number"], canonical({**agreed, "kind": "note", "data": {"reasons": "x", "body": "szw"}})
        )
        grown_anew(connection)
    told = " ".join(why.en for each in came_to(database) for why in each.says)
    assert "without the agreement of szw" in told
    assert "without a reason" in told


def hidden(data: dict[str, Any]) -> None:
    del data["rules"], data["receipt"]


def test_a_check_cannot_hide_by_naming_no_rules(database: Database) -> None:
    course(database)
    before = [each.entry for each in came_to(database)]
    number = forged(database, "decide", hidden)
    assert others(came_to(database)) == [(number, "differs")]
    assert "law" in seen(database)
    with administrator(database) as connection:
        for content in stored(connection):
            entry = json.loads(content)
            entry["data"].pop("rules", None)
            put(connection, entry["number"], canonical(entry))
        grown_anew(connection)
    rebuild(database)
    assert others(came_to(database)) == [(each, "cannot") for each in before], "a log of before rules were kept"
    assert seen(database) == {}
    with database.reading() as session:
        level = law_level(session, 0, lambda *_: None)
    assert level.proved == ()
    assert f"{len(before)} checks" in level.not_proved[-1].en


def test_a_receipt_that_names_another_document(database: Database) -> None:
    course(database)
    number = forged(database, "decide", another_figure)
    assert (number, "cannot") in others(came_to(database))
    assert "law" in seen(database)


# ---- rules other than ours ----


@pytest.fixture(scope="module")
def kept_under_older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register that was kept under rules that differ from ours in one number."""
    folder = tmp_path_factory.mktemp("older")
    shutil.copytree(ROOT / "rules", folder / "rules", ignore=shutil.ignore_patterns("__pycache__"))
    law = folder / "rules/laws/renewed/2026-07-01.yaml"
    text = law.read_text(encoding="utf-8")
    assert text.count("at_most: 2\n") == 1
    law.write_text(text.replace("at_most: 2\n", "at_most: 0\n"), encoding="utf-8")
    program = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from registry.database import Database\n"
        "from tests.registers import add_people\n"
        "from tests.test_audit_replay import course\n"
        "database = Database(sys.argv[3], create=True)\n"
        "add_people(database); course(database); database.close()\n"
    )
    register = folder / "older.db"
    said = [sys.executable, "-c", program, str(folder), str(ROOT), str(register)]
    done = subprocess.run(said, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return register


@pytest.fixture
def older(kept_under_older: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    opened = Database(shutil.copy(kept_under_older, tmp_path / "older.db"))
    yield opened
    opened.close()


def test_a_check_under_older_rules_comes_out_as_then(older: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database = older
    found = came_to(database)
    assert {each.rules for each in found}.isdisjoint({"", shipped_package().sha256})
    assert others(found) == []
    assert seen(database) == {}
    monkeypatch.setattr("registry.audit.rulebooks._are_ours", lambda *_: True)
    assert others(came_to(database)), "the control: under our rules they come out differently"


def test_older_and_newer_rules_in_one_log(older: Database) -> None:
    database = older
    do(database, "eva", "submit", HOMES.replace("Voorbeeld.", "Onder nieuwe regels."))
    found = came_to(database)
    assert others(found) == []
    assert len({each.rules for each in found}) == 2


def test_rules_that_this_version_cannot_read_are_told(older: Database) -> None:
    database = older
    with database.reading() as session:
        rules = next(each.rules for each in came_to(database))
        sha = files_of(session, rules)["laws/renewed/2026-07-01.yaml"]
    with administrator(database) as connection:
        connection.exec_driver_sql("DELETE FROM document WHERE sha256 = ?", (sha,))
    assert {each.came_to for each in came_to(database)} == {"cannot"}
    assert seen(database) == {"bytes": {"document"}, "law": {"check-cannot"}}


EVIL = ("../evil.yaml", "/etc/evil.yaml", "laws/evil.py", "laws/../../evil/2026-01-01.yaml", "catalogue.yaml\n")


@pytest.mark.parametrize("name", EVIL)
def test_a_manifest_writes_nowhere_and_brings_no_code(database: Database, name: str) -> None:
    package = shipped_package()
    evil = json.loads(package.manifest)
    assert evil["files"]
    evil["files"][name] = evil["files"]["catalogue.yaml"]

    def named(session: Session, manifest: bytes) -> str:
        row = DocumentRow(sha256=sha256(manifest).hexdigest(), content=manifest)
        session.add(row)
        return row.sha256

    with database.transaction() as session:
        bad, good = (named(session, each) for each in (canonical(evil), package.manifest))
    with database.reading() as session:
        assert files_of(session, good), "the control"
        with pytest.raises(Gone):
            files_of(session, bad)


# ---- the command ----


def test_the_command_tells_each_check_and_how_it_came_out(database: Database, run: Run) -> None:
    course(database)
    register = ("--register", address_of(database))
    code, out, told = run("audit", "replay", *register)
    assert code == 0
    assert len(out.splitlines()) == len(came_to(database))
    assert all(line.endswith("komt weer zo uit") for line in out.splitlines())
    assert told.strip() == f"komt weer zo uit: {len(out.splitlines())}"
    number = forged(database, "decide", wider)
    code, out, _ = run("audit", "replay", NAME, *register, "--lang", "en")
    assert code == 1
    assert f"{number} decide {NAME}: comes out differently" in out
    assert re.search(r"^  - granted: .*2039-12-31", out.replace("\n    ", " "), re.MULTILINE)
    code, out, _ = run("audit", "replay", *register, "--format", "json")
    stated = json.loads(out)
    assert stated["summary"]["differs"] == 1
    assert [each["entry"] for each in stated["replayed"] if each["came_to"] == "differs"] == [number]
