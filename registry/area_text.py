"""Areas for people: a table of all, and of one area its figures as bars against the thresholds of the law."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from registry.bars import BETWEEN, REST, SURE, THRESHOLD, UNKNOWN, bar
from registry.gate import show
from registry.lines import VERDICT_MARKS, legend, painted, width, wrapped
from registry.words import counted, word
from rules.quantity import Quantity, Unit
from rules.text import Language
from rules.vocabulary import reading

Row = dict[str, Any]
_HELD = {True: ("✓", "green"), False: ("✗", "red"), None: ("?", "yellow")}
_BAR = 58


def area_list(rows: Sequence[Row], on: str, language: Language) -> Iterator[str]:
    """All areas, a line each."""
    heads = [word(name, language) for name in ("area", "municipality", "programmes", "inhabitants", "as of")]
    yield _columns(*heads, "#")
    for row in rows:
        value, as_of = row["inhabitants"], row["as_of"]
        yield _columns(
            show(row["area"]),
            show(row["municipality"]["name"]),
            " ".join(_PROGRAMMES[name] for name in row["programmes"]) or "–",
            value["written"] if value else word("unknown", language),
            as_of["written"] if as_of else "",
            str(row["measures"]),
        )
    yield ""
    yield from wrapped(f"{word('day', language).capitalize()} {on}. {word('areas meant', language)}")


_PROGRAMMES = {"manifest-16": "16", "nplv-20": "20"}


def _columns(*cells: str) -> str:
    area, municipality, programmes, value, as_of, measures = cells
    return f"{area:24}{municipality:14}{programmes:10}{value:>17}  {as_of:10}{measures:>3}"


def area_text(made: Row, language: Language, colour: bool) -> Iterator[str]:
    """The lines on one area."""
    yield painted(show(f"{made['name']} – {word('day', language)} {made['on']}"), "bold", colour)
    programmes = ", ".join(word(name, language) for name in made["programmes"])
    yield from wrapped(" · ".join(each for each in (_municipality(made, language), programmes) if each))
    yield from _outline(made["outline"], language)
    used = [each for each in made["indicators"] if each["thresholds"]]
    if used or made["laws_not_at_hand"]:
        yield from _head("figures and thresholds", language, colour)
        yield from _legend(language)
        for law in made["laws_not_at_hand"]:
            yield from wrapped(f"{word('text missing', language)} {made['on']}: {law}", 2, "? ")
    for each in used:
        yield ""
        yield from _indicator(each, language, colour)
    others = [each for each in made["indicators"] if not each["thresholds"]]
    if others:
        yield from _head("figures apart", language, colour)
        for each in others:
            yield from _apart(each, language)
    yield from _disagreements(made, language, colour)
    if made["units"]:
        yield from _head("units here", language, colour)
        yield from _units(made["units"], language)
    if made["municipal"]:
        yield from _head("municipal figures", language, colour)
        for each in made["municipal"]:
            yield from _apart(each, language)
    yield from _head("measures here", language, colour)
    yield from _measures(made, language, colour)
    yield from _together(made, language, colour)
    yield ""
    yield from wrapped(word("certainties", language))


def _head(name: str, language: Language, colour: bool) -> Iterator[str]:
    yield ""
    yield painted(word(name, language), "bold", colour)


def _municipality(made: Row, language: Language) -> str:
    place = made["municipality"]
    return f"{reading('municipality').read(language)} {place['name']} ({place['code']})"


def _outline(outline: Row | None, language: Language) -> Iterator[str]:
    if outline is None:
        yield from wrapped(f"{word('outline', language)}: {word('unknown', language)}")
        return
    as_of = outline["as_of"]["written"] if outline["as_of"] else word("unknown", language)
    told = [
        f"{word('outline', language)}: {counted(outline['units'], 'unit', language)}",
        f"{word('as of', language)} {as_of}",
        *([f"{word('certainty', language)} {outline['certainty']}"] if outline["certainty"] else []),
        outline["source"],
    ]
    yield from wrapped(" · ".join(told))
    if outline["note"]:
        yield from wrapped(outline["note"], 2, "! ")


def _legend(language: Language) -> Iterator[str]:
    entries = (
        (SURE, "bar sure"),
        (BETWEEN, "bar between"),
        (REST, "bar rest"),
        (UNKNOWN, "unknown"),
        (THRESHOLD, "bar threshold"),
    )
    yield from legend((mark, word(name, language)) for mark, name in entries)


def _indicator(each: Row, language: Language, colour: bool) -> Iterator[str]:
    yield from wrapped(each["means"], 2)
    numbers = [Decimal(threshold["number"]) for threshold in each["thresholds"]]
    value = _quantity(each["value"], each["unit"])
    drawn = bar(value, numbers, each["unit"], min(_BAR, width() - 22))
    yield f"  {drawn.thresholds}".rstrip()
    yield f"  {drawn.figure} {drawn.end}"
    if each["unknown"]:
        yield from wrapped(f"{word('unknown', language)}: {each['unknown']}", 2, "? ")
    for figure in each["figures"]:
        if figure["counts"]:
            yield from wrapped(_figure(figure, language), 4)
        else:
            yield from wrapped(f"{word('does not count', language)}: {_figure(figure, language)}", 4, "– ")
    for threshold in each["thresholds"]:
        mark, tint = _HELD[threshold["held"]]
        says = f"{word(threshold['operator'], language)} {threshold['value']}"
        lines = list(
            wrapped(
                f"{says} ({threshold['law']}, {threshold['citation']}){_reading(threshold, language)}", 2, f"{mark} "
            )
        )
        yield lines[0].replace(mark, painted(mark, tint, colour), 1)
        yield from lines[1:]


def _reading(threshold: Row, language: Language) -> str:
    if threshold["reading"] is None:
        return ""
    return f" – {word('readings', language)} {threshold['reading']}: {threshold['because']}"


def _quantity(row: Row | None, unit: Unit) -> Quantity | None:
    if row is None:
        return None
    high = Decimal(row["high"]) if row["high"] is not None else Decimal("Infinity")
    return Quantity(Decimal(row["low"]), high, unit, row["open_end"])


def _figure(figure: Row, language: Language) -> str:
    as_of = figure["as_of"]["written"] if figure["as_of"] else word("unknown", language)
    told = [figure["value"]["written"], f"{word('as of', language)} {as_of}", figure["source"]]
    told += [f"{word('certainty', language)} {figure['certainty']}"] if figure["certainty"] else []
    told += [word("invented", language)] if figure["illustration"] else []
    told += [figure["definition"]] if figure["definition"] else []
    return " · ".join(told)


def _apart(each: Row, language: Language) -> Iterator[str]:
    yield from wrapped(each["means"], 2, "· ")
    for figure in each["figures"]:
        yield from wrapped(_figure(figure, language), 6)


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CODE, _NAME, _LONGEST = 14, 16, 40


def _units(units: Sequence[Row], language: Language) -> Iterator[str]:
    """A table: a line for each unit, a column for each kind of figure; what the columns are is told below."""
    kinds = list(dict.fromkeys(_kind(each) for unit in units for each in unit["figures"]))
    signs = [_LETTERS[n] if n < len(_LETTERS) else str(n + 1) for n in range(len(kinds))]
    cells = [[_cell(unit, kind) for kind in kinds] for unit in units]
    wide = [max(map(len, (sign, *column))) + 2 for sign, *column in zip(signs, *cells, strict=True)]
    free = width() - 2 - _CODE - sum(wide)
    name = min(free, _LONGEST)
    if free < _NAME:  # too many kinds for one line: the figures under the name
        name = _LONGEST
        for unit, row in zip(units, cells, strict=True):
            yield from _unit_line(unit, name, "", language)
            told = "  ".join(f"{sign} {cell}" for sign, cell in zip(signs, row, strict=True) if cell)
            yield from wrapped(told, 6) if told else ()
    else:
        if kinds:
            yield f"{'':{2 + name + _CODE}}{_aligned(signs, wide)}"
        for unit, row in zip(units, cells, strict=True):
            yield from _unit_line(unit, name, _aligned(row, wide), language)
    means = {_kind(each): each for unit in units for each in unit["figures"]}
    for sign, kind in zip(signs, kinds, strict=True):
        yield from wrapped(_kind_told(means[kind], language), 4, f"{sign}  ")


def _kind(figure: Row) -> tuple[str | None, ...]:
    """What makes figures comparable: what they count, on which day, by whom, how rounded."""
    return (figure["indicator"], _day(figure), figure["source"], figure["rounded_to"], figure["definition"])


def _cell(unit: Row, kind: tuple[str | None, ...]) -> str:
    return " ".join(each["number"] for each in unit["figures"] if _kind(each) == kind)


def _aligned(cells: Sequence[str], wide: Sequence[int]) -> str:
    return "".join(f"{cell:>{columns}}" for cell, columns in zip(cells, wide, strict=True))


def _unit_line(unit: Row, name: int, figures: str, language: Language) -> Iterator[str]:
    belongs = "" if unit["belongs"] == "whole" else f" ({reading(unit['belongs']).read(language)})"
    first, *more = wrapped(f"{unit['name']}{belongs}", columns=name - 1)
    code = unit["code"] or reading(unit["level"]).read(language)
    yield f"  {first:{name}}{code:{_CODE}}{figures}".rstrip()
    yield from (f"  {line}" for line in more)


def _kind_told(figure: Row, language: Language) -> str:
    told = [figure["means"], f"{word('as of', language)} {_day(figure) or word('unknown', language)}"]
    told += [f"{word('rounded to', language)} {figure['rounded_to']}"] if figure["rounded_to"] else []
    told += [figure["source"]]
    told += [f"{word('certainty', language)} {figure['certainty']}"] if figure["certainty"] else []
    told += [figure["definition"]] if figure["definition"] else []
    return " · ".join(told)


def _day(figure: Row) -> str:
    return str(figure["as_of"]["written"]) if figure["as_of"] else ""


def _disagreements(made: Row, language: Language, colour: bool) -> Iterator[str]:
    if made["disagreements"]:
        yield from _head("disagreements", language, colour)
        for each in made["disagreements"]:
            yield from wrapped(each["means"], 2, "≠ ")
            for figure in each["figures"]:
                yield from wrapped(_figure(figure, language), 6)


def _together(made: Row, language: Language, colour: bool) -> Iterator[str]:
    """Where measures meet, and what they cost together."""
    if made["meetings"]:
        yield from _head("measures meet", language, colour)
        sure = [each for each in made["meetings"] if None not in (each["people"], each["days"])]
        for each in sure:
            yield from wrapped(f"{' × '.join(each['measures'])}: {_in_common(each, language)}", 2, "× ")
        if unsure := len(made["meetings"]) - len(sure):
            yield from wrapped(f"{unsure} {word('pairs not known', language)}", 2, "? ")
    if made["funding"]:
        yield from _head("funding", language, colour)
        for each in made["funding"]:
            said = f"{reading(each['line']).read(language)}, {each['year']}: {word('asked', language)} {each['asked']}"
            yield from wrapped(f"{said}, {word('granted', language)} {each['granted']}", 2, "- ")


def _in_common(row: Row, language: Language) -> str:
    named = (("people", "same people"), ("provisions", "same provision"), ("days", "same days"))
    return ", ".join(word(name, language) for key, name in named if row[key])


def _measures(made: Row, language: Language, colour: bool) -> Iterator[str]:
    if not made["judged"]:
        yield from wrapped(word("no measures", language), 2)
    for each in made["judged"]:
        mark, tint = VERDICT_MARKS[each["verdict"]]
        said = f"{mark} {reading(each['verdict']).read(language)}"
        record = word(f"record {each['record']}", language)
        name = painted(show(each["measure"]), "bold", colour)
        yield f"  {painted(said, tint, colour)}: {name} [{record}]"
        yield from wrapped(each["title"], 6)
        states = ", ".join(word(f"state {state}", language) for state in each["states"])
        term = each["term"]
        ends = (day["written"] if day else word("unknown", language) for day in (term["from"], term["until"]))
        days = " – ".join(ends if any(term.values()) else [word("unknown", language)])
        held = word({True: "yes", False: "no", None: "not known"}[each["in_force"]], language)
        told = [
            f"{counted(each['parts'], 'part', language)} · {states} · {word('term', language)} {days}",
            f"{word('in force on', language)} {made['on']}: {held}",
            f"{word('judged on', language)} {each['verdict_on']}",
        ]
        yield from wrapped(" · ".join(told), 6)
