"""What if: a fact as somebody supposes it, in the place of what is known. A verdict that rests on one says so."""

from rules import period, quantity
from rules.catalogue import FactDefinition
from rules.facts import GIVEN, Fact, Value
from rules.fields import MUNICIPALITY, Missing
from rules.period import Term
from rules.problems import Wrong, with_nearest
from rules.quantity import Yearly
from rules.text import Text
from rules.vocabulary import CHOICES

SUPPOSED = "supposed"


def supposed(definition: FactDefinition, written: str) -> Fact:
    """The fact with that value, written as a document writes it; Wrong where its type has no such value."""
    stated = written.strip()
    value: Value | Missing = Missing(stated) if stated in ("none", "unknown") else _value(definition, stated)
    return Fact(value, source=SUPPOSED)


def _value(definition: FactDefinition, stated: str) -> Value:
    if definition.unit:
        return quantity.range_of(stated, definition.unit)
    match definition.type:
        case "yearly":
            return Yearly(tuple(sorted(_year(each) for each in stated.split(";"))))
        case "day":
            return period.day(stated)
        case "term":
            if ends := term_ends(stated):
                return Term(period.day(ends[0]), period.day(ends[1]))
        case "flag" if stated in ("true", "false"):
            return stated == "true"
        case "choice":
            return _choice(definition, stated)
        case "choices":
            return tuple(sorted(_choice(definition, each.strip()) for each in stated.split(",")))
        case "statement" if stated == GIVEN:
            return GIVEN
        case "municipality" if MUNICIPALITY.fullmatch(stated):
            return stated
        case "reference" if stated:
            return stated
    raise _wrong(definition, stated)


def term_ends(stated: str) -> tuple[str, str] | None:
    """The first and the last day of a term as it is shown (` – `) or written (`/`)."""
    first, dash, last = stated.partition(" – ") if " – " in stated else stated.partition("/")
    return (first.strip(), last.strip()) if dash else None


def _year(stated: str) -> tuple[int, quantity.Quantity]:
    year, colon, amount = stated.partition(":")
    if not (colon and year.strip().isdecimal()):
        raise Wrong(Text(f"verwacht 2027: € 500000, gevonden «{stated}»", f"expected 2027: € 500000, found '{stated}'"))
    return int(year), quantity.quantity(amount.strip(), "euro")


def _choice(definition: FactDefinition, word: str) -> str:
    valid = CHOICES[definition.choices or ""]
    if word in valid:
        return word
    raise Wrong(with_nearest(Text(f"«{word}» staat niet in de lijst", f"'{word}' is not in the list"), word, valid))


_FORMS = {
    "term": "2027-01-01/2030-12-31",
    "flag": "true, false",
    "statement": GIVEN,
    "municipality": "GM0599",
    "reference": "schiedam-2021-designation",
}


def _wrong(definition: FactDefinition, stated: str) -> Wrong:
    form = f"{_FORMS[definition.type]}, none, unknown"
    return Wrong(Text(f"verwacht {form}; gevonden «{stated}»", f"expected {form}; found '{stated}'"))


def supposition(means: Text, written: str) -> Text:
    """The words with which a verdict says that it rests on a supposed fact."""
    return Text(f"VERONDERSTELD: {means.nl} is «{written}»", f"SUPPOSED: {means.en} is '{written}'")
