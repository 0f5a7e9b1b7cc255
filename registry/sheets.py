"""Rows as files that other programs read: JSON Lines, CSV and XLSX. Foreign text stays text: no formula, no link."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from registry.gate import cell, json_text, show

Cell = str | int | bool | date | None
Row = Mapping[str, Cell]

_LONGEST = 32_767  # characters in a cell, by the format of XLSX
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets do not agree on which day it is
_MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - no moment, but the same in each file: the same rows make the same bytes


def json_lines(rows: Sequence[Row]) -> Iterator[str]:
    """One JSON object a row; what cannot be printed is escaped, and means the same."""
    for row in rows:
        plain = {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        yield json_text(json.dumps(plain, ensure_ascii=False))


def csv_text(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """The rows as RFC 4180 has it, all fields quoted; with a byte order mark, without which Excel garbles accents."""
    made = io.StringIO()
    writer = csv.writer(made, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_written(row.get(name)) for name in columns])
    return "\ufeff" + made.getvalue()


def _written(value: Cell) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return cell(value)
        case date():
            return value.isoformat()
        case _:
            return str(value)


def xlsx(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    """The rows as a workbook: text typed as text, days as days, a header that stays in sight and can filter."""
    from xlsxwriter import Workbook

    made = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(made, options) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet("regelruimte")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name, bold)
            longest = max((len(_written(row.get(name))) for row in rows), default=0)
            sheet.set_column(at, at, min(60, max(len(name), longest) + 2))
        for number, row in enumerate(rows, start=1):
            for at, name in enumerate(columns):
                match row.get(name):
                    case None:
                        continue
                    case bool() as value:
                        sheet.write_boolean(number, at, value)
                    case int() as value:
                        sheet.write_number(number, at, value)
                    case date() as value if value >= _FIRST_DAY:
                        sheet.write_datetime(number, at, value, day)
                    case value:
                        sheet.write_string(number, at, _fitting(str(value)))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(rows), max(len(columns) - 1, 0))
    return made.getvalue()


def _fitting(text: str) -> str:
    """The text as far as a cell holds it, all of it visible; a mark says where it was cut."""
    shown = show(text, newlines=True)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 20]} […: {len(shown)}]"
