"""The gate for foreign text: the one way from a document or a database to a screen, a report or a log.

A terminal obeys escape codes, hides zero-width characters and turns the reading direction at one invisible sign.
After `show` every character that was there can be seen; nothing is removed silently. Markup is another matter:
what comes out still has to go where no markup is read.
"""

import json
import re
from urllib.parse import quote

# Printable as Python sees it, and yet nothing appears: fillers, joiners, variation selectors.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def show(text: str, *, newlines: bool = False) -> str:
    """Text in which all is visible: `⟨U+202E⟩` for what is not, a no-break space as a space; line feeds on request."""
    if text.isprintable() and not _UNSEEN.search(text):
        return text
    return "".join(_shown(character, newlines) for character in text)


# What runners of CI obey: `::name` at the start of a line, after white space too; `##[name]`, `##vso[name]` anywhere.
_COMMAND = re.compile(r"^(\s*):(?=:)|(?<=#)#(?=\w*\[)")


def inert(line: str) -> str:
    """A line of output that no runner of CI takes for a command to itself; nearly always as it was."""
    if "::" not in line and "##" not in line:
        return line
    return _COMMAND.sub(lambda found: f"{found[1] or ''}⟨U+{ord(found[0][-1]):04X}⟩", line)


def folded(text: str) -> str:
    """Text for lines that may be broken anywhere, as those of iCalendar: wherever that is, none becomes a command."""
    return inert(show(text)).replace("::", ":⟨U+003A⟩")


def json_text(written: str) -> str:
    """JSON that a terminal or a log may be shown as well: what they would obey is escaped, and means the same."""
    if "##" in written:  # in a string, so that an escape says the same; no line of JSON begins with a colon
        written = re.sub(r"(?<=#)#(?=\w*\[)", r"\\u0023", written)
    if written.replace("\n", "").isprintable():
        return written
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written)


_FORMULA = frozenset("=+-@＝＋－＠")  # noqa: RUF001 - the full-width forms are meant


def cell(text: str) -> str:
    """Text for a cell of a CSV file: visible, no line of it a command, and never a formula, whatever is before it."""
    first = next((c for c in text if c.isprintable() and not c.isspace()), "")
    shown = "\n".join(inert(line) for line in show(text, newlines=True).split("\n"))
    return f"'{shown}" if first in _FORMULA or text.startswith(("\t", "\r", "\n")) else shown


def _shown(character: str, newlines: bool) -> str:
    if character == "\u00a0":
        return " "
    if (newlines and character == "\n") or (character.isprintable() and not _UNSEEN.match(character)):
        return character
    return f"⟨U+{ord(character):04X}⟩"


def code(text: str) -> str:
    """Text as a code span of Markdown: visible, in one line, and nothing in it is markup, HTML, a link or a mention.

    Escapes are no use there: platforms look for @names, #numbers and addresses in the text that is left.
    """
    shown = show(text) or "–"
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", shown)), default=0))
    room = " " if shown.strip() and {shown[0], shown[-1]} & {"`", " "} else ""  # what readers take away again
    return f"{fence}{room}{shown}{room}{fence}"


_IN_ADDRESS = "/:?&=.,;+%#~@!$'*"


def address(url: str) -> str:
    """An address of which no character ends it, wherever Markdown, HTML or JSON may have one; it leads to the same."""
    return quote(show(url), safe=_IN_ADDRESS)


_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&$^]|:(?=//)|(?<=www)\.|@(?=[\w-]+\.\w))", re.IGNORECASE)
_LEADING = re.compile(r"^(\s*)([-+=>]|:(?=:)|\d+[.)])")


def markdown(text: str) -> str:
    """Text inside a Markdown document: visible, in one line, and nothing in it taken for markup, a link or HTML."""
    return _LEADING.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", " ".join(show(text, newlines=True).split("\n"))))
