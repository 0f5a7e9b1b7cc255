"""One run of `check`: files in, a report out; here or spread over worker processes, with the same answer."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.collection import STDIN, Collection, files_under, others_than, portfolio_root, shown_path
from registry.report import in_order, measure_row, problem_row
from registry.shipped import SHIPPED_MEASURES
from rules.basis import LawChoice
from rules.check import Checked, Setting, asks_under, check
from rules.decision import Decision
from rules.documents import Document
from rules.engine import ENGINE, Engine, cross_checked, durable_engine, twin_engine
from rules.fields import Model
from rules.judgement import wrong_judgements
from rules.law import LawDocument
from rules.lawbook import Lawbook, shipped_lawbook
from rules.measure import Measure
from rules.portfolio import Members
from rules.problems import Place, Problem, Refused
from rules.text import Language, Text

if TYPE_CHECKING:
    from registry.baseline import Baseline
    from registry.changed import Changed
    from registry.ignoring import Ignore
    from registry.workers import Lost

CHUNK = 50
TIME_LIMIT = 60.0


class NothingToCheck(Exception):
    """No measure asks for anything under the law that was chosen."""


class Options(NamedTuple):
    """What the user asked for; picklable, so that workers see the same.

    Where the report is not `whole`, no outcome is told but those that stand in the way: fewer to make and to send.
    """

    today: date
    on: date | None = None
    law: LawChoice | None = None
    portfolio: str | None = None
    cross_check: bool = False
    language: Language = "nl"
    exclude: tuple[str, ...] = ()
    whole: bool = True


Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Run:
    """The files to look at, and the documents among which they stand: a worker is sent it once."""

    files: tuple[str, ...]
    documents: Collection
    options: Options

    @property
    def chunks(self) -> list[tuple[str, ...]]:
        """The files, in portions that one worker does at a time."""
        return [self.files[at : at + CHUNK] for at in range(0, len(self.files), CHUNK)]

    @cached_property
    def others(self) -> Members:
        """The measures among those documents, to be asked about."""
        return Members(self.documents.measures, self.documents, shipped_lawbook())


class Rows(NamedTuple):
    """What one file came to, as plain data; `ignores` are its comments that pass problems over."""

    measure: Row | None
    problems: tuple[Row, ...]
    ignores: "tuple[Ignore, ...]" = ()


def run_of(paths: Sequence[str], options: Options, stdin: bytes = b"", changed: "Changed | None" = None) -> Run:
    """The run over the documents under those paths; PathMissing where there are none.

    With `changed` only what changed is looked at; all the rest still stands around it.
    """
    files = files_under(paths, options.exclude)
    documents = _gathered(files, _around(files, options.portfolio, options.exclude), stdin)
    if changed:
        from registry.changed import only_changed

        files = only_changed(files, changed)
    return Run(tuple(files), documents, options)


def _gathered(files: Sequence[str], around: Sequence[str], stdin: bytes) -> Collection:
    return Collection((*files, *around), frozenset(files), texts={STDIN: stdin})


def _around(files: Sequence[str], portfolio: str | None, exclude: Sequence[str] = ()) -> list[str]:
    """What stands around those files: the portfolio, or the folders of measures that they belong to."""
    folders = {Path(file).parent: file for file in files}
    roots = {portfolio_root(file, str(SHIPPED_MEASURES)) for file in folders.values()}
    return others_than(files, files_under([portfolio] if portfolio else sorted(roots), exclude))


def gathered(paths: Sequence[str], portfolio: str | None, stdin: bytes = b"") -> Collection:
    """The documents under those paths, with all that stands around them; PathMissing where there is nothing."""
    files = files_under(paths)
    return _gathered(files, _around(files, portfolio), stdin)


def doubles(run: Run) -> list[Row]:
    """The documents that stand in more than one of the given files."""
    return [problem_row(problem, run.options.language) for problem in run.documents.doubles(frozenset(run.files))]


def checked_by_engine(run: Run, files: Sequence[str]) -> list[Rows]:
    """The rows of some files of a run, concluded by the rules engine."""
    return list(_rows(run, files, _engine(run.options.cross_check)))


def checked_by_twin(run: Run, files: Sequence[str]) -> list[Rows]:
    """The rows of some files of a run, concluded by the twin: for a chunk whose worker died."""
    return list(_rows(run, files, twin_engine))


@lru_cache(maxsize=2)
def _engine(cross_check: bool) -> Engine:
    engine = durable_engine()
    return cross_checked(engine) if cross_check else engine


def _setting(run: Run, engine: Engine) -> Setting:
    options = run.options
    return Setting(shipped_lawbook(), run.documents, engine, options.today, options.on, options.law, run.others)


def _rows(run: Run, files: Sequence[str], engine: Engine) -> Iterator[Rows]:
    options, setting = run.options, _setting(run, engine)
    for file in files:
        try:
            made = _row(run.documents.document(file), file, setting, options)
            found, wrong = ignores_in(run.documents, file)
        except Refused as refused:
            yield Rows(None, tuple(problem_row(problem, options.language) for problem in refused.problems))
        else:
            rows = (problem_row(problem, options.language) for problem in wrong)
            yield Rows(made.measure, (*made.problems, *rows), tuple(found))


def ignores_in(collection: Collection, file: str) -> "tuple[Sequence[Ignore], Sequence[Problem]]":
    """The comments of a sound document that pass problems over, and what is wrong with others."""
    text = collection.text(file)
    if "regelruimte:" not in text:
        return (), ()
    from registry.ignoring import ignores

    return ignores(text, shown_path(file), shipped_lawbook())


def without_ignored(run: Run, rows: Sequence[Rows], problems: list[Row]) -> list[Row]:
    """The problems of a run, where comments in the documents, also in those around, pass some of them over."""
    documents, looked = run.documents, frozenset(run.files)
    comments = [comment for each in rows for comment in each.ignores]
    files = {shown_path(file): file for file in documents.files if file not in looked}
    for file in sorted({problem["file"] for problem in problems} & files.keys()):
        with suppress(Refused):
            documents.document(files[file])
            comments.extend(ignores_in(documents, files[file])[0])
    if not comments:
        return problems
    from registry.ignoring import passed_over

    own = _own_files(rows)
    # what stands against a measure may stand in a decision or an area: only a run over all tells that it does not
    told = {shown_path(file) for file in looked} if _is_whole(run) else set(own.values())
    if run.options.law or run.options.on:  # another question than the one that the documents answer
        told = set()
    return passed_over(problems, comments, own, told, run.options.language)


def _row(document: Document[Model], file: str, setting: Setting, options: Options) -> Rows:
    model, language = document.model, options.language
    if isinstance(model, Measure):
        if not asks_under(model, setting.law):
            return Rows(None, ())
        checked = check(Document(model, document.parsed), setting)
        row = measure_row(
            checked, shown_path(file), language, setting.lawbook.catalogue.sha256, ENGINE, whole=options.whole
        )
        return Rows(row, tuple(problem_row(problem, language, model.measure) for problem in checked.problems))
    problems: list[Problem] = []
    if isinstance(model, Decision):
        problems.extend(wrong_decision(Document(model, document.parsed), setting))
    elif isinstance(model, LawDocument) and file != STDIN:
        _sound_law(file, model, setting)
    elif document.parsed.value["schema"] == "regelruimte/scenarios/v1":
        _sound_scenarios(file, document, setting)
    return Rows(None, tuple(problem_row(problem, language) for problem in problems))


def wrong_decision(document: Document[Decision], setting: Setting) -> Iterator[Problem]:
    """What is wrong with a decision: its judgements, or the measure and parts that it names."""
    yield from wrong_judgements(document, setting.lawbook)
    measure = setting.portfolio.measure(document.model.on_measure)
    if measure is None:
        says = Text(
            nl=f"maatregel «{document.model.on_measure}» is niet bij de hand",
            en=f"measure '{document.model.on_measure}' is not at hand",
        )
        yield Problem("measure-missing", document.place("on_measure"), says)
        return
    place = measure.model.place
    known: set[str | None] = {part.part for part in place.parts} or {place.area}
    for at, part in enumerate(document.model.parts if document.model.parts != "all" else ()):
        if part not in known:
            says = Text(
                nl=f"maatregel «{measure.model.measure}» heeft geen deel «{part}»",
                en=f"measure '{measure.model.measure}' has no part '{part}'",
            )
            yield Problem("unknown-part", document.place("parts", at), says)


def _sound_law(file: str, model: LawDocument, setting: Setting) -> None:
    """Refused when the law version in that file cannot be judged by, in the folder in which it stands."""
    folder, book = Path(file).resolve().parent, _book_around(file, setting)
    first = model.in_force.first.first
    if first in book.versions(folder.name):
        book.version(folder.name, first)
        return
    says = Text(
        nl=f"een wetsversie staat in een bestand met haar eerste dag als naam: {first}.yaml",
        en=f"a law version stands in a file named after its first day: {first}.yaml",
    )
    raise Refused([Problem("law-misplaced", Place(shown_path(file)), says)])


def _sound_scenarios(file: str, document: Document[Model], setting: Setting) -> None:
    """Refused when the scenarios do not fit the laws in whose folder they stand (the shipped laws, for stdin)."""
    from rules.scenario import scenarios

    folder = Path(file).resolve().parent
    beside = file != STDIN and Lawbook(folder.parent, setting.lawbook.catalogue).versions(folder.name)
    scenarios(document.parsed, _book_around(file, setting) if beside else setting.lawbook)


def _book_around(file: str, setting: Setting) -> Lawbook:
    root = Path(file).resolve().parent.parent
    return Lawbook(root, setting.lawbook.catalogue, shown_path(str(Path(file).parent.parent)))


def check_one(file: str, options: Options, stdin: bytes = b"", suppositions: Sequence[tuple[str, str]] = ()) -> Checked:
    """The check of one measure, with all that it rests on, and with other facts where those are supposed.

    Refused when the file is no sound measure, NothingToCheck when it asks for nothing under the chosen law.
    """
    run = run_of([file], options, stdin)
    found = run.documents.document(file)
    if not isinstance(found.model, Measure):
        says = Text(
            nl="dit is geen maatregel: uitleg is er alleen bij een document met schema regelruimte/measure/v1",
            en="this is no measure: only a document with schema regelruimte/measure/v1 can be explained",
        )
        raise Refused([Problem("no-measure", found.place("schema"), says)])
    if not asks_under(found.model, options.law):
        raise NothingToCheck
    setting = _setting(run, _engine(options.cross_check))
    if not suppositions:
        return check(Document(found.model, found.parsed), setting)
    from registry.what_if import supposing

    text = run.documents.text(file)
    made = supposing(text, shown_path(file), suppositions, setting.lawbook.catalogue.facts)
    return check(made.measure, setting._replace(supposed=made.facts))


def baselined(run: Run, rows: Sequence[Rows], problems: Sequence[Row], baseline: "Baseline") -> tuple[list[Row], Row]:
    """The problems of a run, with what the baseline accepts of them; and what the report says of the baseline."""
    from registry.baseline import baseline_row, with_baseline

    own = _own_files(rows)
    made, gone = with_baseline(sorted(problems, key=in_order), baseline)
    files = {os.path.normpath(shown_path(file)) for file in run.files}

    def looked_for(file: str, measure: str) -> bool:
        return _is_whole(run) or (measure in own if measure else file in files)

    # under one law alone the problems of the others are not looked for
    return made, baseline_row(baseline, Counter() if run.options.law else gone, looked_for)


def _own_files(rows: Sequence[Rows]) -> dict[str, str]:
    """The file of each measure that was checked, by its name."""
    return {each.measure["measure"]: each.measure["file"] for each in rows if each.measure}


def _is_whole(run: Run) -> bool:
    """Whether all that stands around was looked at too, so that what was not found is not there."""
    return frozenset(run.files).issuperset(run.documents.files)


def lost_row(files: Sequence[str], lost: "Lost", language: Language) -> Row:
    """The note that a worker was lost on those files, and that nothing was lost with it."""
    how = {"died": Text("viel om", "died"), "hung": Text("hing", "hung")}[lost.why]
    says = Text(
        nl=f"een werkproces {how.nl}; deze en {len(files) - 1} andere bestanden zijn opnieuw getoetst zonder de"
        " regelmachine, door haar tweeling",
        en=f"a worker process {how.en}; this and {len(files) - 1} other files were checked again without the"
        " rules engine, by its twin",
    )
    return problem_row(Problem("worker-lost", Place(shown_path(files[0])), says, "warning"), language)
