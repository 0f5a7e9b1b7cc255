"""Acts beyond the first story: silence that counts as a grant, corrections, extensions, attachments."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.database import Database
from registry.entries import Effect, Exemption, Record, in_force
from registry.lifecycle import start, step
from registry.projection import rows_of
from registry.refusals import ActRefused
from registry.register_deadlines import register_deadlines
from registry.register_text import why_unknown
from registry.registered import Registered, surroundings
from registry.store import bytes_of, rebuild
from rules.fields import StatedTerm
from rules.period import FAR_AHEAD, LONG_AGO, Day, day, on
from tests.registers import GOOD, MEASURE, NAME, SURROUNDINGS, do, found, granted, known

DESIGNATION = """
schema: regelruimte/measure/v1
measure: heerlen-priority
title: {nl: Voorrang, en: Priority}
domains: [wonen]
asked: {by: municipal-council, of: GM0917, received: 2026-09-01}
place:
  municipality: GM0917
  parts: [{part: a-street, name: A street, kind: street, extends: none}]
asks: [{instrument: wbmgp/priority}]
effects: [gives-priority]
limits: none
target_groups: [home-seekers]
term: {from: 2027-01-01, until: 2030-12-31}
motivation:
  necessity: {text: zo}
  suitability: {text: zo}
  subsidiarity: {text: zo}
  proportionality: {text: zo}
"""
REFUSAL = """
schema: regelruimte/decision/v1
decision: heerlen-refusal
on_measure: heerlen-priority
by: {role: minister, competent: vro}
decided: 2026-10-20
outcome: refused
source: {title: made for a test}
"""
DUE = date(2026, 10, 27)  # eight weeks after 1 September 2026


def at(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def refusal(database: Database, *arguments: Any, **data: Any) -> str:
    with pytest.raises(ActRefused) as refused:
        do(database, *arguments, **data)
    return refused.value.code


# ---- silence (Wbmgp 6 lid 5) ----


def test_silence_counts_as_a_grant_from_the_day_after_the_last(database: Database) -> None:
    do(database, "eva", "submit", DESIGNATION, now=at(date(2026, 9, 2)))
    assert refusal(database, "rik", "deem", name="heerlen-priority", now=at(DUE)) == "silence"
    made = do(database, "rik", "deem", name="heerlen-priority", now=at(date(2026, 10, 28)))
    assert made.record.lines["procedure"] == "deemed"
    assert made.entry.data["due"] == DUE.isoformat()
    assert "6 lid 5" in " ".join(made.entry.data["cite"])
    assert "reasons" not in made.entry.data, "nobody decided, so nobody gave reasons"
    assert made.record.published == on(date(2026, 10, 28)), "in force without being made known"
    assert [bool(found(database, day)) for day in ("2026-12-31", "2027-01-01", "2031-01-01")] == [False, True, False]
    assert refusal(database, "rik", "deem", name="heerlen-priority") == "wrong-step"
    do(database, "rik", "annul", name="heerlen-priority", on="2026-11-01", reasons="de rechter")
    assert found(database, "2027-06-01") == []
    assert rebuild(database) == 0


def test_a_refusal_that_was_not_made_known_is_silence(database: Database) -> None:
    do(database, "eva", "submit", DESIGNATION, now=at(date(2026, 9, 2)))
    do(database, "vera", "decide", REFUSAL, **GOOD, now=at(date(2026, 10, 20)))
    do(database, "rik", "deem", name="heerlen-priority")
    assert found(database, "2027-06-01") != []


def test_made_known_in_time_is_no_silence(database: Database) -> None:
    do(database, "eva", "submit", DESIGNATION, now=at(date(2026, 9, 2)))
    do(database, "vera", "decide", REFUSAL, **GOOD, now=at(date(2026, 10, 20)))
    do(database, "vera", "publish", name="heerlen-priority", on="2026-10-27")
    assert refusal(database, "rik", "deem", name="heerlen-priority") == "silence"


def test_a_refusal_that_was_made_known_too_late_does_not_undo_silence(database: Database) -> None:
    do(database, "eva", "submit", DESIGNATION, now=at(date(2026, 9, 2)))
    do(database, "vera", "decide", REFUSAL, **GOOD, now=at(date(2026, 10, 20)))
    do(database, "vera", "publish", name="heerlen-priority", on="2026-10-28")
    made = do(database, "rik", "deem", name="heerlen-priority")
    assert made.record.lines["procedure"] == "deemed"
    assert found(database, "2027-06-01") != []


def test_a_law_without_silence_never_deems(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    assert refusal(database, "rik", "deem") == "silence"


# ---- corrections ----


def test_a_correction_counts_as_if_it_had_been_recorded_and_what_was_known_stays_known(register: Database) -> None:
    published = do(register, "vera", "publish", on="2026-11-24", where="Stcrt. 2026, 1").entry.number
    do(register, "rik", "suspend", on="2027-02-01", reasons="voorziening")
    suspended = known(register)
    assert suspended is not None
    entry = suspended[1][-1].number
    later = datetime(2026, 12, 24, 12, tzinfo=UTC)
    assert refusal(register, "rik", "correct", entry=entry, set={"on": "2027-03-01"}, reasons="x", now=later) == (
        "other-than-recorder"
    )
    do(register, "rik", "correct", entry=published, set={"where": "Stcrt. 2026, 2"}, reasons="typefout", now=later)
    made = do(register, "rik", "correct", entry=published, set={"on": "2026-11-21"}, reasons="typefout", now=later)
    assert made.record.published == on(date(2026, 11, 21))
    assert made.record.lines["publication"] == "published"
    before, after = (known_published(register, day) for day in ("2026-12-23", "2026-12-24"))
    assert (before, after) == ({date(2026, 11, 24)}, {date(2026, 11, 21)})
    assert rebuild(register) == 0


def known_published(database: Database, known_on: str) -> set[date]:
    """The days of making known, as known on that day."""
    held = found(database, "2027-01-15", known_on)
    return {each.effect.published.first for each in held if each.effect.published}


@pytest.mark.parametrize(
    ("entry", "changed", "code"),
    [
        (-1, {"outcome": "refused"}, "correctable"),  # a decision is not corrected but withdrawn
        (-1, {"on": "2026-11-21"}, "correctable"),
        (-2, {"minister": "ocw"}, "correctable"),
        (-2, {"on": "2026-11-26"}, "days-in-order"),  # it has not come yet
        (0, {"on": "2026-11-21"}, "correctable"),  # of another
    ],
)
def test_wrong_corrections(database: Database, entry: int, changed: dict[str, str], code: str) -> None:
    last = granted(database).entry.number
    number = last + 1 + entry if entry else 0
    assert refusal(database, "rik", "correct", entry=number, set=changed, reasons="x") == code


# ---- extension, attachment ----


EXTENSION = (
    DESIGNATION.replace("measure: heerlen-priority", "measure: later")
    .replace("extends: none", "extends: heerlen-priority")
    .replace("term: {from: 2027-01-01, until: 2030-12-31}", "term: {from: 2031-01-01, until: 2034-12-31}")
)


def chained(database: Database) -> set[str]:
    """What the facts of the chain came to, when the extension was submitted."""
    made = do(database, "eva", "submit", EXTENSION)
    assert made.checked is not None
    outcomes = [outcome for result in made.checked.results for outcome in result.outcomes]
    return {each.fact.written for outcome in outcomes for each in outcome.evidence if "chain" in str(each)}


def test_an_extension_looks_the_first_up_in_the_register(database: Database) -> None:
    """As it stands there: withdrawn early, the chain is shorter; annulled from the start, there is none."""
    do(database, "eva", "submit", DESIGNATION, now=at(date(2026, 9, 2)))
    do(database, "rik", "deem", name="heerlen-priority", now=at(date(2026, 10, 28)))
    assert chained(database) == {"1"}
    do(database, "vera", "withdraw", name="heerlen-priority", on="2029-01-01", reasons="klaar", mandate="m")
    with database.reading() as session:
        first = Registered(session, surroundings(SURROUNDINGS)).measure("heerlen-priority")
    assert first is not None
    assert isinstance(first.model.term, StatedTerm)
    assert first.model.term.last == on(date(2028, 12, 31))
    do(database, "rik", "annul", name="heerlen-priority", on="2026-11-24", reasons="de rechter")
    assert chained(database) != {"1"}
    with database.reading() as session:
        assert Registered(session, surroundings(SURROUNDINGS)).measure("heerlen-priority") is None


def test_an_evaluation_that_was_filed_is_said_with_its_deadline(register: Database) -> None:
    do(register, "vera", "publish", on="2026-11-24")
    assert "An evaluation was filed" not in report_of(register)
    do(register, "eva", "evaluate", on="2026-11-24", reasons="goed")
    assert "An evaluation was filed" in report_of(register)


def report_of(database: Database) -> str:
    """What the deadlines say of the report that the experiment has to give."""
    with database.reading() as session:
        _, rows = register_deadlines(session, surroundings(SURROUNDINGS), date(2026, 11, 25), "en")
    [says] = [row["says"] for row in rows if row["kind"] == "report" and row["measure"] == NAME]
    return str(says)


def test_objection_is_open_for_six_weeks_after_it_was_made_known(register: Database) -> None:
    """Awb 6:7 and 6:8: until the end of 5 January 2027, six weeks after 24 November 2026."""
    do(register, "vera", "publish", on="2026-11-24")
    with register.reading() as session:
        _, rows = register_deadlines(session, surroundings(SURROUNDINGS), date(2026, 11, 25), "nl")
    [row] = [row for row in rows if row["kind"] == "objection"]
    assert (row["day"]["written"], row["law"], row["advice"]) == ("2027-01-05", "awb", False)


def test_what_is_attached_is_kept_as_it_was_received(register: Database) -> None:
    report = "een verslag\r\nmet regels\x00\n"
    do(register, "eva", "evaluate", report, on="2026-11-24", reasons="zie het verslag", name=NAME, attached="v.txt")
    with register.reading() as session:
        shown = known(register)
        assert shown is not None
        assert bytes_of(session, shown[1][-1].document or "") == report.encode()


# ---- in force, where days are not known ----


@pytest.mark.parametrize(
    ("published", "first", "last", "asked", "holds"),
    [
        ("2018-04", "2018-04-16", "2022-04-15", "2018-04-20", None),
        ("2018-04", "2018-04-16", "2022-04-15", "2018-05-01", True),
        ("2018-04", "2018-04-16", "2022-04-15", "2018-03-31", False),
        ("2018", "2018", "2022", "2020-01-01", True),
        ("2018", "2018", "2022", "2022-06-01", None),
        (None, "2018", "2022", "2020-01-01", False),
        ("2018", "?", "2022", "2020-01-01", None),
        ("2018", "?", "2022", "2023-01-01", False),
        ("2018", "2018", "?", "2100-01-01", None),
    ],
)
def test_a_day_that_is_not_known_stays_all_days(
    published: str | None, first: str, last: str, asked: str, holds: bool | None
) -> None:
    begins, ends = (Day(LONG_AGO, FAR_AHEAD) if each == "?" else day(each) for each in (first, last))
    exemption = Exemption("m", "a", "", "wbmgp/priority", "GM0001", begins, ends)
    effect = Effect(day(published) if published else None, None, None, ())
    assert in_force(effect, exemption, date.fromisoformat(asked)) is holds
    if holds is None:
        says = why_unknown(exemption, effect)
        assert ("onbekend" in says.nl) is ("?" in (first, last))


@pytest.mark.parametrize("kind", ["note", "correct"])
def test_an_act_that_moves_nothing_moves_nothing_whatever_its_data_say(kind: str) -> None:
    """A note that says "granted" would be a grant past every guard."""
    before = {**start(), "procedure": "submitted", "publication": "published"}
    assert step(before, kind, "granted") == before
    assert step(before, "decide", "granted") == {**before, "procedure": "granted"}, "the control: this act does move"


def test_a_note_with_an_outcome_grants_nothing(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    with suppress(ActRefused):
        do(database, "eva", "note", reasons="x", outcome="granted")
    record, _ = known(database) or pytest.fail("the measure is in the register")
    assert record.lines["procedure"] == "submitted"


def test_what_was_annulled_from_a_start_that_nobody_knows_stands_in_nobody_s_way() -> None:
    whole = Day(date.min, date.max)
    about = {
        "title": {"nl": "x", "en": "x"}, "municipality": "GM0001", "areas": [], "names": [], "parts": [],
        "domains": [], "instruments": [],
    }  # fmt: skip
    until_2030 = Exemption("m", "p", "a", "b/c", "GM0001", whole, day("2030-01-01"))
    annulled = Record("m", about=about, document="0", exemptions=(until_2030,), annulled=date.min)
    (row,) = rows_of(annulled).exemptions
    assert row["begins"] > row["ends"]
    (row,) = rows_of(
        replace(annulled, annulled=None, exemptions=(replace(until_2030, first=day("2020-01-01")),))
    ).exemptions
    assert row["begins"] <= row["ends"], "the control: what stands does"
