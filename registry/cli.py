"""The command `regelruimte`: what was asked, what comes out, and with which exit code. stdout is results, stderr tells.

Heavy imports stand inside the commands: a check of files loads no database and no screen, `--help` not even the rules.
"""

import argparse
import os
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.arguments import REPORTS, Parser, day, jobs, kind, law, options_of, setting, shared, unknown_law
from registry.code_cli import add_codes
from registry.deadlines_cli import add_deadlines
from registry.drafting_cli import add_drafting
from registry.gate import show
from registry.law_cli import add_law
from registry.lines import wants_colour
from registry.lists_cli import add_lists
from registry.memory import collect_seldom
from registry.printing import (
    INVALID,
    CouldNotRun,
    could_not_run,
    path_missing,
    print_json,
    print_lines,
    print_problems,
    progress,
    refused,
)
from registry.register_cli import add_register
from registry.tui_cli import add_tui
from registry.version import VERSION
from registry.view_cli import add_views
from registry.words import counted, word
from rules.text import Text

if TYPE_CHECKING:
    from registry.baseline import Baseline
    from registry.changed import Changed
    from registry.checking import Rows, Run

_ABOUT = """Toetst onorthodoxe maatregelen aan de wet, met de redenen tot op artikel en lid.
Checks unorthodox legal measures against the law, with the reasons down to
article and paragraph."""

_EXAMPLES = """voorbeelden / examples:
  regelruimte check measures
  regelruimte check maatregel.yaml --on 2026-12-01 --lang en
  regelruimte check measures --format json | jq .summary
  regelruimte check measures --since main --baseline known.json
  regelruimte code wbmgp/5.4.term
  regelruimte explain measures/proposals/rotterdam/2018-designation.yaml
  regelruimte area show rotterdam-zuid --on 2026-11-24
  regelruimte law diff wbmgp@2017-01-01
  regelruimte timeline rotterdam-zuid
  regelruimte deadlines measures --within 1y
  regelruimte init --with-history && regelruimte in-force --on 2019-06-01

afsluitcodes / exit codes:
  0  niets erop tegen, hooguit open oordelen / nothing against it, at most
     judgements are open
  1  een eis is niet vervuld, iets ontbreekt, of het register weigert /
     a requirement is unmet, something is missing, or the register refuses
  2  kon niet draaien / could not run
  3  een document is ongeldig / a document is invalid
  4  anderszins onbeslist, met --strict / otherwise undecided, with --strict"""


_PART_OF_A_BASELINE = Text(
    nl="--write-baseline gaat over alles: niet met --since of --law",
    en="--write-baseline is about all there is: not with --since or --law",
)


def parser(command: str | None = None) -> Parser:
    """The whole command line; each command sets `run` to the function that does it.

    For `check` no other command is made: pipelines start it for one file at a time, and 60 others take 15 ms.
    """
    about = argparse.RawDescriptionHelpFormatter
    top = Parser(prog="regelruimte", description=_ABOUT, epilog=_EXAMPLES, formatter_class=about)
    top.add_argument("--version", action="version", version=f"regelruimte {VERSION}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)

    judging = Parser(add_help=False, parents=[shared()])
    judging.add_argument("--on", type=day, metavar="DAY", help="toets op die dag / judge on that day (2018-04-05)")
    judging.add_argument(
        "--law", type=law, metavar="ID[@VERSION]", help="alleen die wet of wetsversie / only that law or version"
    )
    judging.add_argument(
        "--portfolio",
        metavar="PATH",
        help="wat er nog meer is: gebieden, besluiten, eerdere maatregelen / what else there is",
    )
    judging.add_argument(
        "--cross-check",
        action="store_true",
        help="vergelijk de regelmachine met haar tweeling / compare engine and twin",
    )

    check = commands.add_parser("check", parents=[judging], help="toets documenten / check documents")
    check.add_argument(
        "paths", nargs="*", metavar="PATH", default=["measures"],
        help="bestanden, mappen, of - / files, folders, or - (measures)",
    )  # fmt: skip
    check.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        default=False,
        help="onbeslist is exit 4 / undecided is exit 4",
    )
    check.add_argument(
        "--exclude", action="append", metavar="GLOB", help="alsof het er niet is / as if it were not there"
    )
    check.add_argument(
        "--since", metavar="REV", help="alleen wat sindsdien veranderde, naar git / only what changed since, by git"
    )
    check.add_argument("--exit-zero", action="store_true", help="exit 0, behalve 2 / exit 0, save for 2")
    known = check.add_mutually_exclusive_group()
    known.add_argument("--baseline", metavar="FILE", help="wat daarin staat is bekend / what is in it is known")
    known.add_argument("--write-baseline", metavar="FILE", help="maak die van wat er nu is / make it of what is now")
    check.add_argument("--jobs", type=jobs, metavar="N", help="aantal werkprocessen / worker processes")
    check.add_argument(
        "--format", choices=REPORTS, metavar="FORMAT", help=f"{', '.join(REPORTS)} (text; in GitHub Actions github)"
    )
    check.add_argument("--output", metavar="FILE", help="bestand in plaats van stdout / file in place of stdout")
    check.set_defaults(run=_check)
    if command == "check":
        return top

    explain = commands.add_parser("explain", parents=[judging], help="leg een maatregel uit / explain a measure")
    explain.add_argument("file", metavar="FILE")
    explain.add_argument(
        "--suppose", type=setting, action="append", default=[], metavar="FACT=VALUE",
        help="wat als: een feit of plaats / what if: a fact or a place in it",
    )  # fmt: skip
    explain.set_defaults(run=_explain)
    add_drafting(commands, judging)

    add_codes(commands)
    add_law(commands)
    add_views(commands)
    add_deadlines(commands)
    add_lists(commands)
    add_register(commands)
    add_tui(commands)

    schema = commands.add_parser("schema", help="JSON Schema van een document / of a document")
    schema.add_argument("kind", type=kind, metavar="KIND", help="measure, decision, area, law …")
    schema.set_defaults(run=_schema)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code of design.md §6."""
    _utf8(sys.stdout, sys.stderr)
    # no other package has a say in what is a valid document, and looking for such plugins would cost every start 20 ms
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        try:
            return _run(sys.argv[1:] if argv is None else argv)
        finally:
            sys.stdout.flush()  # here: of a reader who has gone Python would tell at the very end
    except BrokenPipeError:
        # whoever read the output has gone (`| head`): not an error, and nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(argv: list[str]) -> int:
    top = parser(next(iter(argv), None))
    asked = top.parse_args(argv, argparse.Namespace(today=date.today()))
    try:
        if not getattr(asked, "no_config", True):
            asked = _configured(top, argv, asked)
        return int(asked.run(asked))
    except CouldNotRun as stopped:
        return could_not_run(stopped.why.read(getattr(asked, "lang", "nl")))
    except ImportError as broken:
        from rules.chain import EngineMissing

        if not isinstance(broken, EngineMissing):
            raise
        return could_not_run(broken.why.read(getattr(asked, "lang", "nl")))
    except KeyboardInterrupt:
        return 130


def _configured(top: Parser, argv: list[str], asked: argparse.Namespace) -> argparse.Namespace:
    """What was asked, with what the user's pyproject.toml says of what was not."""
    from registry.configuration import configuration, configure

    try:
        found = configuration(Path.cwd())
    except FileNotFoundError:  # the folder that this runs in is gone
        return asked
    if found is None:
        return asked
    configure(top, found)
    again = top.parse_args(argv, argparse.Namespace(today=asked.today))
    if getattr(asked, "exclude", None):
        again.exclude = asked.exclude  # in place of those of the file, as everything on the command line
    return again


def _utf8(*streams: Any) -> None:
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _check(asked: argparse.Namespace) -> int:
    collect_seldom()
    from registry.checking import doubles, run_of
    from registry.collection import STDIN, PathMissing, shown_path
    from registry.excerpt import sources
    from registry.report import report
    from registry.reporting import deliver
    from rules.chain import EngineFault

    options = options_of(asked)
    stdin = sys.stdin.buffer.read() if STDIN in asked.paths else b""
    if wrong := unknown_law(asked.law):
        return wrong
    known = _baseline(asked)
    changed = _changed(asked.since)
    try:
        run = run_of(asked.paths, options, stdin, changed)
        rows, extra = _rows(run, asked.jobs)
    except PathMissing as missing:
        return path_missing(missing, options.language)
    except EngineFault as fault:
        return could_not_run(str(fault))
    problems = [*doubles(run), *extra, *(problem for each in rows for problem in each.problems)]
    measures = [each.measure for each in rows if each.measure]
    if changed:
        _tell_changed(asked, len(rows), len(run.documents.given))
    elif asked.law and not measures and not any(each.problems for each in rows):
        return _nothing_asked(asked)
    problems, accepted = _weighed(asked, run, rows, problems, known)
    made = report(measures, problems, len(rows), options.on or options.today, VERSION, asked.strict) | accepted
    if changed:
        made["since"] = {"revision": asked.since, "base": changed.base, "files": len(run.documents.given)}
    source = sources({shown_path(STDIN): stdin})
    exit_code = 0 if asked.exit_zero else int(made["summary"]["exit"])
    return deliver(made, asked.format, asked.output, options.language, source) or exit_code


def _baseline(asked: argparse.Namespace) -> "Baseline | None":
    """The baseline that was asked for: read first, so that nobody waits for a check to hear that there is none."""
    if asked.write_baseline and (asked.since or asked.law):
        raise CouldNotRun(_PART_OF_A_BASELINE)
    if asked.write_baseline or not asked.baseline:
        return None
    from registry.baseline import read_baseline

    return read_baseline(asked.baseline)


def _changed(revision: str | None) -> "Changed | None":
    if revision is None:
        return None
    from registry.changed import changed_since

    return changed_since(revision)


def _tell_changed(asked: argparse.Namespace, looked_at: int, files: int) -> None:
    """Says aloud how much was looked at: that nothing changed is a green answer, but nobody may take it for a check."""
    told = word("since" if looked_at else "since nothing", asked.lang).format(looked_at=looked_at, files=files)
    print_lines([f"regelruimte: --since {show(asked.since)}: {told}"], sys.stderr)


def _weighed(
    asked: argparse.Namespace,
    run: "Run",
    rows: list["Rows"],
    problems: list[dict[str, Any]],
    known: "Baseline | None",
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The problems with what comments pass over and what a baseline accepts; and what the report says of that."""
    from registry.checking import baselined, without_ignored

    problems = without_ignored(run, rows, problems)
    if asked.write_baseline:
        from registry.baseline import write_baseline

        known = write_baseline(asked.write_baseline, problems)
        told = f"{word('written', asked.lang)}: {show(known.file)} ({known.accepted.total()})"
        print_lines([told], sys.stderr)
    if known is None:
        return problems, {}
    problems, row = baselined(run, rows, problems, known)
    return problems, {"baseline": row}


def _rows(run: "Run", jobs: int | None) -> tuple[list["Rows"], list[dict[str, Any]]]:
    """What each file comes to, and what there is to tell of workers that were lost on the way."""
    from registry.checking import CHUNK, TIME_LIMIT, checked_by_engine, checked_by_twin, lost_row

    chunks, language = run.chunks, run.options.language
    if len(chunks) < 2:
        return checked_by_engine(run, run.files), []
    from registry.workers import run_chunks

    rows: list[Rows] = []
    extra: list[dict[str, Any]] = []
    made = run_chunks(
        partial(checked_by_engine, run),
        chunks,
        jobs=jobs or min(os.cpu_count() or 1, 1 + len(chunks) * CHUNK // 400),
        time_limit=TIME_LIMIT,
        redo=partial(checked_by_twin, run),
        prepare=collect_seldom,
    )
    with progress(counted(len(run.files), "file", language)) as tell:
        for at, found, lost in made:
            rows.extend(found)
            tell(len(rows))
            if lost:
                extra.append(lost_row(chunks[at], lost, language))
    return rows, extra


def _explain(asked: argparse.Namespace) -> int:
    from registry.checking import NothingToCheck, check_one
    from registry.collection import STDIN, PathMissing, shown_path
    from registry.explanation import explanation
    from rules.chain import EngineFault
    from rules.problems import Refused

    options = options_of(asked)
    received = sys.stdin.buffer.read() if asked.file == STDIN else b""
    texts = {shown_path(STDIN): received}
    if wrong := unknown_law(asked.law):
        return wrong
    try:
        checked = check_one(asked.file, options, received, asked.suppose)
    except PathMissing as missing:
        return path_missing(missing, options.language)
    except Refused as refusal:
        return refused(refusal, options.language, texts)
    except EngineFault as fault:
        return could_not_run(str(fault))
    except NothingToCheck:
        return _nothing_asked(asked)
    print_lines(explanation(checked, options.language, wants_colour(sys.stdout), asked.suppose))
    about = [problem for problem in checked.problems if problem.about == "document"]
    print_problems(about, options.language, texts)
    return INVALID if any(problem.level == "error" for problem in about) else 0


def _nothing_asked(asked: argparse.Namespace) -> int:
    return could_not_run(f"{asked.law.law}: geen maatregel vraagt erom / no measure asks for it")


def _schema(asked: argparse.Namespace) -> int:
    from rules.schema import schema

    print_json(schema(asked.kind))
    return 0


if __name__ == "__main__":
    sys.exit(main())
