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
TargetGroup = Literal[
    "residents", "home-seekers", "newcomers-to-region", "tenants", "landlords", "families", "pre-school-children",
    "pupils", "young-adults", "job-seekers", "assistance-recipients", "people-with-debts", "care-recipients",
    "professionals", "businesses",
]  # fmt: skip
Right = Literal[
    "residence", "movement", "private-life", "home", "property", "choice-of-work", "social-assistance", "education"
]
Effect = Literal[
    "supports", "gives-priority", "imposes-duty", "relieves-duty", "screens-people", "shares-data", "gives-aid",
    "lowers-tax", "adds-school-time", "relieves-debts", "offers-work", "adds-homes",
]  # fmt: skip
FundingLine = Literal["sixteen-areas", "other-areas"]
Stage = Literal["application", "decision", "regulation", "execution"]

CHOICES: dict[str, tuple[str, ...]] = {
    "body": get_args(Body),
    "part": get_args(PartKind),
    "screening": get_args(Screening),
    "domain": get_args(Domain),
    "target-group": get_args(TargetGroup),
    "right": get_args(Right),
    "effect": get_args(Effect),
    "programme": get_args(Programme),
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
    "decider": Text("het orgaan dat beslist", "the body that decides"),
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
    "residents": Text("bewoners", "residents"),
    "home-seekers": Text("woningzoekenden", "home-seekers"),
    "newcomers-to-region": Text("nieuwkomers in de regio", "newcomers to the region"),
    "tenants": Text("huurders", "tenants"),
    "landlords": Text("verhuurders", "landlords"),
    "families": Text("gezinnen", "families"),
    "pre-school-children": Text("peuters en kleuters", "pre-school children"),
    "pupils": Text("leerlingen", "pupils"),
    "young-adults": Text("jongvolwassenen", "young adults"),
    "job-seekers": Text("werkzoekenden", "job-seekers"),
    "assistance-recipients": Text("mensen met bijstand", "people on social assistance"),
    "people-with-debts": Text("mensen met schulden", "people with debts"),
    "care-recipients": Text("mensen met zorg of ondersteuning", "people who get care or support"),
    "professionals": Text("beroepskrachten", "professionals"),
    "businesses": Text("bedrijven", "businesses"),
    "residence": Text("vrije keuze van woonplaats", "free choice of residence"),
    "movement": Text("vrij verkeer", "freedom of movement"),
    "private-life": Text("persoonlijke levenssfeer", "private life"),
    "home": Text("huisrecht", "inviolability of the home"),
    "property": Text("eigendom", "property"),
    "choice-of-work": Text("vrije keuze van arbeid", "free choice of work"),
    "social-assistance": Text("recht op bijstand", "right to social assistance"),
    "education": Text("recht op onderwijs", "right to education"),
    "supports": Text("ondersteunt", "supports"),
    "gives-priority": Text("geeft voorrang", "gives priority"),
    "imposes-duty": Text("legt een plicht op", "imposes a duty"),
    "relieves-duty": Text("ontheft van een plicht", "relieves of a duty"),
    "screens-people": Text("screent mensen", "screens people"),
    "shares-data": Text("deelt gegevens", "shares data"),
    "gives-aid": Text("geeft steun aan ondernemingen", "gives aid to undertakings"),
    "lowers-tax": Text("verlaagt belasting", "lowers tax"),
    "adds-school-time": Text("voegt onderwijstijd toe", "adds school time"),
    "relieves-debts": Text("lost schulden op", "relieves debts"),
    "offers-work": Text("biedt werk", "offers work"),
    "adds-homes": Text("voegt woningen toe", "adds homes"),
    "manifest-16": Text("de zestien gebieden van het manifest", "the sixteen areas of the manifesto"),
    "sixteen-areas": Text("geld voor de zestien gebieden", "money for the sixteen areas"),
    "other-areas": Text("geld voor andere gebieden", "money for other areas"),
    "nplv-20": Text("de twintig van het nationaal programma", "the twenty of the national programme"),
    "barred": Text("uitgesloten", "barred"),
    "ineligible": Text("komt niet in aanmerking", "not eligible"),
    "undecided": Text("onbeslist", "undecided"),
    "eligible": Text("komt in aanmerking", "eligible"),
    "unneeded": Text("niet nodig", "unneeded"),
    "met": Text("voldaan", "met"),
    "unmet": Text("niet voldaan", "not met"),
    "unknown": Text("onbekend", "unknown"),
    "find": Text("op zoek naar een instrument", "in search of an instrument"),
    "true": Text("ja", "yes"),
    "false": Text("nee", "no"),
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
