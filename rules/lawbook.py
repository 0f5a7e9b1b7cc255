"""The laws at hand: which versions exist, and each one whole. Only the versions that are asked for are parsed.

A version is a file rules/laws/LAW/FIRST-DAY.yaml. Ended is ended: a day outside a version's range has no law, and
no older version takes over.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from rules import period
from rules.canonical import sha256
from rules.catalogue import Catalogue, shipped_catalogue
from rules.citation import BWB, jci, place_in_law
from rules.condition import Condition
from rules.condition_reader import condition_at
from rules.law import (
    ANY,
    DECIDER,
    Conclude,
    Deadline,
    Instrument,
    Judge,
    LawDocument,
    LawVersion,
    Reading,
    Rule,
    RuleEntry,
    rule_content,
)
from rules.problems import Place, Problem, Refused, Wrong, with_nearest
from rules.reader import Parsed, read, spot_of
from rules.text import Text
from rules.validation import checked

_FILE = re.compile(r"(\d{4}-\d{2}-\d{2})\.yaml")


@dataclass(frozen=True, slots=True, eq=False)
class Lawbook:
    """A folder of laws. `shown_as` is how its files are named in problems and receipts."""

    root: Traversable
    catalogue: Catalogue
    shown_as: str = "rules/laws"

    def laws(self) -> tuple[str, ...]:
        """The names of all laws."""
        return _laws(self)

    def general(self) -> tuple[str, ...]:
        """The names of the laws that hold for every instrument."""
        return _in_folder(self, ANY)

    def folder(self, law: str) -> Traversable:
        """Where the files of that law stand."""
        return self.root.joinpath(ANY, law) if law in self.general() else self.root.joinpath(law)

    def versions(self, law: str) -> tuple[date, ...]:
        """The first days of all versions of that law, oldest first; empty when there is no such law."""
        return _versions(self, law)

    def version(self, law: str, first_day: date) -> LawVersion:
        """That version, whole; Refused when its file is wrong, KeyError when there is none."""
        if first_day not in self.versions(law):
            raise KeyError(f"{law}@{first_day}")
        return _version(self, law, first_day)

    def on(self, law: str, day: date) -> LawVersion | None:
        """The version in force on that day whose text is known for that day, or None."""
        first = _begun(self, law, day)
        return self.version(law, first) if first else None

    def parsed(self, law: str, first_day: date) -> Parsed:
        """One file as it was read."""
        name = f"{first_day.isoformat()}.yaml"
        return read(self.folder(law).joinpath(name).read_bytes(), self.shown(law, name))

    def shown(self, law: str, name: str) -> str:
        """How a file of that law is named in problems and receipts."""
        return f"{self.shown_as}/{ANY}/{law}/{name}" if law in self.general() else f"{self.shown_as}/{law}/{name}"


@cache
def shipped_lawbook() -> Lawbook:
    """The laws inside this package."""
    return Lawbook(files("rules").joinpath("laws"), shipped_catalogue())


@lru_cache(maxsize=64)
def _laws(book: Lawbook) -> tuple[str, ...]:
    return tuple(sorted({*_in_folder(book, ""), *_in_folder(book, ANY)} - {ANY}))


@lru_cache(maxsize=64)
def _in_folder(book: Lawbook, name: str) -> tuple[str, ...]:
    folder = book.root.joinpath(name) if name else book.root
    if not folder.is_dir():
        return ()
    return tuple(sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and "_" not in entry.name))


@lru_cache(maxsize=256)
def _versions(book: Lawbook, law: str) -> tuple[date, ...]:
    if law not in book.laws():
        return ()
    found = (_FILE.fullmatch(entry.name) for entry in book.folder(law).iterdir())
    return tuple(sorted(date.fromisoformat(name[1]) for name in found if name))


@lru_cache(maxsize=1024)
def _begun(book: Lawbook, law: str, day: date) -> date | None:
    """The first day of the version in force on that day whose text is known for that day."""
    begun = [first for first in book.versions(law) if first <= day]
    if not begun:
        return None
    found = book.version(law, begun[-1])
    return begun[-1] if period.in_force(found.in_force, day) and period.in_force(found.text_known, day) else None


@lru_cache(maxsize=64)
def _version(book: Lawbook, law: str, first_day: date) -> LawVersion:
    parsed = book.parsed(law, first_day)
    document = checked(LawDocument, parsed)
    problems = list(_misplaced(book, document, parsed, law, first_day))
    base = None
    if document.amends is not None:
        if document.amends.first not in book.versions(law) or document.amends.first >= first_day:
            wrong = Text(
                nl=f"«amends: {document.amends}» noemt geen eerdere versie van {law}",
                en=f"'amends: {document.amends}' names no earlier version of {law}",
            )
            raise Refused([*problems, Problem("unknown-version", spot_of(parsed, ("amends",)), wrong)])
        base = book.version(law, document.amends.first)
    made = _whole(book.catalogue, document, parsed, base, problems)
    problems.extend(_inconsistent(made))
    if problems:
        raise Refused(problems)
    return made


def _misplaced(book: Lawbook, document: LawDocument, parsed: Parsed, law: str, first: date) -> Iterator[Problem]:
    if document.law != law:
        says = Text(f"de map heet «{law}», de wet «{document.law}»", f"the folder is '{law}', the law '{document.law}'")
        yield Problem("law-misplaced", spot_of(parsed, ("law",)), says)
    if document.in_force.first.first != first:
        says = Text(
            nl=f"het bestand heet {first}, maar de versie geldt vanaf {document.in_force.first}",
            en=f"the file is named {first}, but the version is in force from {document.in_force.first}",
        )
        yield Problem("law-misplaced", spot_of(parsed, ("in_force", "from")), says)
    if document.bwb is None and document.uri is None and document.status != "proposal":
        says = Text(
            "sleutel «bwb» ontbreekt: alleen een voorstel heeft er geen",
            "key 'bwb' is missing: only a proposal has none",
        )
        yield Problem("missing-key", spot_of(parsed, ()), says)
    if document.bwb is not None and not BWB.fullmatch(document.bwb):
        says = Text(
            nl=f"verwacht een BWB-nummer zoals BWBR0019388, gevonden «{document.bwb}»",
            en=f"expected a BWB id such as BWBR0019388, found '{document.bwb}'",
        )
        yield Problem("wrong-citation", spot_of(parsed, ("bwb",)), says)
    later = [version for version in book.versions(law) if version > first]
    if later:
        last = document.in_force.last
        if last is None or last.last >= later[0]:
            says = Text(
                nl=f"deze versie geldt tot en met {last or '…'}, maar op {later[0]} begint de volgende",
                en=f"this version is in force until {last or '…'}, but the next one begins on {later[0]}",
            )
            yield Problem("overlapping-versions", spot_of(parsed, ("in_force", "until")), says)


def _whole(
    catalogue: Catalogue, document: LawDocument, parsed: Parsed, base: LawVersion | None, problems: list[Problem]
) -> LawVersion:
    first = document.in_force.first.first
    instruments = dict(base.instruments) if base else {}
    instruments |= {
        name: Instrument(
            name,
            entry.says.text,
            entry.article,
            entry.asked_by,
            entry.decided_by,
            entry.ordinary_power,
            frozenset(entry.opens),
            entry.under,
        )
        for name, entry in document.instruments.items()
    }
    problems.extend(_unknown_provisions(document, parsed))
    if not instruments:
        instruments[ANY] = Instrument(ANY, _ANY_SAYS, None, DECIDER, DECIDER)
        if document.short is None:
            says = Text(
                "sleutel «short» ontbreekt: algemeen recht wordt ermee aangehaald",
                "key 'short' is missing: general law is cited by it",
            )
            problems.append(Problem("missing-key", spot_of(parsed, ()), says))
    rules = {name: _moved(rule, document, first) for name, rule in base.rules.items()} if base else {}
    unruled = {str(entry.cite): entry for entry in base.no_rule} if base else {}
    for at, name in enumerate(document.repeals):
        if rules.pop(name, None) is None and unruled.pop(name, None) is None:
            problems.append(_unknown_rule(name, (*rules, *unruled), spot_of(parsed, ("repeals", at))))
    stated: set[str] = set()
    for at, entry in enumerate(document.rules):
        place = spot_of(parsed, ("rules", at, "rule"))
        if entry.rule in stated:
            says = Text(f"regel «{entry.rule}» staat er twee keer", f"rule '{entry.rule}' stands here twice")
            problems.append(Problem("duplicate-name", place, says))
        stated.add(entry.rule)
        rules[entry.rule] = _rule(entry, at, document, first, instruments, parsed, catalogue, problems)
    unruled |= {str(entry.cite): entry for entry in document.no_rule}
    rules = dict(sorted(rules.items(), key=lambda named: place_in_law(named[1].cite)))
    source_files = {**(base.files if base else {}), parsed.file: parsed.sha256}
    head = {
        "law": document.law,
        "bwb": document.bwb or document.uri,
        "hierarchy": document.hierarchy,
        "status": document.status,
        "in_force": str(document.in_force.term),
        "text_known": str(document.text_known.term),
        "instruments": {
            i.name: [
                str(i.article),
                i.asked_by,
                i.decided_by,
                i.ordinary_power,
                *sorted(i.opens),
                *([i.under] if i.under else []),
            ]
            for i in instruments.values()
        },
        "rules": {name: rule_content(rule) for name, rule in rules.items()},
    }
    return LawVersion(
        law=document.law,
        version=first,
        bwb=document.bwb,
        title=document.title.text,
        hierarchy=document.hierarchy,
        status=document.status,
        in_force=document.in_force.term,
        text_known=document.text_known.term,
        source=document.source,
        instruments=instruments,
        rules=rules,
        no_rule=tuple(sorted(unruled.values(), key=lambda entry: place_in_law(entry.cite))),
        sha256=sha256(head),
        files=source_files,
        text_gap=document.text_gap.text if document.text_gap else None,
        uri=document.uri,
        short=document.short,
    )


_ANY_SAYS = Text("elk instrument", "any instrument")


def _unknown_provisions(document: LawDocument, parsed: Parsed) -> Iterator[Problem]:
    for name, entry in document.instruments.items():
        if entry.opens:
            from rules.provisions import keys  # the catalogue is read only for a law that opens something

            for at, key in enumerate(entry.opens):
                if key not in keys():
                    place = spot_of(parsed, ("instruments", name, "opens", at))
                    yield _unknown("provision", key, keys(), place)


def _moved(rule: Rule, document: LawDocument, version: date) -> Rule:
    return rule._replace(jci=document.uri or jci(document.bwb, rule.cite, version))


def _rule(
    entry: RuleEntry,
    at: int,
    document: LawDocument,
    version: date,
    instruments: Mapping[str, Instrument],
    parsed: Parsed,
    catalogue: Catalogue,
    problems: list[Problem],
) -> Rule:
    def condition(raw: Any, *path: str | int) -> Condition | None:
        return None if raw is None else condition_at(("rules", at, *path), raw, parsed, catalogue, problems)

    for number, name in enumerate(entry.on if entry.on != "any" else ()):
        if name not in instruments:
            problems.append(_unknown("instrument", name, instruments, spot_of(parsed, ("rules", at, "on", number))))
    asks = [word for word in ("require", "readings", "conclude", "deadline") if getattr(entry, word)]
    if len(asks) > 1 or (entry.judge and asks not in ([], ["require"])):
        says = Text(
            nl=f"regel «{entry.rule}» doet te veel tegelijk ({', '.join(asks)}): splits haar",
            en=f"rule '{entry.rule}' does too much at once ({', '.join(asks)}): split it",
        )
        problems.append(Problem("wrong-rule", spot_of(parsed, ("rules", at, "rule")), says))
    if entry.conclude and entry.when is not None:
        says = Text(
            nl=f"conclusie «{entry.rule}» heeft geen eigen «when»: zet het bij de regels waarop zij steunt",
            en=f"conclusion '{entry.rule}' has no 'when' of its own: put it with the rules that it rests on",
        )
        problems.append(Problem("wrong-rule", spot_of(parsed, ("rules", at, "when")), says))
    if not asks and not entry.judge and entry.stage in ("application", "decision"):
        says = Text(
            nl=f"regel «{entry.rule}» vraagt niets: geef require, readings, judge, conclude of deadline",
            en=f"rule '{entry.rule}' asks nothing: give require, readings, judge, conclude or deadline",
        )
        problems.append(Problem("wrong-rule", spot_of(parsed, ("rules", at, "rule")), says))
    return Rule(
        name=entry.rule,
        on=frozenset(instruments) if entry.on == "any" else frozenset(entry.on),
        stage=entry.stage,
        cite=entry.cite,
        jci=document.uri or jci(document.bwb, entry.cite, version),
        says=entry.says.text,
        place=spot_of(parsed, ("rules", at, "rule")),
        when=condition(entry.when, "when"),
        require=condition(entry.require, "require"),
        readings=tuple(
            Reading(
                reading.reading,
                reading.because.text,
                condition_at(("rules", at, "readings", n, "require"), reading.require, parsed, catalogue, problems),
            )
            for n, reading in enumerate(entry.readings)
        ),
        judge=Judge(entry.judge.by, entry.judge.question.text) if entry.judge else None,
        conclude=_conclude(entry, at, parsed, problems),
        departs_from=entry.departs_from,
        deadline=_deadline(entry, at, parsed, catalogue, problems),
    )


def _conclude(entry: RuleEntry, at: int, parsed: Parsed, problems: list[Problem]) -> Conclude | None:
    if entry.conclude is None:
        return None
    every, some = entry.conclude.all, entry.conclude.any
    if bool(every) == bool(some):
        says = Text(
            nl=f"regel «{entry.rule}»: geef bij conclude óf all óf any, met ten minste één regel",
            en=f"rule '{entry.rule}': under conclude give either all or any, with at least one rule",
        )
        problems.append(Problem("wrong-rule", spot_of(parsed, ("rules", at, "conclude")), says))
    return Conclude("all", every) if every else Conclude("any", some)


def _deadline(
    entry: RuleEntry, at: int, parsed: Parsed, catalogue: Catalogue, problems: list[Problem]
) -> Deadline | None:
    if entry.deadline is None:
        return None
    stated = entry.deadline
    definition = catalogue.facts.get(stated.of)
    if definition is None or definition.type != "day":
        days = [name for name, fact in catalogue.facts.items() if fact.type == "day"]
        problems.append(_unknown("day", stated.of, days, spot_of(parsed, ("rules", at, "deadline", "of"))))
        return None
    try:
        return Deadline(stated.act, period.duration(stated.within), definition, stated.silence)
    except Wrong as wrong:
        problems.append(Problem(wrong.code, spot_of(parsed, ("rules", at, "deadline", "within")), wrong.message))
        return None


def _inconsistent(law: LawVersion) -> Iterator[Problem]:
    for rule in law.rules.values():
        yield from _wrong_conclusion(law, rule)
        yield from _wrong_exception(law, rule)
    for name in law.instruments:
        if not any(rule.in_verdict for rule in law.on(name)):
            some_place = next(iter(law.rules.values())).place if law.rules else Place(next(iter(law.files)))
            says = Text(
                nl=f"instrument «{name}» heeft geen enkele regel: dan zou alles mogen",
                en=f"instrument '{name}' has no rule at all: then anything would be allowed",
            )
            yield Problem("no-rules", some_place, says)
    yield from _cycles(law)


def _wrong_conclusion(law: LawVersion, rule: Rule) -> Iterator[Problem]:
    for name in rule.conclude.of if rule.conclude else ():
        needed = law.rules.get(name)
        if needed is None:
            yield _unknown_rule(name, law.rules, rule.place)
        elif not needed.in_verdict or not rule.on <= needed.on:
            says = Text(
                nl=f"regel «{rule.name}» steunt op «{name}», die bij hetzelfde instrument en stadium niet meeweegt",
                en=f"rule '{rule.name}' rests on '{name}', which does not weigh for the same instrument and stage",
            )
            yield Problem("wrong-rule", rule.place, says)


def _wrong_exception(law: LawVersion, rule: Rule) -> Iterator[Problem]:
    if rule.departs_from is None:
        return
    base = law.rules.get(rule.departs_from)
    if base is None:
        yield _unknown_rule(rule.departs_from, law.rules, rule.place)
        return
    if rule.when is None or not rule.on <= base.on:
        says = Text(
            nl=f"uitzondering «{rule.name}» heeft een «when» nodig, en alleen instrumenten van «{base.name}»",
            en=f"exception '{rule.name}' needs a 'when', and no instruments that '{base.name}' lacks",
        )
        yield Problem("wrong-exception", rule.place, says)
    for other in law.rules.values():
        if other.departs_from == rule.departs_from and other.name > rule.name and other.on & rule.on:
            says = Text(
                nl=f"«{rule.name}» (regel {rule.place.line}) en «{other.name}» wijken af van «{base.name}» zonder"
                " onderlinge orde: laat de een afwijken van de ander",
                en=f"'{rule.name}' (line {rule.place.line}) and '{other.name}' both depart from '{base.name}' without"
                " an order between them: let one depart from the other",
            )
            yield Problem("unordered-exceptions", other.place, says)


def _cycles(law: LawVersion) -> Iterator[Problem]:
    """Rules that rest on themselves, by way of conclusions or of exceptions; each cycle is named once."""
    done: set[str] = set()

    def walk(name: str, trail: tuple[str, ...]) -> tuple[str, ...] | None:
        if name in trail:
            return trail[trail.index(name) :]
        if name in done or name not in law.rules:
            return None
        rule = law.rules[name]
        onward = (*(rule.conclude.of if rule.conclude else ()), *([rule.departs_from] if rule.departs_from else ()))
        found = next((cycle for step in onward if (cycle := walk(step, (*trail, name)))), None)
        done.add(name)
        return found

    for name in law.rules:
        if cycle := walk(name, ()):
            circle = " → ".join((*cycle, cycle[0]))
            says = Text(
                f"deze regels steunen op elkaar in een kring: {circle}", f"these rules rest on each other: {circle}"
            )
            yield Problem("rule-cycle", law.rules[cycle[0]].place, says)


def _unknown_rule(name: str, rules: Collection[str], place: Place) -> Problem:
    return _unknown("rule", name, rules, place)


_KINDS = {"rule": "regel", "instrument": "instrument", "day": "dag-feit", "provision": "bepaling"}


def _unknown(kind: str, name: str, valid: Collection[str], place: Place) -> Problem:
    says = Text(f"{_KINDS[kind]} «{name}» bestaat niet", f"there is no {kind} '{name}'")
    return Problem(f"unknown-{kind}", place, with_nearest(says, name, valid))
