"""Areas and figures: what counts in a check, where sources disagree, and what the shipped documents hold."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from registry.collection import Collection, files_under
from rules.area import Area, Figure, Figures, disagreements
from rules.case import Case, facts_of
from rules.catalogue import shipped_catalogue
from rules.check import Checked
from rules.condition import truth
from rules.documents import document
from rules.facts import Fact
from rules.fields import Missing
from rules.lawbook import Lawbook
from rules.period import Day
from rules.problems import Problem, Refused
from rules.quantity import exactly, quantity, rounded
from tests.samples import MEASURE
from tests.write_expected import ROOT

Book = Callable[..., Lawbook]
DAY = date(2026, 11, 24)

AREA = """
schema: regelruimte/area/v1
area: rotterdam-zuid
name: Rotterdam-Zuid
municipality: {code: GM0599, name: Rotterdam}
sources:
  kwb: {title: Kerncijfers wijken en buurten, publisher: CBS}
  city: {title: Wijkprofiel, publisher: Gemeente Rotterdam}
parts:
  as_of: 2024
  source: kwb
  units:
    - code: BU05991572
      name: Carnisse
      level: neighbourhood
      indicators:
        - {indicator: inhabitants, value: 10965, rounded_to: 10, as_of: 2024-01-01, source: kwb}
        - {indicator: dwellings, value: 5800, as_of: unknown, source: city}
"""
HELD = "        - {indicator: inhabitants, value: 10965, rounded_to: 10, as_of: 2024-01-01, source: kwb}\n"
FIGURES = """
schema: regelruimte/figures/v1
figures: GM0599
name: Rotterdam
level: municipality
indicators:
  - {indicator: inhabitants, value: 644618, as_of: 2019-01-01, source: {title: KWB 2019}}
"""
RULES = """
rules:
  - rule: income
    on: [permit]
    stage: application
    cite: "1"
    says: {nl: genoeg lage inkomens, en: enough low incomes}
    require: {fact: part.lowest_40_percent_income_share, at_least: 45 %}
"""
PART = "{part: carnisse, name: Carnisse, kind: neighbourhood}"


def figures(text: str) -> tuple[Figure, ...]:
    """The figures in these lines, as the figures of an area."""
    head = AREA[: AREA.index("parts:")]
    found = document(f"{head}indicators:\n{text}".encode(), "area.yaml").model
    assert isinstance(found, Area)
    return found.indicators


def refusal(text: str) -> list[tuple[str, int]]:
    with pytest.raises(Refused) as refused:
        document(text.encode(), "area.yaml")
    return [(problem.code, problem.place.line) for problem in refused.value.problems]


def case(lawbook: Book, area: str = AREA, part: str = "", measured: str = "", day: date = DAY) -> Case:
    """A measure on Carnisse, with that area and that municipality around it."""
    where = part or PART.replace("}", ", area: rotterdam-zuid, code: BU05991572}")
    stated = where.replace("}", f", indicators: [{measured}]}}") if measured else where
    around = Collection(["area.yaml", "figures.yaml", "measure.yaml"])
    for file, text in zip(around.files, (area, FIGURES, MEASURE.replace(PART, stated)), strict=True):
        around.texts[file] = text.encode()
    measure = around.measure("test-measure")
    assert measure is not None
    law = lawbook(RULES).on("testwet", DAY)
    assert law is not None
    return Case(measure, 0, 0, law, "permit", day, around)


def fact(lawbook: Book, name: str, area: str = AREA, part: str = "", measured: str = "", day: date = DAY) -> Fact:
    return facts_of(case(lawbook, area, part, measured, day))(shipped_catalogue().facts[name])


def test_a_part_has_the_figures_of_the_unit_with_its_code(lawbook: Book) -> None:
    found = fact(lawbook, "part.inhabitants")
    assert found.value == rounded(exactly(10_965, "count"), Decimal(10))
    assert found.place is not None
    assert (found.place.file, found.place.line) == ("area.yaml", AREA[: AREA.index(HELD)].count("\n") + 1)
    assert (found.source, str(found.as_of)) == ("Kerncijfers wijken en buurten", "2024-01-01")
    without = PART.replace("}", ", area: rotterdam-zuid, code: BU05991571}")
    assert fact(lawbook, "part.inhabitants", part=without).value is Missing.UNKNOWN, "another unit: not its figures"
    nowhere = PART.replace("}", ", area: rotterdam-zuid}")
    assert fact(lawbook, "part.inhabitants", part=nowhere).value is Missing.UNKNOWN, "no code: no figures"


def test_the_figures_of_the_part_and_of_the_unit_count_together(lawbook: Book) -> None:
    """The newest reference day wins, wherever it stands; on the same day the fact is the interval of both."""
    stated = "{indicator: inhabitants, value: 11000, as_of: %s, source: {title: Own count}}"
    newer = fact(lawbook, "part.inhabitants", measured=stated % "2025-01-01")
    assert newer.value == exactly(11_000, "count")
    assert newer.place is not None
    assert newer.place.file == "measure.yaml"
    older = fact(lawbook, "part.inhabitants", measured=stated % "2023-01-01")
    assert older.place is not None
    assert older.place.file == "area.yaml"
    both = fact(lawbook, "part.inhabitants", measured=stated % "2024-01-01")
    assert both.written == "10960 – 11000"
    assert both.source == "Own count; Kerncijfers wijken en buurten"


def test_a_figure_without_reference_day_never_counts_and_says_why(lawbook: Book) -> None:
    found = fact(lawbook, "part.dwellings")
    assert found.value is Missing.UNKNOWN
    assert found.note is not None
    assert "no reference day" in found.note.en
    assert found.place is not None
    assert found.place.line == AREA[: AREA.index("dwellings")].count("\n") + 1
    dated = AREA.replace("as_of: unknown", "as_of: 2020-01-01")
    assert fact(lawbook, "part.dwellings", dated).value == exactly(5800, "count")
    early = fact(lawbook, "part.dwellings", dated, day=date(2019, 1, 1))
    assert (early.value, early.note) == (Missing.UNKNOWN, None), "not known yet is another matter"


def test_the_same_column_name_with_another_meaning_never_meets_a_threshold(lawbook: Book) -> None:
    """Up to 2013 the heading 'laag inkomen' meant the lowest 40 %; since then it means the low-income line."""
    stated = "        - {indicator: %s, value: 59.8 %%, as_of: %s, source: kwb}\n"

    def held(indicator: str, year: int) -> bool | None:
        made = case(lawbook, AREA.replace(HELD, stated % (indicator, year)))
        require = made.law.rules["income"].require
        assert require is not None
        return truth(require, facts_of(made), [])

    assert held("lowest_40_percent_income_share", 2013) is True
    assert held("lowest_40_percent_income_share", 2019) is True
    assert held("low_income_share", 2019) is None, "unknown: high enough, and not what is asked"


def test_facts_of_the_municipality(lawbook: Book) -> None:
    found = fact(lawbook, "municipality.inhabitants")
    assert found.value == exactly(644_618, "count")
    assert found.place is not None
    assert (found.place.file, found.place.path) == ("figures.yaml", "indicators[0].value")
    assert fact(lawbook, "municipality.dwellings").value is Missing.UNKNOWN
    assert fact(lawbook, "area.inhabitants").value is Missing.UNKNOWN, "the town says nothing of the area"


def test_the_figures_of_the_municipality_go_into_the_receipt(lawbook: Book, judged: Callable[..., Checked]) -> None:
    around = Collection(["figures.yaml"])
    around.texts["figures.yaml"] = FIGURES.encode()
    town = RULES.replace("part.lowest_40_percent_income_share, at_least: 45 %", "municipality.inhabitants, at_most: 9")
    checked = judged(MEASURE, DAY, lawbook(town), portfolio=around)
    assert checked.verdict == "ineligible"
    assert set(checked.documents) == {"figures/GM0599", "measure/test-measure"}
    [problem] = checked.problems
    assert (problem.place.file, problem.place.path) == ("figures.yaml", "indicators[0].value")
    around.texts["figures.yaml"] = FIGURES.replace("GM0599", "GM0014").encode()
    other = judged(MEASURE, DAY, lawbook(town), portfolio=Collection(around.files, texts=dict(around.texts)))
    assert (other.verdict, set(other.documents)) == ("undecided", {"measure/test-measure"})


@pytest.mark.parametrize(
    ("one", "other", "disputed"),
    [
        ("45000, rounded_to: 1000, as_of: 2020, source: city", "48000, as_of: 2025, source: kwb", True),
        ("60000, rounded_to: 1000, as_of: unknown, source: city", "64000, as_of: 2025, source: kwb", True),
        ("45000, as_of: 2020, source: kwb", "48000, as_of: 2025, source: kwb", False),
        ("45000, as_of: 2020, source: kwb", "48000, as_of: 2020, source: kwb", True),
        ("45000, as_of: unknown, source: kwb", "48000, as_of: unknown, source: kwb", False),
        ("47900, rounded_to: 500, as_of: 2020, source: city", "48000, as_of: 2020, source: kwb", False),
    ],
)  # fmt: skip
def test_figures_that_cannot_both_be_right(one: str, other: str, disputed: bool) -> None:
    """Other publishers, whatever the year; one publisher only about one and the same day. Both figures are kept."""
    stated = figures("".join(f"  - {{indicator: inhabitants, value: {figure}}}\n" for figure in (one, other)))
    found = disagreements(stated)
    assert [(each.indicator, each.figures) for each in found] == ([("inhabitants", stated)] if disputed else [])


def test_figures_of_different_indicators_do_not_disagree() -> None:
    lines = "  - {indicator: inhabitants, value: 10, as_of: 2020, source: city}\n"
    lines += "  - {indicator: dwellings, value: 5, as_of: 2020, source: kwb}\n"
    assert disagreements(figures(lines)) == ()
    assert len(disagreements(figures(lines.replace("dwellings", "inhabitants")))) == 1


@pytest.mark.parametrize("code", ["WK0363AA", "WK03630A", "WK036376", "BU0363AA00", "BU03636A01"])
def test_codes_with_letters(code: str) -> None:
    """CBS uses them in Amsterdam since 2023."""
    level = "district" if code.startswith("WK") else "neighbourhood"
    text = (
        AREA.replace("GM0599", "GM0363").replace("BU05991572", code).replace("level: neighbourhood", f"level: {level}")
    )
    found = document(text.encode(), "area.yaml").model
    assert isinstance(found, Area)
    assert found.parts is not None
    assert found.parts.unit(code) == (0, found.parts.units[0])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("BU05991572", "BU0599157", "wrong-value"),
        ("BU05991572", "BU0599aa72", "wrong-value"),
        ("BU05991572", "WK059915", "wrong-level"),
        ("BU05991572", "BU03631572", "wrong-municipality"),
        ("name: Carnisse", "name: Carnisse\n      belongs: half", "wrong-choice"),
        ("source: city", "source: town", "unknown-source"),
        ("value: 5800", "value: 58 %", "wrong-quantity"),
        ("indicator: dwellings", "indicator: dwelings", "unknown-indicator"),
        ("as_of: unknown, ", "", "missing-key"),
    ],
)
def test_what_is_wrong_with_a_unit_is_named_at_its_line(old: str, new: str, code: str) -> None:
    text = AREA.replace(old, new)
    line = next(at for at, (a, b) in enumerate(zip(AREA.splitlines(), text.splitlines(), strict=False), 1) if a != b)
    [(found, at)] = refusal(text)
    assert found == code
    assert at == line


def test_a_source_that_is_wrong_is_told_once_where_it_stands() -> None:
    line = AREA[: AREA.index("  kwb:")].count("\n") + 1
    assert refusal(AREA.replace("publisher: CBS", "publisher: CBS, url: nowhere")) == [("wrong-value", line)]


def test_a_unit_stands_in_an_area_once() -> None:
    unit = AREA[AREA.index("    - code") :]
    assert [code for code, _ in refusal(AREA + unit)] == ["duplicate-name"]


def test_a_code_that_is_no_municipality_country_or_programme() -> None:
    assert [code for code, _ in refusal(FIGURES.replace("figures: GM0599", "figures: BU05991572"))] == ["wrong-value"]


def test_two_documents_about_one_municipality_are_named() -> None:
    twice = Collection(["one.yaml", "two.yaml"], frozenset(["one.yaml", "two.yaml"]))
    twice.texts.update({"one.yaml": FIGURES.encode(), "two.yaml": FIGURES.encode()})
    problems: list[Problem] = list(twice.doubles())
    assert [(problem.code, problem.place.file) for problem in problems] == [("duplicate-document", "two.yaml")]
    found = twice.figures("GM0599")
    assert found is not None
    assert isinstance(found.model, Figures)
    assert twice.figures("GM0014") is None


@pytest.mark.parametrize(
    ("written", "unit", "again"),
    [
        ("662 ha", "hectare", "662 ha"),
        ("11994 per km2", "per-km2", "11994 per km2"),
        ("159 per 10000", "per-10000", "159 per 10000"),
        ("-0.463 points", "points", "-0.463 points"),
        ("€ 260000", "euro", "€ 260000"),
    ],
)
def test_the_units_of_figures(written: str, unit: str, again: str) -> None:
    assert str(quantity(written, unit)) == again  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def shipped() -> Collection:
    return Collection(files_under([str(ROOT / "measures")]))


def names(shipped: Collection, kind: str) -> list[str]:
    return sorted(entry.name for entry in shipped.entries if entry.kind == kind)


def areas(shipped: Collection) -> dict[str, Area]:
    found = {name: shipped.area(name) for name in names(shipped, "area")}
    return {name: document.model for name, document in found.items() if document}


def whole(shipped: Collection) -> dict[str, Figures]:
    found = {code: shipped.figures(code) for code in names(shipped, "figures")}
    return {code: document.model for code, document in found.items() if document}


def test_the_twenty_areas_and_the_sixteen_among_them(shipped: Collection) -> None:
    found = areas(shipped)
    assert len(found) == 20
    assert all("nplv-20" in area.programmes for area in found.values())
    others = {name for name, area in found.items() if "manifest-16" not in area.programmes}
    assert others == {"vlaardingen-west", "delft-west", "dordrecht-west", "roosendaal-stad"}
    assert len({area.municipality.code for area in found.values()}) == 19, "Amsterdam has two"


def test_every_area_has_its_inhabitants_of_2025(shipped: Collection) -> None:
    """The one series that exists for all twenty: CBS, in thousands, about 1.2 million people together."""
    total = Decimal(0)
    for name, area in areas(shipped).items():
        [figure] = [
            each for each in area.indicators if (each.indicator, str(each.as_of)) == ("inhabitants", "2025-01-01")
        ]
        assert (figure.publisher, figure.rounded_to) == ("CBS", exactly(1000, "count")), name
        total += figure.value.low
    assert total == 1_192_000


def test_what_is_not_known_of_an_outline_is_said(shipped: Collection) -> None:
    for name, area in areas(shipped).items():
        assert area.parts is not None, name
        assert area.parts.note is not None, name
        coded = any(unit.code for unit in area.parts.units)
        assert coded == isinstance(area.parts.as_of, Day) or name == "leeuwarden-oost", name


@pytest.mark.parametrize(
    ("area", "belongs", "level", "total"),
    [
        ("rotterdam-zuid", ("whole",), "district", 212_635),
        ("den-haag-zuidwest", ("whole",), "district", 71_820),
        ("schiedam-nieuwland-oost", ("whole",), "district", 26_250),
        ("delft-west", ("whole",), "district", 37_280),
        ("dordrecht-west", ("whole",), "district", 22_480),
        ("dordrecht-west", ("whole", "in-part"), "district", 31_030),
        ("utrecht-overvecht", ("whole",), "neighbourhood", 34_555),
    ],
)
def test_the_units_add_up_as_they_did_when_they_were_read(
    shipped: Collection, area: str, belongs: tuple[str, ...], level: str, total: int
) -> None:
    parts = areas(shipped)[area].parts
    assert parts is not None
    newest = [
        max(
            (figure for figure in unit.indicators if figure.indicator == "inhabitants"),
            key=lambda each: str(each.as_of),
        )
        for unit in parts.units
        if unit.belongs in belongs and unit.level == level
    ]
    assert sum(figure.value.low for figure in newest) == total


def test_where_the_sources_of_the_shipped_figures_disagree(shipped: Collection) -> None:
    """Both are kept; what CBS says of one unit in other years is no disagreement (Arnhem 2021-2023, Oud-Krispijn)."""
    stated = {name: area.indicators for name, area in areas(shipped).items()}
    stated |= {code: document.indicators for code, document in whole(shipped).items()}
    for area in areas(shipped).values():
        stated |= {unit.code or unit.name: unit.indicators for unit in (area.parts.units if area.parts else ())}
    found = {
        name: [int(figure.value.low) for figure in each.figures]
        for name in stated
        for each in disagreements(stated[name])
    }
    assert found == {
        "groningen-noord": [64_000, 60_000],
        "heerlen-noord": [55_000, 56_000, 56_000],
        "leeuwarden-oost": [37_000, 36_000],
        "zaandam-oost": [48_000, 45_000],
    }
    assert len([each for each in stated["GM0202"] if each.indicator == "inhabitants"]) == 4


def test_every_municipality_concerned_has_its_figures(shipped: Collection) -> None:
    found = whole(shipped)
    towns = {code for code, document in found.items() if document.level == "municipality"}
    assert {area.municipality.code for area in areas(shipped).values()} <= towns
    assert {"GM0268", "GM0502", "GM0796"} <= towns, "designations outside the areas"
    assert {code: found[code].level for code in ("NL00", "NPLV20", "GM0518-rest")} == {
        "NL00": "country",
        "NPLV20": "programme",
        "GM0518-rest": "remainder",
    }
    assert not any(each.indicator == "low_financial_welfare_share" for each in found["GM0518"].indicators)


def test_one_word_three_numbers(shipped: Collection) -> None:
    """Groningen 2019: three notions of a low income, each under its own name and with its own definition."""
    groningen = {each.indicator: str(each.value) for each in whole(shipped)["GM0014"].indicators}
    three = ("lowest_40_percent_income_share", "low_income_share", "social_minimum_share")
    assert [groningen[name] for name in three] == ["59.8 %", "13.6 %", "11.6 %"]
    means = [shipped_catalogue().indicators[name].means for name in three]
    assert len({text.nl for text in means}) == len({text.en for text in means}) == 3


def test_every_indicator_but_one_has_a_figure(shipped: Collection) -> None:
    """What has no figure at all is the share of inactive people, which CBS stopped publishing."""
    used = {each.indicator for document in whole(shipped).values() for each in document.indicators}
    for area in areas(shipped).values():
        used |= {each.indicator for each in area.indicators}
        used |= {each.indicator for unit in (area.parts.units if area.parts else ()) for each in unit.indicators}
    assert shipped_catalogue().indicators.keys() - used == {"inactive_share"}
