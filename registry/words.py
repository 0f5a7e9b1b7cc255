"""The fixed words of the faces, in both languages. What the law says stands in the law files, not here."""

import re

from rules.text import Language, Text
from rules.vocabulary import reading

WORDS: dict[str, Text] = {
    "day": Text("dag", "day"),
    "open": Text("open", "open"),
    "assumed": Text("aanname", "assumption"),
    "by": Text("door", "by"),
    "parts": Text("delen", "parts"),
    "found": Text("gevonden", "found"),
    "asked": Text("gevraagd", "asked"),
    "source": Text("bron", "source"),
    "as of": Text("peildatum", "as of"),
    "problems": Text("Problemen", "Problems"),
    "verdict": Text("Uitslag", "Verdict"),
    "blockers": Text("Wat in de weg staat", "What stands in the way"),
    "questions": Text("Wat nog open is", "What is still open"),
    "assumptions": Text("Waarvan is uitgegaan", "What is assumed"),
    "rules": Text("Regels", "Rules"),
    "duties": Text("Wat hierna komt", "What comes next"),
    "facts": Text("Feiten en bronnen", "Facts and sources"),
    "as shown": Text("zoals het voorbeeld laat zien", "as the example shows"),
    "judged": Text("oordeel", "judgement"),
    "inferred": Text("afgeleid", "inferred"),
    "due": Text("uiterlijk", "due by"),
    "silence": Text("zwijgen geldt als: ", "silence counts as: "),
    "may": Text(
        "Niets in de wet staat eraan in de weg. De bevoegdheid blijft een bevoegdheid: toewijzen mag, maar hoeft niet.",
        "Nothing in law stands against it. The power stays a power: it may be granted, it need not be.",
    ),
    "ordinary": Text(
        "Er is geen uitzondering nodig: een gewone bevoegdheid volstaat.",
        "No exception is needed: an ordinary power will do.",
    ),
    "file": Text("bestand", "file"),
    "files": Text("bestanden", "files"),
    "measure": Text("maatregel", "measure"),
    "measures": Text("maatregelen", "measures"),
    "example": Text("voorbeeld zoals verwacht", "example as expected"),
    "examples": Text("voorbeelden zoals verwacht", "examples as expected"),
    "errors": Text("fouten", "errors"),
    "warnings": Text("waarschuwingen", "warnings"),
    "error": Text("fout", "error"),
    "warning": Text("waarschuwing", "warning"),
    "note": Text("let op", "note"),
    "in force": Text("geldt", "in force"),
    "ended": Text("vervallen", "ended"),
    "proposal": Text("voorstel", "proposal"),
    "asked by": Text("gevraagd door", "asked by"),
    "decided by": Text("besloten door", "decided by"),
    "text of the day": Text("de tekst die gold op {day} ({term})", "the text in force on {day} ({term})"),
    "text chosen": Text("een tekst die gekozen is, welke dag het ook is", "a text that was chosen, whatever the day"),
    "the text means": Text("de tekst bedoelt", "the text means"),
    "competent": Text("bevoegd was", "competent was"),
    "text known": Text("de tekst is bekend voor", "the text is known for"),
    "was": Text("was", "was"),
    "after": Text("na", "after"),
    "and": Text("en", "and"),
    "or": Text("of", "or"),
    "not": Text("niet", "not"),
    "also for": Text("geldt nu ook voor", "now also for"),
    "no longer for": Text("geldt niet meer voor", "no longer for"),
    "no difference": Text(
        "geen verschil in instrumenten, regels of ministers", "no change in instruments, rules or ministers"
    ),
    "diff legend": Text("+ erbij, – weg, ~ anders", "+ added, – gone, ~ changed"),
    "diff instruments": Text("Instrumenten", "Instruments"),
    "diff rules": Text("Regels", "Rules"),
    "diff paragraphs": Text("Leden zonder regel", "Paragraphs without a rule"),
    "diff cite": Text("plaats", "place"),
    "diff stage": Text("stadium", "stage"),
    "diff when": Text("geldt als", "holds if"),
    "diff require": Text("eis", "requirement"),
    "diff readings": Text("lezingen", "readings"),
    "diff judge": Text("oordeel van", "judged by"),
    "diff conclude": Text("volgt uit", "follows from"),
    "diff departs_from": Text("wijkt af van", "departs from"),
    "diff deadline": Text("termijn", "term"),
    "scenario": Text("scenario", "scenario"),
    "scenarios": Text("scenario's", "scenarios"),
    "case": Text("geval", "case"),
    "cases": Text("gevallen", "cases"),
    "passed": Text("goed", "passed"),
    "failed": Text("fout", "failed"),
    "of": Text("van", "of"),
    "not seen": Text("niet gezien", "not seen"),
    "no scenarios": Text("geen enkel scenario toetst deze wet", "no scenario tests this law"),
    "no rule": Text("Gelezen, en geen regel", "Read, and no rule"),
    "judged by": Text("oordeel van", "judged by"),
    "if": Text("als", "if"),
    "stage": Text("stadium", "stage"),
    "readings": Text("lezing", "reading"),
}


_LENGTHS = {
    "year": "jaar", "years": "jaar", "month": "maand", "months": "maanden",
    "week": "week", "weeks": "weken", "day": "dag", "days": "dagen",
}  # fmt: skip
_LENGTH = re.compile(r"(\d+) (\w+)")


def value_words(written: str, language: Language) -> str:
    """A value as people read it: a word from a closed list by its name, a length of time in the language."""
    length = _LENGTH.fullmatch(written)
    if language == "nl" and length and length[2] in _LENGTHS:
        return f"{length[1]} {_LENGTHS[length[2]]}"
    return reading(written).read(language)


def counted(number: int, one: str, language: Language) -> str:
    """A number with its noun, such as 1 file, 2 files."""
    return f"{number} {word(one if number == 1 else f'{one}s', language)}"


def word(name: str, language: Language) -> str:
    """A fixed word in that language."""
    return WORDS[name].read(language)
