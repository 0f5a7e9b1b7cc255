"""The register: from proposal to exemption, each wrong act refused with its reason, and nothing lost."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from registry.acts import Recorded, add_person
from registry.database import Database
from registry.entries import entry_of, in_force, record, unfolding
from registry.guards import GUARDS
from registry.lifecycle import WrongStep, act_named, guard_says, lifecycle, lifecycle_hash, start, step
from registry.refusals import ActRefused
from tests.conftest import Run
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, PEOPLE, do, found, known, log


def refusal(database: Database, *arguments: Any, **data: Any) -> str:
    """The code with which an act is refused; the log has not grown by it."""
    before = len(log(database))
    with pytest.raises(ActRefused) as refused:
        do(database, *arguments, **data)
    assert len(log(database)) == before
    assert refused.value.why.nl != refused.value.why.en
    return refused.value.code


def holds(database: Database, on: str, known_on: str | None = None) -> bool:
    """Whether anything is in force; the tables must say what the log says, folded one by one."""
    last = date.fromisoformat(known_on) if known_on else date.max
    told = [entry_of(stored) for stored in log(database)]
    known_then = (entry for entry in told if entry.recorded.date() <= last)
    records = {entry.subject: made for entry, made in unfolding(known_then)}.values()
    day = date.fromisoformat(on)
    by_log = [e for each in records for e in each.exemptions if in_force(each.effect, e, day)]
    by_tables = [each.exemption for each in found(database, on, known_on)]
    assert sorted(by_tables, key=str) == sorted(by_log, key=str)
    return bool(by_tables)


# ---- the story ----


def test_from_proposal_to_exemption(database: Database) -> None:
    first = do(database, "eva", "submit", MEASURE)
    assert first.checked is not None
    assert first.checked.verdict == "ineligible", "the minister of Social Affairs has not agreed yet"
    do(database, "abel", "advise", reasons="past in het gebiedsplan")
    do(database, "sam", "agree", on="2026-11-10")
    made = do(database, "vera", "decide", DECISION, **GOOD)
    assert made.checked is not None
    assert made.checked.verdict == "eligible"
    assert {(each.part, each.instrument) for each in made.record.exemptions} == {
        ("heerlen-noord", "renewed/experiment"), ("heerlen-noord", "renewed-decree/experiment")
    }  # fmt: skip
    assert not holds(database, "2027-03-01"), "no effect before it is made known (Awb 3:40)"
    do(database, "vera", "publish", on="2026-11-24")
    assert [holds(database, day) for day in ("2026-12-31", "2027-01-01", "2030-12-31", "2031-01-01")] == [
        False, True, True, False
    ]  # fmt: skip


def test_what_was_known_on_an_earlier_day(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-24")
    do(register, "rik", "annul", now=NOW + timedelta(days=30), on="2026-12-20", reasons="de rechter")
    assert not holds(register, "2027-03-01")
    assert holds(register, "2027-03-01", known_on="2026-12-24")
    assert not holds(register, "2027-03-01", known_on="2026-11-24"), "before anything was recorded"


def test_withdrawal_works_forward_and_annulment_from_the_start(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-24")
    do(register, "vera", "withdraw", on="2028-01-01", reasons="klaar", mandate="mandaatbesluit")
    assert [holds(register, day) for day in ("2027-06-01", "2027-12-31", "2028-01-01")] == [True, True, False]
    do(register, "rik", "annul", on="2027-06-01", reasons="de rechter")
    assert not holds(register, "2027-01-01")


def test_an_annulment_may_leave_what_was(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-24")
    do(register, "rik", "annul", on="2027-06-01", reasons="de rechter", **{"from": "2027-06-01"})
    assert [holds(register, day) for day in ("2027-05-31", "2027-06-01")] == [True, False]


def test_a_suspension_and_its_end(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-24")
    do(register, "rik", "suspend", on="2027-02-01", reasons="voorlopige voorziening")
    assert refusal(register, "rik", "resume", on="2027-01-31", reasons="opgeheven") == "not-before-suspension"
    do(register, "rik", "resume", on="2027-03-01", reasons="opgeheven")
    days = ("2027-01-31", "2027-02-01", "2027-02-28", "2027-03-01")
    assert [holds(register, day) for day in days] == [True, False, False, True]


def test_a_refusal_is_a_decision(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    made = do(database, "vera", "decide", DECISION.replace("outcome: granted", "outcome: refused"), **GOOD)
    assert made.record.lines["procedure"] == "refused"
    assert made.record.exemptions == ()
    do(database, "vera", "publish", on="2026-11-24")
    assert not holds(database, "2027-03-01")


# ---- wrong acts ----


def test_each_guard_refuses(database: Database) -> None:
    """One wrong act for each guard of the table; a guard that nothing tries fails the test."""
    tried = {
        refusal(database, "eva", "submit", MEASURE.replace("of: GM0917", "of: GM0202").replace(MUNICIPALITY, ELSEWHERE))
    }
    do(database, "eva", "submit", MEASURE)
    tried.add(refusal(database, "olaf", "agree", on="2026-11-10"))
    tried.add(refusal(database, "vera", "decide", DECISION, **GOOD))  # nobody has agreed
    do(database, "sam", "agree", on="2026-11-10")
    tried |= {
        refusal(database, "vera", "decide", DECISION, **{**GOOD, missing: " "}) for missing in ("reasons", "mandate")
    }
    tried.add(refusal(database, "vera", "decide", DECISION, **{**GOOD, "seen": 2}))
    pending = DECISION.replace(
        '  - {rule: "grondwet@2023-02-22/1", outcome: met, reasons: gelijke gevallen gelijk}\n', ""
    )
    tried.add(refusal(database, "vera", "decide", pending, **GOOD))
    for person in ("eva", "abel"):
        add_person(database, person, person, "decider", "vro", NOW)
    tried.add(refusal(database, "eva", "decide", DECISION, **GOOD))
    do(database, "abel", "advise", reasons="past in het gebiedsplan")
    tried.add(refusal(database, "abel", "decide", DECISION, **GOOD))
    decided = do(database, "vera", "decide", DECISION, **GOOD).entry.number
    tried.add(refusal(database, "vera", "publish", on="2026-11-19"))
    do(database, "rik", "suspend", on="2027-02-01", reasons="voorziening")
    tried.add(refusal(database, "rik", "resume", on="2027-01-01", reasons="opgeheven"))
    published = do(database, "vera", "publish", on="2026-11-24").entry.number
    add_person(database, "vera", "vera", "registrar", "vro", NOW)
    better: dict[str, Any] = {"set": {"on": "2026-11-23"}, "reasons": "typefout"}
    tried.add(refusal(database, "rik", "correct", entry=decided, **better))
    tried.add(refusal(database, "vera", "correct", entry=published, **better))
    tried.add(refusal(database, "rik", "correct", entry=published, set={"on": "2026-11-19"}, reasons="typefout"))

    other = MEASURE.replace(NAME, "other")
    do(database, "eva", "submit", other.replace("lid=1", "lid=1"))
    do(database, "sam", "agree", on="2026-11-10", name="other")
    elsewhere = DECISION.replace(NAME, "other")
    tried.add(refusal(database, "vera", "decide", elsewhere, **GOOD, against_verdict="toch"))
    later = other.replace("until: 2030-12-31", "until: 2030")
    do(database, "eva", "submit", later)
    do(database, "sam", "agree", on="2026-11-10", name="other")
    tried.add(refusal(database, "vera", "decide", elsewhere, **{**GOOD, "seen": 2}, against_verdict="toch"))
    tried.add(refusal(database, "rik", "deem", name="other"))
    searching = MEASURE.replace(NAME, "searching").replace("  - instrument: renewed/experiment\n", "")
    do(database, "eva", "submit", searching.replace("renewed-decree/experiment", "find"))
    on_it = DECISION.replace(NAME, "searching")
    tried.add(refusal(database, "vera", "decide", on_it, **GOOD, against_verdict="toch"))
    tried |= audited(database, published)
    assert tried == set(GUARDS) == set(lifecycle().guards)


def audited(database: Database, published: int) -> set[str]:
    """What stands in the way of an auditor, of whoever answers, and of a condition that the grant does not have."""
    for person, role, body in (("ada", "auditor", "bzk"), ("eva", "auditor", "bzk"), ("ada", "registrar", "vro")):
        add_person(database, person, person, role, body, NOW)
    found: dict[str, Any] = {"entry": published, "weight": "serious", "reasons": "laat"}
    report: dict[str, Any] = {"condition": 1, "kept": "kept", "on": "2026-11-24", "reasons": "x"}
    tried = {refusal(database, "ada", "finding", **{**found, "weight": "heavy"})}
    tried.add(refusal(database, "ada", "finding", **{**found, "entry": 0}))
    tried.add(refusal(database, "eva", "finding", **found))
    number = do(database, "ada", "finding", **found).entry.number
    tried.add(refusal(database, "vera", "answer", finding=published, reasons="x"))
    tried.add(refusal(database, "sam", "answer", finding=number, reasons="x"))
    tried.add(refusal(database, "ada", "answer", finding=number, reasons="x"))
    tried.add(refusal(database, "rik", "condition", **report))
    return tried


MUNICIPALITY, ELSEWHERE = "municipality: GM0917", "municipality: GM0202"


@pytest.mark.parametrize(
    ("person", "kind", "data", "code"),
    [
        ("vera", "decide", {"text": DECISION, **GOOD}, "wrong-step"),  # twice
        ("eva", "submit", {"text": MEASURE}, "wrong-step"),  # after the decision
        ("eva", "publish", {"on": "2026-11-24"}, "wrong-role"),
        ("vera", "publish", {"on": "2026-11-26"}, "in-the-future"),
        ("nobody", "note", {"reasons": "x"}, "unknown-person"),
        ("eva", "note", {"reasons": "x", "name": "nothing"}, "unknown-measure"),
        ("rik", "resume", {"on": "2026-11-24", "reasons": "x"}, "wrong-step"),
    ],
)
def test_wrong_acts_after_a_grant(register: Database, person: str, kind: str, data: dict[str, Any], code: str) -> None:
    assert refusal(register, person, kind, **data) == code


def test_nothing_is_made_known_before_it_is_decided(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    assert refusal(database, "vera", "publish", on="2026-11-24") == "wrong-step"
    assert refusal(database, "vera", "decide", DECISION.replace("2026-11-20", "2026-11-26"), **GOOD) == "in-the-future"
    assert (
        refusal(database, "vera", "decide", DECISION.replace("competent: vro", "competent: bzk"), **GOOD)
        == "other-body"
    )


def test_an_example_or_a_reconstruction_is_neither_submitted_nor_decided(database: Database) -> None:
    assert (
        refusal(database, "eva", "submit", MEASURE.replace("record: proposal", "record: example")) == "not-a-proposal"
    )
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    example = DECISION.replace("on_measure:", "record: example\non_measure:")
    assert refusal(database, "vera", "decide", example, **GOOD) == "not-a-decision"
    assert refusal(database, "vera", "decide", MEASURE, **GOOD) == "no-decision"
    assert refusal(database, "eva", "submit", DECISION) == "no-measure"


def test_who_once_submitted_or_advised_never_decides(database: Database) -> None:
    """Four eyes are counted over the whole file, not over its last version or the last adviser."""
    for person, role, body in (
        ("ada", "submitter", "gm0917"),
        ("eva", "decider", "vro"),
        ("olaf", "adviser", "gm0917"),
    ):
        add_person(database, person, person, role, body, NOW)
    add_person(database, "abel", "Abel", "decider", "vro", NOW)
    do(database, "eva", "submit", MEASURE)
    do(database, "ada", "submit", MEASURE)
    do(database, "abel", "advise", reasons="past in het gebiedsplan")
    do(database, "olaf", "advise", reasons="past ook")
    do(database, "sam", "agree", on="2026-11-10")
    assert refusal(database, "eva", "decide", DECISION, **{**GOOD, "seen": 2}) == "other-than-submitter"
    assert refusal(database, "abel", "decide", DECISION, **{**GOOD, "seen": 2}) == "other-than-adviser"


def test_a_screen_that_has_gone_stale(database: Database) -> None:
    """The decider saw version 1; the city submitted another since."""
    do(database, "eva", "submit", MEASURE)
    do(database, "eva", "submit", MEASURE.replace("2028, amount: € 900000", "2028, amount: € 950000"))
    do(database, "sam", "agree", on="2026-11-10")
    assert refusal(database, "vera", "decide", DECISION, **GOOD) == "version-seen"
    assert do(database, "vera", "decide", DECISION, **{**GOOD, "seen": 2}).record.version == 2


def test_a_new_version_needs_the_agreements_anew(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "eva", "submit", MEASURE)
    assert refusal(database, "vera", "decide", DECISION, **{**GOOD, "seen": 2}) == "agreed"


def test_a_grant_against_the_verdict_stays_visible(database: Database) -> None:
    pending = DECISION.replace("outcome: met, reasons: nodig", "outcome: unmet, reasons: niet nodig")
    made = granted_with(database, pending)
    assert made.checked is not None
    assert made.checked.verdict == "ineligible"
    assert made.record.against_verdict == "de minister wil het"
    shown = known(database)
    assert shown is not None
    assert shown[0].against_verdict == "de minister wil het"
    do(database, "vera", "publish", on="2026-11-24")
    assert {each.against_verdict for each in found(database, "2027-06-01")} == {"de minister wil het"}


def granted_with(database: Database, decision: str) -> Recorded:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    return do(database, "vera", "decide", decision, **GOOD, against_verdict="de minister wil het")


def test_the_same_request_twice_is_recorded_once(database: Database) -> None:
    first = do(database, "eva", "submit", MEASURE, key="once")
    again = do(database, "eva", "submit", MEASURE, key="once")
    assert (first.repeated, again.repeated) == (False, True)
    assert again.entry == first.entry
    assert again.record.version == 1
    with pytest.raises(ActRefused, match="key-used"):
        do(database, "abel", "advise", key="once", reasons="x")


# ---- the table ----


def test_every_guard_has_words_and_a_function() -> None:
    named = {guard for act in lifecycle().acts for guard in act.guards}
    assert named == set(GUARDS) == set(lifecycle().guards)
    assert all(guard_says(name).nl != guard_says(name).en for name in named)


def test_the_table_only_moves_lines_that_exist() -> None:
    lines = lifecycle().lines
    for act in lifecycle().acts:
        assert {*act.from_, *act.to} <= set(lines[act.line])
        assert all(set(states) <= set(lines[line]) for line, states in act.needs.items())
        for state in lines[act.line]:
            found = step({**start(), act.line: state, **{line: needs[0] for line, needs in act.needs.items()}}, act.act)
            assert isinstance(found, WrongStep) is (state not in act.from_)


def test_the_hash_is_of_what_the_table_says() -> None:
    assert len(lifecycle_hash()) == 64
    assert act_named("publish").needs == {"procedure": ("granted", "refused", "deemed")}


def test_a_dossier_holds_every_act(register: Database) -> None:
    shown = known(register)
    assert shown is not None
    told, entries = shown
    assert [entry.kind for entry in entries] == ["submit", "agree", "decide"]
    assert told == record(NAME, entries)
    assert known(register, "nothing") is None


# ---- the commands ----


def test_the_commands(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", str(tmp_path / "r.db"))
    measure, decision = tmp_path / "m.yaml", tmp_path / "d.yaml"
    measure.write_text(MEASURE, encoding="utf-8")
    decision.write_text(DECISION.replace("2026-11-20", "2026-11-10"), encoding="utf-8")
    assert run("show", NAME)[0] == 2
    assert run("init")[0] == 0
    assert run("init")[0] == 2
    for person, (role, body) in PEOPLE.items():
        assert run("person", person, "--name", person, "--role", role, "--body", body)[0] == 0
    assert run("submit", str(measure))[0] == 2, "nobody said who acts"
    code, out, _ = run("submit", str(measure), "--as", "eva")
    assert (code, "komt niet in aanmerking" in out) == (0, True)
    assert run("agree", NAME, "--on", "2026-11-09", "--as", "sam")[0] == 0
    code, _, err = run("decide", str(decision), "--as", "vera", "--lang", "en")
    assert (code, "[reasons]" in err) == (1, True)
    assert run("decide", str(decision), "--as", "vera", "--seen", "1", "--mandate", "m", "--reasons", "goed")[0] == 0
    assert run("publish", NAME, "--on", "2026-11-11", "--as", "vera")[0] == 0
    found = json.loads(run("in-force", "--on", "2027-06-01", "--format", "json")[1])
    assert {each["instrument"] for each in found["exemptions"]} == {"renewed/experiment", "renewed-decree/experiment"}
    assert json.loads(run("in-force", "--on", "2026-12-31", "--format", "json")[1])["exemptions"] == []
    shown = json.loads(run("show", NAME, "--format", "json")[1])
    assert [each["kind"] for each in shown["entries"]] == ["submit", "agree", "decide", "publish"]
    assert all(len(line) <= 80 for line in run("show", NAME)[1].splitlines())
    wrong = tmp_path / "wrong.yaml"
    part = f"parts: [{{part: elsewhere, name: E, kind: street, area: heerlen-noord, extends: {NAME}}}]"
    other = MEASURE.replace(f"measure: {NAME}", "measure: other").replace("area: heerlen-noord", part, 1)
    wrong.write_text(other, encoding="utf-8")
    code, _, err = run("submit", str(wrong), "--as", "eva")
    assert (code, f"{wrong}:" in err, "stdin" in err) == (3, True, False), "errors name the file that was given"
    assert run("rebuild")[0] == 0
    assert run("upgrade")[0] == 0
    assert "SHA-256" in run("lifecycle")[1]
