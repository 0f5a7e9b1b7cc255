"""An area: figures against the thresholds that use them and no others, disagreements together, unknown with reasons."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from registry.area_text import area_list, area_text
from registry.area_view import area_rows, area_view
from registry.collection import Collection
from rules.check import Setting
from rules.engine import Engine
from rules.lawbook import Lawbook, shipped_lawbook

TODAY = date(2026, 11, 24)
Row = dict[str, Any]

AREA = """
schema: regelruimte/area/v1
area: zuid
name: Zuid
municipality: {code: GM0599, name: Rotterdam}
programmes: [manifest-16]
parts:
  as_of: 2024-01-01
  certainty: B
  source: {title: outline}
  units:
    - {code: WK059910, name: Feijenoord, level: district, indicators: [FIGURE]}
    - {name: Elders, level: neighbourhood, belongs: in-part}
indicators:
"""
MEASURE = """
schema: regelruimte/measure/v1
measure: zone
record: proposal
title: {nl: Zone, en: Zone}
domains: [werk]
asked: {by: municipal-council}
place: {municipality: GM0599, area: zuid}
asks: [{instrument: wbmgp/opportunity-zone}]
term: {from: 2027-01-01, until: 2030-12-31}
"""


def figure(indicator: str, value: str, as_of: str = "2024-01-01", source: str = "CBS", more: str = "") -> str:
    return f"{{indicator: {indicator}, value: {value}, as_of: {as_of}, source: {{title: {source}}}{more}}}"


@pytest.fixture
def view(engine: Engine) -> Callable[..., Row]:
    """The view of an area with those figures, under the shipped laws unless others are given."""

    def made(*figures: str, on: date = TODAY, book: Lawbook | None = None, texts: tuple[str, ...] = ()) -> Row:
        area = AREA.replace("FIGURE", figure("inhabitants", "77640")) + "".join(f"  - {each}\n" for each in figures)
        if not figures:
            area = area.replace("\nindicators:\n", "\n")
        files = {f"{n}.yaml": text.encode() for n, text in enumerate((area, *texts))}
        collection = Collection(list(files), texts=files)
        document = collection.area("zuid")
        assert document is not None
        setting = Setting(book or shipped_lawbook(), collection, engine, on)
        return area_view(document, collection, setting, on, "en")

    return made


def of(made: Row, indicator: str) -> Row:
    [found] = [each for each in made["indicators"] if each["indicator"] == indicator]
    return found  # type: ignore[no-any-return]


def held(made: Row, indicator: str) -> list[bool | None]:
    return [each["held"] for each in of(made, indicator)["thresholds"]]


def test_a_figure_against_every_threshold_that_uses_it(view: Callable[..., Row]) -> None:
    assert held(view(figure("inhabitants", "20000")), "inhabitants") == [True, True]
    assert held(view(figure("inhabitants", "40000")), "inhabitants") == [True, False]
    made = of(view(figure("inhabitants", "40000")), "inhabitants")
    assert [each["citation"] for each in made["thresholds"]] == ["3 lid 1 onderdeel b"] * 2


def test_an_interval_that_straddles_a_threshold_is_unknown(view: Callable[..., Row]) -> None:
    assert held(view(figure("inhabitants", "30000", more=", rounded_to: 1000")), "inhabitants") == [True, None]


def test_both_readings_each_on_its_own_figure(view: Callable[..., Row]) -> None:
    """One town, one year, two figures called low income: each meets its own threshold only."""
    made = view(figure("low_income_share", "13.6 %"), figure("lowest_40_percent_income_share", "59.8 %"))
    assert held(made, "low_income_share") == [False]
    assert held(made, "lowest_40_percent_income_share") == [True]
    readings = [
        of(made, name)["thresholds"][0]["reading"] for name in ("low_income_share", "lowest_40_percent_income_share")
    ]
    assert readings == ["low-income-line", "lowest-40-percent"]


def test_a_figure_that_no_law_uses_stands_apart_with_its_definition(view: Callable[..., Row]) -> None:
    made = view(figure("low_financial_welfare_share", "17 %"))
    assert held(made, "low_financial_welfare_share") == []
    assert held(made, "low_income_share") == [None]
    told = "\n".join(area_text(made, "en", colour=False))
    assert "Figures without a threshold in law\n  · share of people of 12 and older" in told


def test_what_is_unknown_says_why(view: Callable[..., Row]) -> None:
    made = view(figure("lowest_40_percent_income_share", "59.8 %", as_of="unknown"))
    assert of(made, "inactive_share")["unknown"] == "CBS has not published this figure since 2013"
    assert of(made, "low_income_share")["unknown"] == "no figure at hand"
    assert "reference day" in of(made, "lowest_40_percent_income_share")["unknown"]
    assert held(made, "lowest_40_percent_income_share") == [None]


def test_the_newest_figure_of_the_day_counts_and_the_others_are_shown(view: Callable[..., Row]) -> None:
    figures = (figure("inhabitants", "20000", "2020-01-01"), figure("inhabitants", "40000", "2025-01-01"))
    assert [each["counts"] for each in of(view(*figures), "inhabitants")["figures"]] == [False, True]
    earlier = of(view(*figures, on=date(2024, 1, 1), book=None), "inhabitants")
    assert [each["counts"] for each in earlier["figures"]] == [True, False]


def test_figures_that_disagree_stand_together_with_both_sources(view: Callable[..., Row]) -> None:
    made = view(figure("inhabitants", "64000"), figure("inhabitants", "60000", source="Regio Deal"))
    [disagreement] = made["disagreements"]
    assert [each["source"] for each in disagreement["figures"]] == ["CBS", "Regio Deal"]
    told = "\n".join(area_text(made, "en", colour=False))
    assert told.index("Figures that disagree") < told.index("Regio Deal", told.index("Figures that disagree"))


def test_a_law_whose_text_is_not_at_hand_is_named(view: Callable[..., Row]) -> None:
    made = view(figure("inhabitants", "20000"), on=date(2004, 1, 1))
    assert "wbmgp" in made["laws_not_at_hand"]
    assert held(made, "inhabitants") == []
    assert "the text is not at hand on 2004-01-01: wbmgp" in "\n".join(area_text(made, "en", colour=False))


def test_thresholds_come_from_the_lawbook(view: Callable[..., Row], lawbook: Callable[..., Lawbook]) -> None:
    """Another law, another threshold: none is written in the code."""
    book = lawbook("""
        rules:
          - rule: "1.size"
            on: any
            stage: application
            cite: "1"
            says: {nl: Klein., en: Small.}
            require: {not: {fact: area.inhabitants, at_least: 12345}}
    """)
    made = view(figure("inhabitants", "20000"), book=book)
    assert [each["value"] for each in of(made, "inhabitants")["thresholds"]] == ["12345"]
    assert {each["indicator"] for each in made["indicators"]} == {"inhabitants"}


def test_units_and_measures(view: Callable[..., Row]) -> None:
    made = view(figure("inhabitants", "20000"), texts=(MEASURE,))
    assert [(each["name"], each["belongs"]) for each in made["units"]] == [
        ("Feijenoord", "whole"),
        ("Elders", "in-part"),
    ]
    [judged] = made["judged"]
    assert (judged["measure"], judged["verdict_on"], judged["in_force"]) == ("zone", "2026-11-24", False)
    told = "\n".join(area_text(made, "en", colour=False))
    [head, first, second, legend] = told[told.index("Districts and") :].splitlines()[1:5]
    assert (head.split(), first.split()) == (["a"], ["Feijenoord", "WK059910", "77640"])
    assert head.index("a") == len(first) - 1
    assert second.split() == ["Elders", "(in", "part)", "neighbourhood"]
    assert legend.split()[0] == "a"


def test_units_with_more_figures_than_fit_on_a_line(view: Callable[..., Row]) -> None:
    made = view(figure("inhabitants", "1"))
    unit = made["units"][0]
    unit["figures"] = [{**unit["figures"][0], "as_of": {"written": str(year)}} for year in range(2000, 2012)]
    lines = list(area_text(made, "en", colour=False))
    assert [line for line in lines if len(line) > 80] == []
    assert any("a 77640  b 77640" in line for line in lines)


def test_the_list_counts_measures_and_inhabitants(view: Callable[..., Row]) -> None:
    area = AREA.replace("FIGURE", figure("inhabitants", "1")) + f"  - {figure('inhabitants', '20000', '2025-01-01')}\n"
    files = {"area.yaml": area.encode(), "zone.yaml": MEASURE.encode()}
    [row] = area_rows(Collection(list(files), texts=files), TODAY)
    assert (row["inhabitants"]["written"], row["as_of"]["written"], row["measures"]) == ("20000", "2025-01-01", 1)
    [_, line, *_] = area_list([row], "2026-11-24", "en")
    assert line.split() == ["zuid", "Rotterdam", "16", "20000", "2025-01-01", "1"]


def test_before_its_reference_day_a_figure_does_not_count() -> None:
    area = AREA.replace("FIGURE", figure("inhabitants", "1")) + f"  - {figure('inhabitants', '20000', '2025-01-01')}\n"
    [row] = area_rows(Collection(["a"], texts={"a": area.encode()}), date(2024, 12, 31))
    assert row["inhabitants"] is None
