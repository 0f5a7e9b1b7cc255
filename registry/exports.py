"""What the register exports: its exemptions and its measures as rows with fixed columns."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session

from registry.days import interval
from registry.questions import Found, exemptions_of, listing
from registry.sheets import Cell
from registry.wanted import Wanted
from rules.period import FAR_AHEAD, LONG_AGO, Day
from rules.text import Language

Rows = tuple[Sequence[str], list[dict[str, Cell]]]

EXEMPTIONS = (
    "measure", "title", "municipality", "area", "part", "instrument", "domains", "first", "last", "decided",
    "published", "withdrawn", "annulled", "suspended", "state", "in_force", "verdict", "against_verdict",
)  # fmt: skip
MEASURES = (
    "measure", "title", "version", "municipality", "areas", "parts", "domains", "instruments", "procedure",
    "publication", "court", "ending", "evaluation", "verdict", "decided", "published", "against_verdict",
)  # fmt: skip


def exemption_rows(session: Session, on: date, wanted: Wanted, language: Language) -> Rows:
    """Every exemption; `in_force` says whether on that day: yes, no or unknown."""
    return EXEMPTIONS, [exemption_cells(found, language) for found in exemptions_of(session, on, wanted)]


def exemption_cells(found: Found, language: Language) -> dict[str, Cell]:
    """One exemption as a row."""
    exemption, effect = found.exemption, found.effect
    named = ("measure", "municipality", "area", "part", "instrument")
    return {
        **{name: getattr(exemption, name) for name in named},
        "title": found.titles.read(language),
        "domains": ", ".join(found.domains),
        "first": _day(exemption.first),
        "last": _day(exemption.last),
        "decided": _day(found.decided),
        "published": _day(effect.published),
        "withdrawn": effect.withdrawn,
        "annulled": effect.annulled,
        "suspended": "; ".join(f"{since}/{until or '..'}" for since, until in effect.suspensions) or None,
        "state": found.procedure,
        "in_force": {True: "yes", False: "no", None: "unknown"}[found.holds],
        "verdict": found.verdict,
        "against_verdict": found.against_verdict,
    }


def measure_rows(session: Session, _: date, wanted: Wanted, language: Language) -> Rows:
    """Every measure, as it stands now."""
    rows: list[dict[str, Cell]] = []
    for found in listing(session, wanted):
        lists = {name: ", ".join(found[name]) for name in ("areas", "parts", "domains", "instruments")}
        plain: dict[str, Any] = {**found, **lists, "measure": found["name"], "title": found[f"title_{language}"]}
        for name in ("decided", "published"):
            plain[name] = _day(Day(found[name], found[f"{name}_last"])) if found[name] else None
        rows.append({name: plain[name] for name in MEASURES})
    return MEASURES, rows


def _day(day: Day | None) -> Cell:
    """A day as a day; one that is not known to the day as the first and last that it can be, with .. for any."""
    if day is None or day.exact:
        return day.first if day and day.first < FAR_AHEAD else None
    first, _, last = interval(day).partition("/")
    return f"{'..' if day.first == LONG_AGO else first}/{'..' if day.last == FAR_AHEAD else last}"
