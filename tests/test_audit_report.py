"""The report of an audit: what stands in it, that it comes out the same each time, and that nothing in it is obeyed."""

import io
import json
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from registry.acts import add_person
from registry.advice import Block, as_markdown, as_odt
from registry.audit.note import LOG, Checkpoint, new_signer
from registry.audit.report import Report, Scope, report
from registry.audit.signing import next_checkpoint
from registry.database import Database
from registry.registered import surroundings
from rules.canonical import canonical
from rules.text import Language
from tests.conftest import Run, filled
from tests.faults.test_tampering import administrator, entry_by, grown_anew, put
from tests.registers import DECISION, GOOD, MEASURE, NAME, NOW, SURROUNDINGS, add_people, address_of, do, raw
from tests.test_register_acts import DESIGNATION

TODAY = date(2026, 11, 25)
HOSTILE = "# kop\n- item\r\n[klik](http://a.nl) <script>x</script> ![p](http://b.nl/p.png) *vet* `c` \x1b[31mrood\u202e"
SCOPE = Scope("register", 10, "zaad", TODAY)


def told(database: Database, scope: Scope = SCOPE, language: Language = "nl") -> Report:
    with database.reading() as session:
        return report(session, scope, surroundings(SURROUNDINGS), language)


def written(database: Database, scope: Scope = SCOPE, language: Language = "nl") -> str:
    return as_markdown(iter(told(database, scope, language).blocks))


def checkpoint(database: Database) -> Checkpoint:
    with database.reading() as session:
        return next_checkpoint(session, new_signer("register.example", LOG), None)


def followed_up(database: Database, says: str, condition: str) -> None:
    """A grant with an adviser, a condition that was not kept, and a finding with answer and follow-up."""
    add_people(database)
    add_person(database, "ada", "Ada", "auditor", "bzk", NOW)
    do(database, "eva", "submit", MEASURE)
    do(database, "abel", "advise", reasons=says)
    do(database, "sam", "agree", on="2026-11-10")
    stated = DECISION.replace("outcome: granted", f"outcome: granted\nconditions:\n  - {condition}")
    decided = do(database, "vera", "decide", stated, **{**GOOD, "reasons": says, "mandate": says}).entry.number
    do(database, "vera", "publish", on="2026-11-21")
    do(database, "rik", "condition", condition=1, kept="not-kept", on="2026-11-24", reasons=says)
    number = do(database, "ada", "finding", entry=decided, weight="serious", reasons=says).entry.number
    do(database, "vera", "answer", finding=number, reasons=says)
    do(database, "ada", "follow-up", finding=number, state="open", reasons=says)


audited = filled(partial(followed_up, says="omdat het helpt", condition="meld het"))
attacked = filled(partial(followed_up, says=HOSTILE, condition="'[klik](http://c.nl) <b>'"))


def test_what_an_auditor_wants_of_a_decision_stands_in_it(audited: Database) -> None:
    with administrator(audited) as connection:
        number, _ = entry_by(connection, "finding")
    text = written(audited)
    for said in (
        "zaad «zaad»",
        "- wie: vera, decider, vro (https\\://identifier.overheid.nl/tooi/id/ministerie/mnre1171); omdat het helpt",
        "besloten: 2026-11-20; vastgelegd: 2026-11-25 12:00 UTC; bekendgemaakt: 2026-11-21",
        "- toets: komt in aanmerking",
        "- redenen: omdat het helpt",
        "- ontheffing: heerlen-noord – renewed/experiment: 2027-01-01 – 2030-12-31",
        "- advies: abel (gm0917): omdat het helpt",
        "- voorwaarde: 1. meld het – niet nagekomen (2026-11-24): omdat het helpt",
        "submit eva (gm0917), advise abel (gm0917), agree sam (szw), decide vera (vro); wie besloot, diende niet in",
        f"- bevinding: {number} ({number - 3} decide): ernstige onvolkomenheid, open, beantwoord",
        "voorwaarde 1, niet nagekomen (2026-11-24): meld het – omdat het helpt \\[condition-not-kept,",
        f"### {NAME}, {number} ({number - 3} decide): ernstige onvolkomenheid, open, beantwoord",
        "- finding, ada (bzk), 2026-11-25: omdat het helpt",
        "- answer, vera (vro), 2026-11-25: omdat het helpt",
        "- follow-up (open), ada (bzk), 2026-11-25: omdat het helpt",
        "## Wat dit verslag niet zegt",
    ):
        assert said in text, said
    english = written(audited, language="en")
    assert "serious shortcoming, open, answered" in english
    assert "- check: eligible" in english


def test_a_decision_against_the_verdict_or_by_silence_says_so(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    do(database, "sam", "agree", on="2026-11-10")
    against = DECISION.replace("outcome: met, reasons: nodig", "outcome: unmet, reasons: niet nodig")
    do(database, "vera", "decide", against, **GOOD, against_verdict="de minister wil het")
    text = written(database)
    assert "- toets: komt niet in aanmerking; ertegenin besloten: de minister wil het" in text
    assert "bekendgemaakt: niet bekendgemaakt" in text
    assert "- voorwaarden: geen" in text


def test_of_silence_nobody_is_said_to_have_decided(database: Database) -> None:
    do(database, "eva", "submit", DESIGNATION, now=datetime(2026, 9, 2, 12, tzinfo=UTC))
    do(database, "rik", "deem", name="heerlen-priority", now=datetime(2026, 10, 28, 12, tzinfo=UTC))
    text = written(database)
    assert "submit eva (gm0917), deem rik (vro); niemand besloot: er is gezwegen" in text
    assert "uiterlijk: 2026-10-27" in text
    assert "- heerlen-priority: toegewezen door te zwijgen \\[by-silence," in text


def test_the_same_question_makes_the_same_bytes(audited: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(audited) == written(audited)

    def on_clock(year: int, make: Any) -> bytes:
        with monkeypatch.context() as patch:
            patch.setattr(time, "localtime", lambda *_: time.struct_time((year, 1, 1, 0, 0, 0, 0, 1, 0)))
            return bytes(make())

    def odfdo_alone() -> bytes:
        from odfdo import Document

        out = io.BytesIO()
        Document("text").save(out)
        return out.getvalue()

    assert on_clock(2027, odfdo_alone) != on_clock(2028, odfdo_alone), "the negative control"
    made = [on_clock(year, lambda: as_odt(iter(told(audited).blocks))) for year in (2027, 2028)]
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as opened:
        first, *_ = opened.infolist()
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert opened.testzip() is None
    other = Scope("register", 10, "ander zaad", TODAY)
    assert written(audited, other) != written(audited), "and another question another"


def test_the_sample_lies_under_the_checkpoint_that_was_kept(database: Database) -> None:
    do(database, "eva", "submit", MEASURE)
    early = checkpoint(database)
    do(database, "sam", "agree", on="2026-11-10")
    do(database, "vera", "decide", DECISION, **GOOD)
    late = checkpoint(database)
    under = [written(database, SCOPE._replace(checkpoint=("kept.txt", each))) for each in (early, late)]
    assert [f"### {NAME}" in each for each in under] == [False, True]
    assert f"kept.txt, register.example: {late.size} regels, wortel {late.root.hex()}" in under[1]


CHANGES = {
    "UPDATE exemption SET last = '2039-12-31'": "tabel exemption",
    "UPDATE measure SET verdict = 'barred' WHERE until IS NULL": "tabel measure",
}


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_is_reported_on_tables_that_do_not_follow_from_the_log(audited: Database, change: str) -> None:
    before = told(audited)
    assert before.holds
    with raw(audited) as connection:
        assert connection.exec_driver_sql(change).rowcount
    after = told(audited)
    assert not after.holds
    text = as_markdown(iter(after.blocks))
    assert CHANGES[change] in text
    assert "Hier houdt het verslag op" in text
    assert "## Steekproef" in as_markdown(iter(before.blocks))
    assert "## Steekproef" not in text


def test_another_log_than_the_checkpoint_is_of_stops_the_report(audited: Database) -> None:
    kept = checkpoint(audited)
    assert told(audited, SCOPE._replace(checkpoint=("kept.txt", kept))).holds
    other = kept._replace(root=b"\x01" * 32)
    found = told(audited, SCOPE._replace(checkpoint=("kept.txt", other)))
    assert not found.holds
    assert "## Steekproef" not in as_markdown(iter(found.blocks))


JUNK: list[dict[str, Any]] = [
    {},
    {"on": "ooit", "entry": "x", "finding": ["x"], "condition": {"a": 1}, "kept": 5, "weight": [], "state": None},
    {"on": "2026-11-24", "condition": 1, "kept": "mostly", "entry": -1, "finding": 10**30},
]


@pytest.mark.parametrize("junk", JUNK)
def test_what_was_written_past_our_code_stops_no_report(audited: Database, junk: dict[str, Any]) -> None:
    """By somebody who made the tree anew as well: no act of ours has such data, and no traceback comes of it."""
    do(audited, "eva", "evaluate", on="2026-11-22", reasons="x")
    with administrator(audited) as connection:
        for kind in ("condition", "finding", "answer", "follow-up", "evaluate"):
            number, content = entry_by(connection, kind)
            stated = json.loads(content)
            put(connection, number, canonical({**stated, "data": {"body": stated["data"]["body"], **junk}}))
        grown_anew(connection)
    text = written(audited)
    assert "## Bevindingen" in text
    assert NAME in text


# ---- hostile text ----


def tokens(text: str) -> Iterator[Any]:
    """What a reader of Markdown makes of it, tables and bare links included."""
    for token in MarkdownIt("gfm-like").parse(text):
        yield token
        yield from token.children or ()


def obeyed(text: str) -> list[str]:
    kinds = {"link_open", "image", "html_inline", "html_block", "em_open", "strong_open", "code_inline", "fence"}
    return [each.type for each in tokens(text) if each.type in kinds]


def test_nothing_that_people_wrote_is_obeyed(attacked: Database) -> None:
    hostile = written(attacked)
    assert obeyed(HOSTILE), "the negative control"
    assert obeyed(hostile) == []
    assert all(c.isprintable() or c == "\n" for c in hostile)
    assert "⟨U+001B⟩" in hostile
    headings = [each.content for each in tokens(hostile) if each.type == "inline" and each.content.startswith("kop")]
    assert headings == []
    assert hostile.count("script") > 5, "it is there, as text"


def test_hostile_words_stay_words_in_an_odt(attacked: Database, tmp_path: Path) -> None:
    from odfdo import Document

    file = tmp_path / "r.odt"
    file.write_bytes(as_odt(iter(told(attacked).blocks)))
    made = Document(str(file))
    text = made.get_formatted_text()
    assert "<script>x</script>" in text
    assert "⟨U+001B⟩[31mrood⟨U+202E⟩" in text
    assert all(c.isprintable() or c.isspace() for c in text)
    with zipfile.ZipFile(file) as opened:
        content = opened.read("content.xml").decode()
    assert "<script>" not in content
    assert not re.search(r"<text:a\b", content)


def test_it_is_a_command(attacked: Database, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REGELRUIMTE_DATABASE", address_of(attacked))
    kept = tmp_path / "kept.txt"
    kept.write_text(str(checkpoint(attacked)), encoding="utf-8")
    said = ("audit", "report", "--seed", HOSTILE, "--checkpoint", str(kept), "--on", "2026-11-25")
    code, out, err = run(*said)
    assert (code, out.startswith("# Verslag van een controle\n"), err) == (0, True, "")
    assert obeyed(out) == []
    assert all(c.isprintable() or c == "\n" for c in out)
    for name, begins in (("r.md", b"# Report of an audit"), ("r.ODT", b"PK"), ("r", b"# Report of an audit")):
        code, out, err = run(*said, "--lang", "en", "--output", str(tmp_path / name))
        assert (code, out) == (0, "")
        assert "geschreven" not in err
        assert (tmp_path / name).read_bytes().startswith(begins)
    shown = run("audit", "remarks")[1], run("audit", "remarks", "--format", "json")[1], run("history", NAME)[1]
    for each in (*shown, run("show", NAME)[1], run("export", "--what", "log")[1]):
        assert all(c.isprintable() or c == "\n" for c in each)
    assert run("audit", "report")[0] == 2, "a draw needs a seed"
    assert run("audit", "report", "--seed", "x", "--sample", "0")[0] == 2
    assert run("audit", "report", "--seed", "x", "--checkpoint", str(tmp_path / "none"))[0] == 2
    assert run("audit", "report", "--seed", "x", "--output", str(tmp_path / "no" / "r.md"))[0] == 2
    with raw(attacked) as connection:
        connection.exec_driver_sql("UPDATE exemption SET last = '2039-12-31'")
    assert run(*said)[0] == 1


def test_blocks_are_written_as_they_stand() -> None:
    """The control of the others: what is not foreign text is a heading, and a list."""
    text = as_markdown(iter([Block("heading", "a", 2), Block("item", "b"), Block("text", "c")]))
    assert [each.type for each in tokens(text) if each.type.endswith("_open")][:2] == [
        "heading_open",
        "bullet_list_open",
    ]
