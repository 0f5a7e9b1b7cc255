"""The commands of an audit: a checkpoint of the log, what a witness adds, proofs, and whether all of it holds."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from registry.arguments import Parser, day, number, shared
from registry.gate import show
from registry.lines import wrapped
from registry.opening import REFUSED, register_only, register_place, with_register
from registry.printing import could_not_run, print_json, print_lines, print_progress, written
from registry.shipped import SHIPPED_MEASURES
from registry.words import word
from registry.writing import whole

if TYPE_CHECKING:
    from registry.audit.level import Level
    from registry.audit.note import Checkpoint, Signer, Verifier
    from registry.database import Database
    from rules.text import Text


def add_audit(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands of an audit."""
    audit = commands.add_parser("audit", help="of het log onveranderd is / whether the log is unaltered")
    parts = audit.add_subparsers(dest="part", required=True, metavar="COMMAND", parser_class=Parser)

    key = parts.add_parser("key", parents=[shared()], help="maak een sleutel / make a key")
    key.add_argument("name", metavar="NAME", help="van het log of de getuige / of the log or the witness")
    key.add_argument("--witness", action="store_true", help="voor een getuige / for a witness")
    key.add_argument("--output", metavar="FILE", required=True, help="de geheime helft / the secret half")
    key.set_defaults(run=_key)

    point = parts.add_parser("checkpoint", parents=[register_only()], help="teken het log / sign the log as it is")
    point.add_argument("--key", metavar="FILE", required=True, help="de sleutel van het log / the key of the log")
    point.add_argument("--output", metavar="FILE", help="gaat verder op wat daar staat / continues what is there")
    point.set_defaults(run=_checkpoint)

    witness = parts.add_parser("witness", parents=[register_only()], help="teken mee / add a cosignature")
    witness.add_argument("file", metavar="FILE", help="het checkpoint / the checkpoint")
    witness.add_argument("--key", metavar="FILE", required=True, help="de eigen sleutel / your own key")
    witness.add_argument("--log", metavar="KEY", required=True, help="publieke sleutel van het log / its public key")
    witness.add_argument("--kept", metavar="FILE", required=True, help="uw laatste checkpoint / the last you kept")
    witness.add_argument("--first", action="store_true", help="er is nog geen eerder / there is none yet")
    witness.set_defaults(run=_witness)

    proof = parts.add_parser("proof", parents=[register_only()], help="bewijs van één regel / proof of one entry")
    proof.add_argument("entry", metavar="ENTRY", help="nummer, sleutel, of maatregel / number, key, or measure")
    proof.add_argument("--checkpoint", metavar="FILE", required=True)
    proof.add_argument("--output", metavar="FILE", help="(stdout)")
    proof.add_argument("--entry-output", metavar="FILE", help="de bytes van de regel / the bytes of the entry")
    proof.set_defaults(run=_proof)

    verify = parts.add_parser("verify", parents=[register_place()], help="ga alles na / check all of it")
    verify.add_argument("--checkpoint", metavar="FILE", action="append", default=[], help="bewaard / that you kept")
    verify.add_argument("--log", metavar="KEY", help="publieke sleutel van het log / public key of the log")
    verify.add_argument("--witness", metavar="KEY", help="die van uzelf als getuige / your own as a witness")
    verify.add_argument(
        "--without", action="append", default=[], choices=("state", "law", "people"),
        help="sla over; law duurt lang bij veel maatregelen / leave out; law is slow with many",
    )  # fmt: skip
    verify.set_defaults(run=_verify)

    replay = parts.add_parser("replay", parents=[register_place()], help="toets opnieuw / make each check again")
    replay.add_argument("measures", metavar="MEASURE", nargs="*", help="alleen deze / only these (all)")
    replay.set_defaults(run=_replay)

    sample = parts.add_parser("sample", parents=[register_place()], help="trek besluiten / draw decisions")
    sample.add_argument("size", type=number, metavar="N")
    sample.add_argument("--seed", required=True, help="wie haar kent trekt hetzelfde / draws the same for all")
    sample.add_argument("--checkpoint", metavar="FILE", help="tot daar / up to there")
    sample.set_defaults(run=_sample)

    remarks = parts.add_parser("remarks", parents=[register_place()], help="wat een vraag waard is / worth a question")
    remarks.set_defaults(run=_remarks)

    report = parts.add_parser("report", parents=[register_only()], help="het verslag / the report (Markdown, ODT)")
    report.add_argument("--sample", type=number, metavar="N", default=10, help="zoveel besluiten / decisions (10)")
    report.add_argument("--seed", required=True, help="wie haar kent trekt hetzelfde / draws the same for all")
    report.add_argument("--checkpoint", metavar="FILE", help="bewaard / that you kept")
    report.add_argument("--on", type=day, metavar="DAY", help="(vandaag / today)")
    report.add_argument("--output", metavar="FILE", help="FILE.md, FILE.odt (stdout: Markdown)")
    report.set_defaults(run=_report)

    bundle = parts.add_parser("bundle", parents=[register_only()], help="alles in één zip / all in one zip")
    bundle.add_argument("output", metavar="ZIP")
    bundle.add_argument("--checkpoint", metavar="FILE", action="append", required=True)
    bundle.add_argument("--policy", metavar="FILE", required=True, help="wie moest tekenen / who had to sign")
    bundle.set_defaults(run=_bundle)


def _key(asked: argparse.Namespace) -> int:
    from registry.audit.note import LOG, WITNESS, WrongNote, new_signer

    try:
        signer = new_signer(asked.name, WITNESS if asked.witness else LOG)
        opened = os.open(asked.output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(opened, "w", encoding="utf-8") as out:
                out.write(f"{signer}\n")
        except OSError:
            Path(asked.output).unlink()  # half a key is none
            raise
    except WrongNote as wrong:
        return could_not_run(wrong.why.read(asked.lang))
    except OSError as error:
        return could_not_run(f"{asked.output}: {error.strerror}")
    print_lines([str(signer.verifier)])
    print_lines(wrapped(word("keep the key", asked.lang)), sys.stderr)
    return 0


def _checkpoint(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.note import LOG
        from registry.audit.signing import next_checkpoint

        signer = _signer(asked.key, LOG)
        last = _kept(asked.output) if asked.output and Path(asked.output).exists() else None
        with database.reading() as session:
            checkpoint = next_checkpoint(session, signer, last)
        _give(asked, str(checkpoint))
        return 0

    return _told(asked, made)


def _witness(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.note import LOG, WITNESS
        from registry.audit.signing import witnessed

        there = Path(asked.kept).exists()
        if there == asked.first:
            return could_not_run(f"{asked.kept}: {word('kept already' if there else 'kept none', asked.lang)}")
        seen, kept = _kept(asked.file), None if asked.first else _kept(asked.kept)
        with database.reading() as session:
            now = int(datetime.now(UTC).timestamp())
            checkpoint = witnessed(session, seen, kept, _public(asked.log, LOG), _signer(asked.key, WITNESS), now)
        for path in (asked.kept, asked.file):
            _replace(asked, path, str(checkpoint))
        return 0

    return _told(asked, made)


def _proof(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.signing import proof_of

        with database.reading() as session:
            proof = proof_of(session, asked.entry, _kept(asked.checkpoint))
        if asked.entry_output:
            Path(asked.entry_output).write_bytes(proof.entry)
        _give(asked, str(proof))
        return 0

    return _told(asked, made)


def _verify(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.levels import verify
        from registry.audit.note import LOG, WITNESS

        kept = [(Path(name).name, _kept(name)) for name in asked.checkpoint]
        log = _public(asked.log, LOG) if asked.log else None
        witness = _public(asked.witness, WITNESS) if asked.witness else None
        with database.reading() as session:
            levels = verify(session, kept, log, _progress(asked), witness, asked.without)
        _progress_over()
        wrong = any(level.findings for level in levels)
        if asked.format == "json":
            print_json({"holds": not wrong, "levels": [_row(level, asked) for level in levels]})
        else:
            print_lines(_lines(levels, asked))
        return REFUSED if wrong else 0

    return _told(asked, made)


def _progress(asked: argparse.Namespace) -> "Callable[[str, int, int], None]":
    """Tells on a terminal how far it is, now and then; elsewhere nothing."""
    if not sys.stderr.isatty() or getattr(asked, "format", "text") == "json":
        return lambda *_: None

    def told(level: str, done: int, of: int) -> None:
        if done % (10 if level == "remarks" else 10_000) == 0:  # a check takes longer than an entry
            print_progress(f"{level} {done}/{of}")

    return told


def _progress_over() -> None:
    if sys.stderr.isatty():
        print_progress("")


def _row(level: "Level", asked: argparse.Namespace) -> dict[str, object]:
    def read(texts: "tuple[Text, ...]") -> list[str]:
        return [each.read(asked.lang) for each in texts]

    found = [
        {"code": each.code, "says": each.says.read(asked.lang), "entry": each.entry, "subject": each.subject}
        for each in level.findings
    ]
    proved = [] if level.findings else read(level.proved)
    return {
        "level": level.name,
        "holds": not found,
        "proved": proved,
        "not_proved": read(level.not_proved),
        "findings": found,
    }


_SHOWN = 20  # findings of one level on a screen; JSON has them all


def _lines(levels: "list[Level]", asked: argparse.Namespace) -> list[str]:
    lines: list[str] = []
    for level in levels:
        mark = "✗" if level.findings else "✓" if level.proved else "–"
        lines.append(f"{mark} {word(f'level {level.name}', asked.lang)}")
        if not level.findings:
            for each in level.proved:
                lines += wrapped(each.read(asked.lang), 2, "")
        for found in level.findings[:_SHOWN]:
            subject = f" ({found.subject})" if found.subject else ""
            lines += wrapped(f"{found.says.read(asked.lang)}{subject} [{found.code}]", 2, "- ")
        if (more := len(level.findings) - _SHOWN) > 0:
            lines += wrapped(f"+ {more}", 2, "- ")
        for each in level.not_proved:
            lines += wrapped(f"{word('not proved', asked.lang)}: {each.read(asked.lang)}", 2, "")
    return [show(line) for line in lines]


def _replay(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.rulebooks import replays

        told = _progress(asked)
        counted: Counter[str] = Counter()
        rows: list[dict[str, object]] = []
        with database.reading() as session:
            for each in replays(session, lambda number: told("law", number, number)):
                if asked.measures and each.measure not in asked.measures:
                    continue
                counted[each.came_to] += 1
                says = [why.read(asked.lang) for why in each.says]
                if asked.format == "json":
                    rows.append({**each._asdict(), "says": says})
                else:
                    line = f"{each.entry} {each.kind} {show(each.measure)}: {word(each.came_to, asked.lang)}"
                    print_lines([line, *(row for why in says for row in wrapped(show(why), 2, "- "))])
        if asked.format == "json":
            print_json({"replayed": rows, "summary": dict(counted)})
        else:
            summary = ", ".join(f"{word(name, asked.lang)}: {counted[name]}" for name in sorted(counted))
            print_lines([summary or word("no checks", asked.lang)], sys.stderr)
        return REFUSED if counted["differs"] else 0

    return _told(asked, made)


def _sample(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.review import sample

        until = _kept(asked.checkpoint).size if asked.checkpoint else sys.maxsize
        with database.reading() as session:
            drawn = sample(session, asked.size, asked.seed, until)
        if asked.format == "json":
            print_json({"seed": asked.seed, "sample": [each._asdict() for each in drawn]})
            return 0
        for each in drawn:
            print_lines(wrapped(f"{each.entry} {each.kind} {show(each.measure)}: {each.outcome}, {show(each.on)}"))
        return 0

    return _told(asked, made)


def _remarks(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.review import remarks
        from registry.registered import surroundings

        with database.reading() as session:
            found = list(remarks(session, asked.today, surroundings(SHIPPED_MEASURES), _progress(asked)))
        _progress_over()
        if asked.format == "json":
            rows = [{**each._asdict(), "says": each.says.read(asked.lang)} for each in found]
            print_json({"on": asked.today.isoformat(), "remarks": rows})
            return 0
        for each in found:
            print_lines(wrapped(f"{show(each.measure)}: {show(each.says.read(asked.lang))} [{each.code}]"))
        return 0

    return _told(asked, made)


def _report(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.advice import as_markdown, as_odt
        from registry.audit.report import Scope, report
        from registry.registered import surroundings

        kept = (Path(asked.checkpoint).name, _kept(asked.checkpoint)) if asked.checkpoint else None
        name = database.shown if "://" in database.shown else Path(database.shown).name
        scope = Scope(name, asked.sample, asked.seed, asked.on or asked.today, kept)
        with database.reading() as session:
            found = report(session, scope, surroundings(SHIPPED_MEASURES), asked.lang, _progress(asked))
        _progress_over()
        odt = (asked.output or "").lower().endswith(".odt")
        content = as_odt(iter(found.blocks)) if odt else as_markdown(iter(found.blocks)).encode()
        return written(asked.output, content, asked.lang) or (0 if found.holds else REFUSED)

    return _told(asked, made)


def _bundle(asked: argparse.Namespace) -> int:
    def made(database: "Database") -> int:
        from registry.audit.bundle import write_bundle

        kept = [(Path(name).name, _kept(name)) for name in asked.checkpoint]
        policy = Path(asked.policy).read_text(encoding="utf-8")
        with database.reading() as session:
            files = write_bundle(session, Path(asked.output), kept, policy)
        print_lines([f"{word('written', asked.lang)}: {show(asked.output)} ({files})"], sys.stderr)
        return 0

    return _told(asked, made)


def _told(asked: argparse.Namespace, do: "Callable[[Database], int]") -> int:
    """Does it; a key, a checkpoint or a file that is none is told, with the exit code for what could not run."""
    from registry.audit.note import WrongNote

    def tried(database: "Database") -> int:
        try:
            return do(database)
        except WrongNote as wrong:
            return could_not_run(wrong.why.read(asked.lang))
        except BrokenPipeError:
            raise  # whoever read has had enough: that is for whoever starts the commands
        except OSError as error:
            return could_not_run(": ".join(str(each) for each in (error.filename, error.strerror) if each))
        except UnicodeDecodeError:
            return could_not_run(word("no text", asked.lang))

    return with_register(asked, tried)


def _kept(path: str) -> "Checkpoint":
    from registry.audit.note import checkpoint_of

    return checkpoint_of(Path(path).read_text(encoding="utf-8"))


def _signer(path: str, kind: int) -> "Signer":
    from registry.audit.note import of_kind, signer_of

    return of_kind(signer_of(Path(path).read_text(encoding="utf-8")), kind)


def _public(stated: str, kind: int) -> "Verifier":
    """The public key of a log or a witness as stated, or the file that it stands in."""
    from registry.audit.note import of_kind, verifier_of

    return of_kind(verifier_of(stated if "+" in stated else Path(stated).read_text(encoding="utf-8")), kind)


def _give(asked: argparse.Namespace, content: str) -> None:
    """To the file that was asked for, or else to stdout."""
    if asked.output:
        _replace(asked, asked.output, content)
    else:
        sys.stdout.write(content)


def _replace(asked: argparse.Namespace, path: str, content: str) -> None:
    """Writes the file whole or not at all: a checkpoint that was half written would be one that was lost."""
    with whole(Path(path)) as out:
        out.write(content.encode())
    print_lines([f"{word('written', asked.lang)}: {show(path)}"], sys.stderr)
