"""Seeing it: `timeline`, `area …`: pictures of what was asked and granted, and where."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from registry.arguments import Parser, day, formats, shared
from registry.lines import wants_colour
from registry.printing import INVALID, could_not_run, path_missing, print_json, print_lines, print_problems
from registry.shipped import SHIPPED_MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from registry.collection import Collection
    from rules.check import Checked
    from rules.text import Language

_ROOT = "measures"


def add_views(commands: "argparse._SubParsersAction[Parser]") -> None:
    """The commands `timeline` and `area`."""
    seeing = Parser(add_help=False, parents=[shared()])
    seeing.add_argument("--on", type=day, metavar="DAY", help="gezien op die dag / as seen on that day (2018-04-05)")
    seeing.add_argument("--portfolio", metavar="PATH", help="waar de documenten staan / where the documents are")
    formats(seeing)

    timeline = commands.add_parser(
        "timeline", parents=[seeing], help="maatregelen in de tijd / measures over the years"
    )
    timeline.add_argument(
        "name", metavar="AREA|MEASURE", help="naam van een gebied of maatregel / of an area or measure"
    )
    timeline.set_defaults(run=_timeline)

    areas = commands.add_parser("area", help="de gebieden / the areas")
    under = areas.add_subparsers(dest="area_command", metavar="COMMAND", required=True, parser_class=Parser)
    listed = under.add_parser("list", parents=[seeing], help="alle gebieden / all areas")
    listed.set_defaults(run=_area_list)
    shown = under.add_parser(
        "show", parents=[seeing], help="cijfers, drempels, maatregelen / figures, thresholds, measures"
    )
    shown.add_argument("name", metavar="AREA")
    shown.set_defaults(run=_area_show)


def _on(asked: argparse.Namespace) -> date:
    chosen: date | None = asked.on
    today: date = asked.today
    return chosen or today


def measures_root(portfolio: str | None) -> str:
    """The folder that was named, else the folder measures here, else what is shipped."""

    return portfolio or (_ROOT if Path(_ROOT).is_dir() else str(SHIPPED_MEASURES))


def _collection(asked: argparse.Namespace) -> "Collection":
    from registry.collection import Collection, files_under

    return Collection(files_under([measures_root(asked.portfolio)]))


def _timeline(asked: argparse.Namespace) -> int:
    from registry.collection import PathMissing
    from registry.deadlines import judged
    from registry.timeline import area_timeline, measure_timeline
    from registry.timeline_text import timeline_text
    from rules.lawbook import shipped_lawbook

    try:
        collection = _collection(asked)
    except PathMissing as missing:
        return path_missing(missing, asked.lang)
    measure = collection.measure(asked.name)
    if collection.area(asked.name):
        made = area_timeline(asked.name, shipped_lawbook(), collection, _on(asked), asked.lang)
    elif measure:
        made = measure_timeline(measure, shipped_lawbook(), collection, _on(asked), asked.lang)
    else:
        known = [each.model.area for each in collection.areas()]
        return _unknown_name(asked, collection, [*known, *(each.model.measure for each in collection.measures())])
    if asked.format == "json":
        print_json(made)
    else:
        print_lines(timeline_text(made, asked.lang, wants_colour(sys.stdout)))
    shown = [document for each in made["measures"] if (document := collection.measure(each["measure"]))]
    return unusable(collection, asked.lang, (judged(each, shipped_lawbook(), collection, _on(asked)) for each in shown))


def _area_list(asked: argparse.Namespace) -> int:
    from registry.area_text import area_list
    from registry.area_view import area_rows
    from registry.collection import PathMissing

    try:
        collection = _collection(asked)
    except PathMissing as missing:
        return path_missing(missing, asked.lang)
    rows = area_rows(collection, _on(asked))
    if not rows and not any(collection.refused()):
        return could_not_run(f"{measures_root(asked.portfolio)}: geen gebied gevonden / no area found")
    if asked.format == "json":
        print_json({"schema": "regelruimte/areas/v1", "on": _on(asked).isoformat(), "areas": rows})
    else:
        print_lines(area_list(rows, _on(asked).isoformat(), asked.lang))
    return unusable(collection, asked.lang)


def _area_show(asked: argparse.Namespace) -> int:
    from registry.area_text import area_text
    from registry.area_view import area_view
    from registry.collection import PathMissing
    from rules.chain import EngineFault
    from rules.check import Setting
    from rules.engine import durable_engine
    from rules.lawbook import shipped_lawbook
    from rules.portfolio import Members

    try:
        collection = _collection(asked)
    except PathMissing as missing:
        return path_missing(missing, asked.lang)
    document = collection.area(asked.name)
    if document is None:
        return _unknown_name(asked, collection, [each.model.area for each in collection.areas()])
    book = shipped_lawbook()
    others = Members(collection.measures, collection, book)
    setting = Setting(book, collection, durable_engine(), asked.today, asked.on, others=others)
    try:
        made = area_view(document, collection, setting, _on(asked), asked.lang)
    except EngineFault as fault:
        return could_not_run(str(fault))
    if asked.format == "json":
        print_json(made)
    else:
        print_lines(area_text(made, asked.lang, wants_colour(sys.stdout)))
    return unusable(collection, asked.lang)


def _unknown_name(asked: argparse.Namespace, collection: "Collection", known: "Iterable[str]") -> int:
    """Exit code 2, with the nearest name that there is, and the documents in which it may stand unread."""
    unusable(collection, asked.lang)
    from rules.problems import nearest

    near = nearest(asked.name, known)
    hint = f"; bedoelde u / did you mean {near}?" if near else ""
    return could_not_run(f"{asked.name}: niet bij de hand / not at hand in {measures_root(asked.portfolio)}{hint}")


def unusable(collection: "Collection", language: "Language", checked: "Iterable[Checked]" = ()) -> int:
    """0; or 3, with what is wrong, when a document cannot be used or names what does not exist."""
    wrong = [*collection.refused(), *(each for one in checked for each in one.problems)]
    wrong = [each for each in wrong if each.level == "error" and each.about == "document"]
    print_problems(wrong, language)
    return INVALID if wrong else 0
