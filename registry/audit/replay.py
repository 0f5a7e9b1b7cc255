"""Each check of the past once more: from its receipt, under the rules that the entry names, by the twin of the engine.

What the register did with the check is held to it as well: that the entry says what its documents say, and that nothing
was granted against its own verdict, or without a minister who had to agree, in silence.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from registry.audit.past import AtHand, Gone, Loaded, Past
from registry.deadlines import silent_grants
from rules.check import Checked, Setting, check
from rules.decision import Decision
from rules.documents import Document
from rules.engine import twin_engine
from rules.fields import Missing, StatedTerm
from rules.lawbook import Lawbook
from rules.measure import Measure, parts_of
from rules.period import FAR_AHEAD, LONG_AGO, Day
from rules.portfolio import Members
from rules.problems import Refused
from rules.text import Text

CameTo = Literal["reproduced", "differs", "cannot"]
_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHECKED = ("submit", "decide", "deem")


class Replayed(NamedTuple):
    """One check of the past: its entry, the rules that it names by hash, what came of it again, and what is other."""

    entry: int
    measure: str
    kind: str
    rules: str
    came_to: CameTo
    says: tuple[Text, ...] = ()


def without_rules(entry: Mapping[str, Any], since: bool) -> Replayed:
    """A check that names no rules: of before they were kept, unless an earlier entry does name them (`since`)."""
    before = Text(
        "vastgelegd toen regels en documenten van een toets nog niet werden bewaard",
        "recorded when the rules and documents of a check were not kept yet",
    )
    after = Text("noemt geen regels, en een eerdere toets wel", "names no rules, and an earlier check does")
    known = (entry["number"], entry["subject"], entry["kind"], "")
    return Replayed(*known, "differs", (after,)) if since else Replayed(*known, "cannot", (before,))


def replayed(entry: Mapping[str, Any], past: Past, book: Lawbook) -> Replayed:
    """What the check comes to again; `past` has the entries before this one, `book` the laws that it names."""
    data = entry["data"]
    known = (entry["number"], entry["subject"], entry["kind"], str(data["rules"]))
    try:
        return _held(known, list(_other(entry, past, book)))
    except Gone as gone:
        return Replayed(*known, "cannot", (Text(f"weg: {gone}", f"gone: {gone}"),))
    except Refused as refused:
        wrong = refused.problems[0]
        where = f"{wrong.place.file}:{wrong.place.line}"
        return Replayed(*known, "cannot", (Text(f"{where}: {wrong.message.nl}", f"{where}: {wrong.message.en}"),))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        says = Text(f"de regel is niet te lezen: {error!r}", f"the entry cannot be read: {error!r}")
        return Replayed(*known, "differs", (says,))


def _held(known: tuple[int, str, str, str], other: Sequence[Text]) -> Replayed:
    return Replayed(*known, "differs" if other else "reproduced", tuple(other))


def _other(entry: Mapping[str, Any], past: Past, book: Lawbook) -> Iterator[Text]:
    data, kind = entry["data"], entry["kind"]
    measure, decision, checked = _checked(entry, past, book)
    if kind != "deem":
        yield from _differs("uitslag", "verdict", data["verdict"], checked.verdict)
    yield from _differs("dag", "day", data["day"], checked.day.isoformat())
    recorded = datetime.fromisoformat(entry["recorded"]).astimezone(_AMSTERDAM).date()
    if checked.day > recorded:
        yield Text(f"getoetst op {checked.day}, later dan vastgelegd", f"checked on {checked.day}, later than recorded")
    yield from _differs("uitkomsten", "outcomes", data["hashes"], sorted(each.hash for each in checked.results))
    for name in sorted({*data["receipt"], *checked.documents}):
        then, now = (_short(each.get(name)) for each in (data["receipt"], checked.documents))
        yield from _differs(f"gelezen {name}", f"read {name}", then, now)
    if kind == "submit":
        yield from _differs("naam", "name", entry["subject"], measure.model.measure)
        yield from _differs("maatregel", "measure", data["about"], _composed(_about(measure.model)))
    elif decision:
        yield from _differs("besloten over", "decided on measure", entry["subject"], decision.model.on_measure)
        if not data.get("history"):
            yield from _differs("instantie", "body", data["body"], _body(measure.model, decision.model))
        yield from _of_decision(data, measure.model, decision.model)
        if decision.model.outcome == "granted" and not data.get("history"):
            yield from _wrongly_granted(data, checked)
    elif kind == "deem":
        yield from _of_silence(data, measure.model, checked)


def _checked(
    entry: Mapping[str, Any], past: Past, book: Lawbook
) -> tuple[Document[Measure], Document[Decision] | None, Checked]:
    """The documents of the entry, and the check that it records made again."""
    data, name, kind = entry["data"], entry["subject"], entry["kind"]
    day = date.fromisoformat(data["day"])
    decision = past.document(entry["document"], f"{name}.decision.yaml", Decision) if kind == "decide" else None
    measure = past.document(entry["document"], f"{name}.yaml", Measure) if kind == "submit" else past.measure(name)
    if data.get("history"):
        if "portfolio" in data["receipt"]:
            raise Gone("portfolio")
        return measure, decision, check(measure, Setting(book, Loaded(past, data["receipt"]), twin_engine, day))
    at_hand = AtHand(past, data["receipt"], name, decision)
    others = Members(at_hand.measures, at_hand, book) if kind != "deem" else None
    chosen = None if kind == "submit" else decision.model.decided.last if decision else day
    return measure, decision, check(measure, Setting(book, at_hand, twin_engine, day, chosen, None, others))


def _differs(nl: str, en: str, then: object, now: object) -> Iterator[Text]:
    if then != now:
        yield Text(f"{nl}: toen «{then}», nu «{now}»", f"{en}: '{then}' then, '{now}' now")


def _short(sha: str | None) -> str:
    return sha[:12] if sha else "–"


def _about(measure: Measure) -> dict[str, Any]:
    place = measure.place
    areas = [each for each in (place.area, *(part.area for part in place.parts)) if each]
    return {
        "title": {"nl": measure.title.text.nl, "en": measure.title.text.en},
        "municipality": place.municipality,
        "areas": list(dict.fromkeys(areas)),
        "parts": [each.part for each in place.parts] or [place.area or ""],
        "names": [each.name for each in place.parts],
        "domains": list(measure.domains),
        "instruments": sorted({each.instrument for each in measure.asks}),
    }


def _body(measure: Measure, decision: Decision) -> str | None:
    """Whose decision it is: of the minister it names, or of the municipality."""
    return decision.by.competent if decision.by.role == "minister" else measure.place.municipality.lower()


def _of_decision(data: Mapping[str, Any], measure: Measure, decision: Decision) -> Iterator[Text]:
    """Where the entry says other than the decision does."""
    yield from _differs("besluit", "decision", data["outcome"], decision.outcome)
    yield from _differs("besloten op", "decided on", data["on"], _between(decision.decided))
    yield from _differs("voorwaarden", "conditions", data["conditions"], _composed(list(decision.conditions)))
    granted = list(_granted(measure, decision.parts)) if decision.outcome == "granted" else []
    yield from _differs("verleend", "granted", data["exemptions"], _composed(granted))


def _granted(measure: Measure, parts: Sequence[str] | str) -> Iterator[dict[str, str]]:
    """What a grant on those parts brings into force: each part of each ask, for the term of the measure."""
    place, stated = measure.place, measure.term
    first, last = (
        (_end(stated.first), _end(stated.last)) if isinstance(stated, StatedTerm) else (_end(Missing.UNKNOWN),) * 2
    )
    for ask in measure.asks:
        for at in parts_of(measure, ask):
            part = place.parts[at] if at is not None else None
            named = part.part if part else place.area or ""
            if parts == "all" or named in parts:
                yield {
                    "part": named,
                    "area": (part and part.area) or place.area or "",
                    "instrument": ask.instrument,
                    "municipality": place.municipality,
                    "first": first,
                    "last": last,
                }


def _end(stated: Day | Missing) -> str:
    if isinstance(stated, Day):
        return _between(stated)
    return _between(Day(FAR_AHEAD if stated is Missing.NONE else LONG_AGO, FAR_AHEAD))


def _between(day: Day) -> str:
    return str(day.first) if day.first == day.last else f"{day.first}/{day.last}"


def _wrongly_granted(data: Mapping[str, Any], checked: Checked) -> Iterator[Text]:
    """What should have stood in the way of the grant."""
    if checked.verdict not in ("eligible", "unneeded") and not data.get("against_verdict"):
        yield Text(
            f"toegewezen met uitslag {checked.verdict}, zonder reden", f"granted at {checked.verdict}, without a reason"
        )
    for each in checked.results:
        if each.law is None or each.no_power:
            yield Text(f"zonder grondslag: {each.instrument}", f"without a basis: {each.instrument}")
    lacking = sorted({one for each in checked.results if each.co_decision for one in each.co_decision.missing})
    if lacking:
        listed = ", ".join(lacking)
        yield Text(f"zonder instemming van {listed}", f"without the agreement of {listed}")


def _of_silence(data: Mapping[str, Any], measure: Measure, checked: Checked) -> Iterator[Text]:
    """Where the entry says other than the law does of silence. The day is that of registry/deadlines.py, as in use."""
    found = silent_grants(checked)
    due = max((each.day.last for each in found if each.day), default=None)
    on = due + timedelta(days=1) if due else None
    yield from _differs("laatste dag", "last day", data["due"], due and due.isoformat())
    yield from _differs("toegewezen op", "granted on", data["on"], on and on.isoformat())
    covered = {
        (each.result.part, f"{each.result.law.law}/{each.result.instrument}") for each in found if each.result.law
    }
    granted = [each for each in _granted(measure, "all") if (each["part"], each["instrument"]) in covered]
    yield from _differs("verleend", "granted", data["exemptions"], _composed(granted))


def _composed(value: Any) -> Any:
    """As the log writes texts: in composed form (NFC)."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {key: _composed(each) for key, each in value.items()}
    return [_composed(each) for each in value] if isinstance(value, list) else value
