"""The line of a document that a problem is about, and a caret under its column; pure but for `sources`, which reads."""

import stat
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from registry.gate import show
from registry.lines import columns_of
from rules.reader import MAX_BYTES

Source = Callable[[str, int], str | None]
_AROUND = 200  # characters on either side that can matter: no terminal that we write for is wider
_TAB = "→   "


def sources(texts: Mapping[str, bytes] | None = None) -> Source:
    """What gives a line of a file, from 1; None where there is none to show. `texts` holds what is on no disk."""

    @lru_cache(maxsize=4)
    def lines(file: str) -> list[str]:
        data = texts[file] if texts and file in texts else _read(file)
        # as the reader of documents counts: without byte order mark, and a line ends in LF or CRLF
        return data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").split("\n") if data else []

    return lambda file, line: found[line - 1] if 0 < line <= len(found := lines(file)) else None


def _read(file: str) -> bytes:
    """The bytes of an ordinary file of the size of a document; nothing of any other."""
    try:
        found = Path(file).stat()
        return Path(file).read_bytes() if stat.S_ISREG(found.st_mode) and found.st_size <= MAX_BYTES else b""
    except (OSError, ValueError):
        return b""


def pointed(text: str, column: int, columns: int) -> tuple[str, str] | None:
    """That line within so many columns, cut around the column where it is longer, and the caret below it.

    None where the line has no such column.
    """
    at = column - 1
    if not 0 <= at <= len(text):
        return None
    begin, end = max(0, at - _AROUND), at + _AROUND
    cells = [_TAB if character == "\t" else show(character) for character in text[begin:end]]
    widths = [columns_of(cell) for cell in cells]
    at -= begin
    first, last = _window(widths, at, columns, whole=begin == 0 and end >= len(text))
    left = "…" if begin or first else ""
    right = "…" if last < len(cells) or end < len(text) else ""
    return f"{left}{''.join(cells[first:last])}{right}", " " * (len(left) + sum(widths[first:at])) + "^"


def _window(widths: list[int], at: int, columns: int, whole: bool) -> tuple[int, int]:
    """From which character to which the line is shown: all of it, or what fits around the one that is meant."""
    if whole and sum(widths) + (at == len(widths)) <= columns:
        return 0, len(widths)
    room = columns - 3  # an ellipsis at either end, and a caret behind the last character
    first = last = at
    used = 0
    while first > 0 and used + widths[first - 1] <= room // 2:
        first -= 1
        used += widths[first]
    while last < len(widths) and used + widths[last] <= room:
        used += widths[last]
        last += 1
    while first > 0 and used + widths[first - 1] <= room:
        first -= 1
        used += widths[first]
    return first, last
