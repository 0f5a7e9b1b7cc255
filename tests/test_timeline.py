"""A timeline: one lane for one story, chains behind one another, unknown ends open, and pictures that can be read."""

import textwrap
from datetime import date
from typing import Any

import pytest

from registry.axis import whole_years
from registry.collection import Collection
from registry.timeline import area_timeline, measure_timeline
from registry.timeline_text import timeline_text
from rules.lawbook import shipped_lawbook
from tests.samples import decided

TODAY = date(2026, 11, 24)
Row = dict[str, Any]


def measure(name: str, parts: str, term: str = "", received: str = "unknown", record: str = "reconstruction") -> str:
    return textwrap.dedent(f"""
        schema: regelruimte/measure/v1
        measure: {name}
        record: {record}
        title: {{nl: {name}, en: {name}}}
        domains: [wonen]
        asked: {{received: {received}}}
        place:
          municipality: GM0599
          parts: [{parts}]
        asks: [{{instrument: wbmgp/income-requirement}}]
        {term}
        """)


def part(name: str, extends: str = "none", area: str = "zuid") -> str:
    return f"{{part: {name.lower()}, name: {name}, kind: neighbourhood, area: {area}, extends: {extends}}}"


# A story like that of Rotterdam: four links, known less well the longer ago.
CHAIN = (
    measure("first", part("Carnisse")),
    decided("made_known: unknown", measure="first", day="2006-06-13"),
    measure("second", f"{part('Carnisse', 'first')}, {part('Bloemhof')}"),
    decided("made_known: unknown", measure="second", day="2010"),
    measure(
        "third",
        f"{part('Carnisse', 'second')}, {part('Bloemhof', 'second')}",
        "term: {from: unknown, until: 2018-04}",
        "2014-02-05",
    ),
    decided("made_known: unknown", measure="third", day="2014-04-15"),
    measure(
        "fourth",
        f"{part('Carnisse', 'third')}, {part('Bloemhof', 'third')}, {part('Middellandplein', area='west')}",
        "term: {from: 2018-04-16, until: 2022-04-15}",
        "2018-02-08",
    ),
    decided("made_known: unknown", measure="fourth", day="2018-04-05"),
)


def collection(*texts: str) -> Collection:
    files = {f"{n}.yaml": text.encode() for n, text in enumerate(texts)}
    return Collection(list(files), texts=files)


def of_area(*texts: str, on: date = TODAY) -> Row:
    return area_timeline("zuid", shipped_lawbook(), collection(*texts), on, "en")


def of_measure(name: str, *texts: str) -> Row:
    found = collection(*texts)
    asked = found.measure(name)
    assert asked is not None
    return measure_timeline(asked, shipped_lawbook(), found, TODAY, "en")


def picture(made: Row) -> str:
    lines = list(timeline_text(made, "en", colour=False))
    return "\n".join(lines[2 : lines.index("", 2)])


def stories(made: Row) -> list[tuple[str, str]]:
    return [
        (" ".join(part["name"] for part in lane["parts"]), " ".join(link["measure"] for link in lane["links"]))
        for lane in made["lanes"]
    ]


def test_a_chain_of_extensions_is_one_story() -> None:
    assert picture(of_area(*CHAIN)) == textwrap.dedent("""\
                                2006      2010      2014      2018      2022      2026
                                ┬─────────┬─────────┬─────────┬─────────┬─────────┬─────
        received                                    3         4                      │
        decided                  1         2         3         4                     │
        due by                                                 4                     │
                                                                                     │
        designation for the income requirement (art. 8)                              │
         Carnisse                ‹1┄┄┄┄┄┄┄‹2┄┄┄┄┄┄┄┄┄‹3▓▓▓▓▓▓▓▓4▓▓▓▓▓▓▓▓▓▓           │
         Bloemhof                         ‹2┄┄┄┄┄┄┄┄┄‹3▓▓▓▓▓▓▓▓4▓▓▓▓▓▓▓▓▓▓           │""")


def test_only_the_parts_in_the_area() -> None:
    assert stories(of_area(*CHAIN)) == [("Carnisse", "first second third fourth"), ("Bloemhof", "second third fourth")]
    assert {each["measure"] for each in of_area(*CHAIN)["measures"]} == {"first", "second", "third", "fourth"}


def test_a_measure_with_its_earlier_and_later_links() -> None:
    assert stories(of_measure("second", *CHAIN)) == stories(of_area(*CHAIN))
    assert stories(of_measure("first", *CHAIN)) == [("Carnisse", "first second third fourth")]
    assert ("Middellandplein", "fourth") in stories(of_measure("fourth", *CHAIN))


def test_parts_with_the_same_story_share_a_lane() -> None:
    both = measure("one", f"{part('Carnisse')}, {part('Tarwewijk')}", "term: {from: 2018, until: 2020}")
    assert stories(of_area(both, decided(measure="one", day="2018-01-01"))) == [("Carnisse Tarwewijk", "one")]
    for_one = decided("parts: [carnisse]", measure="one", day="2018-01-01")
    assert stories(of_area(both, for_one)) == [("Carnisse", "one"), ("Tarwewijk", "one")]


def test_measures_that_do_not_extend_one_another_have_a_lane_each() -> None:
    same_days = "term: {from: 2018, until: 2020}"
    made = of_area(measure("one", part("Carnisse"), same_days), measure("two", part("Carnisse"), same_days))
    assert stories(made) == [("Carnisse", "one"), ("Carnisse", "two")]


@pytest.mark.parametrize(
    ("term", "decision", "bar"),
    [
        ("term: {from: 2024-01-01, until: 2027-12-31}", ("granted", "2023-12-01"), "1█████████"),
        ("term: {from: 2022-01-01, until: 2025-12-31}", ("granted", "2021-12-01"), "1▓▓▓▓▓▓▓▓▓"),
        ("term: {from: 2024-01-01, until: 2027-12-31}", ("refused", "2023-12-01"), "1×××××××××"),
        ("term: {from: 2024-01-01, until: 2027-12-31}", None, "1░░░░░░░░░"),
        ("term: {from: 2024-01-01, until: unknown}", ("granted", "2023-12-01"), "1┄┄┄┄┄┄┄┄›"),
        ("term: {from: 2024-01-01, until: none}", ("granted", "2023-12-01"), "1████████›"),
        ("term: {from: unknown, until: 2027-12-31}", ("granted", "2024-01-01"), "‹1████████"),
        ("term: {from: 2024-01-01, until: 2027}", ("granted", "2023-12-01"), "1███████┄┄"),
        ("term: unknown", ("granted", "2024-01-01"), "‹1┄┄┄┄┄┄┄›"),
    ],
)
def test_how_a_term_is_drawn(term: str, decision: tuple[str, str] | None, bar: str) -> None:
    from registry.timeline_text import _bars

    texts = [measure("one", part("Carnisse"), term)]
    if decision:
        texts.append(decided("", decision[0], "one", decision[1]))
    [lane] = of_area(*texts)["lanes"]
    first = 2022 if "2022" in term else 2024
    axis = whole_years([date(first, 1, 1), date(first + 3, 1, 1)], 10)
    assert _bars(axis, lane["links"], "") == bar


def test_a_measure_without_a_single_day_says_so() -> None:
    assert "(no day known)" in picture(of_area(measure("one", part("Carnisse"))))


def test_what_follows_hides_nothing_that_is_known() -> None:
    """A refused extension in the middle of a term leaves the rest of that term in sight."""
    from registry.timeline_text import _bars

    made = of_area(
        measure("one", part("Carnisse"), "term: {from: 2016-01-01, until: 2025-12-31}"),
        decided(measure="one", day="2015-12-01"),
        measure("two", part("Carnisse", "one"), "term: {from: 2018-01-01, until: 2019-12-31}"),
        decided("", "refused", "two", "2017-12-01"),
    )
    assert _bars(whole_years([date(2016, 1, 1), date(2025, 1, 1)], 20), made["lanes"][0]["links"], "") == (
        "1▓▓▓2×××▓▓▓▓▓▓▓▓▓▓▓▓"
    )


def test_the_exact_dates_stand_below() -> None:
    told = " ".join(" ".join(timeline_text(of_area(*CHAIN), "en", colour=False)).split())
    assert "received unknown · granted 2010 · made known unknown · term unknown" in told
    assert "granted 2014-04-15 · made known unknown · term unknown – 2018-04" in told
    assert "in force on 2026-11-24: no (its term is over)" in told
    assert "decide by: not known (the text of wbmgp on 2006-06-13 is not at hand)" in told


def test_a_circle_of_extensions_ends() -> None:
    made = of_area(measure("one", part("Carnisse", "two")), measure("two", part("Carnisse", "one")))
    assert {each["measure"] for each in made["measures"]} == {"one", "two"}
