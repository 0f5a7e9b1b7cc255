"""What two measures have in common: people, ground, days, provisions. Each three-valued: None is not known."""

from itertools import product

from rules import period
from rules.case import Case
from rules.condition import any_of
from rules.fields import Missing, StatedTerm
from rules.lists import reached
from rules.measure import Measure, Part
from rules.provisions import same
from rules.vocabulary import TargetGroup


def groups(measure: Measure) -> tuple[TargetGroup, ...] | None:
    """Whom it affects; None where no source says."""
    stated = measure.target_groups
    if isinstance(stated, Missing):
        return () if stated is Missing.NONE else None
    return None if not stated and measure.record == "reconstruction" else stated


def same_people(mine: Measure, other: Measure) -> bool | None:
    """Whether some people are affected by both, by what the closed list says of their groups."""
    affected, theirs = groups(mine), groups(other)
    if affected is None or theirs is None:
        return None
    return not reached(affected).isdisjoint(theirs)


def same_days(mine: Measure, other: Measure) -> bool | None:
    """Whether their terms have a day in common."""
    if not isinstance(mine.term, StatedTerm) or not isinstance(other.term, StatedTerm):
        return None
    return period.in_common(mine.term.term, other.term.term)


def same_provisions(mine: Measure, other: Measure) -> bool:
    """Whether both set aside the same provision, or one sets aside what lies in the other's."""
    lifted, theirs = ([lift.provision for ask in each.asks for lift in ask.lifts] for each in (mine, other))
    return any(same(one, another) for one, another in product(lifted, theirs))


def same_ground(case: Case, other: Measure) -> bool | None:
    """Whether they apply to the same ground: the case to one part or the whole area, the other to any of its parts."""
    here, there = case.measure.model.place, other.place
    if here.municipality != there.municipality:
        return False
    part = case.stated_part
    area = part.area if part else here.area
    if part is None:
        # the whole area, against whole areas or parts of areas
        if not there.parts:
            return area == there.area
        return any_of([_in_area(each, area) for each in there.parts])
    if not there.parts:
        return _in_area(part, there.area)
    return any_of([_same_part(part, each) for each in there.parts])


def ground(measure: Measure) -> set[str]:
    """Keys by which `ground_sought` finds it: whole areas, names and codes of parts, and what has no code."""
    place = measure.place
    here = place.municipality
    keys = {f"{here}={part.part}" for part in place.parts} if place.parts else {f"{here} whole"}
    for part in place.parts:
        if part.code is None:
            keys.add(f"{here} uncoded")
        else:
            keys |= {part.code, f"in {_district(part.code)}"}
    return keys


def ground_sought(case: Case) -> list[str] | None:
    """The keys of all ground that the case may share; None where that may be anywhere in the municipality."""
    part, here = case.stated_part, case.measure.model.place.municipality
    if part is None or part.code is None:
        return None
    inside = f"in {_district(part.code)}"
    same = [inside] if part.code.startswith("WK") else [part.code, f"WK{_district(part.code)}"]
    return [f"{here} whole", f"{here}={part.part}", f"{here} uncoded", *same]


def _district(code: str) -> str:
    """The digits of the district that a district or neighbourhood code names or lies in."""
    return code[2:8]


def _in_area(part: Part, area: str | None) -> bool | None:
    return None if part.area is None else part.area == area


def _same_part(one: Part, other: Part) -> bool | None:
    if one.part == other.part:
        return True
    if one.code and other.code:
        inner, outer = sorted((one.code[2:], other.code[2:]), key=len, reverse=True)
        return inner.startswith(outer)
    if one.kind == other.kind and not isinstance(one.kind, Missing) and one.kind != "area":
        return False  # two streets, or two neighbourhoods, with names of their own
    return None
