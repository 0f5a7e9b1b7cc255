"""What the log says of an act: looked up in its document, its check and the register, before any guard looks at it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from registry.deadlines import instrument_of, silent_grants
from registry.entries import Exemption
from registry.guards import Asked
from registry.refusals import ActRefused
from registry.rule_package import shipped_package
from rules import period
from rules.check import Checked
from rules.decision import Decision
from rules.documents import Document, document
from rules.fields import Missing, StatedTerm
from rules.measure import Measure, parts_of
from rules.period import FAR_AHEAD, LONG_AGO, Day, on
from rules.problems import Problem, Refused
from rules.text import Text


def plain(asked: Asked) -> dict[str, Any]:
    """What was asked, with what the register knows of who asks."""
    data = dict(asked.act.data)
    if asked.act.kind == "agree":
        data["minister"] = asked.actor.body
    if asked.act.kind == "withdraw":
        data = {"mandate": asked.actor.mandate, **data}
    if "on" in asked.act.data:
        day = date.fromisoformat(asked.act.data["on"])
        if asked.act.kind in ("publish", "agree", "evaluate", "condition"):
            _refuse_future(asked, day)
    return data


def _refuse_future(asked: Asked, day: date) -> None:
    """What has happened has a day that has come."""
    if period.no_later(on(day), asked.today) is False:
        raise ActRefused("in-the-future", Text(f"{day} is nog niet geweest", f"{day} has not come yet"))


def _submission(asked: Asked) -> dict[str, Any]:
    found = _received(asked)
    if not isinstance(found.model, Measure):
        raise ActRefused("no-measure", Text("dit is geen maatregel", "this is no measure"))
    if found.model.record != "proposal":
        raise ActRefused(
            "not-a-proposal",
            Text(
                "alleen een aanvraag (record: proposal) wordt ingediend",
                "only a request (record: proposal) is submitted",
            ),
        )
    checked = asked.check(found, None, None)
    _refuse_wrong(checked)
    return {**judged(checked), "about": about(found.model)}


def about(measure: Measure) -> dict[str, Any]:
    """What lists show and look for, as the measure states it."""
    place, title = measure.place, measure.title.text
    areas = dict.fromkeys(each for each in (place.area, *(part.area for part in place.parts)) if each)
    return {
        "title": {"nl": title.nl, "en": title.en},
        "municipality": place.municipality,
        "areas": list(areas),
        "parts": [each.part for each in place.parts] or [place.area or ""],
        "names": [each.name for each in place.parts],
        "domains": list(measure.domains),
        "instruments": sorted({each.instrument for each in measure.asks}),
    }


def judged(checked: Checked) -> dict[str, Any]:
    """What the log keeps of a check: its verdict, and what makes it again."""
    return {"verdict": checked.verdict, **_receipt(checked)}


def _receipt(checked: Checked) -> dict[str, Any]:
    """The day of a check, the hash of each result, and the SHA-256 of each document that was read and of the rules."""
    return {
        "day": checked.day.isoformat(),
        "hashes": sorted(each.hash for each in checked.results),
        "receipt": dict(checked.documents),
        "rules": shipped_package().sha256,
    }


def _decision(asked: Asked) -> dict[str, Any]:
    found = _received(asked)
    if not isinstance(found.model, Decision) or found.model.on_measure != asked.record.name:
        raise ActRefused(
            "no-decision", Text("dit is geen besluit over deze maatregel", "this is no decision on this measure")
        )
    decision = found.model
    if decision.record != "decision":
        raise ActRefused(
            "not-a-decision",
            Text("een voorbeeld of reconstructie is geen besluit", "an example or a reconstruction is no decision"),
        )
    _refuse_future(asked, decision.decided.last)
    measure = asked.measure()
    checked = asked.check(measure, asked.act.document, decision.decided.last)
    _refuse_wrong(checked)
    body = decision.by.competent if decision.by.role == "minister" else measure.model.place.municipality.lower()
    if body != asked.actor.body:
        raise ActRefused(
            "other-body",
            Text(
                f"het besluit is van {body}, u handelt voor {asked.actor.body}",
                f"the decision is of {body}, you act for {asked.actor.body}",
            ),
        )
    granted = exemptions(measure.model, decision.parts) if decision.outcome == "granted" else ()
    return {
        "mandate": asked.actor.mandate,
        **asked.act.data,
        **judged(checked),
        "outcome": decision.outcome,
        "on": decision.decided.last.isoformat(),
        "conditions": list(decision.conditions),
        "exemptions": [each.data for each in granted],
    }


def _silence(asked: Asked) -> dict[str, Any]:
    """Prepares a grant by silence: the last day to make a decision known, and what counts as granted from the next."""
    measure = asked.measure()
    checked = asked.alone(asked.today.first)
    found = silent_grants(checked)
    days = [each.day.last for each in found if each.day]
    due = max(days, default=None)
    covered = {(each.result.part, "/".join(instrument_of(each.result))) for each in found}
    deemed = [each for each in exemptions(measure.model, "all") if (each.part, each.instrument) in covered]
    return {
        **asked.act.data,
        **_receipt(checked),
        "outcome": "deemed",
        "due": due.isoformat() if due else None,
        "on": (due + timedelta(days=1)).isoformat() if due else None,
        "cite": sorted(
            {f"{each.result.law.name} {each.rule.cited}" for each in found if each.rule and each.result.law}
        ),
        "exemptions": [each.data for each in deemed],
    }


def exemptions(measure: Measure, parts: Sequence[str] | str) -> Iterator[Exemption]:
    """One for each of those parts (or all) of each ask, for the term of the measure; of what is not known, all days."""
    term = measure.term if isinstance(measure.term, StatedTerm) else None
    first, last = (_any_day(end) for end in ((term.first, term.last) if term else (Missing.UNKNOWN, Missing.UNKNOWN)))
    place = measure.place
    for ask in measure.asks:
        for at in parts_of(measure, ask):
            part = place.parts[at].part if at is not None else place.area or ""
            area = (place.parts[at].area if at is not None else None) or place.area or ""
            if parts == "all" or part in parts:
                yield Exemption(measure.measure, part, area, ask.instrument, place.municipality, first, last)


def _any_day(stated: Day | Missing) -> Day:
    """The day itself; all days for one that is not known, none that ever comes for one that does not exist."""
    if isinstance(stated, Day):
        return stated
    return Day(FAR_AHEAD if stated is Missing.NONE else LONG_AGO, FAR_AHEAD)


def _received(asked: Asked) -> Document[Any]:
    assert asked.act.document is not None
    return document(asked.act.document, asked.act.file)


def _refuse_wrong(checked: Checked) -> None:
    wrong: list[Problem] = [each for each in checked.problems if each.about == "document" and each.level == "error"]
    if wrong:
        raise Refused(wrong)


DATA: dict[str, Callable[[Asked], dict[str, Any]]] = {
    "submit": _submission,
    "decide": _decision,
    "deem": _silence,
}
