"""The words of the screens, in both languages; those of every face stand in registry/words.py."""

from registry.words import WORDS
from rules.text import Language, Text

_SCREENS: dict[str, Text] = {
    # places
    "at measures": Text("Maatregelen", "Measures"),
    "at measure": Text("Maatregel", "Measure"),
    "at draft": Text("Concept", "Draft"),
    "at areas": Text("Gebieden", "Areas"),
    "at register": Text("Register", "Register"),
    "at deadlines": Text("Termijnen", "Deadlines"),
    "at law": Text("Wet", "Law"),
    # keys
    "help": Text("hulp", "help"),
    "palette": Text("opdrachten", "commands"),
    "back": Text("terug", "back"),
    "quit": Text("stoppen", "quit"),
    "search": Text("zoeken", "search"),
    "filters": Text("filters", "filters"),
    "sort": Text("sorteren", "sort"),
    "preview": Text("voorbeeld", "preview"),
    "source of rows": Text("bestanden", "files"),
    "copy": Text("kopiëren", "copy"),
    "export": Text("bewaren als", "save as"),
    "language": Text("English", "Nederlands"),
    "open": Text("openen", "open"),
    "new measure": Text("nieuw", "new"),
    "edit": Text("wijzigen", "edit"),
    "act": Text("handelen", "act"),
    "advice": Text("advies", "advice"),
    "what if": Text("wat als", "what if"),
    "undo what if": Text("zonder", "without it"),
    "next stop": Text("knelpunt", "obstacle"),
    "previous stop": Text("vorig knelpunt", "previous obstacle"),
    "yaml": Text("YAML", "YAML"),
    "history": Text("geschiedenis", "history"),
    "on day": Text("op dag", "on day"),
    "known on": Text("zoals bekend op", "as known on"),
    "timeline": Text("tijdlijn", "timeline"),
    "diff": Text("verschil", "diff"),
    "coverage": Text("dekking", "coverage"),
    "versions": Text("versies", "versions"),
    "whole": Text("voluit", "in full"),
    "add item": Text("erbij", "add"),
    "remove": Text("weg", "remove"),
    "save": Text("bewaren", "save"),
    "record": Text("vastleggen", "record"),
    "cancel": Text("annuleren", "cancel"),
    "close": Text("sluiten", "close"),
    "find command": Text("Zoek een opdracht", "Find a command"),
    "keys": Text("toetsen", "keys"),
    "theme": Text("kleuren", "theme"),
    "who": Text("wie handelt", "who acts"),
    "people": Text("wie mag handelen", "who may act"),
    "reload": Text("vernieuwen", "reload"),
    "decide": Text("besluit schrijven", "write a decision"),
    # questions and answers
    "working": Text("bezig … (Esc: laat maar)", "working … (Esc: never mind)"),
    "stopped waiting": Text("Niet afgewacht.", "No longer waited for."),
    "no register": Text(
        "Er is nog geen register op {at}.\n\nEen nieuw register kan meteen vol zijn: met de besluiten van"
        " vroeger die zijn"
        " meegeleverd, uit openbare bronnen opgemaakt.",
        "There is no register at {at} yet.\n\nA new register can be full at once: with the decisions of the"
        " past that are"
        " shipped, rebuilt from public sources.",
    ),
    "make with history": Text("Maak het, met de geschiedenis", "Make it, with the history"),
    "make empty": Text("Maak een leeg register", "Make an empty register"),
    "only look": Text("Niet nu (stoppen)", "Not now (quit)"),
    "making": Text("Het register wordt gemaakt …", "The register is being made …"),
    "no rows": Text(
        "Niets gevonden. Wis het zoekwoord (Esc) of de filters (f), of kijk bij de bestanden (b).",
        "Nothing found. Clear the words (Esc) or the filters (f), or look among the files (b).",
    ),
    "empty register": Text(
        "Dit register is nog leeg. Dien een maatregel in: n begint een nieuwe, b toont de bestanden.",
        "This register is still empty. Submit a measure: n starts a new one, b shows the files.",
    ),
    "nothing in force": Text(
        "Op deze dag is, voor zover bekend, niets van kracht.", "On this day, as far as is known, nothing is in force."
    ),
    "copied": Text("Gekopieerd.", "Copied."),
    "saved": Text("Bewaard: {at}", "Saved: {at}"),
    "save as": Text("Bewaren als (bestand: {kinds})", "Save as (file: {kinds})"),
    "search for": Text("Zoek naar", "Search for"),
    "which day": Text("Welke dag? (2019-06-01; leeg: vandaag)", "Which day? (2019-06-01; empty: today)"),
    "known on which day": Text(
        "Zoals bekend op welke dag? (leeg: alles wat nu bekend is)",
        "As known on which day? (empty: all that is known now)",
    ),
    "no such day": Text("Dat is geen dag: schrijf 2019-06-01.", "That is no day: write 2019-06-01."),
    "suppose": Text("Stel dat: {fact}", "Suppose: {fact}"),
    "no fact here": Text("Ga op een feit staan (een regel openklappen).", "Go to a fact first (unfold a rule)."),
    "no stop": Text("Geen knelpunten.", "No obstacles."),
    "name of it": Text(
        "Naam van de maatregel (kleine letters en streepjes)", "Name of the measure (small letters, hyphens)"
    ),
    "who are you": Text("Wie bent u in dit register?", "Who are you in this register?"),
    "nobody yet": Text(
        "Nog niemand mag handelen: voeg iemand toe met regelruimte person.",
        "Nobody may act yet: add somebody with regelruimte person.",
    ),
    "lost changes": Text(
        "Er zijn wijzigingen die niet bewaard zijn. Het concept blijft liggen; toch sluiten?",
        "There are changes that were not saved. The draft is kept; close all the same?",
    ),
    "draft found": Text("Uw concept van de vorige keer is er nog.", "Your draft of last time is still there."),
    "files changed": Text("De bestanden zijn veranderd: opnieuw gelezen.", "The files have changed: read again."),
    "choose act": Text("Wat wilt u doen?", "What would you do?"),
    "no act": Text("Er kan nu niets met deze maatregel.", "Nothing can be done with this measure now."),
    "only in register": Text(
        "Deze maatregel staat niet in het register: dien haar eerst in (e, dan Ctrl+R).",
        "This measure is not in the register: submit it first (e, then Ctrl+R).",
    ),
    "type to confirm": Text("Typ {measure} om het vast te leggen", "Type {measure} to record it"),
    "recorded": Text("Vastgelegd: {number}", "Recorded: {number}"),
    "stands in the way": Text("Nog niet vast te leggen", "Not to be recorded yet"),
    "nothing in the way": Text("Niets staat in de weg.", "Nothing stands in the way."),
    "fill in field": Text("Vul nog in: {field}", "Still to fill in: {field}"),
    "no day": Text("{field}: «{written}» is geen dag (2026-12-01)", "{field}: '{written}' is no day (2026-12-01)"),
    "no number": Text("{field}: «{written}» is geen getal", "{field}: '{written}' is no number"),
    "no settings": Text(
        "{field}: verwacht naam=waarde, gevonden «{written}»", "{field}: expected name=value, found '{written}'"
    ),
    "no file": Text("{field}: «{written}» is niet te lezen", "{field}: '{written}' cannot be read"),
    "document whole": Text(
        "Het document is compleet; Ctrl+R laat zien wat het zou vastleggen.",
        "The document is complete; Ctrl+R shows what it would record.",
    ),
    "fill in": Text(
        "Vul in; ernaast of eronder staat wat het zou vastleggen.", "Fill in; beside or below is what it would record."
    ),
    "your advice": Text(
        "Wat zegt u ervan? (uw oordeel komt bovenaan)",
        "What do you say? (it comes first in the note)",
    ),
    "not yet": Text(
        "Nog niet te toetsen: {number} velden kloppen niet.",
        "Not to be checked yet: {number} fields wrong.",
    ),
    "hypothetical": Text("VERONDERSTELD – niets hiervan is vastgelegd", "SUPPOSED – none of this is recorded"),
    "choose": Text("Kies: {words}", "Choose: {words}"),
    "example": Text("Bijvoorbeeld: {words}", "For example: {words}"),
    "keys here": Text("Toetsen hier", "Keys here"),
    "keys elsewhere": Text("Toetsen overal", "Keys everywhere"),
    "all": Text("alle", "all"),
    "not known number": Text("{number} onbekend", "{number} not known"),
    "next deadline": Text("Eerstvolgende termijn", "Next deadline"),
    "no deadline ahead": Text("Geen termijn meer in zicht.", "No deadline ahead."),
    "in files": Text("bestanden", "files"),
    "in register": Text("register", "register"),
    # help
    "help measures": Text(
        "Alle maatregelen van het register, of van de bestanden (b). Typ / en een woord om te zoeken; f kiest gebied,"
        " domein, grondslag, uitslag, stand en minister. Enter opent een maatregel.",
        "All measures of the register, or of the files (b). Type / and a word to search; f chooses area, domain,"
        " instrument, verdict, state and minister. Enter opens a measure.",
    ),
    "help measure": Text(
        "De uitslag, bepaling voor bepaling. ] springt naar wat in de weg staat of open is. Ga op een feit"
        " staan en druk w"
        " om te zien wat een andere waarde zou doen: dat legt niets vast. e wijzigt de maatregel in een formulier.",
        "The verdict, provision by provision. ] jumps to what stands in the way or is open. Go to a fact and"
        " press w to see"
        " what another value would do: nothing is recorded. e edits the measure in a form.",
    ),
    "help draft": Text(
        "Een document als formulier. Enter wijzigt een veld, + voegt iets toe aan een lijst, Del haalt iets"
        " weg. De YAML"
        " houdt haar opmerkingen en volgorde. Uw werk wordt bij elke wijziging bewaard, ook als de terminal sterft.",
        "A document as a form. Enter edits a field, + adds to a list, Del removes. The YAML keeps its"
        " comments and order."
        " Your work is kept at every change, also when the terminal dies.",
    ),
    "help areas": Text(
        "De gebieden; van elk de cijfers tegen de drempels van de wet, wat er ligt en wat elkaar raakt. t"
        " toont de tijdlijn.",
        "The areas; of each the figures against the thresholds of the law, what is there and what meets. t shows the"
        " timeline.",
    ),
    "help register": Text(
        "Wat op een dag van kracht is (d), zoals bekend op een andere dag (D). Een vraagteken: dat is niet"
        " bekend, en dan"
        " staat erbij waarom.",
        "What is in force on a day (d), as known on another (D). A question mark: that is not known, and"
        " then it says why.",
    ),
    "help deadlines": Text(
        "De termijnen van alles in het register, op volgorde van dag. x bewaart ze als agenda (.ics).",
        "The deadlines of all that is in the register, by day. x saves them as a calendar (.ics).",
    ),
    "help law": Text(
        "De wetten met hun versies. Enter toont een versie, v alle versies op een tijdas, d wat een versie veranderde,"
        " c welke regels door scenario's zijn getoond.",
        "The laws with their versions. Enter shows a version, v all versions on a time axis, d what a version changed,"
        " c which rules the scenarios show.",
    ),
}  # fmt: skip
NAMES = frozenset(_SCREENS)


def said(name: str, language: Language, **parts: object) -> str:
    """A fixed word in that language, of the screens or of every face, with its parts filled in."""
    text = (_SCREENS.get(name) or WORDS[name]).read(language)
    return text.format(**parts) if parts else text
