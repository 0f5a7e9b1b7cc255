"""Check one measure: every ask on every part, on a day, under the law of that day; with all problems found."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules import canonical
from rules.area import Area, Figures
from rules.basis import LawChoice, basis_of
from rules.case import Case, Others, Portfolio, facts_of
from rules.codecision import co_decision
from rules.condition import Inquiry
from rules.decision import Decision
from rules.departure import openers_on, ways
from rules.documents import Document, M
from rules.engine import Engine
from rules.facts import Fact
from rules.fields import Model
from rules.general import judged_whatever_the_instrument
from rules.judgement import found, wrong_judgements
from rules.law import LawVersion
from rules.lawbook import Lawbook
from rules.measure import FIND, Ask, Expectation, Measure, parts_of
from rules.measure_facts import measure_fact
from rules.ministers import other_minister
from rules.outcome import Outcome, outcomes
from rules.period import Day, on
from rules.plan import plan
from rules.problems import Place, Problem
from rules.text import Text
from rules.verdict import WORST_FIRST, Assumption, Question, Result, Verdict, derogations_of, result
from rules.vocabulary import reading


class Setting(NamedTuple):
    """What a check depends on besides the measure itself."""

    lawbook: Lawbook
    portfolio: Portfolio
    engine: Engine
    today: date
    on: date | None = None
    law: LawChoice | None = None
    others: Others | None = None
    supposed: Mapping[str, Fact] = {}


class Checked(NamedTuple):
    """The results on one measure. `documents` holds the SHA-256 of every document that was read for them.

    `expect` is what an example shows on its own day; on another day that was chosen, nothing is expected.
    """

    measure: Document[Measure]
    day: date
    day_from: Text
    expect: Expectation | None
    results: tuple[Result, ...]
    problems: tuple[Problem, ...]
    documents: Mapping[str, str]

    @property
    def verdict(self) -> Verdict:
        """The verdict on the measure: that of its worst part."""
        return min((each.verdict for each in self.results), key=WORST_FIRST.index, default="undecided")

    @property
    def as_expected(self) -> bool | None:
        """Whether an example shows what it says it shows; None where nothing is expected."""
        if self.expect is None:
            return None
        against = {outcome.rule.name for each in self.results for outcome in each.blockers}
        return self.verdict == self.expect.verdict and against == set(self.expect.rules)


def asks_under(measure: Measure, law: LawChoice | None) -> bool:
    """Whether there is anything to check: it asks for something under that law, or no law was chosen."""
    return law is None or any(ask.instrument.partition("/")[0] == law.law for ask in measure.asks)


def check(measure: Document[Measure], setting: Setting) -> Checked:
    """The verdicts on every part of every ask, and all that is wrong with the documents they rest on."""
    portfolio = _Recorded(setting.portfolio, {f"measure/{measure.model.measure}": measure})
    others = _Asked(setting.others) if setting.others else None
    decisions = portfolio.decisions(measure.model.measure)
    day, day_from, stated = _day(setting, decisions)
    deciders = frozenset(_deciders(measure.model, setting.lawbook, day))
    problems = [each for decision in decisions for each in wrong_judgements(decision, setting.lawbook, deciders)]
    laws = [ask.instrument.partition("/")[0] for ask in measure.model.asks]
    problems.extend(problem for decision in decisions for problem in other_minister(decision, laws))
    problems.extend(_wrong_references(measure, portfolio))
    made: list[Result] = []
    for at, ask in enumerate(measure.model.asks):
        if ask.instrument == FIND:
            if setting.law:
                continue
            made.extend(_ways(measure, at, setting.lawbook, day, portfolio))
            continue
        law_name, _, instrument = ask.instrument.partition("/")
        if setting.law and setting.law.law != law_name:
            continue
        basis = basis_of(measure, at, setting.lawbook, day, stated, setting.law)
        problems.extend(basis.problems)
        if any(problem.level == "error" for problem in basis.problems):
            continue
        law = basis.law
        if law is None:
            made.extend(_without_law(measure, ask, law_name, day, portfolio))
            continue
        if basis.no_power:
            made.extend(_without_power(measure, ask, law, basis.no_power, portfolio))
            continue
        cases = [
            Case(measure, at, part, law, instrument, day, portfolio, others, setting.supposed)
            for part in parts_of(measure.model, ask)
        ]
        made.extend(_results(cases, law, instrument, decisions, setting.engine, basis.assumptions))
    if not measure.model.asks:
        made.append(_nothing_asked(measure, setting.lawbook, day))
    expect = measure.model.expect if setting.on is None else None
    checked = Checked(
        measure, day, day_from, expect, tuple(made), (), {**portfolio.hashes(), **(others.hashes() if others else {})}
    )
    return checked._replace(problems=(*problems, *_findings(checked)))


def _results(
    cases: Sequence[Case],
    law: LawVersion,
    instrument: str,
    decisions: Sequence[Document[Decision]],
    engine: Engine,
    assumptions: tuple[Assumption, ...],
) -> Iterator[Result]:
    planned = plan(law, instrument)
    known = [facts_of(case) for case in cases]
    weighed = [
        outcomes(planned.weighing, facts, found(decisions, law, case.part_name, case.day))
        for case, facts in zip(cases, known, strict=True)
    ]
    concluded = engine(law, instrument, weighed)
    for case, facts, each, conclusions in zip(cases, known, weighed, concluded, strict=True):
        yield result(case, planned, facts, each, conclusions, assumptions)


def _deciders(measure: Measure, book: Lawbook, day: date) -> Iterator[str]:
    """Who may decide on what the measure asks, under the texts of that day."""
    for ask in measure.asks:
        law, _, name = ask.instrument.partition("/")
        version = book.on(law, day)
        if version and name in version.instruments:
            yield version.instruments[name].decided_by


def _day(setting: Setting, decisions: Sequence[Document[Decision]]) -> tuple[date, Text, Day]:
    """The day of the check, why that one, and all days that it can be: of a decision only the month may be known."""
    if setting.on:
        return setting.on, Text("gekozen met --on", "chosen with --on"), on(setting.on)
    if decisions:
        decided = decisions[0].model
        why = Text(f"dag van besluit {decided.decision}", f"day of decision {decided.decision}")
        if not decided.decided.exact:
            why = Text(
                f"besluit {decided.decision}, {decided.decided}", f"decision {decided.decision}, {decided.decided}"
            )
        return decided.decided.last, why, decided.decided
    return setting.today, Text("vandaag", "today"), on(setting.today)


def _without_power(
    measure: Document[Measure], ask: Ask, law: LawVersion, why: Problem, portfolio: Portfolio
) -> Iterator[Result]:
    for part, name, place in _named_parts(measure, ask, portfolio):
        identity = {"measure": measure.model.measure, "part": part, "instrument": ask.instrument}
        yield Result(
            measure=measure.model.measure,
            part=part,
            part_name=name,
            place=place,
            instrument=ask.instrument,
            law=None,
            verdict="ineligible",
            outcomes=(),
            blockers=(),
            conclusions={},
            derogations=(),
            open=(),
            assumptions=(),
            duties=(),
            hash=canonical.sha256({**identity, "no_power": [law.name, law.sha256]}),
            no_power=why,
        )


def _without_law(measure: Document[Measure], ask: Ask, law: str, day: date, portfolio: Portfolio) -> Iterator[Result]:
    asks = Text(f"de tekst van {law} zoals die gold op {day}", f"the text of {law} as it was in force on {day}")
    question = Question("law-text", None, None, asks, None)
    for part, name, place in _named_parts(measure, ask, portfolio):
        yield _open_result(measure, part, name, place, ask.instrument, (question,))


def _named_parts(measure: Document[Measure], ask: Ask, portfolio: Portfolio) -> Iterator[tuple[str, str, Place]]:
    """Id, name and place of each part that the ask is for."""
    for at in parts_of(measure.model, ask):
        if at is None:
            area = measure.model.place.area or ""
            known = portfolio.area(area)
            yield area, known.model.name if known else area, measure.place("place", "area")
        else:
            part = measure.model.place.parts[at]
            yield part.part, part.name, measure.place("place", "parts", at, "part")


def _ways(measure: Document[Measure], at: int, book: Lawbook, day: date, portfolio: Portfolio) -> Iterator[Result]:
    """For an ask that names no instrument: of each provision, what could set it aside on that day."""
    ask = measure.model.asks[at]
    derogations = tuple(derogations_of(measure, at, frozenset()))
    openers = openers_on(book, day)
    questions = tuple(
        Question("derogation", None, each.provision, ways(each.provision, each.known, openers), None)
        for each in derogations
        if each.higher is None
    )
    questions = (*questions, *_judgements(measure, book, day))
    for part, name, place in _named_parts(measure, ask, portfolio):
        found = _open_result(measure, part, name, place, FIND, questions)
        yield found._replace(
            verdict="barred" if any(each.higher for each in derogations) else "undecided",
            derogations=derogations,
            co_decision=co_decision(measure.model, ask.lifts, day, None),
        )


def _judgements(measure: Document[Measure], book: Lawbook, day: date) -> Iterator[Question]:
    """What general law leaves to whoever will decide, as far as the measure itself tells."""
    for rule in judged_whatever_the_instrument(book, day, lambda fact: measure_fact(measure, fact)):
        assert rule.judge
        yield Question("judgement", rule.name, rule.cited, rule.judge.question, rule.judge.by)


def _nothing_asked(measure: Document[Measure], book: Lawbook, day: date) -> Result:
    asks = Text(
        nl="staat een bepaling in de weg? De maatregel noemt er geen en vraagt om geen instrument",
        en="is a provision in the way? The measure names none and asks for no instrument",
    )
    name = measure.model.place.area or measure.model.place.municipality
    question = Question("judgement", None, None, asks, "adviser")
    return _open_result(
        measure, name, name, measure.place("measure"), None, (question, *_judgements(measure, book, day))
    )


def _open_result(
    measure: Document[Measure],
    part: str,
    part_name: str,
    place: Place,
    instrument: str | None,
    questions: tuple[Question, ...],
) -> Result:
    asks = " / ".join(question.asks.en for question in questions)
    identity = {"measure": measure.model.measure, "part": part, "instrument": instrument, "open": asks}
    return Result(
        measure=measure.model.measure,
        part=part,
        part_name=part_name,
        place=place,
        instrument=instrument,
        law=None,
        verdict="undecided",
        outcomes=(),
        blockers=(),
        conclusions={},
        derogations=(),
        open=questions,
        assumptions=(),
        duties=(),
        hash=canonical.sha256(identity),
    )


def _wrong_references(measure: Document[Measure], portfolio: Portfolio) -> Iterator[Problem]:
    place = measure.model.place
    named: list[tuple[tuple[str | int, ...], str | None]] = [(("place", "area"), place.area)]
    named += [(("place", "parts", at, "area"), part.area) for at, part in enumerate(place.parts)]
    for path, area in named:
        if area and portfolio.area(area) is None:
            says = Text(
                nl=f"gebied «{area}» is niet bij de hand: zijn cijfers zijn onbekend",
                en=f"area '{area}' is not at hand: its figures are unknown",
            )
            yield Problem("area-missing", measure.place(*path), says, "warning")
    for at, part in enumerate(place.parts):
        if not isinstance(part.extends, str):
            continue
        earlier = portfolio.measure(part.extends)
        where = measure.place("place", "parts", at, "extends")
        if earlier is None:
            says = Text(
                nl=f"maatregel «{part.extends}» is niet bij de hand: de keten van verlengingen is onbekend",
                en=f"measure '{part.extends}' is not at hand: the chain of extensions is unknown",
            )
            yield Problem("measure-missing", where, says, "warning")
        elif part.part not in {other.part for other in earlier.model.place.parts}:
            says = Text(
                nl=f"maatregel «{part.extends}» heeft geen deel «{part.part}»; wat wordt er verlengd?",
                en=f"measure '{part.extends}' has no part '{part.part}'; what is extended?",
            )
            yield Problem("unknown-part", where, says)


def _findings(checked: Checked) -> Iterator[Problem]:
    """What stands against the measure, as problems: each once, at the line that a person would change."""
    if checked.expect and not checked.as_expected:
        expect = checked.expect
        got = sorted({outcome.rule.name for each in checked.results for outcome in each.blockers})
        says = Text(
            nl=f"verwacht {expect.verdict} op {list(expect.rules)}, gekregen {checked.verdict} op {got}",
            en=f"expected {expect.verdict} on {list(expect.rules)}, got {checked.verdict} on {got}",
        )
        yield Problem("expectation-failed", checked.measure.place("expect"), says, about="verdict")
    elif checked.as_expected:
        return
    seen: set[tuple[str, Place]] = set()
    for each in checked.results:
        for problem in (*_against(each), *_lacking(each)):
            if (problem.code, problem.place) not in seen:
                seen.add((problem.code, problem.place))
                yield problem


def _against(found: Result) -> Iterator[Problem]:
    assert found.law is not None or not found.outcomes
    if found.no_power:
        yield found.no_power
    for derogation in found.derogations:
        if derogation.higher:
            yield Problem("barred", derogation.place, derogation.higher, about="verdict", part=found.part)
    for outcome in found.blockers:
        assert found.law is not None
        name = outcome.rule.name
        code = name if outcome.rule.general else f"{found.law.law}/{name}"
        yield Problem(code, _where(found, outcome), _failing(outcome), about="verdict", part=found.part)


def _where(found: Result, outcome: Outcome) -> Place:
    deciding = outcome.deciding
    place = outcome.found.place if outcome.found else deciding.fact.place if deciding else None
    return place or found.place


def _failing(outcome: Outcome) -> Text:
    rule, deciding = outcome.rule, outcome.deciding
    if outcome.found:
        by = reading(outcome.found.by)
        return Text(
            f"{rule.cited}: {rule.says.nl} Oordeel van {by.nl}: nee.",
            f"{rule.cited}: {rule.says.en} Judged by the {by.en}: no.",
        )
    value, note = (reading(deciding.fact.written), deciding.fact.note) if deciding else (Text("?", "?"), None)
    nl, en = (f" ({note.nl})", f" ({note.en})") if note else ("", "")
    return Text(
        f"{rule.cited}: {rule.says.nl} Gevonden: {value.nl}{nl}.",
        f"{rule.cited}: {rule.says.en} Found: {value.en}{en}.",
    )


def _lacking(found: Result) -> Iterator[Problem]:
    for question in found.open:
        if question.proposer_can:
            says = Text(
                nl=f"{question.citation}: ontbreekt: {question.asks.nl}",
                en=f"{question.citation}: missing: {question.asks.en}",
            )
            yield Problem("fact-missing", found.place, says, about="verdict", part=found.part)


class _Recorded:
    """A portfolio that remembers which documents were asked of it: they go into the receipt."""

    def __init__(self, portfolio: Portfolio, used: dict[str, Document[Model]]) -> None:
        self._portfolio, self._used = portfolio, dict(used)

    def area(self, name: str) -> Document[Area] | None:
        return self._keep("area", name, self._portfolio.area(name))

    def figures(self, code: str) -> Document[Figures] | None:
        return self._keep("figures", code, self._portfolio.figures(code))

    def measure(self, name: str) -> Document[Measure] | None:
        return self._keep("measure", name, self._portfolio.measure(name))

    def decisions(self, measure: str) -> Sequence[Document[Decision]]:
        found = self._portfolio.decisions(measure)
        for document in found:
            self._used[f"decision/{document.model.decision}"] = document
        return found

    def naming(self, municipality: str, part: str) -> Sequence[Document[Measure]] | None:
        found = self._portfolio.naming(municipality, part)
        for document in found or ():
            self._used[f"measure/{document.model.measure}"] = document
        return found

    def _keep(self, kind: str, name: str, document: Document[M] | None) -> Document[M] | None:
        if document is not None:
            self._used[f"{kind}/{name}"] = document
        return document

    def hashes(self) -> dict[str, str]:
        """SHA-256 of the bytes of each document, by kind and name."""
        return {name: document.parsed.sha256 for name, document in sorted(self._used.items())}


class _Asked:
    """The other measures, remembering whether they were asked: then all of them go into the receipt, as one."""

    def __init__(self, others: Others) -> None:
        self._others, self._asked = others, False

    @property
    def sha256(self) -> str:
        return self._others.sha256

    def answer(self, inquiry: Inquiry, case: Case) -> Fact:
        self._asked = True
        return self._others.answer(inquiry, case)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of the portfolio, if it was asked."""
        return {"portfolio": self.sha256} if self._asked else {}
