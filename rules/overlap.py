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
    unsaid = not measure.target_groups and measure.record == "reconstruction"
    return None if unsaid else measure.target_groups


def same_people(case: Case, other: Measure) -> bool | None:
    """Whether some people are affected by both, by what the closed list says of their groups."""
    mine, theirs = groups(case.measure.model), groups(other)
    if mine is None or theirs is None:
        return None
    return not reached(mine).isdisjoint(theirs)


def same_days(case: Case, other: Measure) -> bool | None:
    """Whether their terms have a day in common."""
    mine, theirs = case.measure.model.term, other.term
    if not isinstance(mine, StatedTerm) or not isinstance(theirs, StatedTerm):
        return None
    return period.in_common(mine.term, theirs.term)


def same_provisions(case: Case, other: Measure) -> bool | None:
    """Whether both set aside the same provision, or one sets aside what lies in the other's."""
    mine = [lift.provision for ask in case.measure.model.asks for lift in ask.lifts]
    theirs = [lift.provision for ask in other.asks for lift in ask.lifts]
    return any(same(one, another) for one, another in product(mine, theirs))


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
