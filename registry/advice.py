"""An advice note on one measure: what its check found, and what the adviser says of it. As Markdown and as ODT.

Open norms are not computed: they stand in the note as questions for whoever decides.
"""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Literal, NamedTuple
from zipfile import ZipFile, ZipInfo

from registry.gate import markdown, show
from registry.lines import OUTCOME_MARKS, VERDICT_MARKS
from registry.reasons import alike, articles, deciders, headed, reasons_after, reasons_before, rule_told, why_this_text
from registry.words import word
from rules.check import Checked
from rules.text import Language
from rules.verdict import Result
from rules.vocabulary import reading


class Block(NamedTuple):
    """One paragraph of a note: a heading of some level, text, or an item of a list."""

    kind: Literal["heading", "text", "item"]
    text: str
    level: int = 1


def advice(checked: Checked, says: str, by: str, day: date, language: Language) -> Iterator[Block]:
    """The note; `says` is what the adviser has to say (paragraphs apart by line feeds), `by` who that is."""
    model = checked.measure.model
    mark, _ = VERDICT_MARKS[checked.verdict]
    yield Block("heading", f"{word('advice note', language)}: {model.title.text.read(language)}")
    yield Block("text", " · ".join(each for each in (day.isoformat(), by) if each))
    yield Block("text", f"{model.measure} · {model.place.municipality} · {checked.measure.parsed.file}")
    yield Block("heading", word("advice says", language), 2)
    for paragraph in says.split("\n") if says.strip() else [word("nothing said", language)]:
        if paragraph.strip():
            yield Block("text", paragraph.strip())
    yield Block("heading", f"{word('verdict', language)}: {mark} {reading(checked.verdict).read(language)}", 2)
    yield Block("text", f"{word('day', language)}: {checked.day.isoformat()} ({checked.day_from.read(language)})")
    if checked.verdict in ("eligible", "unneeded"):
        yield Block("text", word("may" if checked.verdict == "eligible" else "ordinary", language))
    for results in alike(checked.results):
        yield from _on(results, checked, language)
    yield Block("heading", word("receipt", language), 2)
    yield Block("text", word("receipt means", language))
    for result in checked.results:
        yield Block("item", f"{result.part}, {result.instrument or '–'}: {result.hash}")
    for name, sha in sorted(checked.documents.items()):
        yield Block("item", f"{name}: {sha}")


def _on(results: list[Result], checked: Checked, language: Language) -> Iterator[Block]:
    first = results[0]
    yield Block("heading", f"{VERDICT_MARKS[first.verdict][0]} {headed(results, language)}", 2)
    if law := first.law:
        yield Block(
            "text",
            f"{law.title.read(language)}, {law.name}: {why_this_text(first, law, checked.day, language)}",
        )
        yield from (Block("text", said) for said in deciders(first, law, checked.day, language))
    for reasons in reasons_before(first, language):
        yield Block("heading", word(reasons.name, language), 3)
        yield from (Block("item", item) for item in reasons.items)
    if first.outcomes:
        yield Block("heading", word("rules", language), 3)
    for article in articles(first, language):
        yield Block("heading", article.heading, 4)
        for outcomes in article.rules:
            told = rule_told(outcomes, article.number, language)
            found = f" ({'; '.join(told.found)})" if told.found else ""
            yield Block("item", f"{OUTCOME_MARKS[told.kind][0]} {told.says}{found}")
    for reasons in reasons_after(results, language):
        yield Block("heading", word(reasons.name, language), 3)
        yield from (Block("item", item) for item in reasons.items)


def as_markdown(blocks: Iterator[Block]) -> str:
    """The note as Markdown; foreign text stands in it as text."""
    lines: list[str] = []
    before = ""
    for block in blocks:
        if lines and not (before == block.kind == "item"):
            lines.append("")
        lead = {"heading": "#" * block.level + " ", "item": "- ", "text": ""}[block.kind]
        lines.append(f"{lead}{markdown(block.text)}")
        before = block.kind
    return "\n".join(lines) + "\n"


def as_odt(blocks: Iterator[Block]) -> bytes:
    """The note as an OpenDocument text (ISO/IEC 26300)."""
    from odfdo import Document, Header, List, ListItem, Paragraph

    made = Document("text")
    made.body.clear()
    items: List | None = None
    for block in blocks:
        heading = block.kind == "heading"
        written = Header(block.level, style=f"Heading_20_{block.level}") if heading else Paragraph()
        written.append_plain_text(show(block.text))  # no markup is read
        if block.kind == "item":
            if items is None:
                items = List()
                made.body.append(items)
            item = ListItem()
            item.append(written)
            items.append(item)
        else:
            items = None
            made.body.append(written)
    out = BytesIO()
    made.save(out)
    return _without_clock(out)


def _without_clock(made: BytesIO) -> bytes:
    """The zip with one time for all its files: the same words make the same bytes."""
    out = BytesIO()
    with ZipFile(made) as source, ZipFile(out, "w") as target:
        for each in source.infolist():
            entry = ZipInfo(each.filename)
            entry.compress_type = each.compress_type
            target.writestr(entry, source.read(each))
    return out.getvalue()
