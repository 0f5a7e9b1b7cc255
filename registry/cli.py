"""The command `regelruimte`: what was asked, what comes out, and with which exit code. stdout is results, stderr tells.

Heavy imports stand inside the commands: a check of files loads no database and no screen, `--help` not even the rules.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from registry.gate import show
from registry.lines import wants_colour

if TYPE_CHECKING:
    from registry.checking import Options, Rows
    from rules.check import LawChoice
    from rules.problems import Refused

VERSION = "0.1.0"
COULD_NOT_RUN, INVALID = 2, 3

_ABOUT = """Toetst onorthodoxe maatregelen aan de wet, met de redenen tot op artikel en lid.
Checks unorthodox legal measures against the law, with the reasons down to
article and paragraph."""

_EXAMPLES = """voorbeelden / examples:
  regelruimte check measures
  regelruimte check maatregel.yaml --on 2026-12-01 --lang en
  regelruimte check measures --format json | jq .summary
  regelruimte explain measures/proposals/rotterdam/2018-designation.yaml
  regelruimte law show wbmgp@2017-07-01

afsluitcodes / exit codes:
  0  niets erop tegen, hooguit open oordelen / nothing against it, at most
     judgements are open
  1  een eis is niet vervuld of iets ontbreekt / a requirement is unmet or
     something is missing
  2  kon niet draaien / could not run
  3  een document is ongeldig / a document is invalid
  4  anderszins onbeslist, met --strict / otherwise undecided, with --strict"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(COULD_NOT_RUN, f"regelruimte: {show(message)}\n")


def parser() -> _Parser:
    """The whole command line."""
    about = argparse.RawDescriptionHelpFormatter
    top = _Parser(prog="regelruimte", description=_ABOUT, epilog=_EXAMPLES, formatter_class=about)
    top.add_argument("--version", action="version", version=f"regelruimte {VERSION}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    shared = _Parser(add_help=False)
    shared.add_argument("--lang", choices=("nl", "en"), default=None, help="taal / language (nl)")
    judging = _Parser(add_help=False)
    judging.add_argument("--on", type=_day, metavar="DAY", help="toets op die dag / judge on that day (2018-04-05)")
    judging.add_argument(
        "--law", type=_law, metavar="ID[@VERSION]", help="alleen die wet of wetsversie / only that law or version"
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

    check = commands.add_parser("check", parents=[shared, judging], help="toets documenten / check documents")
    check.add_argument(
        "paths", nargs="*", metavar="PATH", default=["measures"],
        help="bestanden, mappen, of - / files, folders, or - (measures)",
    )  # fmt: skip
    check.add_argument("--strict", action="store_true", help="onbeslist is exit 4 / undecided is exit 4")
    check.add_argument("--jobs", type=_jobs, metavar="N", help="aantal werkprocessen / worker processes")
    check.add_argument("--format", choices=("text", "json"), default="text")

    explain = commands.add_parser(
        "explain", parents=[shared, judging], help="leg een maatregel uit / explain a measure"
    )
    explain.add_argument("file", metavar="FILE")

    law = commands.add_parser("law", help="de wetten / the laws")
    laws = law.add_subparsers(dest="law_command", metavar="COMMAND", required=True, parser_class=_Parser)
    listed = laws.add_parser("list", parents=[shared], help="welke versies er zijn / which versions there are")
    listed.add_argument("--format", choices=("text", "json"), default="text")
    shown = laws.add_parser("show", parents=[shared], help="één versie, heel / one version, whole")
    shown.add_argument("law", type=_law, metavar="ID[@VERSION]")

    schema = commands.add_parser("schema", help="JSON Schema van een document / of a document")
    schema.add_argument("kind", choices=("area", "measure", "decision", "law"))
    return top


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"verwacht / expected 2018-04-05: {written}") from None


def _jobs(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written) <= 64:
        raise argparse.ArgumentTypeError(f"verwacht / expected 1-64: {written}")
    return int(written)


def _law(written: str) -> "LawChoice":
    from rules.check import LawChoice

    name, _, version = written.partition("@")
    return LawChoice(name, _day(version) if version else None)


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code of design.md §6."""
    _utf8(sys.stdout, sys.stderr)
    # no other package has a say in what is a valid document, and looking for such plugins would cost every start 20 ms
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    asked = parser().parse_args(argv)
    try:
        match asked.command:
            case "check":
                return _check(asked)
            case "explain":
                return _explain(asked)
            case "law":
                return _laws(asked)
            case _:
                return _schema(asked)
    except BrokenPipeError:
        # whoever read the output has gone (`| head`): not an error, and nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


def _utf8(*streams: Any) -> None:
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _check(asked: argparse.Namespace) -> int:
    from registry.checking import chunks, doubles
    from registry.collection import STDIN, PathMissing
    from registry.report import report
    from registry.report_text import report_text
    from rules.chain import EngineFault

    options = _options(asked)
    stdin = sys.stdin.buffer.read() if STDIN in asked.paths else b""
    if wrong := _unknown_law(asked):
        return wrong
    try:
        work = chunks(asked.paths, options, stdin)
    except PathMissing as missing:
        return _path_missing(missing, options.language)
    try:
        rows, extra = _run(work, asked.jobs, options)
    except EngineFault as fault:
        return _could_not_run(str(fault))
    problems = [*doubles(work[0]), *extra, *(problem for each in rows for problem in each.problems)]
    measures = [each.measure for each in rows if each.measure]
    if asked.law and not measures and not any(each.problems for each in rows):
        return _nothing_asked(asked)
    made = report(measures, problems, len(rows), options.on or options.today, VERSION, asked.strict)
    if asked.format == "json":
        _print_json(made)
    else:
        _print(report_text(made, options.language, wants_colour(sys.stdout)))
    return int(made["summary"]["exit"])


def _run(work: list[Any], jobs: int | None, options: "Options") -> tuple[list["Rows"], list[dict[str, Any]]]:
    from registry.checking import CHUNK, TIME_LIMIT, checked_by_engine, checked_by_twin, lost_row

    jobs = jobs or min(os.cpu_count() or 1, 1 + len(work) * CHUNK // 400)
    if len(work) == 1:
        return checked_by_engine(work[0]), []
    from registry.workers import run_chunks

    rows: list[Rows] = []
    extra: list[dict[str, Any]] = []
    for at, found, lost in run_chunks(checked_by_engine, work, jobs=jobs, time_limit=TIME_LIMIT, redo=checked_by_twin):
        rows.extend(found)
        if lost:
            extra.append(lost_row(work[at], lost, options.language))
    return rows, extra


def _explain(asked: argparse.Namespace) -> int:
    from registry.checking import NothingToCheck, check_one
    from registry.collection import PathMissing
    from registry.explanation import explanation
    from registry.report import problem_row
    from registry.report_text import problem_lines
    from rules.chain import EngineFault
    from rules.problems import Refused

    options = _options(asked)
    if wrong := _unknown_law(asked):
        return wrong
    try:
        checked = check_one(asked.file, options, sys.stdin.buffer.read() if asked.file == "-" else b"")
    except PathMissing as missing:
        return _path_missing(missing, options.language)
    except Refused as refused:
        return _refused(refused, options.language)
    except EngineFault as fault:
        return _could_not_run(str(fault))
    except NothingToCheck:
        return _nothing_asked(asked)
    _print(explanation(checked, options.language, wants_colour(sys.stdout)))
    for problem in checked.problems:
        if problem.about == "document":
            row = problem_row(problem, options.language)
            _print(problem_lines(row, options.language, wants_colour(sys.stderr)), sys.stderr)
    wrong = any(problem.level == "error" and problem.about == "document" for problem in checked.problems)
    return INVALID if wrong else 0


def _nothing_asked(asked: argparse.Namespace) -> int:
    return _could_not_run(f"{asked.law.law}: geen maatregel vraagt erom / no measure asks for it")


def _could_not_run(why: str) -> int:
    print(f"regelruimte: {show(why)}", file=sys.stderr)
    return COULD_NOT_RUN


def _laws(asked: argparse.Namespace) -> int:
    from registry.law_text import law_list, law_rows, law_show
    from rules.lawbook import shipped_lawbook

    language, book, colour = _language(asked), shipped_lawbook(), wants_colour(sys.stdout)
    if asked.law_command == "list":
        rows = law_rows(book, language)
        if asked.format == "json":
            _print_json(rows)
        else:
            _print(law_list(rows, language))
        return 0
    if wrong := _unknown_law(asked):
        return wrong
    first = asked.law.version or book.versions(asked.law.law)[-1]
    _print(law_show(book.version(asked.law.law, first), language, colour))
    return 0


def _schema(asked: argparse.Namespace) -> int:
    from rules.schema import schema

    _print_json(schema(asked.kind))
    return 0


def _unknown_law(asked: argparse.Namespace) -> int:
    """Exit code 2, with what there is, when --law names a law or a version that is not at hand; else 0."""
    if asked.law is None:
        return 0
    from rules.lawbook import shipped_lawbook
    from rules.problems import nearest

    book = shipped_lawbook()
    known = book.versions(asked.law.law)
    if known and (asked.law.version is None or asked.law.version in known):
        return 0
    named = asked.law.law + (f"@{asked.law.version}" if asked.law.version else "")
    valid = [f"{asked.law.law}@{day}" for day in known] or list(book.laws())
    near = nearest(named, valid)
    hint = f" ({near}?)" if near else ""
    return _could_not_run(f"{named}: niet bij de hand / not at hand{hint}: {', '.join(valid)}")


def _options(asked: argparse.Namespace) -> "Options":
    from registry.checking import Options

    return Options(date.today(), asked.on, asked.law, asked.portfolio, asked.cross_check, _language(asked))


def _language(asked: argparse.Namespace) -> Any:
    return asked.lang or "nl"


def _path_missing(missing: Any, language: str) -> int:
    path = missing.path
    if missing.empty:
        return _could_not_run(f"{path}: {'geen YAML-bestand gevonden' if language == 'nl' else 'no YAML file found'}")
    return _could_not_run(f"{path}: {'bestaat niet' if language == 'nl' else 'does not exist'}")


def _refused(refused: "Refused", language: Any) -> int:
    from registry.report import problem_row
    from registry.report_text import problem_lines

    for problem in refused.problems:
        _print(problem_lines(problem_row(problem, language), language, wants_colour(sys.stderr)), sys.stderr)
    return INVALID


def _print_json(data: Any) -> None:
    """JSON that a terminal may be shown as well: what cannot be printed is escaped, and means the same."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def _print(lines: Iterable[str], stream: Any = None) -> None:
    out = stream or sys.stdout
    out.write("".join(f"{line}\n" for line in lines))
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
