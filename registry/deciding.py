"""The decision that somebody is about to write on a measure of the register."""

from datetime import date
from pathlib import Path

from registry.database import Database
from registry.drafting import new_decision
from registry.guards import Act, Asked
from registry.refusals import ActRefused
from registry.store import actor_of, entries_in
from registry.words import WORDS
from rules.engine import Engine
from rules.text import Text


def decision_to_write(
    database: Database, measure: str, person: str, today: date, engine: Engine, around: Path
) -> str:  # fmt: skip
    """A decision by that person, with every judgement that the check of today awaits. Raises ActRefused."""
    with database.reading() as session:
        actor = actor_of(session, person, "decider", today)
        asked = Asked(session, Act("decide", measure, ""), actor, entries_in(session, measure), today, engine, around)
        if not asked.entries:
            says = WORDS["not in the register"]
            raise ActRefused("unknown-measure", Text(f"{measure}: {says.nl}", f"{measure}: {says.en}"))
        checked = asked.check(asked.measure(), None, today)
    named = [each for each in checked.results if each.law and each.instrument]
    decides = {each.law.instruments[each.instrument].decided_by for each in named if each.law and each.instrument}
    role = next(iter(sorted(decides)), "minister")
    return new_decision(checked, role, actor.body if role == "minister" else None, today)
