"""Reports as plain data: the JSON that scripts read, and what the text formats are made of.

The shape is regelruimte/report/v1; README.md, "JSON", says what each key means. Foreign text stays as it is here:
JSON escapes it, and every other format passes it through the gate.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rules.chain import Firing
from rules.check import Checked
from rules.codecision import CoDecision
from rules.condition import Evidence
from rules.law import LawVersion, Rule
from rules.measure import FIND
from rules.outcome import Outcome
from rules.problems import Place, Problem
from rules.text import Language
from rules.verdict import Assumption, Duty, Question, Result
from rules.vocabulary import reading

Row = dict[str, Any]


def problem_row(problem: Problem, language: Language, measure: str | None = None) -> Row:
    """A problem as data; `measure` is the one in whose check it was found."""
    place = problem.place
    return {
        "code": problem.code,
        "about": problem.about,
        "level": problem.level,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "path": place.path,
        "measure": measure,
        "part": problem.part or None,
        "message": problem.message.read(language),
    }


def result_row(found: Result, file: str, on: date, language: Language, *, whole: bool = True) -> Row:
    """The verdict on one part under one instrument, as data; with every outcome, or only those in the way."""
    law = found.law
    instrument = law.instruments[found.instrument] if law and found.instrument else None
    return {
        "measure": found.measure,
        "part": found.part,
        "part_name": found.part_name,
        "file": file,
        "line": found.place.line,
        "instrument": f"{law.law}/{found.instrument}" if law else found.instrument,
        "instrument_name": instrument.says.read(language) if instrument else _no_instrument(found, language),
        "law": law.name if law else None,
        "on": on.isoformat(),
        "verdict": found.verdict,
        "no_power": found.no_power.message.read(language) if found.no_power else None,
        "hash": found.hash,
        "outcomes": [
            *(_outcome_row(outcome, language) for outcome in (found.outcomes if whole else found.blockers)),
            *(
                {
                    "rule": None,
                    "outcome": "unmet" if derogation.higher else "unknown",
                    "citation": derogation.provision,
                    "says": derogation.higher.read(language) if derogation.higher else None,
                    "value": None,
                    "note": None,
                    "threshold": None,
                    "source": None,
                    **_place_row(derogation.place),
                }
                for derogation in found.derogations
            ),
        ],
        "blockers": [outcome.rule.name for outcome in found.blockers],
        "conclusions": {name: _firing_row(firing) for name, firing in found.conclusions.items()},
        "co_decision": _co_decision_row(found.co_decision, language) if found.co_decision else None,
        "open": [_question_row(question, language) for question in found.open],
        "assumptions": [_assumption_row(assumption, language) for assumption in found.assumptions],
        "duties": [_duty_row(duty, language) for duty in found.duties],
    }


def _no_instrument(found: Result, language: Language) -> str | None:
    return reading(FIND).read(language) if found.instrument == FIND else None


def _outcome_row(outcome: Outcome, language: Language) -> Row:
    deciding = outcome.deciding
    place = outcome.found.place if outcome.found else deciding.fact.place if deciding else None
    row = {
        "rule": outcome.rule.name,
        "aspect": outcome.aspect,
        "outcome": outcome.kind,
        "citation": outcome.rule.cited,
        "jci": outcome.rule.jci,
        "says": outcome.rule.says.read(language),
        "value": deciding.fact.written if deciding else None,
        "note": deciding.fact.note.read(language) if deciding and deciding.fact.note else None,
        "threshold": _threshold(deciding) if deciding else None,
        "source": outcome.found.source if outcome.found else deciding.fact.source if deciding else None,
        **_place_row(place or outcome.rule.place),
        "facts": [_fact_row(evidence) for evidence in outcome.evidence],
    }
    if outcome.found:
        row["judged"] = {
            "by": outcome.found.by,
            "decision": outcome.found.decision,
            "reasons": outcome.found.reasons,
            "inferred": outcome.found.inferred,
        }
    return row


def _co_decision_row(deciding: CoDecision, language: Language) -> Row:
    return {
        "ministers": [
            {
                "minister": minister,
                "because": [name.read(language) for name in names],
                "agreed": str(deciding.agreed[minister]) if minister in deciding.agreed else None,
            }
            for minister, names in deciding.ministers.items()
        ],
        "unknown": list(deciding.unknown),
    }


def _firing_row(firing: Firing) -> Row:
    return {"state": firing.state, "because": list(firing.because), "more": firing.more}


def _threshold(evidence: Evidence) -> str:
    return f"{evidence.comparison.operator} {evidence.comparison.written}"


def _fact_row(evidence: Evidence) -> Row:
    return {
        "fact": evidence.comparison.fact.name,
        "value": evidence.fact.written,
        "threshold": _threshold(evidence),
        "held": evidence.held,
        "as_of": str(evidence.fact.as_of) if evidence.fact.as_of else None,
        "source": evidence.fact.source,
    }


def _place_row(place: Place) -> Row:
    return {"file": place.file, "line": place.line}


def _question_row(question: Question, language: Language) -> Row:
    return {
        "kind": question.kind,
        "rule": question.rule,
        "citation": question.citation,
        "fact": question.fact,
        "asks": question.asks.read(language),
        "who": question.who,
        "proposer_can": question.proposer_can,
    }


def _assumption_row(assumption: Assumption, language: Language) -> Row:
    return {"code": assumption.code, "says": assumption.says.read(language)}


def _duty_row(duty: Duty, language: Language) -> Row:
    rule: Rule = duty.rule
    row: Row = {
        "rule": rule.name,
        "stage": rule.stage,
        "citation": rule.cited,
        "says": rule.says.read(language),
    }
    if rule.deadline:
        due, silence = duty.due or (None, None)
        row |= {"act": rule.deadline.act, "due": str(due) if due else None, "silence": silence}
    return row


def law_row(law: LawVersion) -> Row:
    """A law version as a report names it."""
    return {"id": law.law, "version": law.version.isoformat(), "sha256": law.sha256}


def measure_row(
    checked: Checked, file: str, language: Language, catalogue: str, engine: str, *, whole: bool = True
) -> Row:
    """Everything on one measure, as data; where it is not to be whole, without the outcomes that nothing rests on."""
    model = checked.measure.model
    laws = {each.law.name: each.law for each in checked.results if each.law}
    return {
        "measure": model.measure,
        "title": model.title.text.read(language),
        "file": file,
        "record": model.record,
        "verdict": checked.verdict,
        "expected": checked.as_expected,
        "on": checked.day.isoformat(),
        "on_because": checked.day_from.read(language),
        "results": [result_row(each, file, checked.day, language, whole=whole) for each in checked.results],
        "laws": [law_row(law) for law in laws.values()],
        "receipt": {
            "engine": engine,
            "catalogue": catalogue,
            "laws": {name: dict(law.files) for name, law in sorted(laws.items())},
            "documents": checked.documents,
        },
    }


def report(measures: Sequence[Row], problems: Iterable[Row], files: int, on: date, version: str, strict: bool) -> Row:
    """The whole report. Results stand in the order of the files, problems by place."""
    found = sorted(problems, key=in_order)
    laws = {(row["id"], row["version"]): row for measure in measures for row in measure["laws"]}
    counted = Counter(measure["verdict"] for measure in measures if measure["expected"] is not True)
    made: Row = {
        "schema": "regelruimte/report/v1",
        "regelruimte": version,
        "on": on.isoformat(),
        "laws": [laws[name] for name in sorted(laws)],
        "measures": [{key: each[key] for key in _MEASURE_KEYS} for each in measures],
        "results": [each for measure in measures for each in measure["results"]],
        "problems": found,
        "summary": {
            "files": files,
            "measures": len(measures),
            "verdicts": dict(sorted(counted.items())),
            "examples_as_expected": sum(measure["expected"] is True for measure in measures),
            "errors": sum(row["level"] == "error" for row in found if counts(row)),
            "warnings": sum(row["level"] == "warning" for row in found if counts(row)),
            "ignored": sum("ignored" in row for row in found),
            "baseline": sum("baseline" in row for row in found),
        },
    }
    made["summary"]["exit"] = exit_code(made, strict)
    return made


def in_order(problem: Row) -> tuple[Any, ...]:
    """Sort key of problems: by place."""
    return (problem["file"], problem["line"], problem["column"], problem["code"])


def may_be_passed_over(problem: Row) -> bool:
    """Whether a problem is a warning or stands against a measure: all that does not make a document invalid."""
    return bool(problem["about"] == "verdict" or problem["level"] != "error")


_LIKE_A_PLACE = re.compile(r":(?=\d+(?::|$))")


def placed(problem: Row) -> str:
    """Where a problem is: `file:line:column`. What reads that takes no name of a file for a place in another."""
    file = _LIKE_A_PLACE.sub("⟨U+003A⟩", problem["file"])
    return f"{file}:{problem['line']}:{problem['column']}"


def counts(problem: Row) -> bool:
    """Whether a problem weighs in the exit code: nobody passed it over or accepted it."""
    return "ignored" not in problem and "baseline" not in problem


_MEASURE_KEYS = ("measure", "title", "file", "record", "verdict", "expected", "on", "on_because", "receipt")


def by_file(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of each file, in their order."""
    made: dict[str, list[Row]] = {}
    for row in rows:
        made.setdefault(row["file"], []).append(row)
    return made


def exit_code(made: Row, strict: bool) -> int:
    """0 nothing against it, 1 something is, 3 a document is invalid, 4 otherwise undecided (strict); 3 before 1."""
    wrong = {row["about"] for row in made["problems"] if row["level"] == "error" and counts(row)}
    if "document" in wrong:
        return 3
    if "verdict" in wrong:
        return 1
    examples = {measure["measure"] for measure in made["measures"] if measure["expected"]}
    undecided = any(
        result["verdict"] == "undecided" and any(question["kind"] != "judgement" for question in result["open"])
        for result in made["results"]
        if result["measure"] not in examples
    )
    return 4 if strict and undecided else 0
