"""Law that no measure can set aside, whatever the instrument: the Constitution, treaties, law of the Union."""

from rules.citation import JCI
from rules.text import Text

_CONSTITUTION = "BWBR0001840"
_TREATY = "BWBV"
UNION = "http://data.europa.eu/eli/"


def barring(provision: str) -> Text | None:
    """Why a derogation from that provision can never be made; None when its rank does not forbid it.

    Juriconnect names Dutch regulations (BWBR) and treaties (BWBV), the Constitution being BWBR0001840; law of the Union
    has a European Legislation Identifier.
    """
    found = JCI.fullmatch(provision)
    bwb = found["bwb"] if found else ""
    if bwb == _CONSTITUTION:
        return Text(
            "van de Grondwet kan een maatregel nooit afwijken", "a measure can never depart from the Constitution"
        )
    if bwb.startswith(_TREATY):
        return Text("van een verdrag kan een maatregel nooit afwijken", "a measure can never depart from a treaty")
    if provision.startswith(UNION):
        return Text(
            "van recht van de Unie kan een maatregel nooit afwijken", "a measure can never depart from Union law"
        )
    return None
