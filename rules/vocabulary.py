"""Closed lists of words, each with its reading in Dutch and English."""

from typing import Literal, get_args

from rules.text import Text

Body = Literal["municipal-council", "college", "mayor", "minister", "school-board"]
Domain = Literal["onderwijs", "werk", "hulpverlening", "wonen", "ondermijning"]
PartKind = Literal["complex", "street", "neighbourhood", "area"]
Screening = Literal["certificate-of-conduct", "police-data"]
Programme = Literal["manifest-16", "nplv-20"]
UnitLevel = Literal["district", "neighbourhood"]
Level = Literal["municipality", "remainder", "country", "programme"]
Belonging = Literal["whole", "in-part", "unsure"]
Certainty = Literal["A", "B", "C", "D"]
Hierarchy = Literal["eu", "treaty", "constitution", "act", "decree", "regulation", "by-law"]
Ministry = Literal[
    "az", "bz", "bzk", "fin", "ienw", "jenv", "kgg", "lvvn", "ocw", "szw", "vro", "vrom", "vws", "wr", "wwi"
]
TargetGroup = Literal["newcomers-to-region", "home-seekers", "pupils", "job-seekers", "people-with-debts", "businesses"]
Effect = Literal[
    "limits-residence", "gives-priority", "screens-people", "lowers-tax", "adds-school-time", "shares-data", "supports"
]
Stage = Literal["application", "decision", "regulation", "execution"]

CHOICES: dict[str, tuple[str, ...]] = {
    "body": get_args(Body),
    "part": get_args(PartKind),
    "screening": get_args(Screening),
}

READING: dict[str, Text] = {
    "municipal-council": Text("gemeenteraad", "municipal council"),
    "college": Text("college van burgemeester en wethouders", "municipal executive"),
    "mayor": Text("burgemeester", "mayor"),
    "minister": Text("minister", "minister"),
    "school-board": Text("schoolbestuur", "school board"),
    "onderwijs": Text("onderwijs", "education"),
    "werk": Text("werk", "work"),
    "hulpverlening": Text("hulpverlening", "care and support"),
    "wonen": Text("wonen", "housing"),
    "ondermijning": Text("ondermijning", "undermining crime"),
    "complex": Text("complex", "complex"),
    "street": Text("straat", "street"),
    "neighbourhood": Text("buurt", "neighbourhood"),
    "area": Text("gebied", "area"),
    "district": Text("wijk", "district"),
    "municipality": Text("gemeente", "municipality"),
    "remainder": Text("rest van de gemeente", "rest of the municipality"),
    "country": Text("land", "country"),
    "programme": Text("programma", "programme"),
    "whole": Text("geheel", "whole"),
    "in-part": Text("deels", "in part"),
    "unsure": Text("onzeker", "unsure"),
    "certificate-of-conduct": Text("verklaring omtrent het gedrag", "certificate of conduct"),
    "police-data": Text("politiegegevens", "police data"),
    "proposer": Text("de aanvrager", "the applicant"),
    "another-body": Text("een ander orgaan", "another body"),
    "nobody": Text("niemand", "nobody"),
    "az": Text("minister-president", "Prime Minister"),
    "bz": Text("minister van Buitenlandse Zaken", "Minister of Foreign Affairs"),
    "bzk": Text("minister van BZK", "Minister of the Interior"),
    "fin": Text("minister van Financiën", "Minister of Finance"),
    "ienw": Text("minister van IenW", "Minister of Infrastructure"),
    "jenv": Text("minister van JenV", "Minister of Justice"),
    "kgg": Text("minister van KGG", "Minister of Climate"),
    "lvvn": Text("minister van LVVN", "Minister of Agriculture"),
    "ocw": Text("minister van OCW", "Minister of Education"),
    "szw": Text("minister van SZW", "Minister of Social Affairs"),
    "vro": Text("minister van VRO", "Minister of Housing"),
    "vrom": Text("minister van VROM", "Minister of Housing, Spatial Planning and the Environment"),
    "vws": Text("minister van VWS", "Minister of Health"),
    "wr": Text("minister voor Wonen en Rijksdienst", "Minister for Housing and Central Government"),
    "wwi": Text("minister voor Wonen, Wijken en Integratie", "Minister for Housing, Neighbourhoods and Integration"),
    "newcomers-to-region": Text("nieuwkomers in de regio", "newcomers to the region"),
    "home-seekers": Text("woningzoekenden", "home-seekers"),
    "pupils": Text("leerlingen", "pupils"),
    "job-seekers": Text("werkzoekenden", "job-seekers"),
    "people-with-debts": Text("mensen met schulden", "people with debts"),
    "businesses": Text("bedrijven", "businesses"),
    "limits-residence": Text("beperkt vrije vestiging", "limits free residence"),
    "gives-priority": Text("geeft voorrang", "gives priority"),
    "screens-people": Text("screent mensen", "screens people"),
    "lowers-tax": Text("verlaagt belasting", "lowers tax"),
    "adds-school-time": Text("voegt onderwijstijd toe", "adds school time"),
    "shares-data": Text("deelt gegevens", "shares data"),
    "supports": Text("ondersteunt", "supports"),
    "barred": Text("uitgesloten", "barred"),
    "ineligible": Text("komt niet in aanmerking", "not eligible"),
    "undecided": Text("onbeslist", "undecided"),
    "eligible": Text("komt in aanmerking", "eligible"),
    "unneeded": Text("niet nodig", "unneeded"),
    "met": Text("voldaan", "met"),
    "unmet": Text("niet voldaan", "not met"),
    "unknown": Text("onbekend", "unknown"),
    "given": Text("aanwezig", "present"),
    "none": Text("geen", "none"),
    "pending": Text("wacht op oordeel", "awaits judgement"),
    "open": Text("open", "open"),
    "due": Text("uiterste dag", "due day"),
    "judged met": Text("geoordeeld: voldaan", "judged met"),
    "judged unmet": Text("geoordeeld: niet voldaan", "judged not met"),
    "contested": Text("lezingen verschillen", "readings differ"),
    "not_applicable": Text("niet van toepassing", "not applicable"),
    "adviser": Text("de juridisch adviseur", "the legal adviser"),
    "publish": Text("bekendmaken", "make known"),
    "granted": Text("toegewezen", "granted"),
    "application": Text("aanvraag", "application"),
    "decision": Text("besluit", "decision"),
    "regulation": Text("verordening", "by-law"),
    "execution": Text("uitvoering", "execution"),
}


def reading(word: str) -> Text:
    """The wording of a word from a closed list; the word itself where it has none."""
    return READING.get(word) or Text(word, word)
