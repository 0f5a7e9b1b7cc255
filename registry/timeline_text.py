"""A timeline as a picture in plain characters, its legend, and the exact dates below it."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from registry.axis import Axis, Mark, Span, drawn, scale, whole_years
from registry.days import day_of
from registry.gate import show
from registry.lines import legend, painted, width, wrapped
from registry.words import word
from rules import period
from rules.text import Language

Row = dict[str, Any]
_FILLS = {"granted": "█", "over": "▓", "asked": "░", "refused": "×"}
_DOTTED, _TODAY, _SEVERAL, _OPEN_FIRST, _OPEN_LAST = "┄", "│", "+", "‹", "›"
_KINDS = ("received", "decided", "due", "made_known")
_LABEL = 22
_A_YEAR = period.Duration(years=1)


def timeline_text(made: Row, language: Language, colour: bool) -> Iterator[str]:
    """The lines of a timeline."""
    on = date.fromisoformat(made["on"])
    yield from (
        painted(line, "bold", colour) for line in wrapped(f"{made['title']} – {word('day', language)} {made['on']}")
    )
    yield ""
    if not made["measures"]:
        yield from wrapped(word("no measures", language))
        return
    yield from _picture(made, on, language, colour)
    for measure in made["measures"]:
        yield ""
        yield from _measure(measure, made["on"], language, colour)


def _picture(made: Row, on: date, language: Language, colour: bool) -> Iterator[str]:
    axis = whole_years(_all_days(made, on), width() - _LABEL - 2)
    years, ticks = scale(axis)
    today = Mark(on, _TODAY)
    margin = " " * (_LABEL + 2)
    yield f"{margin}{years}".rstrip()
    yield margin + ticks
    used: set[str] = set()
    for kind in _KINDS:
        if marks := list(_marks(made["measures"], kind)):
            line = drawn(axis, (), [today, *marks], _SEVERAL)
            used.update(line)
            yield _line(word(kind, language), line)
    shown = None
    for lane in made["lanes"]:
        if lane["instrument"] != shown:
            shown = lane["instrument"]
            yield _line("", drawn(axis, (), [today]))
            yield from _heading(lane["instrument_name"], drawn(axis, (), [today]), colour)
        bars = _bars(axis, lane["links"], f"({word('no day', language)})")
        used.update(bars)
        names = _names(lane["parts"])
        yield _line(f" {names[0]}", _with_today(bars, axis.column(on)))
        for more in names[1:]:
            yield _line(f" {more}", drawn(axis, (), [today]))
    yield ""
    yield from _legend(used, made["on"], language)
    marked = [day for each in made["measures"] for row in _marked(each) if (day := day_of(row))]
    if not all(day.exact for day in marked):
        yield from wrapped(word("bar middle", language))


def _names(parts: Sequence[Row]) -> list[str]:
    return textwrap.wrap(show(", ".join(part["name"] for part in parts)), _LABEL - 1, break_on_hyphens=False)


def _line(label: str, picture: str) -> str:
    return f"{label:{_LABEL}}  {picture}".rstrip()


def _heading(name: str, picture: str, colour: bool) -> Iterator[str]:
    """The name of an instrument, on the line of the picture where there is room for it."""
    safe = show(name)
    free = len(picture) - len(picture.lstrip())
    if len(safe) < _LABEL + 1 + free:
        line = _line("", picture)
        yield painted(safe, "bold", colour) + line[len(safe) :]
    else:
        yield from (painted(line, "bold", colour) for line in wrapped(name))


def _with_today(bars: str, column: int) -> str:
    return bars[:column] + _TODAY + bars[column + 1 :]


def _all_days(made: Row, on: date) -> Iterator[date]:
    """Every day in the picture, and the year after `on`: what may go on has room to."""
    yield from (on, period.after(on, _A_YEAR))
    for measure in made["measures"]:
        for row in (measure["received"], *(row for each in measure["standings"] for row in _rows(each))):
            if day := day_of(row):
                yield from (day.first, day.last)


def _rows(standing: Row) -> tuple[Row | None, ...]:
    term = standing["term"]
    return (standing["decided"], standing["made_known"], standing["due"], term["from"], term["until"])


def _marked(measure: Row) -> Iterator[Row | None]:
    yield measure["received"]
    yield from (each[kind] for each in measure["standings"] for kind in _KINDS if kind != "received")


def _marks(measures: Sequence[Row], kind: str) -> Iterator[Mark]:
    """One kind of day, each with the number of its measure; a day known to the month or year lies in the middle."""
    for measure in measures:
        rows = [measure["received"]] if kind == "received" else [each[kind] for each in measure["standings"]]
        for day in {day for row in rows if (day := day_of(row))}:
            yield Mark(day.first + (day.last - day.first) / 2, measure["at"])


def _bars(axis: Axis, links: Sequence[Row], nothing: str) -> str:
    """The bars of a lane, each begun by the number of its measure; an unknown end gives way to the next bar."""
    line = " " * axis.columns
    for link in links:
        begin = _begin(link)
        if begin is None:
            continue
        at, bar = axis.column(begin), _bar(axis, link, begin)
        rest = line[at + len(bar) :]
        line = line[:at] + bar + ("" if _OPEN_LAST in line[at:] else rest)
        line = line.ljust(axis.columns)
    return line if line.strip() else nothing.ljust(axis.columns)


def _begin(link: Row) -> date | None:
    """Where a bar begins: on its first day, else when it was decided."""
    found = day_of(link["term"]["from"]) or day_of(link["decided"])
    return found.first if found else None


def _bar(axis: Axis, link: Row, begin: date) -> str:
    first, last = day_of(link["term"]["from"]), day_of(link["term"]["until"])
    endless = link["term"]["until"] is not None and last is None
    fill = _FILLS["over" if link["state"] == "granted" and link["over"] else link["state"]]
    end = last.last if last else axis.last
    spans = [Span(begin, end, _DOTTED)]
    if last or endless:
        sure = max(begin, first.last if first else begin), (last.first if last else end)
        spans += [Span(*sure, fill)] if sure[0] <= sure[1] else []
    elif first:
        spans.append(Span(begin, first.last, fill))
    at, stop = axis.column(begin), axis.column(end)
    bar = list(drawn(axis, spans)[at : stop + 1])
    head = [*([] if first else [_OPEN_FIRST]), link["at"]]
    bar[: len(head)] = head[-len(bar) :]
    if last is None and len(bar) > len(head):
        bar[-1] = _OPEN_LAST
    return "".join(bar)


def _legend(used: set[str], on: str, language: Language) -> Iterator[str]:
    entries = [
        *((fill, word(f"bar {name}", language)) for name, fill in _FILLS.items() if fill in used),
        *([(_DOTTED, word("bar unknown", language))] if _DOTTED in used else []),
        *([(_OPEN_FIRST, word("bar open first", language))] if _OPEN_FIRST in used else []),
        *([(_OPEN_LAST, word("bar open last", language))] if _OPEN_LAST in used else []),
        (_TODAY, on),
        ("1 2 …", word("bar number", language)),
        *([(_SEVERAL, word("bar several", language))] if _SEVERAL in used else []),
    ]
    yield from legend(entries)


def _measure(measure: Row, on: str, language: Language, colour: bool) -> Iterator[str]:
    record = word(f"record {measure['record']}", language)
    yield f"{measure['at']}  {painted(show(measure['measure']), 'bold', colour)} [{record}]"
    yield from wrapped(measure["title"], 3)
    for standing in measure["standings"]:
        yield from wrapped(_dates(measure, standing, language), 3)
        held = {True: "yes", False: "no", None: "not known"}[standing["in_force"]]
        why = f" ({', '.join(standing['why'])})" if standing["why"] else ""
        yield from wrapped(f"{word('in force on', language)} {on}: {word(held, language)}{why}", 3)
        if standing["due_unknown"]:
            yield from wrapped(
                f"{word('kind due', language)}: {word('not known', language)} ({standing['due_unknown']})", 3
            )


def _dates(measure: Row, standing: Row, language: Language) -> str:
    term = standing["term"]
    told = [f"{word('received', language)} {_day(measure['received'], language)}"]
    if standing["decision"]:
        state = word(f"state {standing['state']}", language)
        told.append(f"{state} {_day(standing['decided'], language)}")
        told.append(f"{word('made_known', language)} {_day(standing['made_known'], language)}")
    else:
        told.append(word("state asked", language))
    known = term["from"] or term["until"]
    days = f"{_day(term['from'], language)} – {_day(term['until'], language)}" if known else word("unknown", language)
    told.append(f"{word('term', language)} {days}")
    if standing["due"]:
        told.append(f"{word('kind due', language)} {_day(standing['due'], language)}")
    return " · ".join(told)


def _day(row: Row | None, language: Language) -> str:
    if row is None:
        return word("unknown", language)
    return word("none", language) if row["first"] is None else str(row["written"])
