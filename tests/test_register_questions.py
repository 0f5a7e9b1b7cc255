"""What the register is asked: against an oracle that reads the log by itself, with filters, and in files for others."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import ColumnElement
from sqlmodel import Session

from registry import questions
from registry.database import Database
from registry.entries import record
from registry.history import load_history
from registry.questions import in_force_on, listing
from registry.store import Actor, NewEntry, append, project, rebuild
from registry.wanted import Wanted
from rules.engine import twin_engine
from tests.conftest import Copies, Run
from tests.registers import MEASURE, NAME, SURROUNDINGS, found, nobody

START = date(2027, 1, 1)


# ---- as known on a day: random histories against an oracle ----


def stamp(day: int) -> datetime:
    return datetime(2027, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def on_day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def random_log(database: Database, dice: random.Random, measures: int) -> list[dict[str, Any]]:
    """Measures granted, made known, suspended, ended and corrected, in any order that the table allows."""
    told: list[dict[str, Any]] = []
    days = sorted(dice.randrange(200) for _ in range(measures * 7))
    alive: dict[str, list[Any]] = {}
    with database.transaction() as session:
        for day in days:
            name = f"m{dice.randrange(measures)}"
            entries = alive.setdefault(name, [])
            kind, data = next_act(dice, name, [entry.kind for entry in entries], entries)
            key, received = f"{name}-{len(told)}", b"a measure" if kind == "submit" else None
            made = append(session, NewEntry(kind, key, name, Actor("x", "y", "z"), stamp(day), received, data))
            entries.append(made)
            project(session, record(name, entries), made.number)
            told.append({"day": day, "name": name, "kind": kind, "number": made.number, **data})
    return told


def next_act(dice: random.Random, name: str, kinds: list[str], entries: list[Any]) -> tuple[str, dict[str, Any]]:
    if not kinds:
        text = {"title": {"nl": name, "en": name}, "municipality": "GM0001", "areas": ["here"], "parts": [name]}
        return "submit", {
            "verdict": "eligible",
            "about": {**text, "names": [], "domains": ["wonen"], "instruments": []},
        }
    if "decide" not in kinds:
        first = dice.randrange(100)
        term = {"first": on_day(first), "last": on_day(first + dice.randrange(150))}
        what = {"part": name, "area": "here", "instrument": "a/b", "municipality": "GM0001", **term}
        return "decide", {"verdict": "eligible", "outcome": "granted", "on": on_day(0), "exemptions": [what]}
    able = ["note"]
    open_court = kinds.count("suspend") == kinds.count("resume") and "annul" not in kinds
    able += ["publish"] if "publish" not in kinds else ["correct"]
    able += ["suspend"] if open_court else []
    able += ["resume"] if kinds.count("suspend") > kinds.count("resume") and "annul" not in kinds else []
    able += ["annul"] if "annul" not in kinds and dice.random() < 0.3 else []
    able += ["withdraw"] if "withdraw" not in kinds and dice.random() < 0.3 else []
    kind = dice.choice(able)
    if kind == "correct":
        published = next(entry.number for entry in entries if entry.kind == "publish")
        return kind, {"entry": published, "set": {"on": on_day(dice.randrange(200))}, "reasons": "x"}
    if kind == "resume":
        since = max(entry.data["on"] for entry in entries if entry.kind == "suspend")
        return kind, {"on": (date.fromisoformat(since) + timedelta(days=dice.randrange(40))).isoformat()}
    more = {"from": on_day(dice.randrange(200))} if kind == "annul" and dice.random() < 0.5 else {}
    return kind, {"on": on_day(dice.randrange(200)), "reasons": "x", **more}


def oracle(told: list[dict[str, Any]], day: str, known: int) -> set[str]:
    """The names in force on that day, by the acts recorded until then: no table, no period, nothing of ours."""
    holding = set()
    for name in {each["name"] for each in told}:
        acts = [dict(each) for each in told if each["name"] == name and each["day"] <= known]
        for better in [each for each in acts if each["kind"] == "correct"]:
            next(each for each in acts if each["number"] == better["entry"]).update(better["set"])
        by_kind: dict[str, list[dict[str, Any]]] = {}
        for each in acts:
            by_kind.setdefault(each["kind"], []).append(each)
        if "decide" not in by_kind or "publish" not in by_kind:
            continue
        term = by_kind["decide"][0]["exemptions"][0]
        gone = [each["on"] for each in by_kind.get("withdraw", [])]
        gone += [each.get("from", term["first"]) for each in by_kind.get("annul", [])]
        resumed = [each["on"] for each in by_kind.get("resume", [])] + ["9999"]
        paused = [(each["on"], resumed[at]) for at, each in enumerate(by_kind.get("suspend", []))]
        if (
            term["first"] <= day <= term["last"]
            and by_kind["publish"][0]["on"] <= day
            and not any(each <= day for each in gone)
            and not any(since <= day < until for since, until in paused)
        ):
            holding.add(name)
    return holding


def wrong_answers(database: Database, told: list[dict[str, Any]], dice: random.Random, asked: int) -> int:
    wrong = 0
    with database.reading() as session:
        for _ in range(asked):
            day, known = dice.randrange(-5, 260), dice.randrange(-5, 210)
            held = in_force_on(session, START + timedelta(days=day), START + timedelta(days=known))
            wrong += {each.exemption.measure for each in held if each.holds} != oracle(told, on_day(day), known)
    return wrong


def test_in_force_as_known_on_a_day(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")  # noqa: T201 - a failure must come back
    dice = random.Random(seed)
    told = random_log(database, dice, 25)
    assert wrong_answers(database, told, dice, 250) == 0
    assert rebuild(database) == 0
    with database.reading() as session:
        now = {each.exemption.measure for each in in_force_on(session, date(2027, 4, 1)) if each.holds}
    assert now == oracle(told, "2027-04-01", 10**6)

    def mutant(session: Session, known_on: date | None) -> list[ColumnElement[bool]]:
        size = questions.log_until(session, known_on or date.max) + 1  # the negative control: one entry too many
        rows = (questions._EXEMPTION, questions._MEASURE)
        return [each.since < size for each in rows] + [each.until.is_(None) | (each.until >= size) for each in rows]

    monkeypatch.setattr(questions, "_alive", mutant)
    assert any(wrong_answers(database, told, dice, 250) for _ in range(20)), "one entry shows on few days only"


# ---- the loaded history ----


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, copies: Copies) -> Iterator[tuple[str, Database]]:
    address = copies(request.param, nobody)
    made = Database(address)
    load_history(made, SURROUNDINGS, datetime(2026, 11, 25, 12, tzinfo=UTC), twin_engine)
    yield address, made
    made.close()


def test_what_was_in_force_on_the_first_of_june_2019(history: tuple[str, Database]) -> None:
    """Rotterdam 2018 (term 16 April 2018 – 15 April 2022) and Schiedam 2017 (1 January 2018 – 31 December 2021).

    No source tells when they were made known; silence would have counted as a grant long before.
    """
    _, database = history
    held = found(database, "2019-06-01")
    certain = {(each.exemption.measure, each.exemption.instrument) for each in held if each.holds}
    assert certain == {
        ("rotterdam-2018-designation", "wbmgp/income-requirement"), ("rotterdam-2018-designation", "wbmgp/priority"),
        ("schiedam-2017-designation", "wbmgp/priority"), ("schiedam-2017-designation", "wbmgp/screening"),
    }  # fmt: skip
    assert len([each for each in held if each.exemption.measure == "rotterdam-2018-designation"]) == 13
    unknown = {each.exemption.measure for each in held if each.holds is None}
    assert "den-bosch-2017-designation" in unknown, "its term is in no source"
    assert not {"rotterdam-2014-designation", "nissewaard-2019-designation"} & unknown, "over, not decided yet"
    assert found(database, "2019-06-01", "2026-11-24") == [], "the register did not know it then"
    days = ("2018-04-15", "2018-04-16", "2022-04-15", "2022-04-16")
    in_term = [
        any(each.exemption.measure.startswith("rotterdam-2018") for each in found(database, day)) for day in days
    ]
    assert in_term == [False, True, True, False]


def test_the_history_is_projected_as_it_is_told(history: tuple[str, Database]) -> None:
    _, database = history
    assert rebuild(database) == 0
    with database.reading() as session:
        rows = listing(session)
    assert (len(rows), {row["procedure"] for row in rows}) == (19, {"granted"})


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(area="rotterdam-zuid"), {"rotterdam-2018-designation"}),
        (Wanted(domain="onderwijs"), set()),
        (Wanted(municipality="GM0606"), {"schiedam-2017-designation"}),
        (Wanted(instrument="wbmgp/screening"), {"schiedam-2017-designation"}),
    ],
)
def test_filters(history: tuple[str, Database], wanted: Wanted, names: set[str]) -> None:
    held = found(history[1], "2019-06-01", None, wanted)
    assert {each.exemption.measure for each in held if each.holds} == names
    if wanted.area:
        assert {each.exemption.area for each in held} == {wanted.area}


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("rotterdam", 5),
        ("ROTTERDAM delfshaven", 1),
        ("bloemhof 2018", 1),
        ("100%", 0),
        ("_", 0),
        ("priority nijmegen", 1),
    ],
)
def test_search_looks_in_names_titles_and_parts(history: tuple[str, Database], words: str, number: int) -> None:
    with history[1].reading() as session:
        assert len(listing(session, Wanted(words=words))) == number


# ---- for people and for other programs ----


def test_the_questions_of_the_command_line(run: Run, history: tuple[str, Database], tmp_path: Path) -> None:
    place = ("--register", history[0])
    code, out, err = run("history", "rotterdam-2018-designation", *place)
    assert (code, err, out.count("SHA-256")) == (0, "", 2)
    assert run("history", "nothing", *place)[0] == 2
    for language, says in (("nl", "Niet bekend of dit geldt"), ("en", "Not known whether this is in force")):
        out = run("in-force", "--on", "2019-06-01", "--lang", language, *place)[1]
        assert says in out
        assert all(len(line) <= 80 for line in out.splitlines())
    assert "Niet bekend" not in run("in-force", "--on", "2019-06-01", "--certain", *place)[1]
    assert "rotterdam-2006-designation" in run("search", "rotterdam", "--state", "granted", *place)[1]

    log = [json.loads(line) for line in run("export", "--what", "log", *place)[1].splitlines()]
    assert [entry["number"] for entry in log] == list(range(len(log)))
    assert run("export", "--format", "xlsx", *place)[0] == 2, "it needs a file"
    assert run("export", "--what", "log", "--format", "csv", *place)[0] == 2
    sheet = tmp_path / "out.xlsx"
    assert run("export", "--format", "xlsx", "--output", str(sheet), *place)[0] == 0
    assert zipfile.ZipFile(sheet).testzip() is None
    assert run("export", "--output", str(tmp_path / "none" / "x"), *place)[0] == 2

    rows = list(csv.DictReader(io.StringIO(run("export", "--format", "csv", "--on", "2019-06-01", *place)[1][1:])))
    assert sum(row["in_force"] == "yes" for row in rows) == 15
    assert {row["first"] for row in rows if row["measure"] == "rotterdam-2018-designation"} == {"2018-04-16"}
    measures = [json.loads(line) for line in run("export", "--what", "measures", *place)[1].splitlines()]
    assert len(measures) == 19


def test_the_deadlines_of_a_register(run: Run, history: tuple[str, Database]) -> None:
    code, out, _ = run("deadlines", "--register", history[0], "--on", "2018-03-01", "--format", "json")
    assert code == 0
    rows = json.loads(out)["rows"]
    ends = {
        row["measure"] for row in rows if row["kind"] == "end" and row["day"] and row["day"]["written"] == "2022-04-15"
    }
    assert ends == {"rotterdam-2018-designation"}
    copies = [row for row in rows if row["kind"] == "inform"]
    assert all(row["advice"] for row in copies), "a promise is no law"
    assert "rotterdam-2006-designation" not in {row["measure"] for row in copies}, "from before the promise"
    reports = {row["day"]["written"] for row in rows if row["kind"] == "report"}
    assert reports == {"2015-12-30", "2020-12-30"}, "every five years: the last and the next"
    calendar = Calendar.from_ical(run("deadlines", "--register", history[0], "--format", "ics")[1])
    events = list(calendar.walk("VEVENT"))
    assert events
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert run("deadlines", "measures", "--register")[0] == 2


HOSTILE = "=1\x1b[31mrood\x9b2J\u202etxet\r\nEND"


def test_a_person_is_no_measure(run: Run, copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", copies("sqlite"))
    assert run("show", "eva")[0] == 2
    assert "[unknown-measure]" in run("note", "eva", "--as", "eva", "--reasons", "x")[2]


def test_no_foreign_text_leaves_the_register(
    run: Run, copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people wrote is shown as marks or escaped; a file with the log has it byte for byte."""
    monkeypatch.setenv("REGELRUIMTE_DATABASE", copies("sqlite"))
    (tmp_path / "m.yaml").write_text(MEASURE, encoding="utf-8")
    assert run("submit", str(tmp_path / "m.yaml"), "--as", "eva")[0] == 0
    assert run("note", NAME, "--as", "eva", "--reasons", HOSTILE, "--key", HOSTILE)[0] == 0
    run("person", HOSTILE, "--name", HOSTILE, "--role", "adviser", "--body", "vro", "--mandate", HOSTILE)
    told = [
        run(*command)
        for command in (
            ("show", NAME), ("show", NAME, "--format", "json"), ("history", NAME), ("show", HOSTILE), ("who", HOSTILE),
            ("export", "--what", "log"), ("advise", HOSTILE, "--as", HOSTILE, "--reasons", HOSTILE),
            ("note", NAME, "--as", HOSTILE, "--reasons", "x"), ("search", HOSTILE), ("search", "--format", "json"),
        )
    ]  # fmt: skip
    for _, out, err in told:
        assert all(c.isprintable() or c == "\n" for c in out + err)
    assert "⟨U+001B⟩[31mrood⟨U+009B⟩2J⟨U+202E⟩txet" in told[0][1].replace("\n     ", "")
    assert run("export", "--what", "log", "--output", str(tmp_path / "log"))[0] == 0
    lines = (tmp_path / "log").read_bytes().splitlines()
    assert any(HOSTILE in json.loads(line)["data"].get("reasons", "") for line in lines)
    assert [json.loads(line) for line in lines] == [
        json.loads(line) for line in run("export", "--what", "log")[1].splitlines()
    ]
