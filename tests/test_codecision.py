"""What is set aside: whose it is on that day, who must agree, and whether anything can depart from it."""

from collections.abc import Callable
from datetime import date

import pytest

from registry.explanation import explanation
from rules.check import Checked
from rules.citation import JCI
from rules.provisions import ProvisionsDocument, provision
from rules.reader import read
from rules.validation import checked as valid
from tests.samples import MEASURE
from tests.write_expected import ROOT

Judge = Callable[..., Checked]
DAY = date(2026, 11, 24)
ASSISTANCE = "jci1.3:c:BWBR0015703&artikel="
LIFTED = """asks:
  - instrument: wbmgp/priority
    lifts:
"""


def lifting(*links: str, agreements: str = "[]") -> str:
    lifts = "".join(f"      - {{provision: '{link}', how: {{nl: anders, en: otherwise}}}}\n" for link in links)
    return MEASURE.replace("asks: [{instrument: testwet/permit}]\n", LIFTED + lifts) + f"agreements: {agreements}\n"


@pytest.mark.parametrize(
    ("link", "named"),
    [
        (ASSISTANCE + "9&lid=1", "artikel 9 lid 1 Participatiewet"),
        (ASSISTANCE + "31&lid=2&o=n", "artikel 31 lid 2 Participatiewet"),  # lies in it
        (ASSISTANCE + "9", None),  # the whole article is more than its first paragraph
        (ASSISTANCE + "9&lid=2", None),
        (ASSISTANCE + "91&lid=1", None),
        ("jci1.3:c:BWBR0099999&artikel=9&lid=1", None),
        ("http://data.europa.eu/eli/reg/2016/679/oj", None),
    ],
)
def test_a_link_and_the_provision_around_it(link: str, named: str | None) -> None:
    found = provision(link)
    assert (found.name.nl if found else None) == named


def test_the_drugs_act_has_two_ministers() -> None:
    found = provision("jci1.3:c:BWBR0001941&artikel=13b")
    assert found is not None
    assert [holding.minister for holding in found.ministers(DAY)] == ["vws", "jenv"]
    assert found.ministers(date(2020, 1, 1)) == (), "of a day before the text was read nothing is said"


def test_every_provision_can_be_found_by_its_own_link() -> None:
    file = ROOT / "rules/provisions.yaml"
    laws = valid(ProvisionsDocument, read(file.read_bytes(), "provisions.yaml")).laws
    assert sum(len(law.provisions) for law in laws) > 30
    for law in laws:
        for entry in law.provisions:
            cite = entry.cite
            link = f"jci1.3:c:{law.bwb}&artikel={cite.article}" + (f"&lid={cite.paragraph}" if cite.paragraph else "")
            assert JCI.fullmatch(link), link
            found = provision(link)
            assert found is not None
            assert found.entry.cite == cite
            assert found.ministers(law.read.first), "somebody is responsible on the day of the text"


def test_whom_it_concerns_and_who_has_agreed(judged: Judge) -> None:
    """The one who decides is not asked to agree with himself; who agreed later than the day has not agreed yet."""
    links = (ASSISTANCE + "9&lid=1", "jci1.3:c:BWBR0001941&artikel=13b", "jci1.3:c:BWBR0035303&artikel=12")
    agreements = "[{minister: szw, given: 2026-11-02}, {minister: vws, given: 2026-12-24}]"
    [found] = judged(lifting(*links, agreements=agreements), DAY).results
    assert found.co_decision is not None
    assert set(found.co_decision.ministers) == {"szw", "vws", "jenv"}, "vro decides, and housing is its own"
    assert set(found.co_decision.agreed) == {"szw"}
    assert found.co_decision.missing == ("vws", "jenv")
    assert [question.who for question in found.open if question.kind == "agreement"] == ["vws", "jenv"]


def test_a_provision_that_is_not_in_the_catalogue_is_no_mistake(judged: Judge) -> None:
    link = "jci1.3:c:BWBR0035362&artikel=2.3.5"
    checked = judged(lifting(link), DAY)
    [found] = checked.results
    assert checked.verdict != "barred"
    assert not [problem for problem in checked.problems if problem.about == "document" and problem.level == "error"]
    assert found.co_decision is not None
    assert found.co_decision.unknown == (link,)
    [open_one] = [question for question in found.open if question.kind == "derogation"]
    assert "not in the catalogue" in open_one.asks.en


def test_what_can_be_departed_from_says_how_and_what_cannot_says_so(judged: Judge) -> None:
    [found] = judged(lifting(ASSISTANCE + "9&lid=1", "jci1.3:c:BWBR0002628&artikel=4a"), DAY).results
    can, cannot = (question.asks for question in found.open if question.kind == "derogation")
    assert (
        "afwijken kan alleen bij algemene maatregel van bestuur, op grond van artikel 83, ten hoogste 5 jaar" in can.nl
    )
    assert "no basis was found to depart from it" in cannot.en


def test_without_derogations_it_concerns_nobody_else(judged: Judge) -> None:
    [found] = judged(MEASURE.replace("testwet/permit", "wbmgp/priority"), DAY).results
    assert found.co_decision is None


def test_the_constitution_asks_for_nobodys_agreement(judged: Judge) -> None:
    checked = judged(lifting("jci1.3:c:BWBR0001840&artikel=19&lid=3"), DAY)
    [found] = checked.results
    assert checked.verdict == "barred"
    assert found.co_decision is not None
    assert found.co_decision[:] == ({}, {}, ())


def test_explain_tells_it_in_words(judged: Judge) -> None:
    text = (ROOT / "measures/proposals/arnhem/school-and-work.yaml").read_text(encoding="utf-8")
    told = " ".join(" ".join(explanation(judged(text, DAY), "nl", False)).split())
    assert "minister van SZW (artikel 31 lid 2 Participatiewet): ingestemd op 2026-11-02" in told
    assert "minister van OCW (artikel 4a Leerplichtwet 1969): instemming ontbreekt" in told
    assert "minister van JenV (artikel 13b Opiumwet): instemming ontbreekt" in told
