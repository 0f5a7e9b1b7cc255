"""The fixed words of the faces, in both languages. What the law says stands in the law files, not here."""

from rules.text import Language, Text

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
    "no rule": Text("Gelezen, en geen regel", "Read, and no rule"),
    "judged by": Text("oordeel van", "judged by"),
    "if": Text("als", "if"),
    "stage": Text("stadium", "stage"),
    "readings": Text("lezing", "reading"),
}


def counted(number: int, one: str, language: Language) -> str:
    """A number with its noun, such as 1 file, 2 files."""
    return f"{number} {word(one if number == 1 else f'{one}s', language)}"


def word(name: str, language: Language) -> str:
    """A fixed word in that language."""
    return WORDS[name].read(language)
