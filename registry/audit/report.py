"""The report of an audit: what was looked at, the sample as dossiers, what is worth a question, and what was found.

The same register and the same question make the same report. What the log cannot bear out is not reported on: where the
levels of `verify` find something, the report says so and stops.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from registry.advice import Block
from registry.audit.level import Level, Told
from registry.audit.levels import verify
from registry.audit.note import Checkpoint
from registry.audit.review import Drawn, remarks, sample
from registry.audit.signing import log_size, root_at
from registry.audit.tree import EMPTY, leaf
from registry.bodies import tooi
from registry.collection import Collection
from registry.days import day_in, legal_day
from registry.entries import Entry, Record, record
from registry.findings import WORK, AuditFinding, findings, kept
from registry.refusals import EntryUnreadable
from registry.register_text import day_words, fixed_word, kept_words, term_words
from registry.store import entries_in
from registry.tables import EntryRow
from registry.words import word
from rules.text import Language, Text
from rules.vocabulary import reading


class Scope(NamedTuple):
    """What a report is asked about: the register by name, how many decisions by which seed, on which day.

    `checkpoint` is one that was kept, with the name of its file: the sample is then drawn from what lies under it.
    """

    register: str
    size: int
    seed: str
    on: date
    checkpoint: tuple[str, Checkpoint] | None = None


class Report(NamedTuple):
    """The report as blocks, and whether all levels held."""

    blocks: tuple[Block, ...]
    holds: bool


def report(
    session: Session, scope: Scope, around: Collection, language: Language, told: Told = lambda *_: None
) -> Report:
    """Everything the register can tell of an audit on that day."""
    levels = verify(session, [scope.checkpoint] if scope.checkpoint else [], None, told)
    blocks = [*_head(session, scope, language), *_levels(levels, language)]
    if any(level.findings for level in levels if level.name in _BEARING):
        blocks.append(Block("text", _STOPPED.read(language)))
    else:
        blocks += [
            *_drawn(session, scope, language),
            *_remarks(session, scope, around, language, told),
            *_findings(session, language),
        ]
    blocks += _untold(language)
    return Report(tuple(blocks), not any(level.findings for level in levels))


_BEARING = ("bytes", "history", "state")  # without these nothing follows from log and tables
_STOPPED = Text(
    "Hier houdt het verslag op: uit een log of tabellen die niet kloppen volgt niets. Wat er mis is zegt audit verify.",
    "The report ends here: nothing follows from a log or tables that are wrong. What is wrong, audit verify says.",
)


def _head(session: Session, scope: Scope, language: Language) -> Iterator[Block]:
    size = log_size(session)
    root = root_at(session, size) or EMPTY
    yield Block("heading", Text("Verslag van een controle", "Report of an audit").read(language))
    yield Block("text", f"{scope.register} · {scope.on}")
    yield Block("heading", Text("Waarover", "Scope").read(language), 2)
    yield _item("het log", "the log", _sized(size, root), language)
    if scope.checkpoint:
        name, kept_one = scope.checkpoint
        sized = _sized(kept_one.size, kept_one.root).read(language)
        yield _item("checkpoint", "checkpoint", f"{name}, {kept_one.origin}: {sized}", language)
    under = scope.checkpoint[1].size if scope.checkpoint else size
    drawn = Text(
        f"{scope.size} besluiten uit de eerste {under} regels, zaad «{scope.seed}»: op volgorde van SHA-256 van het"
        " zaad, een regeleinde en de sleutel van de regel",
        f"{scope.size} decisions from the first {under} entries, seed '{scope.seed}': by SHA-256 of the seed, a line"
        " feed and the key of the entry",
    )
    yield _item("steekproef", "sample", drawn, language)


def _sized(size: int, root: bytes) -> Text:
    return Text(f"{size} regels, wortel {root.hex()}", f"{size} entries, root {root.hex()}")


def _levels(levels: Sequence[Level], language: Language) -> Iterator[Block]:
    yield Block("heading", Text("Of het register klopt", "Whether the register holds").read(language), 2)
    for level in levels:
        mark = "✗" if level.findings else "✓" if level.proved else "–"
        told = [each.says for each in level.findings[:_SHOWN]] or level.proved
        more = [f"+ {len(level.findings) - _SHOWN}"] if len(level.findings) > _SHOWN else []
        says = "; ".join([*(each.read(language) for each in told), *more])
        yield Block("item", f"{mark} {word(f'level {level.name}', language)}{f' – {says}' if says else ''}")
        for each in level.not_proved:
            yield Block("item", f"{word('not proved', language)}: {each.read(language)}")


_SHOWN = 20  # findings of one level; audit verify has them all


# ---- the sample ----


def _drawn(session: Session, scope: Scope, language: Language) -> Iterator[Block]:
    yield Block("heading", Text("Steekproef", "Sample").read(language), 2)
    until = scope.checkpoint[1].size if scope.checkpoint else log_size(session)
    drawn = sample(session, scope.size, scope.seed, until)
    if not drawn:
        yield Block("text", word("none", language))
    for each in drawn:
        try:
            yield from list(_dossier(session, each, language))
        except EntryUnreadable as wrong:
            yield Block("heading", each.measure, 3)
            yield Block("item", wrong.why.read(language))


def _dossier(session: Session, drawn: Drawn, language: Language) -> Iterator[Block]:
    """One decision: who, when, on which verdict, why, under which conditions, and where that stands in the log."""
    entries = entries_in(session, drawn.measure)
    then = [each for each in entries if each.number <= drawn.entry]
    entry, before, now = then[-1], record(drawn.measure, then), record(drawn.measure, entries)
    title = Text(**before.about["title"]).read(language)
    yield Block("heading", f"{drawn.measure}: {title} – {fixed_word(drawn.outcome, language)}", 3)
    yield _item("wie", "who", _who(entry), language)
    yield _item("dagen", "days", _days(entry, now, language), language)
    yield _item("toets", "check", _verdict(entry, before), language)
    yield _item("redenen", "reasons", str(entry.data.get("reasons") or word("none", language)), language)
    for said, parts in _exempted(before, language).items():
        yield _item("ontheffing", "exemption", f"{', '.join(parts)} – {said}", language)
    for each in then:
        if each.kind == "advise":
            said = f"{each.actor} ({each.data.get('body')}): {each.data.get('reasons', '')}"
            yield _item("advies", "advice", said, language)
    if before.conditions:
        reports = kept(entries, len(before.conditions))
        for number, (condition, reported) in enumerate(zip(before.conditions, reports, strict=True), 1):
            why = f": {reported.data.get('reasons', '')} ({reported.number})" if reported else ""
            said = f"{number}. {condition} – {kept_words(reported, language)}{why}"
            yield _item("voorwaarde", "condition", said, language)
    else:
        yield _item("voorwaarden", "conditions", word("none", language), language)
    yield _item("vier ogen", "four eyes", _eyes(then), language)
    for raised in findings(entries):
        yield _item("bevinding", "finding", _in_short(raised, language), language)
    yield _item("documenten (SHA-256)", "documents (SHA-256)", _documents(entry, before), language)
    place = f"{entry.number}, {entry.id}, {leaf(entry.content).hex()}"
    yield _item("plaats in het log", "place in the log", place, language)


def _exempted(before: Record, language: Language) -> dict[str, list[str]]:
    """The parts that share an instrument and a term, by both in words."""
    alike: dict[str, list[str]] = {}
    for each in before.exemptions:
        alike.setdefault(f"{each.instrument}: {term_words(each, language)}", []).append(each.part)
    return alike


def _who(entry: Entry) -> Text:
    if entry.data.get("history"):
        return Text(
            "uit het verleden geladen: wie handelde staat niet in het log",
            "loaded from the past: who acted is not in the log",
        )
    body = str(entry.data.get("body", ""))
    mandate = entry.data.get("mandate")
    who = f"{entry.actor}, {entry.role}, {body} ({tooi(body) or '–'})"
    without = Text("geen mandaat genoemd", "no mandate named")
    return Text(f"{who}; {mandate or without.nl}", f"{who}; {mandate or without.en}")


def _days(entry: Entry, now: Record, language: Language) -> str:
    decided, recorded = day_words(day_in(entry.data["on"]), language), f"{entry.recorded:%Y-%m-%d %H:%M} UTC"
    known = day_words(now.published, language) if now.published else word("unpublished", language)
    told = [("decided", decided), ("recorded on", recorded), ("made_known", known)]
    due = entry.data.get("due")
    told += [("due", str(due))] if due else []
    return "; ".join(f"{word(name, language)}: {day}" for name, day in told)


def _verdict(entry: Entry, before: Record) -> Text:
    found = reading(str(entry.data.get("verdict", before.verdict)))
    against = entry.data.get("against_verdict")
    if not against:
        return found
    return Text(f"{found.nl}; ertegenin besloten: {against}", f"{found.en}; decided against it: {against}")


def _eyes(entries: Sequence[Entry]) -> Text:
    """Who did what until the decision, and whether whoever decided had done something else before."""
    if entries[-1].data.get("history"):
        return Text("niet bekend", "not known")
    acts = [each for each in entries if each.kind in WORK]
    did = ", ".join(dict.fromkeys(f"{each.kind} {each.actor} ({each.data.get('body')})" for each in acts))
    if entries[-1].kind == "deem":
        return Text(f"{did}; niemand besloot: er is gezwegen", f"{did}; nobody decided: there was silence")
    decider = entries[-1].actor
    same = any(each.actor == decider and each.kind in ("submit", "advise") for each in acts)
    nl = "WIE BESLOOT, DIENDE IN OF ADVISEERDE" if same else "wie besloot, diende niet in en adviseerde niet"
    en = "WHO DECIDED, SUBMITTED OR ADVISED" if same else "who decided neither submitted nor advised"
    return Text(f"{did}; {nl}", f"{did}; {en}")


def _documents(entry: Entry, before: Record) -> Text:
    hashes = ", ".join(entry.data.get("hashes", ())) or "–"
    decision = entry.document or "–"
    rules = entry.data.get("rules") or "–"
    return Text(
        f"maatregel {before.document}; besluit {decision}; regels {rules}; uitslagen van de toets {hashes}",
        f"measure {before.document}; decision {decision}; rules {rules}; results of the check {hashes}",
    )


# ---- remarks and findings ----


def _remarks(session: Session, scope: Scope, around: Collection, language: Language, told: Told) -> Iterator[Block]:
    yield Block("heading", Text("Wat een vraag waard is", "What is worth a question").read(language), 2)
    found = list(remarks(session, scope.on, around, told))
    for each in found:
        yield Block("item", f"{each.measure}: {each.says.read(language)} [{each.code}, {each.entry}]")
    if not found:
        yield Block("text", word("none", language))


def _findings(session: Session, language: Language) -> Iterator[Block]:
    yield Block("heading", word("findings", language), 2)
    asked = select(EntryRow.number, EntryRow.subject).where(EntryRow.kind == "finding").order_by(col(EntryRow.number))
    numbers = list(session.exec(asked))
    for number, measure in numbers:
        entries = entries_in(session, measure)
        raised = next(each for each in findings(entries) if each.entry.number == number)
        yield Block("heading", f"{measure}, {_in_short(raised, language)}", 3)
        for entry in (raised.entry, *sorted((*raised.answers, *raised.follow_ups), key=lambda each: each.number)):
            state = f" ({fixed_word(entry.data.get('state'), language)})" if entry.kind == "follow-up" else ""
            who = f"{entry.actor} ({entry.data.get('body')}), {legal_day(entry.recorded)}"
            attached = f" [{entry.document}]" if entry.document else ""
            yield Block("item", f"{entry.kind}{state}, {who}: {entry.data.get('reasons', '')}{attached}")
    if not numbers:
        yield Block("text", word("none", language))


def _in_short(raised: AuditFinding, language: Language) -> str:
    """Its number, the act that it is about, how heavy it is, and where it stands."""
    about = f"{raised.about.number} {raised.about.kind}" if raised.about else "–"
    weight = fixed_word(raised.entry.data.get("weight"), language)
    answered = Text("beantwoord", "answered") if raised.answers else Text("nog niet beantwoord", "not answered yet")
    stands = word("closed" if raised.closed else "open", language)
    return f"{raised.entry.number} ({about}): {weight}, {stands}, {answered.read(language)}"


# ---- what it does not tell ----


def _untold(language: Language) -> Iterator[Block]:
    yield Block("heading", Text("Wat dit verslag niet zegt", "What this report does not tell").read(language), 2)
    yield from (Block("item", each.read(language)) for each in _UNTOLD)


_UNTOLD = (
    Text(
        "Of de besluiten die niet zijn getrokken in orde zijn. Een zaad dat iemand kon uitproberen maakt van een"
        " steekproef een keuze: neem er een die niemand kende toen het log werd vastgelegd.",
        "Whether decisions that were not drawn are in order. A seed that somebody could try out makes a choice of a"
        " sample: take one that nobody knew when the log was fixed.",
    ),
    Text(
        "Of wat een besluit zegt waar is: het log bewijst dat het er staat, sinds wanneer en door wie.",
        "Whether what a decision says is true: the log proves that it stands there, since when and by whom.",
    ),
    Text(
        "Of een maatregel in de praktijk nog wordt toegepast: dat ziet geen register.",
        "Whether a measure is still applied in practice: no register sees that.",
    ),
    Text(
        "Of een opmerking een fout is: zij is een vraag. En of noodzaak en evenredigheid goed zijn beoordeeld: dat is"
        " aan mensen.",
        "Whether a remark is an error: it is a question. And whether necessity and proportionality were judged well:"
        " that is for people.",
    ),
    Text(
        "Namen: wie handelde staat er met de naam waaronder in het register wordt gehandeld.",
        "Names: whoever acted is named as the register names them.",
    ),
)


def _item(nl: str, en: str, says: Text | str, language: Language) -> Block:
    return Block("item", f"{nl if language == 'nl' else en}: {says if isinstance(says, str) else says.read(language)}")
