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
    "text known for": Text("de tekst is bekend voor", "the text is known for"),
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
    "received": Text("ontvangen", "received"),
    "decided": Text("besloten", "decided"),
    "made_known": Text("bekendgemaakt", "made known"),
    "term": Text("termijn", "term"),
    "unknown": Text("onbekend", "unknown"),
    "not known": Text("niet bekend", "not known"),
    "none": Text("geen", "none"),
    "yes": Text("ja", "yes"),
    "no": Text("nee", "no"),
    "in force on": Text("van kracht op", "in force on"),
    "no measures": Text("Geen maatregelen bij de hand.", "No measures at hand."),
    "state granted": Text("toegewezen", "granted"),
    "state refused": Text("geweigerd", "refused"),
    "state asked": Text("geen besluit bij de hand", "no decision at hand"),
    "bar granted": Text("toegewezen", "granted"),
    "bar over": Text("toegewezen en voorbij", "granted and over"),
    "bar asked": Text("gevraagd, geen besluit bij de hand", "asked for, no decision at hand"),
    "bar refused": Text("geweigerd", "refused"),
    "bar unknown": Text("termijn onzeker", "term uncertain"),
    "bar open first": Text("eerste dag onbekend", "first day unknown"),
    "bar open last": Text("laatste dag onbekend, of geen", "last day unknown, or none"),
    "bar number": Text("de maatregelen hieronder", "the measures below"),
    "bar middle": Text(
        "Een dag die alleen op de maand of het jaar bekend is, staat in het midden daarvan.",
        "A day that is known to the month or the year only stands in the middle of it.",
    ),
    "no day": Text("geen dag bekend", "no day known"),
    "record example": Text("voorbeeld", "example"),
    "record reconstruction": Text("reconstructie", "reconstruction"),
    "record proposal": Text("voorstel", "proposal"),
    "bar several": Text("meer dan één", "more than one"),
    "text known": Text("tekst bekend", "text known"),
    "text not at hand": Text("van kracht, tekst niet bij de hand", "in force, text not at hand"),
    "goes on": Text("loopt door", "goes on"),
    "version": Text("versie", "version"),
    "deadlines": Text("Termijnen", "Deadlines"),
    "no deadlines": Text("Geen termijnen in deze documenten.", "No deadlines in these documents."),
    "kind due": Text("uiterlijk besluiten", "decide by"),
    "kind silence": Text("zwijgen telt vanaf", "silence counts from"),
    "kind end": Text("laatste dag", "last day"),
    "kind evaluation": Text("verlenging vragen", "ask for extension"),
    "area": Text("gebied", "area"),
    "municipality": Text("gemeente", "municipality"),
    "programmes": Text("programma", "programme"),
    "inhabitants": Text("inwoners", "inhabitants"),
    "areas meant": Text(
        "16 en 20: hoort bij de zestien gebieden van het manifest, bij de twintig van het Nationaal Programma"
        " Leefbaarheid en Veiligheid. #: aantal maatregelen.",
        "16 and 20: one of the sixteen areas of the manifesto, of the twenty of the national programme."
        " #: number of measures.",
    ),
    "manifest-16": Text("de 16 van het manifest", "the 16 of the manifesto"),
    "nplv-20": Text("de 20 van het nationaal programma", "the 20 of the national programme"),
    "outline": Text("omtrek", "outline"),
    "unit": Text("wijk of buurt", "district or neighbourhood"),
    "units": Text("wijken en buurten", "districts and neighbourhoods"),
    "certainty": Text("zekerheid", "certainty"),
    "rounded to": Text("afgerond op", "rounded to"),
    "units here": Text("Wijken en buurten", "Districts and neighbourhoods"),
    "municipal figures": Text("Cijfers van de hele gemeente", "Figures of the whole municipality"),
    "certainties": Text(
        "zekerheid: A de bron zelf, B uit de tweede hand, C uit het hoofd of zonder datum, D onzeker",
        "certainty: A the source itself, B second hand, C from memory or undated, D unsure",
    ),
    "figures and thresholds": Text("Cijfers tegen de drempels van de wet", "Figures against the thresholds of the law"),
    "figures apart": Text("Cijfers zonder drempel in de wet", "Figures without a threshold in law"),
    "disagreements": Text("Cijfers die elkaar tegenspreken", "Figures that disagree"),
    "measures here": Text("Maatregelen in dit gebied", "Measures in this area"),
    "text missing": Text("de tekst is niet bij de hand op", "the text is not at hand on"),
    "bar sure": Text("cijfer", "figure"),
    "bar between": Text("marge", "margin"),
    "bar rest": Text("rest van de schaal", "rest of the scale"),
    "bar threshold": Text("drempel", "threshold"),
    "at_least": Text("ten minste", "at least"),
    "at_most": Text("ten hoogste", "at most"),
    "is": Text("gelijk aan", "equal to"),
    "does not count": Text("telt niet op deze dag", "does not count on this day"),
    "invented": Text("bedacht ter illustratie", "invented for illustration"),
    "judged on": Text("getoetst op", "judged on"),
    "part": Text("deel", "part"),
    "advice": Text("advies, geen wet", "advice, not law"),
    "when past": Text("geweest", "past"),
    "when today": Text("vandaag", "today"),
    "when coming": Text("komt", "coming"),
    "when unknown": Text("onbekend", "unknown"),
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
