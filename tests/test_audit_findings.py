"""Findings, answers, follow-up, conditions that were kept: acts in the log, and an audit that folds them anew."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.acts import add_person
from registry.audit.levels import verify
from registry.database import Database
from registry.findings import findings, kept
from registry.refusals import ActRefused
from registry.store import bytes_of, rebuild
from rules.canonical import canonical
from tests.conftest import Run, filled
from tests.faults.test_tampering import administrator, entry_by, grown_anew, put, seen
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, add_people, address_of, do, known, log
from tests.test_register_acts import DESIGNATION

CONDITIONS = "outcome: granted\nconditions:\n  - meld elk half jaar\n  - wie stopt, verliest niets"
ON_TIME: dict[str, Any] = {"condition": 1, "kept": "kept", "on": "2026-11-24", "reasons": "gemeld"}


def under_conditions(database: Database) -> None:
    """A grant under conditions, made known, with an auditor."""
    add_people(database)
    add_person(database, "ada", "Ada", "auditor", "bzk", NOW)
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "vera", "decide", DECISION.replace("outcome: granted", CONDITIONS), **GOOD)
    do(database, "vera", "publish", on="2026-11-21")


audited = filled(under_conditions)


def decision_in(database: Database) -> int:
    return next(number for number, each in enumerate(log(database)) if json.loads(each)["kind"] == "decide")


def found(database: Database, entry: int, **more: Any) -> int:
    said = {"entry": entry, "weight": "shortcoming", "reasons": "de motivering draagt het besluit niet", **more}
    return do(database, "ada", "finding", **said).entry.number


def refusal(database: Database, *arguments: Any, **data: Any) -> str:
    with pytest.raises(ActRefused) as refused:
        do(database, *arguments, **data)
    return refused.value.code


def told(database: Database) -> list[tuple[int, list[str], bool]]:
    shown = known(database)
    assert shown is not None
    return [
        (each.entry.number, [said.actor for said in (*each.answers, *each.follow_ups)], each.closed)
        for each in findings(shown[1])
    ]


def holds(database: Database) -> None:
    """Every level, and the tables made anew."""
    with database.reading() as session:
        levels = verify(session, [], None)
    assert [found for level in levels for found in level.findings] == []
    assert rebuild(database) == 0


def test_a_finding_is_answered_and_followed_up(audited: Database) -> None:
    decided = decision_in(audited)
    one, other = found(audited, decided), found(audited, decided + 1, weight="attention")
    holds(audited)
    do(audited, "vera", "answer", finding=one, reasons="het staat in de bijlage")
    holds(audited)
    do(audited, "ada", "follow-up", finding=one, state="open", reasons="welke bijlage?")
    assert told(audited) == [(one, ["vera", "ada"], False), (other, [], False)]
    answer = do(audited, "vera", "answer", "een bijlage", finding=one, reasons="deze", attached="b.txt", name=NAME)
    with audited.reading() as session:
        assert bytes_of(session, answer.entry.document or "") == b"een bijlage"
    do(audited, "ada", "follow-up", finding=one, state="closed", reasons="aanvaard")
    assert told(audited) == [(one, ["vera", "vera", "ada", "ada"], True), (other, [], False)]
    assert refusal(audited, "vera", "answer", finding=one, reasons="nog iets") == "open-finding"
    assert refusal(audited, "ada", "follow-up", finding=one, state="open", reasons="toch") == "open-finding"
    holds(audited)
    shown = known(audited)
    assert shown is not None
    assert shown[0].lines["procedure"] == "granted", "a finding moves nothing"


def test_whoever_has_several_roles_answers_in_that_of_the_body_concerned(audited: Database) -> None:
    decided = decision_in(audited)
    add_person(audited, "vera", "Vera", "adviser", "gm0917", NOW)
    number = found(audited, decided)
    answer = do(audited, "vera", "answer", finding=number, reasons="zo").entry
    assert (answer.role, answer.data["body"]) == ("decider", "vro")
    advised = found(audited, decided - 2)
    assert refusal(audited, "sam", "answer", finding=advised, reasons="x") == "body-concerned"
    assert do(audited, "vera", "answer", finding=advised, reasons="zo").entry.data["body"] == "gm0917"
    holds(audited)


def test_of_what_was_loaded_from_the_past_the_registrar_answers(database: Database) -> None:
    from registry.history import load_history
    from rules.engine import twin_engine
    from tests.registers import SURROUNDINGS

    add_person(database, "ada", "Ada", "auditor", "bzk", NOW)
    assert load_history(database, SURROUNDINGS, NOW, twin_engine) > 10
    past = next(each for each in map(json.loads, log(database)) if each["kind"] == "decide")
    number = found(database, past["number"], name=past["subject"])
    assert refusal(database, "vera", "answer", finding=number, reasons="x", name=past["subject"]) == "body-concerned"
    do(database, "rik", "answer", finding=number, reasons="zo stond het in de Kamerbrief", name=past["subject"])
    holds(database)


def test_an_auditor_is_not_of_those_who_work_on_the_measure(audited: Database) -> None:
    decided = decision_in(audited)
    for role in ("auditor", "registrar"):
        add_person(audited, "vera", "Vera", role, "vro", NOW)
    said: dict[str, Any] = {"entry": decided, "weight": "attention", "reasons": "x"}
    assert refusal(audited, "vera", "finding", **said) == "independent"
    number = found(audited, decided)
    assert refusal(audited, "vera", "follow-up", finding=number, state="closed", reasons="goed zo") == "independent"
    add_person(audited, "ada", "Ada", "registrar", "vro", NOW)
    assert refusal(audited, "ada", "condition", **ON_TIME) == "other-than-auditor"
    do(audited, "rik", "condition", **ON_TIME)
    add_person(audited, "rik", "Rik", "auditor", "vro", NOW)
    assert refusal(audited, "rik", "finding", **said) == "independent"


@pytest.mark.parametrize(
    ("role", "body", "act", "data"),
    [
        ("submitter", "gm0917", "submit", {"text": MEASURE}),
        ("adviser", "gm0917", "advise", {"reasons": "doen"}),
        ("co-decider", "szw", "agree", {"on": "2026-11-10"}),
        ("decider", "vro", "decide", {"text": DECISION, **GOOD, "against_verdict": "toch"}),
    ],
)
def test_who_audited_the_measure_does_not_work_on_it(
    database: Database, role: str, body: str, act: str, data: dict[str, Any]
) -> None:
    add_person(database, "ada", "Ada", "auditor", "bzk", NOW)
    add_person(database, "ada", "Ada", role, body, NOW)
    submitted = do(database, "eva", "submit", MEASURE).entry.number
    if act == "decide":
        do(database, "sam", "agree", on="2026-11-10")
    found(database, submitted)
    assert refusal(database, "ada", act, **data) == "other-than-auditor"
    add_person(database, "ben", "Ben", role, body, NOW)
    do(database, "ben", act, **data)


def test_who_audited_the_measure_does_not_record_its_silence(database: Database) -> None:
    for role, body in (("auditor", "bzk"), ("registrar", "vro")):
        add_person(database, "ada", "Ada", role, body, NOW, first=date(2026, 1, 1))
    early, late = (datetime(2026, month, day, 12, tzinfo=UTC) for month, day in ((9, 2), (10, 28)))
    submitted = do(database, "eva", "submit", DESIGNATION, now=early).entry.number
    found(database, submitted, name="heerlen-priority", now=early)
    assert refusal(database, "ada", "deem", name="heerlen-priority", now=late) == "other-than-auditor"
    do(database, "rik", "deem", name="heerlen-priority", now=late)


@pytest.mark.parametrize("entry", [0, 10**6, -1, "65", None])
def test_a_finding_is_about_an_act_on_that_measure(audited: Database, entry: Any) -> None:
    decided = decision_in(audited)
    said: dict[str, Any] = {"weight": "attention", "reasons": "x"}
    assert refusal(audited, "ada", "finding", entry=entry, **said) == "about-an-act"
    number = found(audited, decided)
    assert refusal(audited, "ada", "finding", entry=number, **said) == "about-an-act", "nor about a finding"
    assert refusal(audited, "ada", "finding", entry=decided, weight="zwaar", reasons="x") == "listed"


def test_conditions_are_reported_one_by_one_and_the_last_report_counts(audited: Database) -> None:
    def states() -> list[str | None]:
        shown = known(audited)
        assert shown is not None
        record, entries = shown
        return [each and each.data["kept"] for each in kept(entries, len(record.conditions))]

    assert states() == [None, None]
    do(audited, "rik", "condition", **ON_TIME)
    assert states() == ["kept", None]
    number = do(audited, "rik", "condition", "verslag", **{**ON_TIME, "kept": "not-kept"}, attached="v.txt", name=NAME)
    assert states() == ["not-kept", None]
    assert refusal(audited, "rik", "condition", **{**ON_TIME, "condition": 3}) == "condition-of-grant"
    assert refusal(audited, "rik", "condition", **{**ON_TIME, "condition": 0}) == "condition-of-grant"
    assert refusal(audited, "rik", "condition", **{**ON_TIME, "kept": "mostly"}) == "listed"
    assert refusal(audited, "rik", "condition", **{**ON_TIME, "on": "2026-11-26"}) == "in-the-future"
    assert refusal(audited, "rik", "condition", **{**ON_TIME, "on": "2026-11-19"}) == "not-before-decision"
    assert refusal(audited, "vera", "condition", **ON_TIME) == "wrong-role"
    add_person(audited, "roos", "Roos", "registrar", "vro", NOW)
    do(audited, "roos", "correct", entry=number.entry.number, set={"on": "2026-11-23"}, reasons="typefout")
    shown = known(audited)
    assert shown is not None
    [last, _] = kept(shown[1], 2)
    assert last is not None
    assert last.data["on"] == "2026-11-23", "as it was corrected"
    holds(audited)


def test_a_measure_without_conditions_has_none_to_report(register: Database) -> None:
    assert refusal(register, "rik", "condition", **ON_TIME) == "condition-of-grant"


# ---- what our code would have refused, and somebody wrote past it ----


@pytest.mark.parametrize(
    ("kind", "change", "codes"),
    [
        ("finding", {"actor": "vera"}, {"role", "own-audit"}),
        ("finding", {"role": "registrar"}, {"role"}),
        ("answer", {"actor": "sam", "role": "co-decider", "data": {"body": "szw"}}, {"answer"}),
        ("answer", {"data": {"finding": 1}}, {"answer"}),
        ("answer", {"data": {"finding": ["x"]}}, {"answer"}),
        ("answer", {"actor": "ada"}, {"role", "own-audit"}),
        ("follow-up", {"actor": "vera", "role": "decider", "data": {"body": "vro"}}, {"role", "own-audit"}),
        ("condition", {"actor": "eva", "role": "submitter", "data": {"body": "gm0917"}}, {"role"}),
        ("finding", {"data": {"entry": {"a": 1}}}, {"answer"}),
    ],
)
def test_the_people_level_knows_who_may_audit(
    audited: Database, kind: str, change: dict[str, Any], codes: set[str]
) -> None:
    decided = decision_in(audited)
    do(audited, "rik", "condition", **ON_TIME)
    number = found(audited, decided)
    do(audited, "vera", "answer", finding=number, reasons="zo")
    do(audited, "ada", "follow-up", finding=number, state="closed", reasons="goed")
    assert seen(audited) == {}, "the control"
    with administrator(audited) as connection:
        number, content = entry_by(connection, kind)
        stated = json.loads(content)
        stated = {**stated, **change, "data": {**stated["data"], **change.get("data", {})}}
        put(connection, number, canonical(stated))
        grown_anew(connection)
    assert seen(audited) == {"people": codes}


# ---- as commands ----

HOSTILE = "=1 [x](http://a.nl) <b>\x1b[31mrood\x9b2J\u202etxet\r\nEND"


def test_the_acts_are_commands(audited: Database, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address_of(audited))
    decided = decision_in(audited)
    said = ("finding", NAME, "--entry", str(decided), "--weight")
    assert run(*said, "heavy", "--reasons", "x", "--as", "ada")[0] == 2
    code, out, _ = run(*said, "serious", "--reasons", HOSTILE, "--as", "ada")
    assert code == 0
    number = out.partition(":")[0]
    assert run("answer", NAME, "--finding", number, "--reasons", HOSTILE, "--as", "vera")[0] == 0
    closing = ("follow-up", NAME, "--finding", number, "--state", "closed", "--reasons", "goed", "--as", "ada")
    assert "niets vastgelegd" in run(*closing, "--dry-run")[1].lower()
    assert run(*closing)[0] == 0
    on = ("--on", "2026-11-24", "--reasons", "x", "--as", "rik")
    assert run("condition", NAME, "--condition", "2", "--kept", "not-kept", *on)[0] == 0
    shown = run("show", NAME)[1]
    assert all(c.isprintable() or c == "\n" for c in shown)
    assert "1 meld elk half jaar – niets vastgelegd" in shown
    assert "2 wie stopt, verliest niets – niet nagekomen (2026-11-24)" in shown
    assert f"{number} {decided} decide, ernstige onvolkomenheid, afgesloten: " in shown
    code, _, err = run(*closing, "--lang", "en")
    assert code == 1
    assert "open-finding" in err
