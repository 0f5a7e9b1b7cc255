"""Citations: short for lawyers, Juriconnect for machines."""

from datetime import date

import pytest

from rules.citation import JCI, Citation, citation, jci
from rules.problems import Wrong


@pytest.mark.parametrize(
    ("written", "meant", "link"),
    [
        ("17", Citation("17"), "&artikel=17"),
        ("5 lid 4", Citation("5", "4"), "&artikel=5&lid=4"),
        ("3 lid 1 onderdeel b", Citation("3", "1", "b"), "&artikel=3&lid=1&o=b"),
        ("3 lid 1 onderdeel a onder 1°", Citation("3", "1", "a", "1"), "&artikel=3&lid=1&o=a&o=1"),
        ("10a lid 2", Citation("10a", "2"), "&artikel=10a&lid=2"),
        ("4:15", Citation("4:15"), "&artikel=4:15"),
        ("23.3 lid 1", Citation("23.3", "1"), "&artikel=23.3&lid=1"),
    ],
)
def test_short_citations(written: str, meant: Citation, link: str) -> None:
    assert citation(written) == meant
    assert str(meant) == written
    full = jci("BWBR0019388", meant, date(2017, 7, 1))
    assert full == f"jci1.3:c:BWBR0019388{link}&z=2017-07-01&g=2017-07-01"
    assert JCI.fullmatch(full)


@pytest.mark.parametrize("written", ["art. 5", "5, lid 4", "5 lid vier", "5 lid 4 sub b", "", "lid 4", "5 onderdeel 1"])
def test_other_citations_are_refused(written: str) -> None:
    with pytest.raises(Wrong, match="expected a citation"):
        citation(written)


@pytest.mark.parametrize("link", ["jci1.3:c:BWBR19388&artikel=5", "jci1.0:c:BWBR0019388&artikel=5", "BWBR0019388"])
def test_other_links_are_no_juriconnect(link: str) -> None:
    assert not JCI.fullmatch(link)
