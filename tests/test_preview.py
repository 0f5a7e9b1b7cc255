"""What an act would record, asked beforehand: every guard answers, and the register stays as it was."""

from typing import Any

import pytest

from registry.acts import Preview, perform, preview
from registry.database import Database
from registry.deciding import decision_to_write
from registry.guards import Act
from registry.questions import counted, listing
from registry.refusals import ActRefused
from registry.wanted import Wanted
from rules.engine import twin_engine
from tests.conftest import Copies, Run
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, SURROUNDINGS, do, log


def seen(database: Database, person: str, kind: str, text: str | None = None, **data: Any) -> Preview:
    act = Act(kind, NAME, "preview", text.encode() if text else None, data)
    return preview(database, act, person, NOW, twin_engine, SURROUNDINGS)


def test_a_preview_tells_what_is_then_recorded_and_records_nothing(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    before = log(database)
    told = seen(database, "vera", "decide", DECISION, **GOOD)
    assert told.passes
    assert log(database) == before
    made = do(database, "vera", "decide", DECISION, **GOOD)
    assert told.data is not None
    assert {**told.data, "body": "vro"} == made.entry.data


def test_a_preview_names_every_guard_that_refuses(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    told = seen(database, "vera", "decide", DECISION, seen=7)
    assert not told.passes
    assert {each.name for each in told.guards if each.refuses} == {
        "reasons",
        "mandate",
        "version-seen",
        "agreed",
        "verdict",
    }
    with pytest.raises(ActRefused, match="reasons"):
        perform(
            database, Act("decide", NAME, "k", DECISION.encode(), {"seen": 7}), "vera", NOW, twin_engine, SURROUNDINGS
        )


def test_a_preview_of_a_wrong_step_says_so(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    told = seen(database, "vera", "publish", on="2026-11-21")
    assert told.refused is not None
    assert told.refused.code == "wrong-step"
    assert seen(database, "eva", "publish", on="2026-11-21").refused is not None


def test_the_decision_to_write_is_one_that_can_be_taken(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    text = decision_to_write(database, NAME, "vera", NOW.date(), twin_engine, SURROUNDINGS)
    assert "by: {role: minister, competent: vro}" in text
    assert text.count('outcome: ""') == 3
    with pytest.raises(ActRefused):
        decision_to_write(database, "nothing", "vera", NOW.date(), twin_engine, SURROUNDINGS)
    with pytest.raises(ActRefused):
        decision_to_write(database, NAME, "eva", NOW.date(), twin_engine, SURROUNDINGS)


def test_pages_of_a_list_are_the_list(register: Database) -> None:
    for at in range(5):
        do(register, "eva", "submit", MEASURE.replace(NAME, f"heerlen-{at}"))
    with register.reading() as session:
        for order in ("name", "verdict", "decided"):
            whole = [row["name"] for row in listing(session, order=order)]
            pages = [row["name"] for at in (0, 2, 4) for row in listing(session, order=order, start=at, count=2)]
            assert pages == whole
            assert len(whole) == counted(session) == 6
        assert counted(session, Wanted(verdict="eligible")) == 1
        assert counted(session, Wanted(verdict="ineligible")) == 5
        assert counted(session, Wanted(laws=("renewed",))) == 6
        assert counted(session, Wanted(laws=("wbmgp",))) == 0
        assert counted(session, Wanted(laws=())) == 0


def test_a_dry_run_on_the_command_line(run: Run, copies: Copies, monkeypatch: Any) -> None:
    place = copies("sqlite")
    database = Database(place)
    do(database, "eva", "submit", MEASURE)
    before = log(database)
    code, out, _ = run("publish", NAME, "--on", "2026-11-21", "--as", "vera", "--register", place, "--dry-run")
    assert code == 1
    assert "wrong-step" in out
    code, out, _ = run(
        "advise", NAME, "--reasons", "Goed.", "--as", "abel", "--register", place, "--dry-run", "--lang", "en"
    )
    assert code == 0
    assert "reasons: Goed." in out
    assert "Nothing was recorded." in out
    assert log(database) == before
    database.close()
