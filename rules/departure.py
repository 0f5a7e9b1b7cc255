"""What can set a provision aside, in words: which basis the catalogue knows, and which instruments at hand open it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from rules.lawbook import Lawbook
from rules.provisions import Departure, Provision
from rules.text import Text

Openers = Mapping[str, Sequence[Text]]


def openers_on(book: Lawbook, day: date) -> Openers:
    """For each provision, by its key, the instruments that open it under the texts of that day."""
    found: dict[str, list[Text]] = defaultdict(list)
    for law in book.laws():
        version = book.on(law, day)
        for instrument in version.instruments.values() if version else ():
            for key in instrument.opens:
                name = f"{law}/{instrument.name}"
                nl, en = (" (voorstel)", " (proposal)") if version and version.status == "proposal" else ("", "")
                found[key].append(Text(f"{name}, {instrument.says.nl}{nl}", f"{name}, {instrument.says.en}{en}"))
    return found


def not_opened(link: str, known: Provision | None) -> Text:
    """Whether a provision may be set aside that the instrument asked for does not open."""
    if known is None or known.entry.departs is None:
        return _no_basis(link, known)
    said, only = _named(known), _only_by(known.entry.departs)
    return Text(
        nl=f"{said.nl}: {only.nl}; het gevraagde instrument is dat niet",
        en=f"{said.en}: {only.en}; the instrument asked for is not that",
    )


def ways(link: str, known: Provision | None, openers: Openers) -> Text:
    """What could set a provision aside, where no instrument is asked for."""
    at_hand = openers.get(known.key, ()) if known else ()
    nl = "; ".join(each.nl for each in at_hand)
    en = "; ".join(each.en for each in at_hand)
    if known is None or known.entry.departs is None:
        says = _no_basis(link, known)
    else:
        said, only = _named(known), _only_by(known.entry.departs)
        says = Text(f"{said.nl}: {only.nl}", f"{said.en}: {only.en}")
    if not at_hand:
        return says
    return Text(f"{says.nl}. Te vragen: {nl}", f"{says.en}. Can be asked: {en}")


def _no_basis(link: str, known: Provision | None) -> Text:
    if known is None:
        return Text(
            nl=f"of van {link} mag worden afgeweken is niet bekend: de bepaling staat niet in de catalogus",
            en=f"whether {link} may be set aside is not known: the provision is not in the catalogue",
        )
    said = _named(known)
    return Text(
        f"{said.nl}: geen grondslag gevonden om ervan af te wijken", f"{said.en}: no basis was found to depart from it"
    )


def _named(known: Provision) -> Text:
    name, says = known.name, known.entry.says.text
    return Text(f"{name.nl} ({says.nl})", f"{name.en} ({says.en})")


def _only_by(departs: Departure) -> Text:
    by, longest = _BY[departs.by], departs.longest
    most = Text(f", ten hoogste {longest.nl}", f", {longest.en} at most") if longest else Text("", "")
    return Text(
        nl=f"afwijken kan alleen bij {by.nl}, op grond van artikel {departs.basis}{most.nl} ({departs.says.nl})",
        en=f"it can be set aside only by {by.en}, under article {departs.basis}{most.en} ({departs.says.en})",
    )


_BY = {
    "decree": Text("algemene maatregel van bestuur", "decree"),
    "regulation": Text("ministeriële regeling", "ministerial regulation"),
}
