"""The register as it stood at an entry, from the log alone: what a check of then could look up. A second hand.

It is asked what a portfolio is asked (rules/case.py), and shares no code with the register that answers it in use.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeVar

from rules import period
from rules.area import Area, Figures
from rules.decision import Author, Decision
from rules.documents import Document, document
from rules.fields import Missing, Model, Source, StatedTerm
from rules.measure import Agreement, Measure
from rules.period import FAR_AHEAD, Day, on

BytesOf = Callable[[str], bytes]
M = TypeVar("M", bound=Model)
_day = date.fromisoformat
_COUNTS = ("submit", "agree", "decide", "deem", "publish", "annul", "withdraw", "correct")
_KEPT = 5_000  # documents at once


class Gone(Exception):
    """Something that an entry names by hash, and that the register no longer has, or that is not what it was."""


class Standing(NamedTuple):
    """Where a measure stands: its documents by hash, and the days that the log has of it. `silent`: no one decided."""

    document: str | None = None
    decision: str | None = None
    decided: Day | None = None
    silent: bool = False
    published: Day | None = None
    withdrawn: date | None = None
    annulled: date | None = None
    agreements: Mapping[str, date] = {}
    version: int = 0


class Past:
    """All measures as the entries that were added so far leave them; `bytes_of` gives a document by its SHA-256."""

    def __init__(self, bytes_of: BytesOf) -> None:
        self._bytes_of = bytes_of
        self._acts: dict[str, list[bytes]] = defaultdict(list)
        self._stands: dict[str, Standing] = {}
        self._on_part: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._keys: dict[str, list[tuple[str, str]]] = {}
        self._read: dict[str, Document[Model]] = {}

    def add(self, entry: Mapping[str, Any]) -> None:
        """The next entry of the log. What cannot be read is passed over here: the state level tells of it."""
        if entry["kind"] in _COUNTS:
            with suppress(AttributeError, KeyError, TypeError, ValueError):
                self._add(entry)

    def _add(self, entry: Mapping[str, Any]) -> None:
        name, data = entry["subject"], entry["data"]
        kept = {key: data[key] for key in ("on", "from", "minister", "exemptions", "entry", "set") if key in data}
        acts = self._acts[name]
        acts.append(json.dumps((entry["number"], entry["kind"], entry["document"], kept)).encode())
        self._stands[name] = _folded([json.loads(each) for each in acts])
        if entry["kind"] == "submit":
            about = data["about"]
            for key in self._keys.get(name, ()):
                self._on_part[key].discard(name)
            self._keys[name] = [(about["municipality"], part) for part in about["parts"]]
            for key in self._keys[name]:
                self._on_part[key].add(name)

    def stands(self, name: str) -> Standing:
        """Where that measure stands; nowhere, before it was submitted."""
        return self._stands.get(name, Standing())

    def names(self) -> list[str]:
        """All measures, by name."""
        return sorted(self._stands)

    def naming(self, municipality: str, part: str) -> list[str]:
        """The measures of that municipality on that part, by name."""
        return sorted(self._on_part.get((municipality, part), ()))

    def document(self, sha: str | None, name: str, model: type[M]) -> Document[M]:
        """The document with that SHA-256; Gone where it is not there, Refused where it cannot be read."""
        found = self._read.get(sha or "")
        if found is None:
            found = document(self._bytes_of(sha or ""), name)
            if len(self._read) >= _KEPT:
                self._read.clear()
            self._read[found.parsed.sha256] = found
        if not isinstance(found.model, model):
            raise Gone(f"{name}: {sha}")
        return Document(found.model, found.parsed)

    def measure(self, name: str) -> Document[Measure]:
        """The measure as it was submitted last, with the agreements that were recorded since."""
        stands = self.stands(name)
        found = self.document(stands.document, f"{name}.yaml", Measure)
        given = [Agreement.model_construct(minister=each, given=on(day)) for each, day in stands.agreements.items()]
        kept = [each for each in found.model.agreements if each.minister not in stands.agreements]
        return Document(found.model.model_copy(update={"agreements": (*kept, *given)}), found.parsed)


def _folded(acts: Sequence[tuple[int, str, str | None, dict[str, Any]]]) -> Standing:
    better: dict[int, dict[str, Any]] = defaultdict(dict)
    for _, kind, _, data in acts:
        if kind == "correct":
            better[data["entry"]].update(data["set"])
    now = Standing()
    firsts: list[date] = []
    for number, kind, sha, stated in acts:
        data = {**stated, **better.get(number, {})}
        match kind:
            case "submit":
                now = now._replace(document=sha, agreements={}, version=now.version + 1)
            case "agree":
                now = now._replace(agreements={**now.agreements, data["minister"]: _day(data["on"])})
            case "decide":
                now = now._replace(decision=sha, decided=_between(data["on"]), silent=False)
            case "deem":
                day = _between(data["on"])
                now = now._replace(decision=None, decided=day, silent=True, published=day)
            case "publish" if not now.silent:
                now = now._replace(published=_between(data["on"]))
            case "annul":
                now = now._replace(annulled=_day(data["from"]) if "from" in data else min(firsts or [_day(data["on"])]))
            case "withdraw":
                now = now._replace(withdrawn=_day(data["on"]))
        if kind in ("decide", "deem"):
            firsts = [_between(each["first"]).first for each in data["exemptions"]]
    return now


def _between(written: str) -> Day:
    first, _, last = written.partition("/")
    return Day(_day(first), _day(last or first))


class AtHand:
    """What was at hand for one check: other measures as the log leaves them, areas and figures of its receipt."""

    def __init__(
        self, past: Past, receipt: Mapping[str, str], own: str = "", decision: Document[Decision] | None = None
    ) -> None:
        self._past, self._receipt, self._own, self._decision = past, receipt, own, decision

    def area(self, name: str) -> Document[Area] | None:
        """The area of that name."""
        return self._of_receipt(f"area/{name}", Area)

    def figures(self, code: str) -> Document[Figures] | None:
        """The figures about what has that code."""
        return self._of_receipt(f"figures/{code}", Figures)

    def _of_receipt(self, name: str, model: type[M]) -> Document[M] | None:
        sha = self._receipt.get(name)
        return self._past.document(sha, f"{name}.yaml", model) if sha else None

    def measure(self, name: str) -> Document[Measure] | None:
        """The measure of that name."""
        return next(self._standing([name]), None)

    def measures(self) -> Iterator[Document[Measure]]:
        """All measures, by name."""
        return self._standing(self._past.names())

    def naming(self, municipality: str, part: str) -> Sequence[Document[Measure]]:
        """The measures of that municipality on that part."""
        return list(self._standing(self._past.naming(municipality, part)))

    def _standing(self, names: Sequence[str]) -> Iterator[Document[Measure]]:
        for name in names:
            stands = self._past.stands(name)
            if name != self._own and stands.document:
                found = self._past.document(stands.document, f"{name}.yaml", Measure)
                if cut := _until_it_ended(found, stands):
                    yield cut

    def decisions(self, measure: str) -> Sequence[Document[Decision]]:
        """The decision on that measure, or the one in hand; silence that counts as a grant is one too."""
        if measure == self._own:
            return [self._decision] if self._decision else []
        stands, found = self._past.stands(measure), self.measure(measure)
        if found is None or stands.decided is None:
            return []
        if stands.decision is None:
            return [Document(_by_silence(measure, on(stands.decided.first)), found.parsed)]
        decision = self._past.document(stands.decision, f"{measure}.decision.yaml", Decision)
        known: Day | Missing = stands.published or Missing.NONE
        if isinstance(known, Day) and known.last == FAR_AHEAD:
            known = Missing.UNKNOWN
        return [Document(decision.model.model_copy(update={"made_known": known}), decision.parsed)]


def _until_it_ended(found: Document[Measure], stands: Standing) -> Document[Measure] | None:
    """The measure up to the day before it was withdrawn or annulled; None where it then never began."""
    ended, term = [each for each in (stands.withdrawn, stands.annulled) if each], found.model.term
    if not ended or not isinstance(term, StatedTerm):
        return found
    last = on(min(ended) - timedelta(days=1))
    if isinstance(term.first, Day) and period.no_later(term.first, last) is False:
        return None
    cut = term.model_copy(update={"last": last})
    return Document(found.model.model_copy(update={"term": cut}), found.parsed)


def _by_silence(measure: str, day: Day) -> Decision:
    return Decision.model_construct(
        decision=f"{measure}-by-silence",
        on_measure=measure,
        by=Author.model_construct(role="minister"),
        decided=day,
        made_known=day,
        outcome="granted",
        source=Source.model_construct(title="silence"),
    )


class Loaded:
    """What was at hand for a check of the past that was loaded: the documents of its receipt, and nothing else."""

    def __init__(self, past: Past, receipt: Mapping[str, str]) -> None:
        self._at_hand = AtHand(past, receipt)
        self._measures: dict[str, Document[Measure]] = {}
        self._decisions: dict[str, list[Document[Decision]]] = defaultdict(list)
        for name, sha in receipt.items():
            kind, _, called = name.partition("/")
            if kind == "measure":
                self._measures[called] = past.document(sha, f"{called}.yaml", Measure)
            elif kind == "decision":
                decision = past.document(sha, f"{called}.yaml", Decision)
                self._decisions[decision.model.on_measure].append(decision)
        self.area, self.figures = self._at_hand.area, self._at_hand.figures

    def measure(self, name: str) -> Document[Measure] | None:
        """The measure of that name."""
        return self._measures.get(name)

    def decisions(self, measure: str) -> Sequence[Document[Decision]]:
        """The decisions on that measure, oldest first."""
        return sorted(self._decisions[measure], key=lambda each: (each.model.decided.last, each.model.decision))

    def naming(self, municipality: str, part: str) -> Sequence[Document[Measure]]:
        """The measures of that municipality on that part: all that the check saw went into its receipt."""
        return [each for each in self._measures.values() if part in _parts(each.model, municipality)]


def _parts(measure: Measure, municipality: str) -> set[str | None]:
    place = measure.place
    return {place.area, *(each.part for each in place.parts)} if place.municipality == municipality else set()
