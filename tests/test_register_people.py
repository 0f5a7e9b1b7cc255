"""Who may act in the register: roles with a body, a mandate and days; and who acts here, asked once and kept."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.acts import add_person
from registry.bodies import ministries, tooi
from registry.database import Database
from registry.entries import entry_of
from registry.refusals import ActRefused
from registry.store import rebuild
from tests.conftest import Copies, Run
from tests.registers import DECISION, GOOD, MEASURE, NOW, do, log


def refusal(database: Database, *arguments: Any, **data: Any) -> str:
    with pytest.raises(ActRefused) as refused:
        do(database, *arguments, **data)
    return refused.value.code


def test_a_role_has_days(database: Database) -> None:
    add_person(database, "ada", "Ada", "submitter", "gm0917", NOW, first=date(2026, 12, 1), last=date(2026, 12, 31))
    assert refusal(database, "ada", "submit", MEASURE) == "role-over"
    later = NOW + timedelta(days=20)
    do(database, "ada", "submit", MEASURE, now=later)
    assert refusal(database, "ada", "submit", MEASURE, now=NOW + timedelta(days=40)) == "role-over"


def test_a_role_ends_and_the_log_says_so(database: Database) -> None:
    add_person(database, "eva", "Eva", "submitter", "gm0917", NOW, last=date(2026, 11, 24))
    assert refusal(database, "eva", "submit", MEASURE) == "role-over"
    last = entry_of(log(database)[-1])
    assert (last.kind, last.subject, last.data["first"], last.data["last"]) == (
        "person", "eva", "2026-01-01", "2026-11-24"
    )  # fmt: skip
    assert rebuild(database) == 0, "roles are made from the log too"


def test_the_day_is_that_of_the_netherlands(database: Database) -> None:
    """At half past eleven in the evening, UTC, it is the next day there."""
    add_person(database, "ada", "Ada", "submitter", "gm0917", NOW, first=date(2026, 11, 26))
    night = NOW.replace(hour=23, minute=30)
    assert refusal(database, "ada", "submit", MEASURE, now=night.replace(hour=22, minute=30)) == "role-over"
    do(database, "ada", "submit", MEASURE, now=night)


def test_the_mandate_of_the_person_counts_where_none_is_given(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    without = {name: value for name, value in GOOD.items() if name != "mandate"}
    assert refusal(database, "vera", "decide", DECISION, **without) == "mandate"
    add_person(database, "vera", "Vera", "decider", "vro", NOW, mandate="Mandaatbesluit VRO 2026")
    made = do(database, "vera", "decide", DECISION, **without)
    assert made.entry.data["mandate"] == "Mandaatbesluit VRO 2026"


@pytest.mark.parametrize(
    ("role", "body", "days", "code"),
    [
        ("king", "vro", {}, "unknown-role"),
        ("decider", "wonen", {}, "unknown-body"),
        ("decider", "gm59", {}, "unknown-body"),
        ("decider", "vro", {"first": date(2027, 1, 1), "last": date(2026, 1, 1)}, "wrong-term"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_wrong_persons(database: Database, role: str, body: str, days: dict[str, Any], code: str) -> None:
    before = log(database)
    with pytest.raises(ActRefused, match=code):
        add_person(database, "x", "X", role, body, NOW, **days)
    assert log(database) == before


def test_bodies_have_identifiers() -> None:
    assert tooi("gm0599") == "https://identifier.overheid.nl/tooi/id/gemeente/gm0599"
    assert tooi("vro") == "https://identifier.overheid.nl/tooi/id/ministerie/mnre1171"
    assert tooi("az") is None
    assert len(set(ministries().values())) == len(ministries()) == 7


def test_people_lists_who_may_act(run: Run, copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", copies("sqlite"))
    run(
        "person",
        "ada",
        "--name",
        "Ada",
        "--role",
        "adviser",
        "--body",
        "gm0599",
        "--from",
        "2000-01-01",
        "--until",
        "2001-01-01",
    )
    out = run("people")[1]
    assert "× ada (Ada): adviser, gm0599, 2000-01-01 – 2001-01-01" in out
    assert "- vera (Vera): decider, vro, 2026-01-01 – geen einde" in out
    rows = json.loads(run("people", "--format", "json")[1])["people"]
    assert {row["tooi"] for row in rows if row["person"] == "sam"} == {tooi("szw")}
    assert len(rows) == 7


def test_who_acts_is_said_once(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copies: Copies) -> None:
    settings = tmp_path / "settings"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(settings))
    monkeypatch.setenv("REGELRUIMTE_DATABASE", copies("sqlite"))
    measure = tmp_path / "m.yaml"
    measure.write_text(MEASURE, encoding="utf-8")
    code, _, err = run("submit", str(measure))
    assert (code, "regelruimte who" in err) == (2, True)
    assert run("who", "eva") == (0, "eva\n", "")
    assert run("submit", str(measure))[0] == 0
    assert json.loads(run("who", "--format", "json")[1])["person"] == "eva"
    other = copies("sqlite")
    assert "niet gezegd" in run("who", "--register", other)[1], "kept for each register"
    [file] = settings.rglob("who.json")
    file.write_text("not json", encoding="utf-8")
    assert "niet gezegd" in run("who")[1], "a broken file is as none"
