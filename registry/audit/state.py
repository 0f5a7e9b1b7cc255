"""Whether the tables hold what the log comes to: folded a second time, by code that shares nothing with the writer.

The log is read once, measure by measure, and the tables beside it in the same order: never more than one measure is in
memory, whatever the size of the register.
"""

import heapq
import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import yaml

NO_ROW = "–"
LISTS = ("areas", "parts", "domains", "instruments")
GRANTED = ("part", "area", "instrument", "municipality", "first", "first_last", "last_first", "last")
_MEASURE = (
    "name", "version", "procedure", "publication", "court", "ending", "evaluation", "title_nl", "title_en",
    "municipality", *LISTS, "words", "verdict", "document", "decision", "decided", "decided_last", "published",
    "published_last", "withdrawn", "annulled", "suspensions", "against_verdict",
)  # fmt: skip
COLUMNS = {
    "measure": (*_MEASURE, "since", "until"),
    "exemption": ("measure", *GRANTED, "begins", "ends", "since", "until"),
    "role": ("person", "role", "body", "mandate", "first", "last"),
}
KEYS = {
    "measure": ("name", "since"),
    "exemption": ("measure", "part", "instrument", "area", "municipality", "since"),
    "role": ("person", "role"),
}
_SHOWN = {  # of a row that stands alone
    "measure": ("procedure", "publication", "court", "ending", "evaluation"),
    "exemption": ("part", "instrument", "area", "first", "last"),
    "role": ("role", "body", "first", "last"),
}
_READ = ("about", "verdict", "on", "from", "outcome", "exemptions", "against_verdict", "entry", "set")
_UNREADABLE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_measure_values = itemgetter(*_MEASURE)
_where = itemgetter("part", "area", "instrument", "municipality")
_day = date.fromisoformat

T = TypeVar("T")
Row = Mapping[str, Any]
Values = tuple[Any, ...]  # a row as the name of its table, then its columns in their order


class Difference(NamedTuple):
    """One place where a table does not hold what the log comes to.

    `table` is measure, exemption or role; `name` the measure or the person; `entry` the entry at which the row begins
    (None for a role). Without `column` the row is missing or one too many. An act that the log could not come to is
    told as the line that it moves: `found` is where that line stood, `expected` where the act needs it.
    """

    table: str
    name: str
    entry: int | None
    column: str | None
    found: str
    expected: str


class _Stuck(Exception):
    """An act that is not possible: a line, where it stands, and where the act needs it."""


class _Act(NamedTuple):
    number: int
    kind: str
    document: str | None
    data: Mapping[str, Any]


def differences(entries: Iterable[tuple[int, bytes]], tables: Mapping[str, Iterable[Row]]) -> Iterator[Difference]:
    """Every place where the tables do not hold what the log comes to, both ways.

    `entries` are numbers with canonical bytes, by subject (in the order of its code points), and of one subject in the
    order of the log; `tables` has the rows of measure and exemption by measure, and those of role in any order.
    """
    roles: dict[tuple[str, str], Values] = {}
    unreadable: list[Difference] = []
    stated = _grouped(_acts(entries, roles, unreadable), itemgetter(0))
    stored = _grouped(heapq.merge(*(_found(name, tables) for name in ("measure", "exemption")), key=_of), _of)
    for name, acts, found in _side_by_side(stated, stored):
        rows, stuck = _rows(name, [act for _, act in acts])
        yield from stuck
        yield from _apart(*_unpaired(found, rows))
        while unreadable:
            yield unreadable.pop(0)
    yield from unreadable
    yield from _apart(_found("role", tables), roles.values())


def _acts(
    entries: Iterable[tuple[int, bytes]], roles: dict[tuple[str, str], Values], unreadable: list[Difference]
) -> Iterator[tuple[str, _Act]]:
    """The acts on measures, each with the measure; put aside are the roles that entries give, and what says nothing."""
    for at, content in entries:
        try:
            entry = json.loads(content)
            if entry["kind"] == "person":
                roles[entry["subject"], entry["data"]["role"]] = _role(entry["subject"], entry["data"])
            elif entry["kind"] in _lifecycle()[0]:
                yield entry["subject"], _Act(entry["number"], entry["kind"], entry["document"], _kept(entry["data"]))
        except _UNREADABLE as error:
            unreadable.append(Difference("measure", NO_ROW, at, "procedure", repr(error), "an entry"))


def _of(row: Values) -> tuple[int, Any]:
    """The measure of a row, as databases sort them: SQLite takes any type in any column."""
    name = row[1]
    rank = 0 if name is None else 1 if isinstance(name, int | float) else 2 if isinstance(name, str) else 3
    return rank, name or 0


def _grouped(things: Iterable[T], key: Callable[[T], Any]) -> Iterator[tuple[Any, list[T]]]:
    return ((each, list(group)) for each, group in groupby(things, key))


def _side_by_side(
    stated: Iterator[tuple[str, list[tuple[str, _Act]]]], stored: Iterator[tuple[tuple[int, Any], list[Values]]]
) -> Iterator[tuple[str, list[tuple[str, _Act]], list[Values]]]:
    """Each measure that the log or a table knows, with its acts and its rows."""
    act, row = next(stated, None), next(stored, None)
    while act or row:
        name = min(each for each in (act and (2, act[0]), row and row[0]) if each)
        acts: list[tuple[str, _Act]] = []
        rows: list[Values] = []
        if act and (2, act[0]) == name:
            acts, act = act[1], next(stated, None)
        if row and row[0] == name:
            rows, row = row[1], next(stored, None)
        yield str(name[1]), acts, rows


def _unpaired(found: Sequence[Values], expected: Sequence[Values]) -> tuple[list[Values], list[Values]]:
    """The rows that are in one of both and not in the other. By `repr`: 1 is another than '1' or True."""
    left, right = sorted(map(repr, found)), sorted(map(repr, expected))
    if left == right:
        return [], []
    stored, made = Counter(left), Counter(right)
    return _more(found, stored - made), _more(expected, made - stored)


def _more(rows: Sequence[Values], wanted: Counter[str]) -> list[Values]:
    picked = []
    for row in rows:
        if wanted[repr(row)] > 0:
            wanted[repr(row)] -= 1
            picked.append(row)
    return picked


def _found(table: str, tables: Mapping[str, Iterable[Row]]) -> Iterator[Values]:
    values = itemgetter(*COLUMNS[table])
    return ((table, *values(row)) for row in tables[table])


# ---- from the log to rows ----


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    """What rows are made of, without the receipts and reasons that make most of an entry."""
    return {name: value for name, value in data.items() if name in _READ}


def _role(person: str, given: Mapping[str, str]) -> Values:
    days = (_day(given[name]) for name in ("first", "last"))
    return ("role", person, given["role"], given["body"], given["mandate"], *days)


@cache
def _lifecycle() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What each act moves, by its name; and where every line stands at first."""
    stated = yaml.safe_load(files("registry").joinpath("lifecycle.yaml").read_bytes())
    return {each["act"]: each for each in stated["acts"]}, {line: states[0] for line, states in stated["lines"].items()}


def _rows(name: str, acts: Sequence[_Act]) -> tuple[list[Values], list[Difference]]:
    """Every row of the measure, with the entries since and until which it stood; and why it could go no further.

    A correction takes the measure through all its acts anew.
    """
    known, first = _lifecycle()
    blank = {**dict.fromkeys(_MEASURE), **first, "version": 0, "verdict": "", "suspensions": "[]", "granted": ()}
    now = start = {**blank, "name": name}
    better: dict[int, dict[str, Any]] = defaultdict(dict)
    over: list[Values] = []
    standing: dict[Values, list[int]] = {}  # twice the same row: twice the number of its entry
    stuck: list[Difference] = []
    for at, act in enumerate(acts):
        anew = act.kind == "correct"
        try:
            if anew:
                better[act.data["entry"]].update(act.data["set"])
            now = start if anew else now
            for each in acts[: at + 1] if anew else (act,):
                now = _after(now, each, better.get(each.number, {}))
            rows = _values(now)
            stays = set(rows)
            ended = [row for row in standing if row not in stays]
            begun = [row for row in rows if row not in standing]
        except (_Stuck, *_UNREADABLE) as why:
            says = why.args if isinstance(why, _Stuck) else (known[act.kind]["line"], repr(why), act.kind)
            stuck.append(Difference("measure", name, act.number, *says))
            break
        over += [(*row, since, act.number) for row in ended for since in standing.pop(row)]
        for row in begun:
            standing.setdefault(row, []).append(act.number)
    return over + [(*row, since, None) for row, numbers in standing.items() for since in numbers], stuck


def _after(now: Row, act: _Act, better: Row) -> dict[str, Any]:
    """The measure after the act, with what was bettered since; _Stuck where the act is not possible."""
    asks, data = _lifecycle()[0][act.kind], {**act.data, **better}
    line: str = asks["line"]
    for each, states in ((line, asks["from"]), *asks.get("needs", {}).items()):
        if now[each] not in states:
            raise _Stuck(each, now[each], ", ".join(states))
    ways = asks.get("to", [now[line]])
    way = (data.get("outcome") or ways[0]) if "to" in asks else now[line]
    if way not in ways:
        raise _Stuck(line, str(way), ", ".join(ways))
    return {**now, line: way, **_told(now, act, data)}


def _told(now: Row, act: _Act, data: Row) -> dict[str, Any]:
    """What the act says of the measure, as the columns that change."""
    match act.kind:
        case "submit":
            says = {"version": now["version"] + 1, "document": act.document, "verdict": data["verdict"]}
            return {**says, **_about(now["name"], data["about"])}
        case "decide":
            reason = {"verdict": data["verdict"], "against_verdict": data.get("against_verdict")}
            return {"decision": act.document, **reason, **_known("decided", data), "granted": _granted(data)}
        case "deem":  # silence: there is no decision to make known
            days = {**_known("decided", data), **_known("published", data)}
            return {"decision": None, "against_verdict": None, **days, "granted": _granted(data)}
        case "publish" if now["procedure"] != "deemed":
            return _known("published", data)
        case "suspend":
            pauses = [*json.loads(now["suspensions"]), [str(_day(data["on"])), None]]
            return {"suspensions": json.dumps(pauses)}
        case "resume":
            *over, (since, _) = json.loads(now["suspensions"])
            return {"suspensions": json.dumps([*over, [since, str(_day(data["on"]))]])}
        case "annul":  # as if it had never been, unless the court said from when
            firsts = [each[GRANTED.index("first")] for each in now["granted"]] or [_day(data["on"])]
            return {"annulled": _day(data["from"]) if "from" in data else min(firsts)}
        case "withdraw":
            return {"withdrawn": _day(data["on"])}
    return {}


def _about(name: str, about: Row) -> dict[str, Any]:
    titles = {f"title_{language}": about["title"][language] for language in ("nl", "en")}
    lists = {each: "|" + "".join(f"{word}|" for word in about[each]) for each in LISTS}
    words = [name, *titles.values(), about["municipality"], *about["areas"], *about["names"]]
    folded = " ".join(words + [word for each in LISTS[1:] for word in about[each]]).casefold()
    if not folded.isascii():
        folded = "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
    return {**titles, "municipality": about["municipality"], **lists, "words": folded}


def _between(written: str) -> tuple[date, date]:
    """The first and the last day that it can be: written as one day, or as both with a stroke between them."""
    outer = [_day(each) for each in written.split("/", 1)]
    return outer[0], outer[-1]


def _known(column: str, data: Row) -> dict[str, date]:
    first, last = _between(data["on"])
    return {column: first, f"{column}_last": last}


def _granted(data: Row) -> tuple[Values, ...]:
    """What was granted, in the columns of GRANTED."""
    return tuple((*_where(each), *_between(each["first"]), *_between(each["last"])) for each in data["exemptions"])


def _values(now: Row) -> list[Values]:
    """The row of the measure and those of its exemptions, without since and until."""
    before = timedelta(days=1)
    stops = [day - before if day > date.min else date.min for day in (now["withdrawn"], now["annulled"]) if day]
    rows = [("measure", *_measure_values(now))]
    for each in now["granted"]:
        _, begins, certain, _ = each[-4:]
        rows.append(("exemption", now["name"], *each, begins, min(certain, *stops) if stops else certain))
    return rows


# ---- rows side by side ----


def _apart(found: Iterable[Values], expected: Iterable[Values]) -> Iterator[Difference]:
    """Where rows with the same key differ, and rows without a partner."""
    pairs: dict[Values, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((found, expected)):
        for table, *values in rows:
            row = dict(zip(COLUMNS[table], values, strict=True))
            pairs[table, *(row[name] for name in KEYS[table])][side].append(row)
    for (table, name, *_), (left, right) in pairs.items():
        for is_, should in zip_longest(sorted(left, key=repr), sorted(right, key=repr)):
            at = (is_ or should)["since"] if table != "role" else None
            if is_ and should:
                wrong = [column for column in COLUMNS[table] if repr(is_[column]) != repr(should[column])]
                yield from (Difference(table, name, at, one, _said(is_[one]), _said(should[one])) for one in wrong)
            else:
                yield Difference(table, name, at, None, _shown(table, is_), _shown(table, should))


def _said(value: object) -> str:
    return "NULL" if value is None else str(value)


def _shown(table: str, row: Row | None) -> str:
    return ", ".join(_said(row[column]) for column in _SHOWN[table]) if row else NO_ROW
