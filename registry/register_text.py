"""The register for people and as data: a dossier, a history, what is in force, what was found."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any

from registry.act_inputs import INPUTS
from registry.days import day_in, interval
from registry.entries import Effect, Entry, Exemption, Record, in_force
from registry.findings import AuditFinding, day_of, findings, kept
from registry.lines import painted, wrapped
from registry.words import WORDS, word
from rules import period
from rules.check import Checked
from rules.period import FAR_AHEAD, Day, Term, on
from rules.text import Language, Text
from rules.vocabulary import reading

if TYPE_CHECKING:
    from registry.acts import Guarded, Preview
    from registry.questions import Found

Row = dict[str, Any]


def dossier(record: Record, entries: Sequence[Entry], today: date, language: Language, colour: bool) -> Iterator[str]:
    """A measure in the register: where it stands, its exemptions and conditions, and every act on it."""
    title = Text(**record.about["title"]).read(language)
    yield from wrapped(f"{record.name}, v{record.version}: {title}")
    verdict = reading(record.verdict).read(language)
    yield from wrapped(f"{word('verdict', language)}: {verdict}", 2)
    for line, state in record.lines.items():
        yield f"  {word(line, language)}: {word(state, language)}"
    if record.against_verdict:
        yield from wrapped(f"{word('against the verdict', language)}: {record.against_verdict}", 2, "! ")
    for each in record.exemptions:
        now = word(_NOW[in_force(record.effect, each, today)], language)
        yield from wrapped(f"{each.part}, {each.instrument}: {term_words(each, language)}, {now}", 2, "- ")
    if record.conditions:
        yield painted(word("conditions", language), "bold", colour)
        told = zip(record.conditions, kept(entries, len(record.conditions)), strict=True)
        for number, (condition, report) in enumerate(told, 1):
            yield from wrapped(f"{condition} – {kept_words(report, language)}", 2, f"{number} ")
    if found := list(findings(entries)):
        yield painted(word("findings", language), "bold", colour)
        for raised in found:
            yield from wrapped(_found_words(raised, language), 2, f"{raised.entry.number} ")
    yield painted(word("acts", language), "bold", colour)
    for entry in entries:
        yield from _act(entry, language)


def kept_words(report: Entry | None, language: Language) -> str:
    """Whether a condition was kept, as it was last recorded, and on which day."""
    if report is None:
        return word("not reported", language)
    return f"{fixed_word(report.data.get('kept'), language)} ({day_of(report)})"


def _found_words(each: AuditFinding, language: Language) -> str:
    about = f"{each.about.number} {each.about.kind}" if each.about else "–"
    stands = word("closed" if each.closed else "open", language)
    weight = fixed_word(each.entry.data.get("weight"), language)
    return f"{about}, {weight}, {stands}: {each.entry.data.get('reasons', '')}"


def fixed_word(value: object, language: Language) -> str:
    """A fixed word where it is one, else what stands there."""
    return word(value, language) if isinstance(value, str) and value in WORDS else str(value)


_FIXED = ("outcome", "weight", "state", "kept")
_NOW = {True: "in force now", False: "not in force now", None: "not known whether now"}


def verdict_lines(checked: Checked, language: Language) -> Iterator[str]:
    """The verdict of a check, and the provisions on which it breaks."""
    yield f"{word('verdict', language)}: {reading(checked.verdict).read(language)}"
    against = {
        f"{result.law.law} {outcome.rule.cited}: {outcome.rule.says.read(language)}": None
        for result in checked.results
        if result.law
        for outcome in result.blockers
    }
    for text in against:
        yield from wrapped(text, 2, "✗ ")


def history(name: str, entries: Sequence[Entry], language: Language, colour: bool) -> Iterator[str]:
    """Every act on a measure: who, when, for whom, with which document and why."""
    yield painted(word("acts", language), "bold", colour) + f" – {name}"
    for entry in entries:
        yield from _act(entry, language)
        if entry.document:
            yield f"    SHA-256 {entry.document}"


_TOLD = (
    "entry", "finding", "condition", "weight", "state", "kept",
    "outcome", "on", "from", "due", "minister", "where", "attached", "reasons", "against_verdict",
)  # fmt: skip


def _act(entry: Entry, language: Language) -> Iterator[str]:
    told = [_told(name, str(entry.data[name]), language) for name in _TOLD if entry.data.get(name) not in (None, "")]
    if entry.kind == "submit":
        told.insert(0, reading(str(entry.data["verdict"])).read(language))
    if entry.kind == "correct":
        told.insert(1, ", ".join(f"{name} = {to}" for name, to in entry.data["set"].items()))
    body = entry.data.get("body")
    who = f"{entry.actor}{f' ({body})' if body else ''}"
    said = f"{entry.recorded:%Y-%m-%d %H:%M} UTC {entry.kind}, {who}"
    yield from wrapped(f"{said}{': ' if told else ''}{'; '.join(told)}", 2, f"{entry.number} ")


def _told(name: str, value: str, language: Language) -> str:
    if name in ("on", "from"):
        with suppress(ValueError):  # whatever was written past this program is told as it stands
            return day_words(day_in(value), language)
    return fixed_word(value, language) if name in _FIXED else value


def in_force_lines(
    on_day: date, known_on: date | None, begun: date | None, found: "Sequence[Found]", language: Language, colour: bool
) -> Iterator[str]:
    """What is in force on a day, by municipality; after it, of what that is not known; and that nothing was, before
    the register had `begun`."""
    known = f", {word('as known on', language)} {known_on}" if known_on else ""
    yield painted(
        f"{word('in force on', language)} {on_day}{known}: {sum(each.holds or False for each in found)}", "bold", colour
    )
    if early := before_the_register(known_on, begun, language):
        yield from wrapped(early)
    unknown = [each for each in found if each.holds is None]
    yield from _grouped([each for each in found if each.holds], language)
    if unknown:
        yield painted(f"{word('not known whether', language)}: {len(unknown)}", "bold", colour)
        yield from _grouped(unknown, language)


def before_the_register(known_on: date | None, begun: date | None, language: Language) -> str:
    """Why nothing was known on that day, where the register had nothing recorded yet; else nothing."""
    if known_on is None or (begun is not None and known_on >= begun):
        return ""
    told = word("nothing recorded by then", language).format(day=known_on)
    return f"{told} {word('first recorded', language).format(day=begun)}" if begun else told


def _grouped(found: "Sequence[Found]", language: Language) -> Iterator[str]:
    """Parts with the same story share a line."""
    alike: dict[tuple[str, str], list[Found]] = {}
    for each in found:
        said = f"{each.exemption.instrument}: {term_words(each.exemption, language)}"
        if each.holds is None:
            said = f"{said} ({why_unknown(each.exemption, each.effect).read(language)})"
        alike.setdefault((each.exemption.measure, said), []).append(each)
    for (measure, said), group in alike.items():
        parts = ", ".join(each.exemption.part for each in group)
        mark = "? " if group[0].holds is None else "! " if group[0].against_verdict else "- "
        yield from wrapped(f"{group[0].exemption.municipality} {parts} – {said} · {measure}", 0, mark)


def why_unknown(exemption: Exemption, effect: Effect) -> Text:
    """Which day is missing to know whether it is in force."""
    published = effect.published
    missing = [
        says
        for day, says in (
            (published, Text("dag van bekendmaking onbekend", "day of making known unknown")),
            (exemption.first, Text("eerste dag onbekend", "first day unknown")),
            (exemption.last, Text("laatste dag onbekend", "last day unknown")),
        )
        if day and not day.exact and day.last == FAR_AHEAD
    ] or [Text("een datum is niet op de dag bekend", "a date is not known to the day")]
    return Text(", ".join(each.nl for each in missing), ", ".join(each.en for each in missing))


def term_words(each: Exemption, language: Language) -> str:
    """The first and the last day of an exemption, as people read them."""
    return f"{day_words(each.first, language)} – {day_words(each.last, language)}"


def day_words(day: Day, language: Language) -> str:
    """A day as people read it: unknown, or no end, where it has none."""
    if day.exact:
        return word("no end", language) if day.first == FAR_AHEAD else str(day)
    return word("unknown", language) if day.last == FAR_AHEAD else str(day)


def listing_lines(rows: Sequence[Row], language: Language) -> Iterator[str]:
    """What a search found: a measure a line, with where it stands."""
    for row in rows:
        title = row["title_nl" if language == "nl" else "title_en"]
        yield from wrapped(
            f"{row['name']} [{word(row['procedure'], language)}] {row['municipality']}: {title}", 0, "- "
        )
    yield f"{word('found', language)}: {len(rows)}"


def people_lines(rows: Sequence[Row], today: date, language: Language) -> Iterator[str]:
    """A role a line, with its days and mandate; marked where it does not hold today."""
    for row in rows:
        holds = period.in_force(Term(on(row["first"]), on(row["last"])), today)
        term = f"{row['first']} – {day_words(on(row['last']), language)}"
        mandate = f"; {row['mandate']}" if row["mandate"] else ""
        name = word("name erased", language) if row["name"] is None else row["name"]
        said = f"{row['person']} ({name}): {row['role']}, {row['body']}, {term}{mandate}"
        yield from wrapped(said, 0, "- " if holds else "× ")
    yield f"{word('found', language)}: {len(rows)}"


def entry_row(entry: Entry) -> Row:
    """An entry as data."""
    return {**entry._asdict(), "recorded": entry.recorded.isoformat(timespec="microseconds")}


def record_row(record: Record, today: date) -> Row:
    """A measure in the register as data; `in_force` on the day `on`, null where that is not known."""
    return {
        "measure": record.name,
        "version": record.version,
        **record.lines,
        "about": dict(record.about),
        "verdict": record.verdict,
        "document": record.document,
        "decision": record.decision,
        "decided": _written(record.decided),
        "published": _written(record.published),
        "withdrawn": record.withdrawn and record.withdrawn.isoformat(),
        "annulled": record.annulled and record.annulled.isoformat(),
        "suspensions": [[each and each.isoformat() for each in pair] for pair in record.suspensions],
        "agreements": {minister: on.isoformat() for minister, on in record.agreements.items()},
        "conditions": list(record.conditions),
        "against_verdict": record.against_verdict,
        "on": today.isoformat(),
        "exemptions": [
            {**exemption_row(each), "in_force": in_force(record.effect, each, today)} for each in record.exemptions
        ],
    }


def exemption_row(each: Exemption) -> Row:
    """An exemption as data; a day not known to the day as the first and last that it can be."""
    return {"measure": each.measure, **each.data}


def found_row(found: "Found", language: Language) -> Row:
    """An exemption that is, or may be, in force as data."""
    return {
        **exemption_row(found.exemption),
        "title": found.titles.read(language),
        "published": _written(found.effect.published),
        "in_force": found.holds,
        "why": why_unknown(found.exemption, found.effect).read(language) if found.holds is None else None,
        "against_verdict": found.against_verdict,
    }


def plain(row: Mapping[str, Any]) -> Row:
    """The row with days as text."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}


def _written(day: Day | None) -> str | None:
    return interval(day) if day else None


_QUIET = ("hashes", "receipt")  # for machines: the rules and the documents that the check rested on


def preview_lines(seen: "Preview", language: Language, colour: bool) -> Iterator[str]:
    """Which guards stand in the way of an act, what it would record, and which guards let it pass."""
    if seen.refused:
        yield from wrapped(f"{word('refused', language)} [{seen.refused.code}]: {seen.refused.why.read(language)}")
    refusing = [each for each in seen.guards if each.refuses]
    passed = [each for each in seen.guards if not each.refuses]
    yield from _guards(refusing, "blockers", ("✗", "red"), language, colour)
    if seen.data is not None:
        yield painted(word("would record", language), "bold", colour)
        for name, value in _flat(seen.data):
            if name not in _QUIET and value not in (None, "", []):
                yield from wrapped(f"{_named(name, language)}: {_valued(name, value, language)}", 2)
    yield from _guards(passed, "guards", ("✓", "green"), language, colour)
    yield word("nothing recorded", language)


def _guards(
    guards: "Sequence[Guarded]", title: str, sign: tuple[str, str], language: Language, colour: bool
) -> Iterator[str]:
    if guards:
        yield painted(word(title, language), "bold", colour)
    for guard in guards:
        says = guard.refuses or guard.says
        first, *more = wrapped(f"{says.read(language)} [{guard.name}]", 2, f"{sign[0]} ")
        yield first.replace(sign[0], painted(*sign, colour), 1)
        yield from more


def _flat(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        if name == "about":
            yield from value.items()
        else:
            yield name, value


def _named(name: str, language: Language) -> str:
    """What a key of an entry is called: as a form asks for it, or a fixed word."""
    if name in INPUTS:
        return INPUTS[name].says.read(language)
    return word(name, language).lower() if name in WORDS else name


def _valued(name: str, value: Any, language: Language) -> str:
    match value:
        case {"nl": _, "en": _}:
            return str(value[language])
        case dict():
            return "; ".join(f"{_named(key, language)}: {_valued(key, each, language)}" for key, each in value.items())
        case list() if name == "exemptions":
            return ", ".join(_exempted(each) for each in value)
        case list():
            return ", ".join(_valued(name, each, language) for each in value)
        case str() if name in _FIXED and value in WORDS:
            return word(value, language)
        case _:
            return reading(str(value)).read(language)


def preview_row(seen: "Preview", language: Language) -> Row:
    """What an act would record, as data; nothing was recorded."""
    return {
        "passes": seen.passes,
        "refused": {"code": seen.refused.code, "why": seen.refused.why.read(language)} if seen.refused else None,
        "data": seen.data,
        "guards": [
            {
                "guard": each.name,
                "says": each.says.read(language),
                "refuses": each.refuses and each.refuses.read(language),
            }
            for each in seen.guards
        ],
    }


def _exempted(row: Mapping[str, Any]) -> str:
    return f"{row['part']} {row['instrument']}"
