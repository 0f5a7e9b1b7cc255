"""`law diff`: what one version of a law changed against another, as data and in words."""

from collections.abc import Iterator
from typing import Any

from registry.conditions import condition_words
from registry.lines import painted, wrapped
from registry.words import value_words, word
from rules.condition import Comparison, Every, Negation, Some
from rules.difference import Aspect, Difference, RuleChange
from rules.law import Deadline, Instrument, LawVersion, NoRule, Rule
from rules.ministers import ministers
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]


def difference_row(found: Difference, language: Language) -> Row:
    """A difference as data."""
    return {
        "law": found.new.law,
        "old": found.old.version.isoformat(),
        "new": found.new.version.isoformat(),
        "instruments": [
            {
                "instrument": (each.new or each.old or _NEVER).name,
                "change": _kind(each.old, each.new),
                "old": _instrument(each.old, language),
                "new": _instrument(each.new, language),
            }
            for each in found.instruments
        ],
        "ministers": _minister_row(found),
        "rules": [
            {
                "rule": (each.new or each.old or _NEVER).name,
                "was": each.old.name if each.old and each.new and each.old.name != each.new.name else None,
                "change": _kind(each.old, each.new),
                "aspects": list(each.aspects),
                "citation": str((each.new or each.old or _NEVER).cite),
                "old": each.old.says.read(language) if each.old else None,
                "new": each.new.says.read(language) if each.new else None,
                "words": list(_words(each, found, language)),
            }
            for each in found.rules
        ],
        "paragraphs": [
            {
                "citation": str((each.new or each.old or _NEVER).cite),
                "change": _kind(each.old, each.new),
                "old": _because(each.old, language),
                "new": _because(each.new, language),
            }
            for each in found.paragraphs
        ],
    }


_NEVER: Any = None  # a change has an old or a new side; the types cannot say so


def _kind(old: object, new: object) -> str:
    return "added" if old is None else "repealed" if new is None else "replaced"


def _instrument(instrument: Instrument | None, language: Language) -> str | None:
    return f"{instrument.says.read(language)} ({instrument.article})" if instrument else None


def _because(entry: NoRule | None, language: Language) -> str | None:
    return entry.because.text.read(language) if entry else None


def _minister_row(found: Difference) -> Row | None:
    old, new = (ministers(law.law, law.version).means for law in (found.old, found.new))
    if old is None or new is None or old.minister == new.minister:
        return None
    return {"old": old.minister, "new": new.minister}


def difference_lines(found: Difference, language: Language, colour: bool) -> Iterator[str]:
    """A difference in words: + added, – repealed, ~ replaced."""
    row = difference_row(found, language)
    yield painted(f"{found.old.name} → {found.new.name}", "bold", colour)
    yield from wrapped(word("diff legend", language))
    if not (row["instruments"] or row["rules"] or row["paragraphs"] or row["ministers"]):
        yield from wrapped(word("no difference", language), 2)
    if row["ministers"]:
        was, becomes = (reading(row["ministers"][side]).read(language) for side in ("old", "new"))
        yield from wrapped(f"{word('the text means', language)} {becomes} ({word('was', language)}: {was})", 2, "~ ")
    for name in ("instruments", "rules", "paragraphs"):
        if row[name]:
            yield ""
            yield painted(word(f"diff {name}", language), "bold", colour)
            for each in row[name]:
                yield from _lines(each, language)


def _lines(row: Row, language: Language) -> Iterator[str]:
    mark = {"added": "+ ", "repealed": "– ", "replaced": "~ "}[row["change"]]
    head = row.get("citation") or row["instrument"]
    if row["change"] != "replaced":
        yield from wrapped(f"{head}: {row['new'] or row['old']}", 2, mark)
        return
    yield from wrapped(f"{head}: {row['new']}", 2, mark)
    if row["old"] != row["new"]:
        yield from wrapped(f"{word('was', language)}: {row['old']}", 6)
    for said in row.get("words", ()):
        yield from wrapped(said, 6)


def _words(change: RuleChange, found: Difference, language: Language) -> Iterator[str]:
    """What changed in a rule besides its wording, one sentence an aspect."""
    if change.old is None or change.new is None:
        return
    for aspect in change.aspects:
        if aspect == "on":
            yield from _instruments(change.old, change.new, found, language)
        elif aspect != "says":
            was, becomes = (_aspect(rule, aspect, language) for rule in (change.old, change.new))
            yield f"{word(f'diff {aspect}', language)}: {becomes} ({word('was', language)}: {was})"


def _instruments(old: Rule, new: Rule, found: Difference, language: Language) -> Iterator[str]:
    for name, law, more, less in (("also for", found.new, new, old), ("no longer for", found.old, old, new)):
        if names := sorted(more.on - less.on):
            yield f"{word(name, language)}: {'; '.join(_says(law, each, language) for each in names)}"


def _says(law: LawVersion, instrument: str, language: Language) -> str:
    return law.instruments[instrument].says.read(language)


def _aspect(rule: Rule, aspect: Aspect, language: Language) -> str:
    match getattr(rule, aspect):
        case None | ():
            return "–"
        case Deadline() as deadline:
            within, start = value_words(str(deadline.within), language), deadline.of.means.read(language)
            return f"{reading(deadline.act).read(language)}, {within} {word('after', language)} {start}"
        case Comparison() | Every() | Some() | Negation() as condition:
            return condition_words(condition, language)
        case tuple() as readings:
            return " / ".join(condition_words(way.require, language) for way in readings)
        case other:
            return reading(str(getattr(other, "by", other))).read(language)
